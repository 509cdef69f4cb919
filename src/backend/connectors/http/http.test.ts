import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTls } from 'node:https';
import { connect, createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { httpSchema } from '../../../settings/sources';
import { certificate } from '../../../../tests/contract/connectors/certificates';
import { createHttpClient, type HttpClientOptions, type SourceSecrets } from './client';
import { forbiddenAddress, hostGuard } from './guard';
import { SourceError } from './port';
import { backoff, retryAfter } from './retry';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
const NOW = Date.UTC(2026, 2, 2);
const SECRET = 'canary-secret-5f1d';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => { for (const close of closers.splice(0)) await close(); });

async function serve(listener: Listener, tls?: { key: string; cert: string; ca?: string; requestCert?: boolean; rejectUnauthorized?: boolean }): Promise<string> {
  const server: Server = tls ? createTls(tls, listener) as unknown as Server : createPlain(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (s: Socket) => { sockets.add(s); });
  server.on('tlsClientError', () => {});
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closers.push(() => new Promise(done => { sockets.forEach(s => s.destroy()); server.close(() => done()); }));
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const reply = (status: number, body: string, headers: Record<string, string> = {}): Listener => (_, response) => { response.writeHead(status, { 'content-type': 'application/json', ...headers }); response.end(body); };

function client(url: string, settings: Record<string, unknown> = {}, options: Partial<HttpClientOptions> = {}, secrets: SourceSecrets = { secret: SECRET }) {
  const slept: number[] = [];
  const { auth = { kind: 'bearer' }, ...http } = settings;
  const made = createHttpClient({ ...httpSchema.parse({ url, ...http }), auth: auth as { kind: 'bearer' } }, secrets, { sourceId: 'siem', allowedHosts: ['127.0.0.1:*'], now: () => NOW, sleep: async ms => { slept.push(ms); }, ...options });
  closers.push(() => made.close());
  return Object.assign(made, { slept });
}
async function failure(work: Promise<unknown>): Promise<SourceError> {
  const error = await work.then(() => { throw new Error('no failure'); }, (e: unknown) => e);
  expect(error).toBeInstanceOf(SourceError);
  expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(SECRET);
  return error as SourceError;
}

describe('requests', () => {
  it('sends method, path below the base, query, body and the header of each kind of authentication', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => { seen.push(`${request.method} ${request.url} ${request.headers.authorization}`); reply(200, '{"a":1}')(request, response); });
    for (const [auth, header] of [[{ kind: 'bearer' }, `Bearer ${SECRET}`], [{ kind: 'apikey' }, `ApiKey ${SECRET}`], [{ kind: 'token' }, `Token ${SECRET}`], [{ kind: 'none' }, 'undefined'], [{ kind: 'basic', user: 'u' }, `Basic ${Buffer.from(`u:${SECRET}`).toString('base64')}`]] as const) {
      expect((await client(`${url}/base/`, { auth }).request({ path: '/x', query: { a: 1, b: ['p', 'q'], c: undefined } })).json).toEqual({ a: 1 });
      expect(seen.pop()).toBe(`GET /base/x?a=1&b=p&b=q ${header}`);
    }
  });
  it('refuses a path that would leave the base URL, credentials in the URL, and a missing secret', async () => {
    expect((await failure(client('http://127.0.0.1:1/base').request({ path: '/../secret' }))).code).toBe('url');
    expect(() => client('http://user:pw@127.0.0.1:1/')).toThrow(/user or password/);
    expect((await failure(client('http://127.0.0.1:1/', {}, {}, {}).request({ path: '/' }))).code).toBe('unauthorized');
  });
  it.each(['schlüssel', 'abc…xyz', 'two words', '\u201cquoted\u201d'])('a secret that no header can carry (%s) is named as the secret, not as the network; a password may hold it', async secret => {
    for (const kind of ['bearer', 'apikey', 'token']) {
      const error = await failure(client('http://127.0.0.1:1/', { auth: { kind } }, {}, { secret }).request({ path: '/' }));
      expect(error).toMatchObject({ code: 'unauthorized', message: expect.stringMatching(/the secret holds a blank or a character that no key has\..*store it again/) as string });
      expect(error.message).not.toContain(secret);
    }
    const url = await serve(reply(200, '{}'));
    expect((await client(url, { auth: { kind: 'basic', user: 'u' } }, {}, { secret }).request({ path: '/' })).status).toBe(200);
  });
  it('never runs more requests at once than the source allows', async () => {
    let running = 0, most = 0;
    const url = await serve((request, response) => { running += 1; most = Math.max(most, running); setImmediate(() => setImmediate(() => { running -= 1; reply(200, '{}')(request, response); })); });
    const http = client(url, { concurrency: 2 });
    await Promise.all(Array.from({ length: 12 }, () => http.request({ path: '/' })));
    expect(most).toBe(2);
  });
});

