/** `clients plan|apply` against a Grafana-compatible server: what is made, that a second time writes nothing, and that one failure stops nobody else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everyOrganisation, connect, type Outcome } from '../../../src/cli/clients/every';
import { readClientsFile } from '../../../src/cli/clients/config';
import { readClientDashboards } from '../../../src/cli/clients/dashboards';
import type { GrantDesk, GrantWish } from '../../../src/cli/clients/grant';
import { outcomeLines, summary } from '../../../src/cli/clients/words';
import { DAY } from '../../../src/model';
import { clientsCommands } from '../../../src/cli/clients';
import { OLDEST_GRAFANA, tooOld } from '../../../src/cli/clients/version';
import { runCli } from '../../../src/cli/program';
import { startGrafanaDouble, type GrafanaDouble } from '../../doubles/grafana';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'soc-clients-'));
const dashboards = readClientDashboards();
const env = { GRAFANA_PASSWORD: 'admin' };
let grafana: GrafanaDouble;
let minted: GrantWish[];
let revoked: string[];
/** A desk that notes what it is asked; the real one stands behind doctor.test.ts. */
const desk: GrantDesk = { mint: async wish => { minted.push(wish); return { grant: `grant-${wish.orgId}`, id: `g${wish.orgId}-${minted.length}` }; }, revoke: async id => { revoked.push(id); } };

