/** The whole command line against the built backend behind a Grafana-compatible server: real grants, real scopes, a real (small) Jira. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendProcess } from '../../../demo/preview/server/backend-process';
import { ClientBackend } from '../../../demo/preview/server/client-organisation';
import { GrpcBackend, pluginContext, pluginId } from '../../../demo/preview/server/grpc-backend';
import { DEMO_TOKEN, jiraDemoSource, startJiraUpstream } from '../../../demo/upstreams/jira';
import { createWorld } from '../../../demo/world';
import { CLIENTS } from '../../../demo/world/clients';
import { clientsCommands } from '../../../src/cli/clients';
import { ruleQueries } from '../../../src/cli/clients/alert-rules';
import type { Cli } from '../../../src/cli/command';
import { runCli } from '../../../src/cli/program';
import { reportCommand } from '../../../src/cli/report';
import { executableName, platformOf } from '../../../tools/build/platform';
import { startGrafanaDouble, type GrafanaDouble, type PluginCaller } from '../../doubles/grafana';
import { registerProcess, unregisterProcess } from '../../setup/processes';

const CLOCK = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'soc-doctor-'));
const world = createWorld({ anchor: '2026-11-24', scale: 0.02 });
const clients = CLIENTS.map(({ id, name, zone }) => ({ id, name, zone }));
let jira: Awaited<ReturnType<typeof startJiraUpstream>>;
let backend: BackendProcess;
let grafana: GrafanaDouble;
let file: string;

const pluginFor = ({ orgId, role, dataSource }: PluginCaller): GrpcBackend => new GrpcBackend(backend, pluginContext(
  { uid: dataSource.uid, name: dataSource.name, jsonData: dataSource.jsonData, secureJsonData: dataSource.secureJsonData, lastUpdatedMS: dataSource.updatedMs }, { orgId, role: role as 'Admin' }, '0.1.0'));
async function cli(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const out: string[] = [], said: string[] = [];
  const parts: Cli = { out: line => out.push(line), say: line => said.push(line), env: { GRAFANA_PASSWORD: 'admin' }, now: () => CLOCK };
  const code = await runCli(['clients', ...args], [clientsCommands], parts);
  return { code, out: out.join('\n'), said: said.join('\n') };
}
const organisation = (name: string) => [...grafana.state.organisations.values()].find(o => o.name === name)!;
const sourceOf = (name: string) => organisation(name).dataSources.get('soc-outcomes')!;
const ask = (name: string, queries: object[]) => pluginFor({ orgId: organisation(name).id, role: 'Viewer', dataSource: sourceOf(name) })
  .query({ from: String(CLOCK - 30 * DAY), to: String(CLOCK), queries: queries.map((q, i) => ({ refId: String(i), version: 1, ...q })) }, {});

beforeAll(async () => {
  jira = await startJiraUpstream({ world, now: () => CLOCK });
  backend = new BackendProcess({ launcher: join(__dirname, '..', '..', '..', 'dist', executableName(platformOf())), env: { GF_PLUGIN_DATA_PATH: join(folder, 'data'), GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', SOC_OUTCOMES_CLOCK: new Date(CLOCK).toISOString() } });
  registerProcess((await backend.pid()) ?? 0, 'backend of the doctor test');
  grafana = await startGrafanaDouble({ pluginFor });
  const settings = { clients, sources: [{ ...jiraDemoSource(jira.url, { clients: CLIENTS }), historyDays: 60, intervalSeconds: 5 }], policy: { sla: { targets: [{ hours: { critical: { decide: 1 }, high: { decide: 4 }, medium: { decide: 24 }, low: { decide: 72 } } }] } } };
  grafana.state.organisations.get(1)!.dataSources.set('soc-outcomes', { id: 99, uid: 'soc-outcomes', name: 'SOC', type: pluginId, access: 'proxy', url: '', isDefault: true, readOnly: false, jsonData: { settings }, secureJsonData: { 'jira.secret': DEMO_TOKEN }, version: 1, updatedMs: 1 });
  const operator = pluginFor({ orgId: 1, role: 'Admin', dataSource: grafana.state.organisations.get(1)!.dataSources.get('soc-outcomes')! });
  for (;;) {
    const { status, body } = await operator.resource({ method: 'GET', path: 'status', search: '', headers: {}, body: new Uint8Array() });
    const said = JSON.parse(Buffer.from(body).toString('utf8')) as { streams?: { current: boolean }[] };
    if (status === 200 && said.streams!.length > 0 && said.streams!.every(s => s.current)) break;
    await new Promise(done => setTimeout(done, 50));
  }
  file = join(folder, 'clients.yaml');
  writeFileSync(file, `grafana: {url: "${grafana.url}", user: admin, password: env:GRAFANA_PASSWORD}\nclients:\n${clients.map(c => `  - {id: ${c.id}, name: "${c.name}", zone: ${c.zone}}\n`).join('')}`);
}, 120_000);
afterAll(async () => {
  await grafana?.close();
  const pid = await backend?.pid();
  await backend?.stop();
  unregisterProcess(pid ?? 0);
  await jira?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('before apply doctor says what is missing, and --dry-run changes nothing', async () => {
  const before = await cli('doctor', '-f', file);
  expect(before.code).toBe(1);
  expect(before.out).toContain('Run clients apply first');
  expect((await cli('apply', '-f', file, '--dry-run')).code).toBe(0);
  expect(grafana.state.organisations.size).toBe(1);
});

test('apply, then doctor: every organisation sees exactly its own client', async () => {
  const applied = await cli('apply', '-f', file);
  expect([applied.code, applied.said]).toEqual([0, expect.stringMatching(/^6 organisations: \d+ made, 6 changed/)]);
  const healthy = await cli('doctor', '-f', file);
  expect([healthy.out.split('\n').filter(l => !l.includes(': sees exactly')), healthy.code]).toEqual([[], 0]);
  for (const c of clients) expect(healthy.out).toContain(`sees exactly ${c.id}`);
  expect((await cli('apply', '-f', file)).said).toMatch(/0 made, 0 changed/);
}, 60_000);

test('the organisation has rows of its own, not only nothing foreign', async () => {
  const busy = clients.map(c => c.name);
  const rows = await Promise.all(busy.map(async name => Object.values(await ask(name, [{ metric: 'sla.adherence', groupBy: ['tier', 'client'], view: 'table' }]))[0]!.frames[0]?.data.values[0]?.length ?? 0));
  expect(Math.max(...rows)).toBeGreaterThan(0);
}, 60_000);

test('the report: of its own client from a client’s organisation, of any from the operators’, from the command line through Grafana', async () => {
  const [own, other] = clients;
  const get = async (name: string, search: string) => {
    const answer = await pluginFor({ orgId: organisation(name).id, role: 'Viewer', dataSource: sourceOf(name) }).resource({ method: 'GET', path: 'report', search, headers: {}, body: new Uint8Array() });
    return { status: answer.status, type: String(answer.headers['content-type'] ?? answer.headers['Content-Type']), body: Buffer.from(answer.body).toString('utf8') };
  };
  const page = await get(own!.name, 'month=2026-10');
  expect([page.status, page.type]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.body).toContain('Security operations report, October 2026');
  for (const c of clients.slice(1)) expect(page.body).not.toContain(c.name);
  expect(await get(own!.name, `client=${other!.id}`)).toMatchObject({ status: 400, body: expect.stringContaining(`there is ${own!.id}`) as string });
  expect((await get(own!.name, 'month=2026-10&format=csv&table=decided')).type).toBe('text/csv; charset=utf-8');
  expect(await get(own!.name, 'format=csv&table=../secrets')).toMatchObject({ status: 400 });

  const out: string[] = [], said: string[] = [];
  const code = await runCli(['report', '--client', own!.id, '--month', '2026-10', '--grafana', grafana.url, '--out', join(folder, 'report')], [reportCommand], { out: l => out.push(l), say: l => said.push(l), env: { GRAFANA_USER: 'admin', GRAFANA_PASSWORD: 'admin' }, now: () => CLOCK });
  expect([code, said[0]]).toEqual([0, `Read through ${grafana.url}, data source soc-outcomes.`]);
  expect(out.filter(f => f.endsWith('.csv')).length).toBeGreaterThan(8);
  expect(await runCli(['report', '--client', own!.id, '--grafana', grafana.url], [reportCommand], { out: () => undefined, say: l => said.push(l), env: {}, now: () => CLOCK })).toBe(1);
  expect(said.at(-1)).toContain('Set GRAFANA_TOKEN');
}, 60_000);

test('the preview looks through a client’s eyes: a grant minted when first needed, and its scope', async () => {
  const [own, other] = clients;
  const operator = pluginFor({ orgId: 1, role: 'Admin', dataSource: grafana.state.organisations.get(1)!.dataSources.get('soc-outcomes')! });
  const eyes = new ClientBackend(backend, operator, { orgId: 77, name: own!.name, clients: [own!.id], zone: own!.zone }, 'main', '0.1.0');
  const query = (q: object) => eyes.query({ from: String(CLOCK - 30 * DAY), to: String(CLOCK), queries: [{ refId: 'A', version: 1, ...q }] }, {});
  const named = await eyes.resource({ method: 'GET', path: 'suggestions/client', search: '', headers: {}, body: new Uint8Array() });
  expect(JSON.parse(Buffer.from(named.body).toString('utf8'))).toEqual({ values: [{ text: own!.name, value: own!.id }] });
  expect((await query({ metric: 'rules.outcomes', viewAs: [other!.id] })).A).toMatchObject({ status: 403 });
  expect((await eyes.resource({ method: 'POST', path: 'grants', search: '', headers: { 'Content-Type': 'application/json' }, body: Buffer.from(JSON.stringify({ orgId: 77, uid: 'soc-outcomes', clients: [other!.id] })) })).status).toBe(403);
  const nobody = new ClientBackend(backend, operator, { orgId: 78, name: 'Nobody', clients: ['ghost'], zone: 'UTC' }, 'main', '0.1.0');
  await expect(nobody.health({})).rejects.toThrow('No client of this workspace: "ghost"');
}, 60_000);

test('alert rules have no user: they answer with the organisation’s own scope', async () => {
  const [client] = clients;
  const source = sourceOf(client!.name);
  const context = pluginContext({ uid: source.uid, name: source.name, jsonData: source.jsonData, secureJsonData: source.secureJsonData, lastUpdatedMS: source.updatedMs }, { orgId: organisation(client!.name).id, role: 'Viewer' }, '0.1.0');
  const nobody = new GrpcBackend(backend, { ...context, user: undefined });
  const answers = await nobody.query({ from: String(CLOCK - 30 * DAY), to: String(CLOCK), queries: [...ruleQueries(), { metric: 'rules.outcomes', groupBy: ['client'], view: 'table' }].map((q, i) => ({ refId: String(i), version: 1, ...q })) }, { FromAlert: 'true' });
  expect(Object.values(answers).flatMap(a => a.error ?? [])).toEqual([]);
  expect(JSON.stringify(answers)).not.toMatch(new RegExp(`"(${clients.slice(1).map(c => c.id).join('|')})"`));
}, 60_000);

test('a grant put into another organisation is denied, and doctor says so', async () => {
  const [a, b] = clients;
  const kept = sourceOf(a!.name).secureJsonData;
  sourceOf(a!.name).secureJsonData = { ...sourceOf(b!.name).secureJsonData };
  sourceOf(a!.name).updatedMs += 1;
  const sick = await cli('doctor', '-f', file);
  expect(sick.code).toBe(1);
  expect(sick.said).toContain(`1 of ${clients.length} organisations have problems: ${a!.name}`);
  expect(sick.out).toMatch(/another organisation/);
  sourceOf(a!.name).secureJsonData = kept;
  sourceOf(a!.name).updatedMs += 1;
}, 60_000);

test('another client for an organisation: a new grant, and the old one is revoked', async () => {
  const [a, b] = clients;
  const old = sourceOf(a!.name).secureJsonData.grant!;
  writeFileSync(join(folder, 'moved.yaml'), `grafana: {url: "${grafana.url}", user: admin, password: env:GRAFANA_PASSWORD}\nclients:\n${clients.map(c => `  - {id: ${c.id}, name: "${c.name}", zone: ${c.zone}}\n`).join('')}organisations:\n  - {name: "${a!.name}", clients: [${a!.id}, ${b!.id}]}\n`);
  expect((await cli('apply', '-f', join(folder, 'moved.yaml'))).code).toBe(0);
  expect((await cli('doctor', '-f', join(folder, 'moved.yaml'))).out).toContain(`sees exactly ${[a!.id, b!.id].sort().join(', ')}`);
  sourceOf(a!.name).secureJsonData = { grant: old };
  sourceOf(a!.name).updatedMs += 1;
  const answers = await ask(a!.name, [{ metric: 'sla.adherence', view: 'table' }]);
  expect(answers['0']).toMatchObject({ status: 403, error: expect.stringContaining('revoked') as string });
}, 60_000);