describe('retries', () => {
  it('waits as Retry-After says, in seconds and as a date, then succeeds', async () => {
    let n = 0;
    const url = await serve((request, response) => { n += 1; if (n === 1) return reply(429, '{}', { 'retry-after': '7' })(request, response); if (n === 2) return reply(503, '{}', { 'retry-after': new Date(NOW + 9_000).toUTCString() })(request, response); return reply(200, '{}')(request, response); });
    const http = client(url);
    await http.request({ path: '/' });
    expect(http.slept).toEqual([7_000, 9_000]);
  });
  it('backs off with a cap, gives up after the configured retries and says when to come back', async () => {
    const url = await serve(reply(429, '{"message":"slow down"}'));
    const http = client(url, { retries: 3 });
    expect(await failure(http.request({ path: '/' }))).toMatchObject({ code: 'rate_limited', detail: { status: 429 } });
    expect(http.slept).toHaveLength(3);
    expect(backoff(1, () => 1)).toBe(500);
    expect(backoff(40, () => 1)).toBe(30_000);
    expect([retryAfter('5', 0), retryAfter('soon', 0), retryAfter(undefined, 0), retryAfter(new Date(0).toUTCString(), 9_999)]).toEqual([5_000, null, null, 0]);
  });
  it('does not wait longer than a request may: the wish goes to the scheduler', async () => {
    const http = client(await serve(reply(429, '{}', { 'retry-after': '3600' })));
    expect((await failure(http.request({ path: '/' }))).detail.retryAfterMs).toBe(3_600_000);
    expect(http.slept).toEqual([]);
  });
  it('a wish of no wait, or of a date gone by, is no leave to hammer; one of centuries ends after a day', async () => {
    for (const header of ['0', new Date(NOW - 60_000).toUTCString()]) {
      const http = client(await serve(reply(503, '{}', { 'retry-after': header })), { retries: 3 });
      await failure(http.request({ path: '/' }));
      expect(http.slept).toHaveLength(3);
      expect(Math.min(...http.slept)).toBeGreaterThanOrEqual(250);
    }
    // A timer of the runtime holds less than 25 days and fires at once when asked for more.
    for (const header of ['99999999999', 'Fri, 31 Dec 9999 23:59:59 GMT']) {
      expect((await failure(client(await serve(reply(429, '{}', { 'retry-after': header }))).request({ path: '/' }))).detail.retryAfterMs).toBe(86_400_000);
    }
  });
  it.each([['400', 400], ['401', 401], ['500', 500]] as const)('repeats no %s', async (_, status) => {
    let n = 0;
    const url = await serve((request, response) => { n += 1; reply(status, '{}')(request, response); });
    await failure(client(url).request({ path: '/' }));
    expect(n).toBe(1);
  });
  it('repeats a reset connection for a read, but not for DELETE', async () => {
    let n = 0;
    const url = await serve((request, response) => { n += 1; if (n === 1 || request.method === 'DELETE') return request.socket.resetAndDestroy(); return reply(200, '{}')(request, response); });
    await client(url).request({ path: '/' });
    expect(n).toBe(2);
    await failure(client(url).request({ method: 'DELETE', path: '/' }));
    expect(n).toBe(3);
  });
});