beforeEach(async () => { grafana = await startGrafanaDouble(); minted = []; revoked = []; });
afterEach(() => grafana.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(clients: string, more = '', credentials = 'user: admin, password: env:GRAFANA_PASSWORD'): string {
  const path = join(folder, `clients-${Math.round(process.hrtime()[1])}.yaml`);
  writeFileSync(path, `grafana: {url: "${grafana.url}", ${credentials}}\n${more}\nclients:\n${clients}`);
  return path;
}
const TWO = '  - {id: acme, name: Acme, zone: Europe/Berlin}\n  - {id: globex, name: Globex, zone: America/New_York}\n';
async function run(path: string, write: boolean, now = NOW): Promise<Outcome[]> {
  const file = readClientsFile(path);
  return everyOrganisation(connect(file, env), { file, dashboards, now, desk }, write);
}
const writes = () => grafana.seen.filter(s => s.method !== 'GET');
const organisation = (name: string) => [...grafana.state.organisations.values()].find(o => o.name === name)!;
const errors = (outcomes: readonly Outcome[]) => outcomes.flatMap(o => (o.error === null ? [] : [`${o.organisation}: ${o.error}`]));

test('plan says what apply would make, and makes nothing', async () => {
  const planned = await run(fileOf(TWO), false);
  expect(errors(planned)).toEqual([]);
  expect(writes()).toEqual([]);
  expect(minted).toEqual([]);
  const lines = outcomeLines(planned, false).join('\n');
  for (const part of ['+ organisation Acme', '+ data source soc-outcomes', 'grant for acme until 2027-11-24', '+ folder soc-outcomes', '+ alert rules SOC Outcomes']) expect(lines).toContain(part);
  for (const d of dashboards) expect(lines).toContain(`+ dashboard ${String(d.uid)}`);
});

test('apply makes each organisation with its own grant, zone and language; nothing of one client stands in another', async () => {
  expect(errors(await run(fileOf(TWO, 'language: de-DE'), true))).toEqual([]);
  const acme = organisation('Acme'), globex = organisation('Globex');
  expect(minted.map(({ orgId, uid, clients, expires }) => ({ orgId, uid, clients, days: Math.round((expires - NOW) / DAY) })).sort((a, b) => a.orgId - b.orgId)).toEqual([
    { orgId: acme.id, uid: 'soc-outcomes', clients: ['acme'], days: 365 }, { orgId: globex.id, uid: 'soc-outcomes', clients: ['globex'], days: 365 },
  ].sort((a, b) => a.orgId - b.orgId));
  for (const [o, zone] of [[acme, 'Europe/Berlin'], [globex, 'America/New_York']] as const) {
    const source = o.dataSources.get('soc-outcomes')!;
    expect(source).toMatchObject({ type: 'socoutcomes-metrics-datasource', url: '', secureJsonData: { grant: `grant-${o.id}` }, jsonData: { workspace: 'main' } });
    expect(JSON.stringify(source.jsonData)).not.toContain('grant-');
    expect([...o.dashboards.values()].map(d => d.dashboard.timezone)).toEqual(dashboards.map(() => zone));
    expect(o.preferences).toMatchObject({ timezone: zone, language: 'de-DE', homeDashboardUID: 'soc-outcomes-client-overview' });
    expect([...o.ruleGroups.keys()]).toEqual(['soc-outcomes/SOC Outcomes']);
  }
  expect(JSON.stringify([...acme.dataSources.values(), ...acme.dashboards.values(), ...acme.ruleGroups.values()])).not.toMatch(/globex/i);
});

test('a second time writes nothing and mints nothing', async () => {
  const path = fileOf(TWO);
  await run(path, true);
  grafana.seen.length = 0;
  minted = [];
  const again = await run(path, true);
  expect(errors(again)).toEqual([]);
  expect(writes()).toEqual([]);
  expect(minted).toEqual([]);
  expect(again.flatMap(o => o.steps.map(s => s.action)).every(a => a === 'keep')).toBe(true);
});

test('fifty clients within 60 s, and nothing to write the second time', async () => {
  const path = fileOf(Array.from({ length: 50 }, (_, i) => `  - {id: client-${i}, name: Client ${i}, zone: Europe/Berlin}\n`).join(''));
  const began = process.hrtime.bigint();
  expect(errors(await run(path, true))).toEqual([]);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(`clients apply, 50 organisations: ${seconds.toFixed(1)} s, ${grafana.seen.length} requests`);
  expect(seconds).toBeLessThan(60);
  expect(grafana.state.organisations.size).toBe(51);
  grafana.seen.length = 0;
  const again = await run(path, true);
  expect(summary(again, true)).toMatch(/^50 organisations: 0 made, 0 changed/);
  expect(writes()).toEqual([]);
}, 90_000);

test('what somebody changed is shown and put back, and what Grafana adds is no change', async () => {
  const path = fileOf(TWO);
  await run(path, true);
  const acme = organisation('Acme');
  acme.folders.get('soc-outcomes')!.title = 'Mine';
  const first = [...acme.dashboards.values()][0]!;
  (first.dashboard.panels as { title: string }[])[0]!.title = 'Nice numbers';
  first.dashboard.schemaVersion = 42;
  acme.preferences.timezone = 'UTC';
  const planned = outcomeLines(await run(path, false), false);
  expect(planned).toEqual(expect.arrayContaining(['  ~ folder soc-outcomes', '      title: "Mine" → "SOC Outcomes"', `  ~ dashboard ${first.uid}`, '  ~ preferences', '      timezone: "UTC" → "Europe/Berlin"', 'Globex (organisation 3): as it should be']));
  expect(planned.join('\n')).not.toContain('schemaVersion');
  await run(path, true);
  expect([...acme.dashboards.values()][0]!.dashboard.panels).toEqual(dashboards[0]!.panels);
  expect(outcomeLines(await run(path, false), false)).toEqual(['Acme (organisation 2): as it should be', 'Globex (organisation 3): as it should be']);
});

test('a grant is renewed before it ends and when its clients change, and only then', async () => {
  await run(fileOf(TWO), true);
  minted = [];
  await run(fileOf(TWO), true, NOW + 334 * DAY);
  expect(minted).toEqual([]);
  await run(fileOf(TWO), true, NOW + 336 * DAY);
  expect(minted.map(m => m.clients).sort()).toEqual([['acme'], ['globex']]);
  expect(revoked.sort()).toEqual(['g2-1', 'g3-2'].sort());
  minted = [];
  const organisations = 'organisations:\n  - {name: Acme, clients: [globex, acme]}\n  - {name: Globex, clients: [globex]}\n';
  const lines = outcomeLines(await run(fileOf(TWO, organisations), true, NOW + 336 * DAY), true);
  expect(minted.map(m => m.clients)).toEqual([['acme', 'globex']]);
  expect(lines.join('\n')).toContain('grant for acme, globex until');
  expect(organisation('Acme').dataSources.get('soc-outcomes')!.version).toBe(3);
});

test.each<[string, { status: number; message: string } | 'drop', RegExp]>([
  ['an answer of 500', { status: 500, message: 'database is locked' }, /answered 500: database is locked/], ['a refusal', { status: 403, message: 'Access denied' }, /answered 403.*role Admin/], ['a broken connection', 'drop', /no answer/],
])('%s in one organisation is reported; the others are done', async (_, fault, message) => {
  grafana.fault = (method, path, orgId) => (method === 'POST' && path === '/api/folders' && grafana.state.organisations.get(orgId)?.name === 'Acme' ? fault : undefined);
  const path = fileOf(TWO);
  const [acme, globex] = await run(path, true);
  expect(acme!.error).toMatch(message);
  expect(globex!.error).toBeNull();
  expect(organisation('Globex').dashboards.size).toBe(dashboards.length);
  grafana.fault = undefined;
  expect(errors(await run(path, true))).toEqual([]);
  expect(organisation('Acme').dashboards.size).toBe(dashboards.length);
});

test('an organisation that is there already is joined, not made anew', async () => {
  grafana.state.addOrganisation('Acme');
  const lines = outcomeLines(await run(fileOf(TWO), true), true).join('\n');
  expect(lines).toContain('admin becomes Admin of it');
  expect(grafana.state.organisations.size).toBe(3);
});

test('a token works in its own organisation only; one of another is refused before anything is written', async () => {
  const acme = grafana.state.addOrganisation('Acme'), other = grafana.state.addOrganisation('Other');
  const right = grafana.state.addToken(acme.id, 'Admin'), wrong = grafana.state.addToken(other.id, 'Admin');
  const operator = grafana.state.addToken(1, 'Admin');
  const organisations = 'organisations:\n  - {name: Acme, clients: [acme], token: env:RIGHT}\n  - {name: Globex, clients: [globex], token: env:WRONG}\n';
  const file = readClientsFile(fileOf(TWO, organisations, 'token: env:OPERATOR'));
  const outcomes = await everyOrganisation(connect(file, { RIGHT: right, WRONG: wrong, OPERATOR: operator }), { file, dashboards, now: NOW, desk }, true);
  expect(outcomes[0]!.error).toBeNull();
  expect(outcomes[1]!.error).toContain('belongs to organisation "Other", not to "Globex"');
  expect(writes().every(w => w.orgId === acme.id)).toBe(true);
});

test.each<[string, string, RegExp]>([
  ['a literal password', 'user: admin, password: secret123', /a literal secret is refused/], ['no credentials', 'user: admin', /user and password belong together/], ['an unknown key', 'user: admin, password: env:P, pasword: x', /pasword/],
])('the file is refused: %s', async (_, credentials, message) => {
  const path = fileOf(TWO, '', credentials);
  expect(() => readClientsFile(path)).toThrow(message);
  try { readClientsFile(path); } catch (error) { expect((error as Error).message).not.toContain('secret123'); }
});
test('an organisation with a client the file does not have, and the same client twice, are refused by name', () => {
  expect(() => readClientsFile(fileOf(TWO, 'organisations: [{name: A, clients: [ghost]}]\n'))).toThrow(/"ghost" is no client/);
  expect(() => readClientsFile(fileOf(`${TWO}  - {id: acme, name: Twin, zone: UTC}\n`))).toThrow(/"acme" stands twice/);
});
test('the password stands in no message', async () => {
  const file = readClientsFile(fileOf(TWO));
  await expect(everyOrganisation(connect(file, { GRAFANA_PASSWORD: 'hunter2-wrong' }), { file, dashboards, now: NOW, desk }, true)).rejects.toThrow(/answered 401.*Check user and password/);
  await everyOrganisation(connect(file, { GRAFANA_PASSWORD: 'hunter2-wrong' }), { file, dashboards, now: NOW, desk }, true).catch((e: Error) => expect(e.message).not.toContain('hunter2'));
});

test.each(['plan', 'apply', 'doctor'])('%s on a Grafana that is too old says so and changes nothing', async command => {
  grafana.state.version = '10.1.2';
  const said: string[] = [];
  const code = await runCli(['clients', command, '-f', fileOf(TWO)], [clientsCommands], { out: l => said.push(l), say: l => said.push(l), env, now: () => NOW });
  expect(code).toBe(1);
  expect(said.join('\n')).toContain(`is 10.1.2; client organisations need ${OLDEST_GRAFANA} or later`);
  expect(writes()).toEqual([]);
});
test('versions: before the oldest, the oldest, later, hidden', () => {
  expect(['10.1.2', '11.5.9', '11.6.0-pre', '11.6.0', '11.10.1', '12.0.0', '13.1.0-beta', '', 'main'].filter(tooOld)).toEqual(['10.1.2', '11.5.9']);
});
test('the oldest Grafana is that of the manifest', () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../../plugin.json'), 'utf8')) as { dependencies: { grafanaDependency: string } };
  expect(manifest.dependencies.grafanaDependency).toBe(`>=${OLDEST_GRAFANA}`);
});
