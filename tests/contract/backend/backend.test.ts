/** The built backend as Grafana starts it, with real settings, a real store and a real (small) Jira over HTTP. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_TOKEN, jiraDemoSource, startJiraUpstream } from '../../../demo/upstreams/jira';
import { CLIENTS } from '../../../demo/world/clients';
import { createWorld } from '../../../demo/world';
import { ENTRIES } from '../../../src/catalog';
import { startPlugin, type Caller, type Plugin } from '../host/plugin-client';

const CLOCK = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;
const folders: string[] = [];
const plugins: Plugin[] = [];
const folder = () => { const f = mkdtempSync(join(tmpdir(), 'soc-backend-')); folders.push(f); return f; };
async function start(env: Record<string, string> = {}, data = folder()): Promise<Plugin> {
  const plugin = await startPlugin({ env: { GF_PLUGIN_DATA_PATH: data, GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', SOC_OUTCOMES_CLOCK: new Date(CLOCK).toISOString(), ...env } });
  plugins.push(plugin);
  return plugin;
}
const clients = CLIENTS.map(({ id, name, zone }) => ({ id, name, zone }));
const operator = (settings: unknown, secrets: Record<string, string> = {}, lastUpdatedMS = 1): Caller => ({ dataSource: { uid: 'ops', jsonData: { settings }, secrets, lastUpdatedMS } });
/** Asks until the answer satisfies; the condition is the backend's own status, never a time. */
async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    await new Promise(done => setTimeout(done, 50));
  }
}
const range = { fromMs: CLOCK - 30 * DAY, toMs: CLOCK };

afterAll(async () => {
  for (const plugin of plugins) if (plugin.child.exitCode === null && plugin.child.signalCode === null) await plugin.kill();
  for (const f of folders) rmSync(f, { recursive: true, force: true });
});