describe('failures name what is wrong', () => {
  it.each([[401, 'unauthorized', /key was not accepted/], [403, 'forbidden', /permission/], [404, 'not_found', /Check the URL/], [500, 'http', /status 500/]] as const)('status %d', async (status, code, said) => {
    const error = await failure(client(await serve(reply(status, JSON.stringify({ error: { reason: `because of ${SECRET}` } })))).request({ path: '/i/_search' }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(said);
    expect(error.message).toContain('because of [secret]');
  });
  it('a status keeps its meaning whatever its body: empty though said to be packed, a long page of a gateway, endless nesting', async () => {
    for (const [status, code] of [[401, 'unauthorized'], [503, 'http'], [404, 'not_found']] as const) {
      const empty = client(await serve((_, response) => { response.writeHead(status, { 'content-encoding': 'gzip' }); response.end(); }), { retries: 0 });
      expect(await failure(empty.request({ path: '/' }))).toMatchObject({ code, detail: { status } });
      const page = client(await serve((_, response) => { response.writeHead(status, { 'content-type': 'text/html' }); response.end(`<html>${' '.repeat(300_000)}<script>${'function(){['.repeat(200)}</script></html>`); }), { retries: 0 });
      expect(await failure(page.request({ path: '/' }))).toMatchObject({ code, detail: { status } });
      expect(await failure(client(await serve(reply(status, '['.repeat(10_000))), { retries: 0 }).request({ path: '/' }))).toMatchObject({ code, detail: { status } });
    }
  });
  it('a sign-in page in several pieces is one, and no deep document', async () => {
    const url = await serve((_, response) => { response.writeHead(200, { 'content-type': 'text/html' }); response.end(`<html>${' '.repeat(300_000)}<script>${'function(){['.repeat(200)}</script></html>`); });
    expect(await failure(client(url).request({ path: '/' }))).toMatchObject({ code: 'not_json', message: expect.stringMatching(/login page/) });
  });
  it('names nobody, although a cluster says on whose behalf a key asked', async () => {
    const reason = 'action [indices:data/read/search] is unauthorized for API key id [k1] of user [zephyrine.quillfeather] on indices [logs-x], this action is granted by the index privileges [read,all]';
    for (const text of [reason, reason.replace('API key id [k1] of user', 'user'), 'failed to authenticate user [zephyrine.quillfeather]', "unable to authenticate user 'zephyrine.quillfeather' for REST request"]) {
      const error = await failure(client(await serve(reply(403, JSON.stringify({ error: { reason: text, root_cause: [{ reason: text }] } })))).request({ path: '/i/_search' }));
      expect(JSON.stringify([error.message, error.detail])).not.toMatch(/quillfeather/i);
      expect(error.message).toMatch(/user/);
    }
  });
  it('refused, unknown name, not HTTP, HTML, broken JSON', async () => {
    expect((await failure(client('http://127.0.0.1:1').request({ path: '/' })))).toMatchObject({ code: 'refused', message: expect.stringContaining('127.0.0.1:1') });
    const noName = async () => { throw Object.assign(new Error('x'), { code: 'ENOTFOUND' }); };
    expect((await failure(client('http://siem.example.test', {}, { allowedHosts: [], lookup: noName }).request({ path: '/' }))).message).toContain('siem.example.test');
    const tcp = createTcp(s => { s.on('error', () => {}); s.end('SSH-2.0-x\r\n'); setImmediate(() => s.destroySoon()); });
    await new Promise<void>(done => tcp.listen(0, '127.0.0.1', done));
    closers.push(() => new Promise(done => tcp.close(() => done())));
    expect((await failure(client(`http://127.0.0.1:${(tcp.address() as AddressInfo).port}`, { retries: 0 }).request({ path: '/' }))).message).toMatch(/does not speak HTTP/);
    expect((await failure(client(await serve(reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' }))).request({ path: '/' })))).toMatchObject({ code: 'not_json', message: expect.stringMatching(/login page/) });
    expect((await failure(client(await serve(reply(200, '{"a":')), { retries: 0 }).request({ path: '/' }))).code).toBe('body');
  });
  it('no answer in time, and cancelled', async () => {
    const url = await serve(() => { /* never answers */ });
    expect((await failure(client(url, { timeoutMs: 60, retries: 0 }).request({ path: '/' }))).code).toBe('timeout');
    const stop = new AbortController();
    const pending = failure(client(url).request({ path: '/', signal: stop.signal }));
    setImmediate(() => stop.abort());
    expect((await pending).code).toBe('cancelled');
  });
  it('follows no redirect and takes no secret there', async () => {
    let reached = 0;
    const other = await serve((request, response) => { reached += 1; reply(200, '{}')(request, response); });
    const error = await failure(client(await serve(reply(302, '', { location: `${other}/steal` }))).request({ path: '/' }));
    expect(error.message).toContain(other.slice(7));
    expect(reached).toBe(0);
  });
});

describe('TLS', () => {
  const ca = certificate({ cn: 'Test CA', notAfter: Date.UTC(2090, 0, 1), ca: true });
  const good = certificate({ cn: 'good', notAfter: Date.UTC(2089, 0, 1), issuer: ca });
  it('trusts the configured CA and nothing without it', async () => {
    const url = await serve(reply(200, '{}'), good);
    expect((await client(url, { ca: ca.cert }).request({ path: '/' })).status).toBe(200);
    expect(await failure(client(url).request({ path: '/' }))).toMatchObject({ code: 'tls', remedy: expect.stringContaining('ca setting') });
  });
  it('says expired, self-signed, wrong name', async () => {
    const expired = await serve(reply(200, '{}'), certificate({ cn: 'old', notAfter: Date.UTC(2021, 0, 1), issuer: ca }));
    expect((await failure(client(expired, { ca: ca.cert }).request({ path: '/' })))).toMatchObject({ code: 'tls', message: expect.stringContaining('expired') });
    expect((await failure(client(await serve(reply(200, '{}'), certificate({ cn: 'self', notAfter: Date.UTC(2089, 0, 1) }))).request({ path: '/' }))).message).toContain('self-signed');
    const named = await serve(reply(200, '{}'), certificate({ cn: 'named', notAfter: Date.UTC(2089, 0, 1), issuer: ca, dnsNames: ['siem.example.test'] }));
    expect((await client(named, { ca: ca.cert, serverName: 'siem.example.test' }).request({ path: '/' })).status).toBe(200);
    expect((await failure(client(named, { ca: ca.cert, serverName: 'other.example.test' }).request({ path: '/' }))).message).toContain('another host name');
  });
  it('a certificate whose line breaks were lost (an input, a folded text, a variable) is read all the same', async () => {
    const url = await serve(reply(200, '{}'), good);
    for (const lost of ['', ' ', '\\n']) expect([lost, (await client(url, { ca: ca.cert.replace(/\n/g, lost) }).request({ path: '/' })).status]).toEqual([lost, 200]);
    const both = `${certificate({ cn: 'Other CA', notAfter: Date.UTC(2090, 0, 1), ca: true }).cert}${ca.cert}`;
    expect((await client(url, { ca: both.replace(/\n/g, '') }).request({ path: '/' })).status).toBe(200);
    const mine = certificate({ cn: 'collector', notAfter: Date.UTC(2089, 0, 1), issuer: ca });
    const asking = await serve(reply(200, '{}'), { ...good, ca: ca.cert, requestCert: true, rejectUnauthorized: true });
    expect((await client(asking, { ca: ca.cert, clientCert: mine.cert.replace(/\n/g, '') }, {}, { secret: SECRET, clientKey: mine.key.replace(/\n/g, ' ') }).request({ path: '/' })).status).toBe(200);
  });
  it('presents the client certificate; http on a TLS port is explained', async () => {
    const mine = certificate({ cn: 'collector', notAfter: Date.UTC(2089, 0, 1), issuer: ca });
    const url = await serve(reply(200, '{}'), { ...good, ca: ca.cert, requestCert: true, rejectUnauthorized: true });
    expect((await client(url, { ca: ca.cert, clientCert: mine.cert }, {}, { secret: SECRET, clientKey: mine.key }).request({ path: '/' })).status).toBe(200);
    await failure(client(url, { ca: ca.cert, retries: 0 }).request({ path: '/' }));
    expect((await failure(client(await serve(reply(200, '{}')).then(u => u.replace('http:', 'https:')), { retries: 0 }).request({ path: '/' }))).code).toBe('tls');
    expect((await failure(client(url, { ca: '/etc/passwd' }).request({ path: '/' }))).message).toContain('PEM');
  });
});

describe('hostile answers', () => {
  it('caps bytes, depth and unpacking ratio', async () => {
    expect((await failure(client(await serve(reply(200, `"${'x'.repeat(5_000)}"`)), { maxBytes: 1_000 }).request({ path: '/' }))).code).toBe('too_large');
    expect((await failure(client(await serve(reply(200, '['.repeat(100_000)))).request({ path: '/' }))).code).toBe('too_deep');
    const bomb = gzipSync(`"${'0'.repeat(20_000_000)}"`);
    const url = await serve((_, response) => { response.writeHead(200, { 'content-encoding': 'gzip' }); response.end(bomb); });
    expect((await failure(client(url).request({ path: '/' }))).message).toContain('bomb');
    const broken = await serve((_, response) => { response.writeHead(200, { 'content-encoding': 'gzip' }); response.end('no gzip'); });
    expect((await failure(client(broken, { retries: 0 }).request({ path: '/' }))).code).toBe('body');
    const zipped = await serve((_, response) => { response.writeHead(200, { 'content-encoding': 'gzip' }); response.end(gzipSync('{"a":[1,"[[["]}')); });
    expect((await client(zipped).request({ path: '/' })).json).toEqual({ a: [1, '[[['] });
  });
  it.each(['{"__proto__":{"polluted":1},"a":{"__proto__":2}}', '{"\\u005f_proto__":{"polluted":1},"a":{}}'])('drops %s', async body => {
    const { json } = await client(await serve(reply(200, body))).request<Record<string, unknown>>({ path: '/' });
    expect(Object.keys(json)).toEqual(['a']);
    expect(Object.keys(json.a as object)).toEqual([]);
    expect((Object.assign({}, json) as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('where a source may point', () => {
  it('private ranges yes; loopback, link-local, multicast, metadata and disguised forms no', () => {
    for (const a of ['10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1', '8.8.8.8', '2606:4700::1']) expect([a, forbiddenAddress(a)]).toEqual([a, null]);
    for (const a of ['127.0.0.1', '127.9.9.9', '0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255', '240.0.0.1', '::1', '::', 'fe80::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:169.254.169.254', '64:ff9b::7f00:1', '2002:7f00:1::', '::127.0.0.1', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16', '192.0.0.192', 'fec0::1', 'fd20:ce::254', 'fd00:ec2::23', 'fd00:ec2::253', 'x']) expect([a, forbiddenAddress(a) !== null]).toEqual([a, true]);
  });
  it.each(['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1.', '[::1]', '[::ffff:7f00:1]', 'localhost', 'a.localhost', 'LOCALHOST.', '169.254.169.254', '0xa9fea9fe', 'metadata.google.internal', '0', '①②⑦.0.0.1'])('refuses %s before any request', async host => {
    expect((await failure(client(`http://${host}:9`, { retries: 0 }, { allowedHosts: [] }).request({ path: '/' }))).code).toBe('forbidden_host');
  });
  it('refuses a name that resolves inside, even among good addresses, and connects to what was checked', async () => {
    const url = await serve(reply(200, '{}'));
    const port = new URL(url).port;
    const rebinding = async () => [{ address: '10.0.0.1', family: 4 as const }, { address: '127.0.0.1', family: 4 as const }];
    expect((await failure(client(`http://rebind.example.test:${port}`, {}, { allowedHosts: [], lookup: rebinding }).request({ path: '/' }))).code).toBe('forbidden_host');
    expect((await failure(client(`http://rebind.example.test:${port}`, {}, { allowedHosts: ['rebind.example.test'], lookup: rebinding }).request({ path: '/' }))).code).toBe('forbidden_host');
    let asked = 0;
    const good = async () => { asked += 1; return [{ address: '127.0.0.1', family: 4 as const }]; };
    expect((await client(`http://siem.example.test:${port}`, {}, { allowedHosts: ['siem.example.test', '127.0.0.1'], lookup: good }).request({ path: '/' })).status).toBe(200);
    expect(asked).toBe(1);
  });
  it('allowed_hosts is the whole list', () => {
    const guard = hostGuard('siem', ['127.0.0.1:9200', '10.0.0.0/8', '*.soc.test', '[fd12::1]:*']);
    for (const [host, port] of [['127.0.0.1', 9200], ['10.9.9.9', 1], ['a.soc.test', 443], ['[fd12::1]', 5]] as const) expect(() => guard.checkName(host, port)).not.toThrow();
    for (const [host, port] of [['127.0.0.1', 9201], ['192.168.0.1', 443], ['soc.test', 443], ['evilsoc.test', 443], ['example.org', 443]] as const) expect(() => guard.checkName(host, port)).toThrow(SourceError);
  });
});

it('goes through the configured proxy', async () => {
  const url = await serve(reply(200, '{"via":"proxy"}'));
  const asked: string[] = [];
  const proxy = createPlain((request, response) => { asked.push(String(request.url)); reply(200, '{"via":"proxy"}')(request, response); });
  proxy.on('connect', (request, socket: Socket) => {
    asked.push(String(request.url));
    const target = new URL(url);
    const onward = connect(Number(target.port), target.hostname, () => { socket.write('HTTP/1.1 200 OK\r\n\r\n'); onward.pipe(socket); socket.pipe(onward); });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>(done => proxy.listen(0, '127.0.0.1', done));
  closers.push(() => new Promise(done => { proxy.closeAllConnections(); proxy.close(() => done()); }));
  const http = client('http://siem.soc.test', { proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }, { allowedHosts: ['siem.soc.test', '127.0.0.1:*'] });
  expect((await http.request({ path: '/x' })).json).toEqual({ via: 'proxy' });
  expect(asked[0]).toContain('siem.soc.test');
});
