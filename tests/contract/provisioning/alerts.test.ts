/** Every bundled alert rule, run against the built backend over the demo's systems, and evaluated as Grafana would. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoSettings } from '../../../demo/start/demo-settings';
import { startElasticUpstream } from '../../../demo/upstreams/elasticsearch';
import { startJiraUpstream } from '../../../demo/upstreams/jira';
import { startNetboxUpstream } from '../../../demo/upstreams/netbox';
import { cmdbCsv, createWorld } from '../../../demo/world';
import { CLIENTS } from '../../../demo/world/clients';
import { CATALOG } from '../../../src/catalog';
import type { Frame } from '../../../src/backend/frames/frame';
import { startPlugin, type Caller, type Plugin } from '../host/plugin-client';
import { evaluate, type Verdict } from './evaluator';
import { EXPRESSION, rules, type Rule } from './files';

const CLOCK = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;
const closers: (() => unknown)[] = [];
let plugin: Plugin;
let caller: Caller;
let jira: Awaited<ReturnType<typeof startJiraUpstream>>;

/** Asks until the backend says so; the test's own limit bounds it. */
async function until(good: () => Promise<boolean>): Promise<void> {
  while (!(await good())) await new Promise(done => setTimeout(done, 50));
}
const streams = async () => (JSON.parse((await plugin.callResource('status', {}, caller)).body) as { streams: { source: string; current: boolean; error: string | null }[] }).streams ?? [];

