/**
 * Handlers that answer in every way a handler may: the contract of the host needs frames of all types, failures,
 * chunks, streams and crashes on demand, which the product's own handlers rightly do not offer.
 */
import { exampleFrames } from '../../../../src/backend/frames/examples';
import { stringField } from '../../../../src/backend/frames/fields';
import { table } from '../../../../src/backend/frames/typed';
import type { Logger, PluginHandlers, QueryRequest, QueryResult, ResourceRequest, ResourceResponse, StreamRequest } from '../../../../src/backend/host';

interface Ask {
  example?: string;
  fail?: { status: number; errorSource: 'plugin' | 'downstream'; error: string };
  throws?: string;
  silent?: boolean;
  badFrame?: boolean;
  bytes?: number;
  show?: 'request' | 'streams';
  log?: { level: 'debug' | 'info' | 'warn' | 'error'; message: string; fields?: Record<string, unknown> };
  print?: string;
  crash?: 'exception' | 'rejection';
  hold?: boolean;
}

export function conformanceHandlers(log: Logger): PluginHandlers {
  const held: Array<() => void> = [];
  let streams = 0;

  async function answer(ask: Ask, request: QueryRequest, signal: AbortSignal): Promise<QueryResult> {
    if (ask.fail) return ask.fail;
    if (ask.badFrame) return { frames: [{ name: 'bad', fields: [{ name: 'count', type: 'uint8', values: [300] }] }] };
    if (ask.log) log[ask.log.level](ask.log.message, ask.log.fields);
    if (ask.print) console.log(ask.print);
    if (ask.crash === 'exception') setImmediate(() => { throw new Error('thrown where nobody catches'); });
    if (ask.crash === 'rejection') void Promise.reject(new Error('rejected where nobody catches'));
    if (ask.hold) {
      log.info('held');
      await new Promise<void>((resolve) => {
        held.push(resolve);
        signal.addEventListener('abort', () => { log.info('aborted'); resolve(); });
      });
    }
    const text = ask.show === 'request' ? JSON.stringify(request) : ask.show === 'streams' ? String(streams) : 'x'.repeat(ask.bytes ?? 0);
    return { frames: ask.example === undefined ? [table({ name: 'text', fields: [stringField('text', [text])] })] : (exampleFrames()[ask.example] ?? []) };
  }

  return {
    checkHealth: async ({ context }) => {
      const ask = context.dataSource?.jsonData as { throws?: string } | undefined;
      if (ask?.throws) throw new Error(ask.throws);
      return { status: 'ok', message: `organisation ${context.orgId}`, details: { verboseMessage: 'all good', errorLink: 'https://soc.example/help' } };
    },
    collectMetrics: async () => '# TYPE up gauge\nup 1\n',
    queryData: async (request, signal) => {
      const asks = request.queries.map((query): [string, Ask] => [query.refId, query.json as Ask]);
      const thrown = asks.find(([, ask]) => ask.throws !== undefined);
      if (thrown) throw new Error(thrown[1].throws);
      const spoken = asks.filter(([, ask]) => !ask.silent);
      return new Map(await Promise.all(spoken.map(async ([refId, ask]): Promise<[string, QueryResult]> => [refId, await answer(ask, request, signal)])));
    },
    callResource: async (request) => resource(request),
    subscribeStream: async ({ path }) => ({ status: path === 'open' ? 'ok' : path === 'closed' ? 'denied' : 'not found', ...(path === 'open' && { initial: { json: { hello: 1 } } }) }),
    publishStream: async ({ path, data }: StreamRequest) => {
      if (path === 'release') held.splice(0).forEach((resolve) => resolve());
      return path === 'closed' ? { status: 'denied' } : { status: 'ok', data };
    },
    async *runStream({ path }, signal) {
      if (path === 'broken') throw new Error('the stream broke');
      streams++;
      try {
        yield { json: { path } };
        yield { frame: table({ name: 'one', fields: [stringField('text', ['first'])] }) };
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      } finally {
        streams--;
      }
    },
    close: async () => log.info('closed'),
  };
}

function resource(request: ResourceRequest): ResourceResponse {
  switch (request.path) {
    case 'chunks':
      return { status: 206, headers: { 'content-type': 'text/plain', 'x-first': 'yes' }, body: (async function* () { yield 'one '; yield Buffer.from('two '); yield 'three'; })() };
    case 'nothing':
      return { status: 204 };
    case 'throws':
      throw new Error('the resource broke');
    default:
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...request, query: [...request.query], body: Buffer.from(request.body).toString('utf8') }) };
  }
}
