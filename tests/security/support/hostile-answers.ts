/** A server that answers to harm, and the walk through all its answers: row 11 of the security contract tests it, the bench measures it. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { DEMO_NETBOX_TOKEN, netboxDemoSource } from '../../../demo/upstreams/netbox';
import type { Caller, Plugin } from '../../contract/host/plugin-client';
import { CLIENTS } from './canaries';
import { range } from './soc';

const LONG = 'x'.repeat(1_000_000);
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const page = (results: string): string => `{"count":1,"next":null,"previous":null,"results":[${results}]}`;
const device = (fields: string): string => page(`{"id":1,"name":"h1","status":{"value":"active"},"role":{"slug":"server"},"tenant":{"slug":"acme"},"created":"2026-01-01T00:00:00Z","last_updated":"2026-11-01T00:00:00Z",${fields}}`);
const sent = (response: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}): void => { response.writeHead(200, { 'content-type': 'application/json', ...headers }); response.end(body); };

/** Packed before the first is sent: packing takes longer than anything that is measured here. */
let [bomb, jsonBomb] = [Buffer.alloc(0), Buffer.alloc(0)];
const pack = (): void => { [bomb, jsonBomb] = [gzipSync(Buffer.alloc(200 * 1024 * 1024)), gzipSync(Buffer.from(`[${'1,'.repeat(20_000_000)}1]`))]; };

/** Bodies a hostile or broken server may send, and how. */
export const HOSTILE: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['depth 100,000', r => sent(r, nested(100_000))], ['arrays 50,000 deep', r => sent(r, '['.repeat(50_000))], ['depth in a field', r => sent(r, device(`"custom_fields":${nested(5_000)}`))],
  ['a bomb of 200 MB', r => sent(r, bomb, { 'content-encoding': 'gzip' })], ['a bomb of JSON', r => sent(r, jsonBomb, { 'content-encoding': 'gzip' })], ['broken gzip', r => sent(r, Buffer.from('not gzip'), { 'content-encoding': 'gzip' })], ['an unknown encoding', r => sent(r, '{}', { 'content-encoding': 'evil' })],
  ['strings of a million letters', r => sent(r, device(`"serial":"${LONG}","description":"${LONG}","display":"${LONG}"`))], ['a name of a million letters', r => sent(r, page(`{"id":2,"name":"${LONG}","status":{"value":"active"},"role":{"slug":"server"},"created":"2026-01-01"}`))],
  ['__proto__ keys', r => sent(r, `{"__proto__":{"polluted":1},"count":1,"next":null,"results":[{"id":3,"__proto__":{"polluted":2},"constructor":{"prototype":{"polluted":3}},"name":"p","status":{"value":"active","__proto__":{"x":1}}}]}`)], ['escaped __proto__', r => sent(r, `{"\\u005f_proto__":{"polluted":4},"results":[],"count":0,"next":null}`)],
  ['wrong types', r => sent(r, page('{"id":{},"name":[1],"status":"active","role":7,"tenant":[],"created":{"a":1},"last_updated":false,"serial":{},"custom_fields":"x","tags":{"a":1}}'))], ['numbers out of range', r => sent(r, page('{"id":1e400,"name":-1e308,"created":"9999999-99-99","last_updated":8640000000000001}'))],
  ['null everywhere', r => sent(r, page('{"id":null,"name":null,"status":null}'))], ['results of another kind', r => sent(r, '{"count":"many","next":7,"results":{"0":1}}')], ['a list in place of an object', r => sent(r, '[1,2,3]')], ['a number', r => sent(r, '42')], ['null', r => sent(r, 'null')], ['nothing', r => sent(r, '')], ['half a document', r => sent(r, '{"results":[{"id":1')],
  ['HTML', r => sent(r, '<script>alert(1)</script>', { 'content-type': 'text/html' })], ['bad UTF-8', r => sent(r, Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d]))], ['NUL and control characters', r => sent(r, device('"serial":"a\\u0000b\\u001b[2J","description":"\\ud800"'))],
  ['a next page for ever', r => sent(r, '{"count":9007199254740993,"next":"http://169.254.169.254/next","results":[]}')], ['a million headers\' worth', r => sent(r, '{}', { 'x-long': 'y'.repeat(12_000) })], ['a cut connection', r => { r.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }); r.write('{"a"'); r.destroy(); }],
  ['a year\'s Retry-After', r => { r.writeHead(429, { 'retry-after': '31536000' }); r.end(); }], ['an error of a million letters', r => { r.writeHead(500, { 'content-type': 'application/json' }); r.end(`{"message":"${LONG}"}`); }],
];