describe('a workspace with a Jira', () => {
  const world = createWorld({ anchor: '2026-11-24', scale: 0.02 });
  let jira: Awaited<ReturnType<typeof startJiraUpstream>>;
  let plugin: Plugin;
  let caller: Caller;
  beforeAll(async () => {
    jira = await startJiraUpstream({ world, now: () => CLOCK });
    plugin = await start();
    caller = operator({ clients, sources: [{ ...jiraDemoSource(jira.url, { clients: CLIENTS }), historyDays: 60, intervalSeconds: 5 }], policy: { sla: { targets: [{ hours: { critical: { decide: 1 }, high: { decide: 4 }, medium: { decide: 24 }, low: { decide: 72 } } }] } } }, { 'jira.secret': DEMO_TOKEN });
  }, 60_000);
  afterAll(() => jira?.close());

  test('syncs and answers: adherence by tier, never one aggregate', async () => {
    await until(() => plugin.callResource('status', {}, caller), a => a.status === 200 && (JSON.parse(a.body) as { streams: { current: boolean }[] }).streams.every(s => s.current));
    const { A, B } = await plugin.queryData([{ refId: 'A', json: { version: 1, metric: 'sla.adherence' }, ...range }, { refId: 'B', json: { version: 1, metric: 'sla.adherence', groupBy: ['client'] }, ...range }], caller);
    expect(A!.error).toBe('');
    const tiers = A!.frames[0]!.fields.find(f => f.name === 'tier')!.values;
    expect(tiers).toEqual(expect.arrayContaining(['critical', 'high', 'medium', 'low']));
    expect(B!.status === 400 || B!.frames[0]!.fields.some(f => f.name === 'tier')).toBe(true);
  }, 60_000);

  test.each<[string, Partial<Caller>]>([['organisation 2', { orgId: 2 }], ['a forged namespace', { orgId: 1, namespace: 'org-2' }], ['no organisation', { orgId: 0 }]])('%s gets nothing and is told why', async (_, who) => {
    const other = { ...caller, ...who };
    const { A } = await plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], other);
    expect(A).toMatchObject({ status: 403, frames: [] });
    expect(A!.error.length).toBeGreaterThan(30);
    expect((await plugin.checkHealth(other)).status).toBe('error');
    for (const path of ['status', 'suggestions/client']) expect((await plugin.callResource(path, {}, other)).status).toBe(403);
    expect((await plugin.subscribe('status', undefined, other)).status).not.toBe(0);
  });

  test('answers without a user (alert rules, public dashboards) within the organisation', async () => {
    const { A } = await plugin.queryData([{ json: { version: 1, metric: 'sla.adherence', view: 'alert' }, ...range }], { ...caller, role: null }, { FromAlert: 'true' });
    expect(A!.error).toBe('');
    expect(A!.frames[0]!.meta?.type).toBe('numeric-multi');
  });

  test('answers a panel of a public dashboard: an invented user without a role, and what Grafana writes into the query', async () => {
    const beside = { refId: 'A', datasource: { type: 'socoutcomes-metrics-datasource', uid: 'ops' }, datasourceId: 1, hide: false, intervalMs: 86_400_000, maxDataPoints: 30, queryCachingTTL: 0 };
    const { A } = await plugin.queryData([{ json: { ...beside, version: 1, metric: 'sla.adherence', view: 'table' }, ...range }], { ...caller, role: '', person: { login: '', name: '', email: '' } });
    expect(A!.error).toBe('');
    expect(A!.frames[0]!.fields[0]!.values.length).toBeGreaterThan(0);
    for (const path of ['grants', 'settings/state']) expect((await plugin.callResource(path, {}, { ...caller, role: '' })).status).toBe(403);
  });

  test('every metric answers every view it has without being told a bucket', async () => {
    const asked = ENTRIES.flatMap(entry => entry.views.map(view => ({ refId: `${entry.id} ${view}`, json: { version: 1, metric: entry.id, view }, ...range })));
    const answers = await plugin.queryData(asked, caller);
    expect(asked.map(({ refId }) => [refId, answers[refId]!.error])).toEqual(asked.map(({ refId }) => [refId, '']));
    // So many at once are no leak: nothing of it stands in the log as a warning of Node's.
    expect(plugin.stderr()).not.toContain('MaxListenersExceeded');
  }, 60_000);

  test('refuses what it does not know, each query by itself', async () => {
    const bad = (json: unknown) => ({ json, ...range });
    const answers = await plugin.queryData([
      { refId: 'sql', ...bad({ version: 1, metric: 'sla.adherence', sql: 'select 1' }) }, { refId: 'metric', ...bad({ version: 1, metric: 'no.such' }) },
      { refId: 'group', ...bad({ version: 1, metric: 'sources.status', groupBy: ['tier'] }) }, { refId: 'future', ...bad({ version: 99, metric: 'sla.adherence' }) },
      { refId: 'good', ...bad({ version: 1, metric: 'sources.status' }) }, { refId: 'old', ...bad({ metricId: 'sources.status' }) },
    ], caller);
    for (const refId of ['sql', 'metric', 'group', 'future']) expect(answers[refId]).toMatchObject({ status: 400, errorSource: 'plugin' });
    expect(answers.group!.error).toContain('cannot be grouped by "tier"');
    for (const refId of ['good', 'old']) expect(answers[refId]!.error).toBe('');
  });

  test('an unknown resource, a wrong method, a viewer', async () => {
    expect((await plugin.callResource('no/such', {}, caller)).status).toBe(404);
    expect((await plugin.callResource('status', { method: 'DELETE' }, caller)).status).toBe(405);
    expect((await plugin.callResource('status', {}, { ...caller, role: 'None' })).status).toBe(403);
    expect((await plugin.callResource('catalog', {}, { ...caller, role: 'Viewer' })).status).toBe(200);
  });

  test('no secret in the log', async () => {
    expect(plugin.stderr()).not.toContain(DEMO_TOKEN);
  });

  test('a source that fails leaves the last good data, with the remedy in its status', async () => {
    jira.traps.unauthorized = true;
    const status = await until(() => plugin.queryData([{ json: { version: 1, metric: 'sources.status' }, ...range }], caller), a => a.A!.frames[0]!.fields.find(f => f.name === 'state')!.values[0] === 'failing');
    const error = status.A!.frames[0]!.fields.find(f => f.name === 'error')!.values[0];
    expect(error).toContain('jira');
    const { A } = await plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], caller);
    expect(A!.frames[0]!.fields[0]!.values.length).toBeGreaterThan(0);
    // Its age stands on the panel: until when the failing source was read.
    expect(A!.frames[0]!.meta?.notices).toContainEqual({ severity: 'warning', text: expect.stringMatching(/jira tickets \(last read 20\d\d-\d\d-\d\d \d\d:\d\d UTC\).*What was read before is shown/) as string });
    jira.traps.unauthorized = false;
  }, 60_000);
});

