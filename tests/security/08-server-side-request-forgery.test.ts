/** Where a source may point: a corpus of spellings, a resolver that changes its mind, redirects; only operators configure sources at all. */
import { createServer as createHttp, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient } from '../../src/backend/connectors/http/client';
import { SourceError } from '../../src/backend/connectors/http/port';
import { httpSchema } from '../../src/settings/sources';
import { CLIENTS } from './support/canaries';
import { corpus } from './support/ssrf-corpus';
import { range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

const SECRET = 'ssrf-canary-secret-9137';
securityRow(8, ({ proves, say }) => {
  let inside: Server;
  let port: string;
  const reached: string[] = [];
  beforeAll(async () => {
    inside = createHttp((request, response) => { reached.push(`${request.url} ${request.headers.authorization ?? ''}`); response.setHeader('content-type', 'application/json'); response.end('{}'); });
    await new Promise<void>(done => { inside.listen(0, '127.0.0.1', done); });
    port = String((inside.address() as AddressInfo).port);
  });
  afterAll(() => new Promise(done => { inside.closeAllConnections(); inside.close(done); }));
  const client = (url: string, more: { lookup?: Parameters<typeof createHttpClient>[2]['lookup']; allowedHosts?: string[] } = {}) =>
    createHttpClient({ ...httpSchema.parse({ url: 'http://placeholder.example', retries: 0, connectTimeoutMs: 500, timeoutMs: 1_000 }), url, auth: { kind: 'bearer' } }, { secret: SECRET }, { sourceId: 'siem', now: () => 0, allowedHosts: [], ...more });
  /** The code of the refusal, or `answered`. */
  const attempt = async (url: string, more: Parameters<typeof client>[1] = {}): Promise<string> => {
    try {
      const http = client(url, more);
      try { await http.request({ path: '/x' }); return 'answered'; } finally { await http.close(); }
    } catch (error) { return error instanceof SourceError ? error.code : `not explained: ${String(error)}`; }
  };

  proves('a corpus of bypass URLs reaches nothing inside', async () => {
    const all = corpus(port);
    expect(all.length).toBeGreaterThanOrEqual(250);
    expect(new Set(all.map(b => b.url)).size).toBe(all.length);
    const codes = new Map<string, number>();
    for (const { url, resolves } of all) {
      // A name that the corpus does not resolve is unknown to the resolver: nothing here asks a real one.
      const lookup = async () => { if (!resolves) throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }); return resolves.map(address => ({ address, family: address.includes(':') ? 6 as const : 4 as const })); };
      const code = await attempt(url, { lookup });
      expect([url, ['forbidden_host', 'url', 'dns'].includes(code) ? 'refused' : code]).toEqual([url, 'refused']);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(reached).toEqual([]);
    expect(codes.get('forbidden_host')).toBeGreaterThan(150);
    say(`${all.length} URLs: ${[...codes].map(([c, n]) => `${n} ${c}`).join(', ')}`);
  }, 120_000);

  proves('a resolver that answers well once and inside the next time: the checked address is the one connected to', async () => {
    let asked = 0;
    const rebinding = async () => [{ address: asked++ === 0 ? '203.0.113.77' : '127.0.0.1', family: 4 as const }];
    for (let i = 0; i < 3; i++) expect(await attempt(`http://rebind.example.org:${port}/`, { lookup: rebinding })).toBe('forbidden_host');
    // Allowed by name only: the name opens no forbidden address.
    asked = 1;
    expect(await attempt(`http://rebind.example.org:${port}/`, { lookup: rebinding, allowedHosts: ['rebind.example.org:*'] })).toBe('forbidden_host');
    expect(reached).toEqual([]);
  }, 60_000);

  proves('redirects are not followed, and no secret goes along', async () => {
    for (const status of [301, 302, 303, 307, 308]) for (const location of [`http://127.0.0.1:${port}/stolen`, `//127.0.0.1:${port}/stolen`, 'http://169.254.169.254/latest', `http://localhost:${port}/stolen`, 'file:///etc/passwd']) {
      const outside = createHttp((_request, response) => { response.writeHead(status, { location }); response.end(); });
      await new Promise<void>(done => { outside.listen(0, '127.0.0.1', done); });
      const at = (outside.address() as AddressInfo).port;
      expect([status, location, await attempt(`http://127.0.0.1:${at}/`, { allowedHosts: [`127.0.0.1:${at}`] })]).toEqual([status, location, 'http']);
      await new Promise(done => { outside.closeAllConnections(); outside.close(done); });
    }
    expect(reached).toEqual([]);
  }, 60_000);

  proves('over the wire: sources inside are refused by health and by the sync, without the secret in any text', async () => {
    const urls = corpus(port).filter(b => !b.resolves && /^https?:\/\/[^/@\\%]+\/[a-z/-]*$/.test(b.url)).map(b => b.url).filter(url => URL.canParse(url) && httpSchema.shape.url.safeParse(url).success).slice(0, 60);
    expect(urls.length).toBeGreaterThanOrEqual(40);
    const sources = urls.map((url, i) => ({ id: `s${i}`, system: 'netbox', url, auth: { kind: 'token' }, retries: 0, connectTimeoutMs: 500, timeoutMs: 1_000 }));
    const settings = { workspace: 'main', clients: CLIENTS.map(({ id, name, zone }) => ({ id, name, zone })), sources };
    const soc: Soc = await startSoc({ soc: { settings, files: '.' }, wait: false, env: { GF_PLUGIN_ALLOWED_HOSTS: '' }, secrets: Object.fromEntries(sources.map(s => [`${s.id}.secret`, SECRET])) });
    try {
      const health = await soc.plugin.checkHealth(soc.operator({ dataSource: { uid: 'ops', jsonData: { settings }, secrets: Object.fromEntries(sources.map(s => [`${s.id}.secret`, SECRET])), lastUpdatedMS: 1 } }));
      expect(health.status).toBe('error');
      const results = health.details.sources as { source: string; ok: boolean; message: string }[];
      expect(results).toHaveLength(sources.length);
      for (const [i, r] of results.entries()) expect([urls[i], r.ok, /may not be reached|could not be resolved|the URL/.test(r.message)]).toEqual([urls[i], false, true]);
      expect(JSON.stringify(health) + soc.plugin.stderr()).not.toContain(SECRET);
      expect(reached).toEqual([]);
      // A client organisation cannot bring a source at all, whatever its URL.
      const caller = { orgId: 77, role: 'Admin', dataSource: { uid: 'x', jsonData: { settings }, secrets: {}, lastUpdatedMS: 1 } };
      expect((await soc.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], caller)).A!.status).toBe(403);
      expect(reached).toEqual([]);
    } finally { await soc.stop(); }
  }, 120_000);
});
