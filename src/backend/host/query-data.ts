/** QueryData: every refId gets an answer, and a failure of one leaves the others alone. */
import { encodeFrame } from '../frames/arrow';
import { parseJson, pluginContext, RequestError, requestOrigin } from './context';
import type { DataQuery as WireQuery, QueryDataRequest } from './gen/grafana/pluginv2_pb';
import type { DataQuery, PluginHandlers, QueryFailure, QueryResult } from './handlers';
import type { Logger } from './logger';
import { redact } from './redaction';

interface WireAnswer {
  frames: Uint8Array[];
  status: number;
  error?: string;
  errorSource?: string;
}

/** The response message: refId → frames in Arrow, or status, error and its source. Never throws. */
export async function queryData(handlers: PluginHandlers, log: Logger, request: QueryDataRequest, signal: AbortSignal): Promise<{ responses: Record<string, WireAnswer> }> {
  const answers = new Map<string, QueryResult>();
  const queries: DataQuery[] = [];
  for (const wire of request.queries) {
    try {
      queries.push(dataQuery(wire));
    } catch (error) {
      answers.set(wire.refId, failure(error));
    }
  }
  if (queries.length > 0) {
    try {
      const context = pluginContext(request.pluginContext);
      const results = await handlers.queryData({ context, origin: requestOrigin(request.headers), queries }, signal);
      results.forEach((result, refId) => answers.set(refId, result));
    } catch (error) {
      log.error('queries failed', { error });
      queries.forEach(({ refId }) => answers.set(refId, failure(error)));
    }
  }
  // Without a prototype: a refId is the client's word, and "__proto__" is a word.
  const responses = Object.create(null) as Record<string, WireAnswer>;
  for (const { refId } of request.queries) {
    responses[refId] = wireAnswer(answers.get(refId) ?? failure(new Error(`query ${refId} was not answered`)), refId, log);
  }
  return { responses };
}

function wireAnswer(result: QueryResult, refId: string, log: Logger): WireAnswer {
  try {
    const frames = (result.frames ?? []).map((frame) => encodeFrame({ ...frame, refId: frame.refId ?? refId }));
    if (!('error' in result)) {
      return { frames, status: 200 };
    }
    return { frames, status: result.status, error: redact(result.error), errorSource: result.errorSource };
  } catch (error) {
    log.error('a frame could not be written', { refId, error });
    const { status, error: text, errorSource } = failure(error);
    return { frames: [], status, error: text, errorSource };
  }
}

function dataQuery(wire: WireQuery): DataQuery {
  return {
    refId: wire.refId,
    queryType: wire.queryType,
    json: parseJson(wire.json, `query ${wire.refId}`) ?? {},
    fromMs: Number(wire.timeRange?.fromEpochMS ?? 0n),
    toMs: Number(wire.timeRange?.toEpochMS ?? 0n),
    maxDataPoints: Number(wire.maxDataPoints),
    intervalMs: Number(wire.intervalMS),
  };
}

function failure(error: unknown): QueryFailure {
  const status = error instanceof RequestError ? 400 : 500;
  return { error: redact(error instanceof Error ? error.message : String(error)), status, errorSource: 'plugin' };
}