describe('bad settings are named', () => {
  let plugin: Plugin;
  beforeAll(async () => { plugin = await start(); });

  test('an empty data source', async () => {
    const health = await plugin.checkHealth({ dataSource: { uid: 'empty', jsonData: {} } });
    expect(health).toMatchObject({ status: 'error' });
    expect(health.message).toContain('no settings yet');
  });
  test.each<[string, unknown, string]>([
    ['an unknown key', { clients, sourcess: [] }, 'sourcess: unknown key'],
    ['a literal secret', { sources: [{ ...jiraDemoSource('http://127.0.0.1:1', { clients: CLIENTS }), auth: { kind: 'bearer', secret: 'hunter2' } }] }, 'a literal secret is refused'],
    ['a zone that is none', { zone: 'Mars/Base' }, 'not an IANA time zone'],
    ['a client twice', { clients: [clients[0], clients[0]] }, 'stands twice'],
    ['a target for nobody', { clients, policy: { sla: { targets: [{ client: 'ghost', hours: {} }] } } }, '"ghost" is no client'],
  ])('%s', async (_, settings, part) => {
    const { message, status } = await plugin.checkHealth(operator(settings));
    expect(status).toBe('error');
    expect(message).toContain(part);
    expect(message).not.toContain('hunter2');
  });
});

describe('a source that cannot be reached is named with what to do', () => {
  let html: ReturnType<typeof createServer>;
  let url: string;
  beforeAll(async () => {
    html = createServer((_, response) => { response.setHeader('content-type', 'text/html'); response.end('<html><form>Sign in</form></html>'); });
    await new Promise<void>(done => { html.listen(0, '127.0.0.1', done); });
    url = `http://127.0.0.1:${(html.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise(done => { html.closeAllConnections(); html.close(done); }));
  const healthOf = async (address: string, env: Record<string, string> = {}) => {
    const plugin = await start(env);
    return plugin.checkHealth(operator({ clients, sources: [{ ...jiraDemoSource(address, { clients: CLIENTS }), retries: 0 }] }, { 'jira.secret': 'x' }));
  };
  test('refused connection', async () => { expect((await healthOf('http://127.0.0.1:1')).message).toMatch(/jira.*(refused|port)/is); });
  test('HTML instead of JSON', async () => { expect((await healthOf(url)).message).toMatch(/jira.*(HTML|login|sign-in|web page)/is); });
  test('a host outside allowed_hosts', async () => { expect((await healthOf('http://169.254.169.254')).message).toMatch(/jira.*allowed_hosts/is); });
  test('no key at all', async () => {
    const plugin = await start();
    const { status, message } = await plugin.checkHealth(operator({ clients, sources: [jiraDemoSource(url, { clients: CLIENTS })] }));
    expect(status).toBe('error');
    expect(message).toContain('jira');
  });
});

describe('settings by file', () => {
  const yaml = (text: string) => { const f = join(folder(), 'workspace.yaml'); writeFileSync(f, text); return f; };

  test('open at start, without a request; both carriers at once are refused by health', async () => {
    const plugin = await start({ GF_PLUGIN_CONFIG_FILE: yaml('zone: Europe/Berlin\nclients:\n  - {id: acme, name: Acme, zone: Europe/Berlin}\n') });
    const none: Caller = { dataSource: { uid: 'any', jsonData: {} } };
    await until(() => plugin.callResource('suggestions/client', {}, none), a => a.status === 200);
    expect(JSON.parse((await plugin.callResource('suggestions/client', {}, none)).body)).toEqual({ values: [{ text: 'Acme', value: 'acme' }] });
    expect((await plugin.checkHealth(operator({ clients }))).message).toContain('two carriers');
  });
  test.each([['a broken file', 'zone: [', 'line 1'], ['an unknown key', 'zones: UTC', 'zones: unknown key']])('%s is named by health, and the process lives', async (_, text, part) => {
    const plugin = await start({ GF_PLUGIN_CONFIG_FILE: yaml(text) });
    const health = await until(() => plugin.checkHealth({}), h => !h.message.includes('opening'));
    expect(health.message).toContain(part);
  });
  test('a vanished file', async () => {
    const plugin = await start({ GF_PLUGIN_CONFIG_FILE: join(folder(), 'gone.yaml') });
    expect((await until(() => plugin.checkHealth({}), h => !h.message.includes('opening'))).message).toMatch(/gone\.yaml.*cannot be read/s);
  });
});
