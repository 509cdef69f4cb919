import { SourceBusy } from '../workspace/errors';
import type { DataQuery, QueryRequest, QueryResult } from '../host/handlers';
import { CATALOG } from '../../catalog';
import { parseQuery, QueryRefused } from '../../query/request';
import { Denied } from '../scope/reader';
import { metricQuery } from '../metrics/all';
import type { Workspaces } from '../workspace/workspaces';
import { MetricRefused } from '../metrics/metric';
import { resultFrames } from './result-frames';

/** Answers one panel, Explore or alert-rule request: each query by itself, so that one that fails leaves the others. */
export async function queryData(workspaces: Workspaces, request: QueryRequest, signal: AbortSignal): Promise<ReadonlyMap<string, QueryResult>> {
  const answers = await Promise.all(request.queries.map(async (query): Promise<[string, QueryResult]> => [query.refId, await answer(workspaces, request, query, signal)]));
  return new Map(answers);
}

async function answer(workspaces: Workspaces, request: QueryRequest, query: DataQuery, signal: AbortSignal): Promise<QueryResult> {
  try {
    const parsed = parseQuery(query.json, CATALOG);
    const { reader, now } = await workspaces.open(request.context, parsed.viewAs);
    const range = { from: query.fromMs, to: query.toMs };
    if (!(range.from < range.to)) throw new QueryRefused('The time range is empty: its end is not after its start.');
    const asOf = Math.min(range.to, now);
    const result = await metricQuery(parsed.entry.id).run(reader, {
      groupBy: parsed.groupBy, filters: parsed.filters, bucket: parsed.bucket, view: parsed.view, limit: parsed.limit, options: parsed.options,
      range, asOf,
    }, signal);
    const notices = [...(await workspaces.notices(request.context)), ...parsed.notices, ...(result.notices ?? [])];
    return { frames: resultFrames(query.refId, parsed, { ...result, notices }, asOf) };
  } catch (error) {
    return failure(error);
  }
}

/** Status and source of an error as Grafana wants them; the store's and sources' faults are downstream. */
export function failure(error: unknown): Extract<QueryResult, { error: string }> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof QueryRefused || error instanceof MetricRefused) return { error: message, status: 400, errorSource: 'plugin' };
  if (error instanceof Denied) return { error: message, status: 403, errorSource: 'plugin' };
  if (error instanceof SourceBusy) return { error: message, status: 503, errorSource: 'downstream' };
  return { error: message, status: 500, errorSource: 'downstream' };
}
