/**
 * Everything a source or a configuration can do wrong (issue 3): the message names the source and the remedy, and what was read before
 * stays on the panel with its age. Each row runs against the built backend, a real upstream over HTTP or real files.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_TOKEN, jiraDemoSource, startJiraUpstream } from '../../../demo/upstreams/jira';
import { CLIENTS } from '../../../demo/world/clients';
import { createWorld } from '../../../demo/world';
import { certificate } from '../connectors/certificates';
import { startPlugin, type Caller, type Plugin } from '../host/plugin-client';

const CLOCK = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;
const range = { fromMs: CLOCK - 30 * DAY, toMs: CLOCK };
const clients = CLIENTS.map(({ id, name, zone }) => ({ id, name, zone }));
const world = createWorld({ anchor: '2026-11-24', scale: 0.005 });
const startJira = (tls?: { key: string; cert: string }) => startJiraUpstream({ world, now: () => CLOCK, ...(tls && { tls }) });
type Jira = Awaited<ReturnType<typeof startJira>>;

let folder: string;
let plugin: Plugin;
let jira: Jira;
const plugins: Plugin[] = [];
const others: Jira[] = [];
async function start(env: Record<string, string> = {}, data = join(folder, 'data')): Promise<Plugin> {
  const started = await startPlugin({ env: { GF_PLUGIN_DATA_PATH: data, GF_PLUGIN_FILES_ROOT: folder, GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', SOC_OUTCOMES_CLOCK: new Date(CLOCK).toISOString(), ...env } });
  plugins.push(started);
  return started;
}
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'soc-bad-'));
  jira = await startJira();
  plugin = await start();
}, 60_000);
afterAll(async () => {
  for (const one of plugins) if (one.child.exitCode === null && one.child.signalCode === null) await one.kill();
  await Promise.all([jira, ...others].map(j => j.close().catch(() => undefined)));
  rmSync(folder, { recursive: true, force: true });
});

/** Asks until the answer satisfies; the condition is the backend's own status, never a time. */
async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    await new Promise(done => setTimeout(done, 40));
  }
}

// ---- what a person sees

interface Shown { readonly error: string; readonly rows: string; readonly notices: string[] }
const shown = async (metric: string, who: Caller, on: Plugin = plugin): Promise<Shown> => {
  const { A } = await on.queryData([{ json: { version: 1, metric }, ...range }], who);
  return { error: A!.error, rows: JSON.stringify(A!.frames[0]?.fields.map(f => [f.name, f.values]) ?? null), notices: (A!.frames[0]?.meta?.notices ?? []).map(n => n.text) };
};
interface Stream { readonly state: string; readonly error: string | null; readonly refused: string | null; readonly quarantined: number }
async function streams(who: Caller): Promise<Stream[]> {
  const { A } = await plugin.queryData([{ json: { version: 1, metric: 'sources.status' }, ...range }], who);
  expect(A!.error).toBe('');
  const { fields } = A!.frames[0]!;
  return (fields[0]!.values as unknown[]).map((_, i) => Object.fromEntries(fields.map(f => [f.name, (f.values as unknown[])[i]])) as unknown as Stream);
}
const all = (state: string) => (list: Stream[]): boolean => list.length > 0 && list.every(s => s.state === state);
const AGE = /\(last read 20\d\d-\d\d-\d\d \d\d:\d\d UTC\)/;
const quiet = (notices: readonly string[]): string[] => notices.filter(n => /refused|Cannot be read|Being read|restart|computed/.test(n));

// ---- a workspace with a Jira, one with files

let version = 0;
const jiraSource = (given: Record<string, unknown> = {}) => ({ ...jiraDemoSource(jira.url, { clients: CLIENTS }), historyDays: 60, intervalSeconds: 5, retries: 0, ...given });
/** Every call is another secret beside the one that is used: the sync takes it up and reads at once, instead of at its next turn. */
const carried = (workspace: string, source: Record<string, unknown>, more: Record<string, unknown> = {}): Caller =>
  ({ dataSource: { uid: workspace, lastUpdatedMS: ++version, secrets: { 'jira.secret': DEMO_TOKEN, turn: String(version) }, jsonData: { settings: { workspace, clients, sources: [source], policy: { sla: { targets: [{ hours: { critical: { decide: 1 }, high: { decide: 4 } } }] } }, ...more } } } });
