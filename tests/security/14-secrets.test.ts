/** Canary secrets in every place where a secret can stand, then a search through everything that leaves: logs, answers, errors, the store, the package. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { netboxDemoSource } from '../../demo/upstreams/netbox';
import { ROUTES } from '../../src/backend/handlers/routes';
import { ROOT } from '../contract/host/plugin-process';
import { pluginContext } from '../contract/host/caller';
import { canarySoc, CLIENTS } from './support/canaries';
import { newFolder, range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

const SECRETS = { source: 'cnrsecretsource7741', unused: 'cnrsecretunused7742', env: 'cnrsecretenviron7743', key: `cnrsecretgrantkey7744${'k'.repeat(40)}`, cookie: 'cnrsecretcookie7745', token: 'cnrsecrettoken7746' };
const files = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter(e => e.isFile()).map(e => join(e.parentPath, e.name));

securityRow(14, ({ proves, say }) => {
  let soc: Soc;
  let echo: Server;
  const answers: string[] = [];
  const seen: string[] = [];
  beforeAll(async () => {
    // A server that sends back what it was given, as broken gateways do.
    echo = createServer((request, response) => { seen.push(String(request.headers.authorization)); response.writeHead(401, { 'content-type': 'application/json', 'set-cookie': SECRETS.cookie }); response.end(JSON.stringify({ message: `bad key ${request.headers.authorization}`, detail: String(request.headers.authorization) })); });
    await new Promise<void>(done => { echo.listen(0, '127.0.0.1', done); });
    const folder = newFolder('secrets');
    const world = canarySoc(folder, { days: 3 });
    const keys = join(folder, 'grant-keys');
    writeFileSync(keys, `${SECRETS.key}\n`, { mode: 0o600 });
    const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const broken = { ...netboxDemoSource(url, { clients: [] }), id: 'broken', retries: 0, intervalSeconds: 5 };
    const byEnv = { ...netboxDemoSource(url, { clients: [] }), id: 'byenv', retries: 0, auth: { kind: 'bearer', secret: 'env:GF_PLUGIN_NETBOX_TOKEN' } };
    const settings = { ...world.settings, sources: [...(world.settings.sources as object[]), broken, byEnv] };
    soc = await startSoc({ data: folder, soc: { ...world, settings }, wait: false, env: { GF_PLUGIN_GRANT_KEY: `file:${keys}`, GF_PLUGIN_NETBOX_TOKEN: SECRETS.env }, secrets: { 'broken.secret': SECRETS.source, 'nothing.secret': SECRETS.unused } });
  }, 120_000);
  afterAll(async () => { if (soc?.plugin.child.exitCode === null) await soc.stop(); await new Promise(done => { echo.closeAllConnections(); echo.close(done); }); });

  proves('the secrets were used: the source was asked with them', async () => {
    const operator = soc.operator();
    const headers = { Cookie: SECRETS.cookie, 'http_Cookie': SECRETS.cookie, Authorization: `Bearer ${SECRETS.token}`, 'http_Authorization': `Bearer ${SECRETS.token}`, 'X-Grafana-Id': SECRETS.token, 'http_X-Grafana-Id': SECRETS.token };
    const health = await soc.plugin.checkHealth(operator);
    answers.push(JSON.stringify(health));
    expect(health.status).toBe('error');
    expect(seen.some(s => s.includes(SECRETS.source))).toBe(true);
    expect(seen.some(s => s.includes(SECRETS.env))).toBe(true);
    const minted = JSON.parse((await soc.mint({ orgId: CLIENTS[0]!.orgId, uid: CLIENTS[0]!.uid, clients: [CLIENTS[0]!.id] })).body) as { grant: string };
    const client = soc.client(CLIENTS[0]!, { dataSource: { uid: CLIENTS[0]!.uid, jsonData: {}, secrets: { grant: minted.grant, other: SECRETS.unused } } });
    for (const caller of [operator, client]) {
      for (const metric of ['sources.status', 'sla.adherence', 'integrity.counters', 'nonsense']) {
        const { responses } = await soc.plugin.rpc.data.queryData({ pluginContext: pluginContext(caller), headers, queries: [{ refId: 'A', json: Buffer.from(JSON.stringify({ version: 1, metric })), timeRange: { fromEpochMS: BigInt(range.fromMs), toEpochMS: BigInt(range.toMs) } }] });
        answers.push(responses.A!.error, ...responses.A!.frames.map(f => Buffer.from(f).toString('latin1')));
      }
      for (const route of ROUTES) {
        // The one answer that must hold a secret, a new grant, is looked at above.
        const path = route.path.source.replace(/[\^$]/g, '').replace(/\\\//g, '/').replace(/\(.*\)/, 'client');
        answers.push((await soc.plugin.callResource(path, { method: route.method, headers, body: '{}' }, caller)).body);
      }
      answers.push(JSON.stringify(await soc.plugin.checkHealth(caller)), JSON.stringify(await soc.plugin.subscribe('status', undefined, caller)), await soc.plugin.collectMetrics());
    }
    // Until the sync, too, has met the refusal and keeps it as the source's error.
    for (;;) {
      const { body } = await soc.plugin.callResource('status', {}, operator);
      if ((JSON.parse(body) as { streams: { source: string; error: string | null }[] }).streams.filter(s => s.source === 'broken').some(s => s.error !== null)) { answers.push(body); break; }
      await new Promise(done => setTimeout(done, 50));
    }
    answers.push(minted.grant.slice(0, 0));
    Object.assign(SECRETS, { grant: minted.grant });
  }, 120_000);

  proves('none of them in an answer or an error', () => {
    const all = answers.join('\n');
    expect(all.length).toBeGreaterThan(10_000);
    expect(Object.entries(SECRETS).filter(([, s]) => all.includes(s) || all.includes(encodeURIComponent(s)) || all.includes(Buffer.from(s).toString('base64').slice(0, 20))).map(([name]) => name)).toEqual([]);
  });

  proves('none in the log', () => {
    expect(soc.plugin.logs().length).toBeGreaterThan(3);
    expect(Object.entries(SECRETS).filter(([, s]) => soc.plugin.stderr().includes(s)).map(([name]) => name)).toEqual([]);
  });

  proves('none in the store\'s files, and the folder is the process\'s own', async () => {
    await soc.stop();
    const data = join(soc.folder, 'data');
    const stored = files(data);
    expect(stored.some(f => f.endsWith('outcomes.duckdb'))).toBe(true);
    const found = stored.flatMap(f => { const text = readFileSync(f, 'latin1'); return Object.entries(SECRETS).filter(([, s]) => text.includes(s)).map(([name]) => `${name} in ${f.slice(data.length)}`); });
    expect(found).toEqual([]);
    expect(statSync(join(data, 'main')).mode & 0o077).toBe(0);
    say(`${answers.length} answers, ${stored.length} files searched`);
  }, 60_000);

  proves('a key made on first use is readable by its owner alone and stands in no answer', async () => {
    const other = await startSoc({ clients: CLIENTS.slice(0, 1) });
    try {
      const file = join(other.folder, 'data', 'main', 'grant.key');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const key = readFileSync(file, 'utf8').trim();
      const grants = await other.plugin.callResource('grants', {}, other.operator());
      expect(grants.status).toBe(200);
      for (const text of [grants.body, other.plugin.stderr(), (await other.plugin.callResource('settings/state', {}, other.operator())).body]) expect(text).not.toContain(key);
      expect(readFileSync(join(other.folder, 'data', 'main', 'outcomes.duckdb'), 'latin1')).not.toContain(key);
    } finally { await other.stop(); }
  }, 120_000);

  proves('none in the package that is built, and no path of this machine\'s secrets', () => {
    const built = files(join(ROOT, 'dist')).filter(f => /\.(js|json|md|yaml|yml)$/.test(f));
    expect(built.length).toBeGreaterThan(1);
    const found = built.flatMap(f => { const text = readFileSync(f, 'utf8'); return [...Object.values(SECRETS), ...Object.entries(process.env).filter(([name, v]) => /token|secret|passw|api_?key/i.test(name) && (v ?? '').length >= 12).map(([, v]) => v!)].filter(s => text.includes(s)).map(() => f); });
    expect(found).toEqual([]);
    for (const f of built) expect(readFileSync(f, 'utf8')).not.toMatch(/-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]/);
  });
});
