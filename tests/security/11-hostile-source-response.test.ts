/** A source that answers to harm: quarantined or refused with a reason, nothing polluted, and panels answered meanwhile. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { DEMO_NETBOX_TOKEN, netboxDemoSource } from '../../demo/upstreams/netbox';
import { CLIENTS } from './support/canaries';
import { range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

const LONG = 'x'.repeat(1_000_000);
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const page = (results: string): string => `{"count":1,"next":null,"previous":null,"results":[${results}]}`;
const device = (fields: string): string => page(`{"id":1,"name":"h1","status":{"value":"active"},"role":{"slug":"server"},"tenant":{"slug":"acme"},"created":"2026-01-01T00:00:00Z","last_updated":"2026-11-01T00:00:00Z",${fields}}`);
const sent = (response: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}): void => { response.writeHead(200, { 'content-type': 'application/json', ...headers }); response.end(body); };

/** Packed beforehand: packing takes longer than anything that is measured here. */
const [BOMB, JSON_BOMB] = [gzipSync(Buffer.alloc(200 * 1024 * 1024)), gzipSync(Buffer.from(`[${'1,'.repeat(20_000_000)}1]`))];

/** Bodies a hostile or broken server may send, and how. */
const HOSTILE: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['depth 100,000', r => sent(r, nested(100_000))], ['arrays 50,000 deep', r => sent(r, '['.repeat(50_000))], ['depth in a field', r => sent(r, device(`"custom_fields":${nested(5_000)}`))],
  ['a bomb of 200 MB', r => sent(r, BOMB, { 'content-encoding': 'gzip' })], ['a bomb of JSON', r => sent(r, JSON_BOMB, { 'content-encoding': 'gzip' })], ['broken gzip', r => sent(r, Buffer.from('not gzip'), { 'content-encoding': 'gzip' })], ['an unknown encoding', r => sent(r, '{}', { 'content-encoding': 'evil' })],
  ['strings of a million letters', r => sent(r, device(`"serial":"${LONG}","description":"${LONG}","display":"${LONG}"`))], ['a name of a million letters', r => sent(r, page(`{"id":2,"name":"${LONG}","status":{"value":"active"},"role":{"slug":"server"},"created":"2026-01-01"}`))],
  ['__proto__ keys', r => sent(r, `{"__proto__":{"polluted":1},"count":1,"next":null,"results":[{"id":3,"__proto__":{"polluted":2},"constructor":{"prototype":{"polluted":3}},"name":"p","status":{"value":"active","__proto__":{"x":1}}}]}`)], ['escaped __proto__', r => sent(r, `{"\\u005f_proto__":{"polluted":4},"results":[],"count":0,"next":null}`)],
  ['wrong types', r => sent(r, page('{"id":{},"name":[1],"status":"active","role":7,"tenant":[],"created":{"a":1},"last_updated":false,"serial":{},"custom_fields":"x","tags":{"a":1}}'))], ['numbers out of range', r => sent(r, page('{"id":1e400,"name":-1e308,"created":"9999999-99-99","last_updated":8640000000000001}'))],
  ['null everywhere', r => sent(r, page('{"id":null,"name":null,"status":null}'))], ['results of another kind', r => sent(r, '{"count":"many","next":7,"results":{"0":1}}')], ['a list in place of an object', r => sent(r, '[1,2,3]')], ['a number', r => sent(r, '42')], ['null', r => sent(r, 'null')], ['nothing', r => sent(r, '')], ['half a document', r => sent(r, '{"results":[{"id":1')],
  ['HTML', r => sent(r, '<script>alert(1)</script>', { 'content-type': 'text/html' })], ['bad UTF-8', r => sent(r, Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d]))], ['NUL and control characters', r => sent(r, device('"serial":"a\\u0000b\\u001b[2J","description":"\\ud800"'))],
  ['a next page for ever', r => sent(r, '{"count":9007199254740993,"next":"http://169.254.169.254/next","results":[]}')], ['a million headers\' worth', r => sent(r, '{}', { 'x-long': 'y'.repeat(12_000) })], ['a cut connection', r => { r.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }); r.write('{"a"'); r.destroy(); }],
  ['a year\'s Retry-After', r => { r.writeHead(429, { 'retry-after': '31536000' }); r.end(); }], ['an error of a million letters', r => { r.writeHead(500, { 'content-type': 'application/json' }); r.end(`{"message":"${LONG}"}`); }],
];