async function goodWorkspace(workspace: string, source: Record<string, unknown>, metric: string): Promise<{ who: Caller; before: Shown }> {
  const who = carried(workspace, source);
  await until(() => streams(who), all('current'));
  const before = await shown(metric, who);
  expect(before.error).toBe('');
  expect(before.rows.length).toBeGreaterThan(100);
  expect(quiet(before.notices)).toEqual([]);
  return { who, before };
}
const CSV = join('alerts', 'alerts.csv');
const rows = Array.from({ length: 40 }, (_, i) => `A${i},${new Date(CLOCK - (i + 1) * 3_600_000).toISOString()},R${i % 3},high,${CLIENTS[i % 2]!.id}`);
const csv = (header = 'id,time,rule,severity,client', lines = rows): string => [header, ...lines, ''].join('\n');
const filesSource = (path: string) => ({ id: 'siem', system: 'files', historyDays: 90, intervalSeconds: 5, streams: [{ name: 'alerts', kind: 'alert', path, format: 'csv', columns: { id: 'id', detected: 'time', rule: 'rule', severity: 'severity', client: 'client' } }] });

// ---- the table

interface Row {
  readonly what: string;
  /** Breaks it and gives the caller from then on. */
  readonly break: () => Caller | Promise<Caller>;
  readonly mend: () => Caller | Promise<Caller>;
  readonly says: RegExp;
  readonly remedy: RegExp;
}
const trap = (set: Partial<Jira['traps']>, unset: Partial<Jira['traps']>): Pick<Row, 'break' | 'mend'> => ({ break: () => { Object.assign(jira.traps, set); return carried('net', jiraSource()); }, mend: () => { Object.assign(jira.traps, unset); return carried('net', jiraSource()); } });
const settingsEdit = (given: () => Record<string, unknown> | Promise<Record<string, unknown>>): Pick<Row, 'break' | 'mend'> => ({ break: async () => carried('net', jiraSource(await given())), mend: () => carried('net', jiraSource()) });

