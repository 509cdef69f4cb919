/** Edits of settings as panels see them: the built backend, a files source of many alerts, and one query asked again and again meanwhile. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlugin, type Caller, type Plugin, type QueryAnswer } from '../host/plugin-client';

const CLOCK = Date.parse('2026-11-24T12:00:00Z');
const HOUR = 3_600_000;
const ALERTS = 4_000;
const range = { fromMs: CLOCK - 60 * 24 * HOUR, toMs: CLOCK };
let folder: string;
let plugin: Plugin;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'soc-edits-'));
  const severities = ['critical', 'high', 'sev9'];
  const rows = Array.from({ length: ALERTS }, (_, i) => `A${i},${new Date(CLOCK - (i + 1) * 20 * 60_000).toISOString()},R${i % 7},${severities[i % 3]},acme`);
  writeFileSync(join(folder, 'alerts.csv'), ['id,time,rule,severity,client', ...rows, ''].join('\n'));
  plugin = await startPlugin({ env: { GF_PLUGIN_DATA_PATH: join(folder, 'data'), GF_PLUGIN_FILES_ROOT: folder, SOC_OUTCOMES_CLOCK: new Date(CLOCK).toISOString() } });
}, 60_000);
afterAll(async () => {
  if (plugin.child.exitCode === null && plugin.child.signalCode === null) await plugin.kill();
  rmSync(folder, { recursive: true, force: true });
});

const caller = (version: number, tier: Record<string, string>, hours: number): Caller => ({ dataSource: { uid: 'ops', lastUpdatedMS: version, jsonData: { settings: {
  clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }],
  sources: [{ id: 'siem', system: 'files', historyDays: 90, maps: { tier }, streams: [{ name: 'alerts', kind: 'alert', path: join(folder, 'alerts.csv'), format: 'csv', columns: { id: 'id', detected: 'time', rule: 'rule', severity: 'severity', client: 'client' } }] }],
  policy: { sla: { targets: [{ hours: { critical: { decide: hours } } }] } },
} } } });

interface Look { readonly notices: string[]; readonly alerts: number }
const total = (answer: QueryAnswer): number => {
  const frame = answer.frames[0]!;
  const numbers = frame.fields.find(f => f.name === 'alerts')!.values as (number | null)[];
  return numbers.reduce((sum: number, n) => sum + (n ?? 0), 0);
};
async function look(who: Caller): Promise<Look> {
  const { A } = await plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes' }, ...range }], who);
  expect(A!.error).toBe('');
  return { notices: (A!.frames[0]!.meta?.notices ?? []).map(n => n.text), alerts: total(A!) };
}
/** Every look until no notice is left. */
async function looks(who: Caller): Promise<Look[]> {
  const all: Look[] = [];
  do all.push(await look(who)); while (all.at(-1)!.notices.some(n => /recomputed|being computed|Being read/.test(n)));
  return all;
}

test('while facts are computed anew every panel says so with a percentage, shows what it has, and says nothing once it is done', async () => {
  const first = await looks(caller(1, {}, 4));
  expect(first.at(-1)!.alerts).toBe(ALERTS);
  const after = await looks(caller(2, {}, 8));
  const said = after.flatMap(l => l.notices).filter(n => n.startsWith('Settings changed'));
  expect(said.length).toBeGreaterThan(0);
  for (const text of said) expect(text).toMatch(/^Settings changed: values are being recomputed, \d{1,2} % done\.$/);
  // The targets of the SLA are no matter of alerts: nothing may be missing at any moment.
  expect(new Set(after.map(l => l.alerts))).toEqual(new Set([ALERTS]));
  expect(after.at(-1)!.notices.filter(n => n.startsWith('Settings changed'))).toEqual([]);
}, 120_000);

test('an edited value map: the notice, all rows all the while, and the new tiers in the end', async () => {
  const tiers = async (who: Caller): Promise<unknown[]> => {
    const { A } = await plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes', groupBy: ['tier'] }, ...range }], who);
    expect(A!.error).toBe('');
    return [...new Set(A!.frames[0]!.fields.find(f => f.name === 'tier')!.values as unknown[])].sort();
  };
  expect(await tiers(caller(2, {}, 8))).toEqual(['critical', 'high', 'untiered']);
  const edited = caller(3, { sev9: 'low' }, 8);
  const after = await looks(edited);
  expect(after.some(l => l.notices.some(n => n.startsWith('Settings changed')))).toBe(true);
  expect(new Set(after.map(l => l.alerts))).toEqual(new Set([ALERTS]));
  expect(await tiers(edited)).toEqual(['critical', 'high', 'low']);
}, 120_000);