export interface HostileServer { readonly url: string; /** How many requests it answered. */ served(): number; answerWith(which: number): void; close(): Promise<void> }
export async function startHostileServer(): Promise<HostileServer> {
  let [now, served] = [0, 0];
  pack();
  const server = createServer((request, response) => { request.resume(); served++; HOSTILE[now]![1](response); });
  server.on('connection', socket => socket.on('error', () => undefined));
  await new Promise<void>(done => { server.listen(0, '127.0.0.1', done); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, served: () => served, answerWith: which => { now = which; },
    close: () => new Promise(done => { server.closeAllConnections(); server.close(() => done()); }),
  };
}

/** A workspace whose one source is that server, and the operator's data source that carries it. */
export function hostileSettings(url: string): { readonly settings: Record<string, unknown>; readonly caller: Caller } {
  const source = { ...netboxDemoSource(url, { clients: [] }), id: 'hostile', retries: 0, timeoutMs: 5_000, maxBytes: 16 * 1024 * 1024, intervalSeconds: 5 };
  const settings = { workspace: 'main', clients: CLIENTS.map(({ id, name, zone }) => ({ id, name, zone })), sources: [source] };
  return { settings, caller: { orgId: 1, dataSource: { uid: 'ops', jsonData: { settings }, secrets: { 'hostile.secret': DEMO_NETBOX_TOKEN }, lastUpdatedMS: 1 } } };
}

/** What one hostile answer did: the health check's words, and how panels fared until it was over (ms each). */
export interface Met { readonly name: string; readonly served: boolean; readonly message: string; readonly details: unknown; readonly statuses: readonly number[]; readonly waits: readonly number[] }
/** Event-loop lag of the whole walk as the backend measures it, ms: 99th percentile and greatest. */
export interface Walk { readonly met: readonly Met[]; readonly p99: number; readonly greatest: number }

/** Every hostile answer in turn, by "Save & test" and by the running sync; panels are asked meanwhile. */
export async function walkHostile(plugin: Plugin, caller: Caller, server: HostileServer): Promise<Walk> {
  const panel = async (metric: string, view?: string) => (await plugin.queryData([{ json: { version: 1, metric, view }, ...range }], caller)).A!.status;
  await panel('sla.adherence');
  // The first look starts the measurement.
  await plugin.collectMetrics();
  const met: Met[] = [];
  for (const [which, [name]] of HOSTILE.entries()) {
    server.answerWith(which);
    const before = server.served();
    let over = false;
    const health = plugin.checkHealth(caller).finally(() => { over = true; });
    const statuses: number[] = [], waits: number[] = [];
    do {
      const begin = performance.now();
      statuses.push(await panel('sources.status', 'table'));
      waits.push(performance.now() - begin);
    } while (!over);
    const { message, details } = await health;
    met.push({ name, served: server.served() > before, message, details, statuses, waits });
  }
  const text = await plugin.collectMetrics();
  const lag = (which: string): number => 1_000 * Number(new RegExp(`^soc_outcomes_nodejs_eventloop_lag_${which}_seconds (\\S+)`, 'm').exec(text)?.[1]);
  return { met, p99: lag('p99'), greatest: lag('max') };
}