const NETWORK: Row[] = [
  { what: '401', ...trap({ unauthorized: true }, { unauthorized: false }), says: /401/, remedy: /Check user, secret and kind of authentication/ },
  { what: '403', ...trap({ forbidden: true }, { forbidden: false }), says: /403/, remedy: /permission/ },
  { what: '429', ...trap({ failNext: 1e9, failStatus: 429 }, { failNext: 0 }), says: /429/, remedy: /tried again later; lower concurrency or raise intervalSeconds/ },
  { what: 'HTML instead of JSON', ...trap({ html: true }, { html: false }), says: /HTML/, remedy: /URL|key|sign-in|proxy/ },
  { what: 'wrong URL: a path that is none', ...settingsEdit(() => ({ url: `${jira.url}/nowhere` })), says: /404/, remedy: /Check the URL \(its path too\)/ },
  { what: 'wrong URL: another kind of server', ...settingsEdit(() => ({ url: jira.url.replace('http:', 'https:') })), says: /TLS/, remedy: /http:\/\/ or https:\/\// },
  { what: 'refused connection', ...settingsEdit(async () => { const gone = await startJira(); await gone.close(); return { url: gone.url }; }), says: /refused/, remedy: /Check host and port of the URL/ },
  { what: 'expired certificate', ...settingsEdit(async () => { const tls = certificate({ cn: 'demo', notAfter: Date.UTC(2021, 0, 1) }); const expired = await startJira(tls); others.push(expired); return { url: expired.url, ca: tls.cert }; }), says: /certificate has expired/, remedy: /Renew the certificate/ },
  { what: 'missing mapped field', ...settingsEdit(() => ({ fields: { ...(jiraDemoSource(jira.url, { clients: CLIENTS }).fields as object), severity: 'customfield_99999' } })), says: /customfield_99999/, remedy: /field|fields/ },
];

describe('a source over the network', () => {
  let who: Caller;
  let before: Shown;
  beforeAll(async () => { ({ who, before } = await goodWorkspace('net', jiraSource(), 'sla.adherence')); }, 60_000);

  test.each(NETWORK.map(row => [row.what, row] as const))('%s', async (_, row) => {
    who = await row.break();
    const [status] = await until(() => streams(who), all('failing'));
    for (const text of [status!.error!, (await plugin.checkHealth(who)).message]) {
      expect(text).toMatch(/\bjira\b/);
      expect(text).toMatch(row.says);
      expect(text).toMatch(row.remedy);
      expect(text).not.toContain(DEMO_TOKEN);
    }
    const now = await shown('sla.adherence', who);
    expect({ error: now.error, rows: now.rows }).toEqual({ error: '', rows: before.rows });
    expect(now.notices.find(n => n.startsWith('Cannot be read'))).toMatch(AGE);
    who = await row.mend();
    await until(() => streams(who), all('current'));
    expect(await shown('sla.adherence', who)).toEqual(before);
  }, 60_000);
});

const onDisk = (work: () => void) => (): Caller => { work(); return carried('disk', filesSource(join(folder, CSV))); };
const put = (text: string) => onDisk(() => writeFileSync(join(folder, CSV), text));
const FILES: Row[] = [
  { what: 'vanished file', break: onDisk(() => rmSync(join(folder, CSV))), mend: put(csv()), says: /alerts\.csv/, remedy: /Check|path|put/i },
  { what: 'missing mapped column', break: put(csv('id,zeit,rule,severity,client')), mend: put(csv()), says: /"time"/, remedy: /columns\.detected|Mend|leave/ },
];
describe('files', () => {
  let who: Caller;
  let before: Shown;
  beforeAll(async () => {
    mkdirSync(join(folder, 'alerts'));
    writeFileSync(join(folder, CSV), csv());
    ({ who, before } = await goodWorkspace('disk', filesSource(join(folder, CSV)), 'rules.outcomes'));
  }, 60_000);

  test.each(FILES.map(row => [row.what, row] as const))('%s', async (_, row) => {
    who = await row.break();
    const [status] = await until(() => streams(who), all('failing'));
    for (const text of [status!.error!, (await plugin.checkHealth(who)).message]) {
      expect(text).toMatch(/\bsiem\b/);
      expect(text).toMatch(row.says);
      expect(text).toMatch(row.remedy);
    }
    const now = await shown('rules.outcomes', who);
    expect({ error: now.error, rows: now.rows }).toEqual({ error: '', rows: before.rows });
    expect(now.notices.find(n => n.startsWith('Cannot be read'))).toMatch(AGE);
    who = await row.mend();
    await until(() => streams(who), all('current'));
    expect(await shown('rules.outcomes', who)).toEqual(before);
  }, 60_000);

  test('broken date: the record is refused with its reason, the others stay', async () => {
    writeFileSync(join(folder, CSV), csv(undefined, rows.map((line, i) => (i === 3 ? line.replace(/20\d\d-\d\d-\d\d/, '2026-02-31') : line))));
    const [status] = await until(() => streams(who), list => list[0]!.quarantined > 0 && all('current')(list));
    expect(status!.refused).toMatch(/^(column )?"?time"?.*the day does not exist in the calendar; expected iso in UTC \(1\)\. Mend the records at siem, or the mapping of this stream in the settings\.$/);
    expect(plugin.stderr()).toMatch(/siem: stream alerts: 1 record was refused, the first because of .*time/);
    expect((await shown('rules.outcomes', who)).rows).toBe(before.rows);
    writeFileSync(join(folder, CSV), csv());
  }, 60_000);
});

describe('settings', () => {
  let good: Caller;
  let before: Shown;
  beforeAll(async () => { ({ who: good, before } = await goodWorkspace('edited', jiraSource(), 'sla.adherence')); }, 60_000);

  const bad: [string, () => Caller, RegExp, RegExp][] = [
    ['a URL that is none', () => carried('edited', jiraSource({ url: 'jira.example' })), /sources\[0\]\.url: no address.*\(source "jira"\)/, /write it whole, such as https:\/\//],
    ['an unknown key', () => carried('edited', jiraSource({ jqll: 'x' })), /sources\[0\]\.jqll: unknown key "jqll".*\(source "jira"\)/, /check its spelling, or remove it/],
    ['a literal secret', () => carried('edited', jiraSource({ auth: { kind: 'bearer', secret: 'hunter2' } })), /sources\[0\]\.auth\.secret: .*a literal secret is refused.*\(source "jira"\)/, /write a secret as a reference, file:\/path or env:NAME/],
    ['a missing key', () => carried('edited', jiraSource({ jql: undefined })), /sources\[0\]\.jql: is missing.*\(source "jira"\)/, /add it as string/],
    ['a system that is none', () => carried('edited', jiraSource({ system: 'jirra' })), /sources\[0\]\.system: .*\(source "jira"\)/, /write the kind of system: elasticsearch, jira, netbox or files/],
  ];
  test.each(bad)('%s: the last accepted settings stay in force', async (_, edit, says, remedy) => {
    const who = edit();
    const health = await plugin.checkHealth(who);
    expect(health.status).toBe('error');
    const now = await shown('sla.adherence', who);
    expect({ error: now.error, rows: now.rows }).toEqual({ error: '', rows: before.rows });
    for (const text of [health.message, now.notices.find(n => n.includes('was not applied'))]) {
      expect(text).toMatch(says);
      expect(text).toMatch(remedy);
      expect(text).not.toContain('hunter2');
    }
    // A bearer of other settings of the same organisation is not let in by breaking its own.
    expect((await shown('sla.adherence', { dataSource: { ...who.dataSource!, uid: 'stranger' } })).error).toMatch(/was not applied/);
    good = carried('edited', jiraSource());
    expect(await shown('sla.adherence', good)).toEqual(before);
    expect(quiet((await shown('sla.adherence', good)).notices)).toEqual([]);
  }, 60_000);

  test('refused after a restart too: what the store holds is shown with its age, and nothing is read', async () => {
    await plugin.stop();
    plugin = await start();
    const asked = jira.requests.length;
    const who = carried('edited', jiraSource({ jqll: 'x' }));
    const now = await shown('sla.adherence', who);
    expect({ error: now.error, rows: now.rows }).toEqual({ error: '', rows: before.rows });
    expect(now.notices.find(n => n.includes('restart'))).toMatch(AGE);
    expect((await plugin.checkHealth(who)).message).toContain('unknown key "jqll"');
    expect(jira.requests.length).toBe(asked);
    await until(() => streams(carried('edited', jiraSource())), all('current'));
  }, 60_000);
});

describe('a configuration file', () => {
  const file = (): string => join(folder, 'workspace.yaml');
  const yaml = (more = ''): string => `workspace: byfile\nclients:\n${CLIENTS.map(c => `  - {id: ${c.id}, name: "${c.name}", zone: ${c.zone}}\n`).join('')}sources:\n  - id: siem\n    system: files\n    historyDays: 90\n    streams:\n      - {name: alerts, kind: alert, path: "${join(folder, CSV)}", format: csv, columns: {id: id, detected: time, rule: rule, severity: severity, client: client}}\n${more}`;
  const none: Caller = { dataSource: { uid: 'any', jsonData: {} } };

  test('unknown key, literal secret, vanished file, both carriers: named, and the data read before stay', async () => {
    const data = join(folder, 'by-file');
    const env = { GF_PLUGIN_CONFIG_FILE: file() };
    writeFileSync(file(), yaml());
    let one = await start(env, data);
    const rowsOf = async (): Promise<Shown> => shown('rules.outcomes', none, one);
    const before = await until(rowsOf, s => s.error === '' && s.rows.includes('R0') && quiet(s.notices).length === 0);

    const both = await one.checkHealth({ dataSource: { uid: 'any', jsonData: { settings: { clients } } } });
    expect(both).toMatchObject({ status: 'error', message: expect.stringMatching(/two carriers at once.*config_file and this data source.*Remove the settings from the data source, or unset config_file/) as string });
    expect((await shown('rules.outcomes', { dataSource: { uid: 'any', jsonData: { settings: { clients } } } }, one)).rows).toBe(before.rows);

    const literal = yaml(`  - {id: jira, system: jira, url: "http://127.0.0.1:1", jql: "project = SOC", auth: {kind: bearer, secret: hunter2}}\n`);
    for (const [text, says] of [[yaml('zones: UTC\n'), /workspace\.yaml was not applied: zones: unknown key "zones"; check its spelling, or remove it/], [literal, /secret: .*a literal secret is refused \(source "jira"\)/], [null, /workspace\.yaml, which cannot be read \(ENOENT\)\. Check the path/]] as const) {
      await one.stop();
      if (text === null) rmSync(file()); else writeFileSync(file(), text);
      one = await start(env, data);
      const health = await until(() => one.checkHealth(none), h => !h.message.includes('opening'));
      expect(health.status).toBe('error');
      expect(health.message).toMatch(says);
      expect(health.message).not.toContain('hunter2');
      const now = await rowsOf();
      expect({ error: now.error, rows: now.rows }).toEqual({ error: '', rows: before.rows });
      expect(now.notices.find(n => n.includes('restart'))).toMatch(AGE);
      expect(now.notices.find(n => n.includes('The last accepted settings stay in force'))).toMatch(says);
      expect(now.notices.join()).toMatch(/[^.]\. The last accepted settings stay in force\./);
    }
    expect(one.stderr()).not.toContain('hunter2');
    await one.stop();
  }, 120_000);
});

test('the list of the issue is the list of this file', () => {
  const text = readFileSync(__filename, 'utf8');
  for (const row of ['wrong URL', 'refused connection', 'expired certificate', '401', '403', '429', 'HTML instead of JSON', 'missing mapped', 'broken date', 'vanished file', 'an unknown key', 'a literal secret', 'both carriers']) expect(text.split(row).length).toBeGreaterThan(2);
});