beforeAll(async () => {
  const world = createWorld({ anchor: '2026-11-24', scale: 0.02 });
  const now = () => CLOCK;
  const [elastic, netbox] = await Promise.all([startElasticUpstream({ world, now }), startNetboxUpstream({ world, now })]);
  jira = await startJiraUpstream({ world, now });
  closers.push(() => elastic.close(), () => netbox.close(), () => jira.close());
  const files = mkdtempSync(join(tmpdir(), 'soc-alerts-'));
  closers.push(() => rmSync(files, { recursive: true, force: true }));
  writeFileSync(join(files, 'cmdb.csv'), cmdbCsv(world, CLOCK));
  const clients = CLIENTS.map(({ id, name, zone, tenantSlug, jiraProject }) => ({ id, name, zone, tenantSlug, jiraProject }));
  const { settings, secrets } = demoSettings({ elastic: elastic.url, jira: jira.url, netbox: netbox.url, cmdb: '', clients }, join(files, 'cmdb.csv'));
  caller = { dataSource: { uid: 'soc-outcomes', jsonData: { settings: { ...settings, sources: settings.sources!.map(s => ({ ...s, historyDays: 21, intervalSeconds: 5 })) } }, secrets, lastUpdatedMS: 1 } };
  plugin = await startPlugin({ env: { GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', GF_PLUGIN_FILES_ROOT: files, SOC_OUTCOMES_CLOCK: new Date(CLOCK).toISOString() } });
  closers.unshift(() => plugin.kill());
  await plugin.callResource('status', {}, caller);
  await until(async () => { const all = await streams(); return all.length > 3 && all.every(s => s.current); });
}, 240_000);

afterAll(async () => {
  for (const close of closers) await close();
});

/** Who asks for alert rules: nobody, or (seen in Grafana 10.1) the scheduler as an invented user with the role Admin. */
const NOBODY: Partial<Caller> = { role: null };
const SCHEDULER: Partial<Caller> = { role: 'Admin', person: { login: 'grafana_scheduler', name: '', email: '' } };

/** One evaluation of a rule, with the header of Grafana's scheduler; `more` is laid over each question. */
async function run(rule: Rule, who = NOBODY, more: Record<string, unknown> = {}): Promise<Verdict[]> {
  const own = rule.data.filter(d => d.datasourceUid !== EXPRESSION);
  const answers = await plugin.queryData(
    own.map(({ refId, model, relativeTimeRange }) => ({ refId, json: { ...model, ...more, intervalMs: 1000, maxDataPoints: 43200 }, fromMs: CLOCK - relativeTimeRange!.from * 1000, toMs: CLOCK - relativeTimeRange!.to * 1000 })),
    { ...caller, ...who }, { FromAlert: 'true' }
  );
  for (const { refId } of own) expect({ refId, error: answers[refId]!.error }).toEqual({ refId, error: '' });
  const expressions = Object.fromEntries(rule.data.filter(d => d.datasourceUid === EXPRESSION).map(d => [d.refId, d.model as never]));
  return evaluate(rule.condition, Object.fromEntries(own.map(({ refId }): [string, readonly Frame[]] => [refId, answers[refId]!.frames])), expressions);
}
const named = (uid: string): Rule => rules.find(r => r.uid === uid)!;
const firing = async (uid: string): Promise<string[]> => (await run(named(uid))).filter(v => v.firing).map(v => Object.values(v.labels).sort().join(' ')).sort();

/** Rows of the same question as a table, for people. */
async function rows(query: Record<string, unknown>, days: number): Promise<Record<string, unknown>[]> {
  const { A } = await plugin.queryData([{ refId: 'A', json: { version: 1, view: 'table', ...query }, fromMs: CLOCK - days * DAY, toMs: CLOCK }], caller);
  expect(A!.error).toBe('');
  const { fields } = A!.frames[0]!;
  return fields[0]!.values.map((_, i) => Object.fromEntries(fields.map(f => [f.name, f.values[i]])));
}

test.each(rules.map(r => [r.uid, r] as const))('%s: the evaluator reads its frames', async (_, rule) => {
  const verdicts = await run(rule);
  expect(verdicts.length).toBeGreaterThan(0);
  for (const { value } of verdicts) expect(value === null || Number.isFinite(value)).toBe(true);
  expect(await run(rule, SCHEDULER)).toEqual(verdicts);
}, 60_000);

test.each(rules.map(r => [r.uid, r] as const))('%s: where nothing is left to ask about, the evaluator reads "no data"', async (_, rule) => {
  const { metric } = rule.data.find(d => d.datasourceUid !== EXPRESSION)!.model;
  const entry = CATALOG.get(String(metric))!;
  const filters = { [entry.filters[0]!]: ['(nothing is called so)'] };
  expect(await run(rule, NOBODY, { filters })).toEqual([]);
  // An empty answer of several numbers is no different.
  expect(await run(rule, NOBODY, { filters, columns: entry.columns.filter(c => c.kind === 'count' || c.kind === 'flag').slice(0, 2).map(c => c.name) })).toEqual([]);
}, 60_000);

test('a missed critical item fires for exactly the clients that have one', async () => {
  const missed = await rows({ metric: 'sla.adherence', groupBy: ['tier', 'client'], filters: { tier: ['critical'] } }, 1);
  expect(await firing('soc-outcomes-missed-critical')).toEqual(missed.filter(r => Number(r.missed) + Number(r.overdue) > 0).map(r => `${r.client} critical`).sort());
});

test.each([['half', 0.5], ['spent', 1]])('the budget of misses: %s fires from that share on, and not without a budget', async (name, share) => {
  const budgets = await rows({ metric: 'sla.budget', groupBy: ['tier', 'client'] }, 30);
  const used = budgets.filter(r => r.used !== null);
  // By hand from the counts, not from the share the rule reads.
  const past = used.filter(r => Number(r.misses) >= share * (1 - Number(r.goal)) * Number(r.items) - 1e-9);
  expect(past.length).toBeGreaterThan(0);
  expect(used.length).toBeGreaterThan(past.length);
  expect(await firing(`soc-outcomes-budget-${name}`)).toEqual(past.map(r => [r.client, r.tier].map(String).sort().join(' ')).sort());
});

test('low join completeness fires for exactly the clients past their threshold', async () => {
  const counters = await rows({ metric: 'integrity.counters', groupBy: ['client'], options: { counter: 'join_completeness' } }, 7);
  expect(counters.length).toBeGreaterThan(1);
  expect(await firing('soc-outcomes-join-completeness')).toEqual(counters.filter(r => r.past === 1).map(r => String(r.client)).sort());
});

test('a fall of coverage fires by the newest measured day of each client and kind', async () => {
  const asked = () => rows({ metric: 'coverage.history', bucket: 'day', groupBy: ['client', 'kind'] }, 14);
  // Days are judged after their telemetry is read: a signal needs two of them, a week apart.
  let days = await asked();
  await until(async () => { days = await asked(); return new Set(days.filter(r => r.signal !== null).map(r => r.client)).size > 1; });
  const newest = new Map(days.filter(r => r.signal !== null).sort((a, b) => Number(a.time) - Number(b.time)).map(r => [[r.client, r.kind].sort().join(' '), r.signal]));
  expect(newest.size).toBeGreaterThan(1);
  expect(await firing('soc-outcomes-coverage-fell')).toEqual([...newest].filter(([, signal]) => signal === 1).map(([labels]) => labels).sort());
}, 120_000);

test('a source that fails fires alone, and is normal again afterwards', async () => {
  expect(await firing('soc-outcomes-sync-failing')).toEqual([]);
  expect(await firing('soc-outcomes-source-stale')).toEqual([]);
  const failing = async () => (await streams()).filter(s => s.error !== null).map(s => s.source);
  jira.traps.unauthorized = true;
  await until(async () => (await failing()).includes('jira'));
  expect(await firing('soc-outcomes-sync-failing')).toEqual(['jira']);
  jira.traps.unauthorized = false;
  await until(async () => (await failing()).length === 0);
  expect(await firing('soc-outcomes-sync-failing')).toEqual([]);
}, 120_000);