securityRow(11, ({ proves, say }) => {
  let server: Server;
  let soc: Soc;
  let now = 0;
  let served = 0;
  beforeAll(async () => {
    server = createServer((request, response) => { request.resume(); served++; HOSTILE[now]![1](response); });
    server.on('connection', socket => socket.on('error', () => undefined));
    await new Promise<void>(done => { server.listen(0, '127.0.0.1', done); });
  }, 60_000);
  afterAll(async () => { await soc?.stop(); await new Promise(done => { server.closeAllConnections(); server.close(done); }); });

  proves(`${HOSTILE.length} hostile answers: each ends in an explained error or a quarantine, and panels go on`, async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const source = { ...netboxDemoSource(url, { clients: [] }), id: 'hostile', retries: 0, timeoutMs: 5_000, maxBytes: 16 * 1024 * 1024, intervalSeconds: 5 };
    const settings = { workspace: 'main', clients: CLIENTS.map(({ id, name, zone }) => ({ id, name, zone })), sources: [source] };
    soc = await startSoc({ soc: { settings, files: '.' }, wait: false });
    const caller = soc.operator({ dataSource: { uid: 'ops', jsonData: { settings }, secrets: { 'hostile.secret': DEMO_NETBOX_TOKEN }, lastUpdatedMS: 1 } });
    await soc.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], caller);
    // The first look starts the measurement.
    await soc.plugin.collectMetrics();
    const waits: number[] = [];
    let slowest = ['', 0] as [string, number];
    for (now = 0; now < HOSTILE.length; now++) {
      const before = served;
      let over = false;
      const health = soc.plugin.checkHealth(caller).finally(() => { over = true; });
      // Panels meanwhile: each must be answered, and soon.
      do {
        const begin = performance.now();
        const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'sources.status', view: 'table' }, ...range }], caller);
        expect([HOSTILE[now]![0], A!.status]).toEqual([HOSTILE[now]![0], 200]);
        waits.push(performance.now() - begin);
        if (waits[waits.length - 1]! > slowest[1]) slowest = [HOSTILE[now]![0], waits[waits.length - 1]!];
      } while (!over);
      const { message, details } = await health;
      expect(served).toBeGreaterThan(before);
      // Whatever it says, it is short and of one line: no million letters reach a person.
      expect([HOSTILE[now]![0], message.length < 2_000, JSON.stringify(details).length < 10_000]).toEqual([HOSTILE[now]![0], true, true]);
      expect(soc.plugin.child.exitCode).toBeNull();
    }
    const lag = /^soc_outcomes_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(await soc.plugin.collectMetrics())?.[1];
    say(`${HOSTILE.length} answers; event-loop lag p99 ${(Number(lag) * 1000).toFixed(0)} ms, slowest of ${waits.length} panels ${slowest[1].toFixed(0)} ms (${slowest[0]})`);
    expect(Number(lag)).toBeGreaterThan(0);
    // Printed, not judged to the hundredth: the 100 ms of security.md hold for a machine of one's own. What blocks the loop for good is caught.
    expect(Number(lag)).toBeLessThan(2);
  }, 240_000);

  proves('nothing of them is stored as if it were good, and no prototype is polluted', async () => {
    const caller = soc.operator({ dataSource: { uid: 'ops', jsonData: { settings: JSON.parse(JSON.stringify(soc.settings)) as object }, secrets: { 'hostile.secret': DEMO_NETBOX_TOKEN }, lastUpdatedMS: 1 } });
    const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'coverage.gaps', view: 'table' }, ...range }], caller);
    const text = JSON.stringify(A!.frames, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
    expect(text).not.toContain('polluted');
    expect(text.length).toBeLessThan(100_000);
    // A polluted prototype would show in every answer made of plain objects.
    expect((await soc.plugin.callResource('status', {}, caller)).body).not.toContain('polluted');
    expect(soc.plugin.stderr().split('\n').every(line => line.length < 20_000)).toBe(true);
  }, 60_000);
});
