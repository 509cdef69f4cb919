/** What is counted by segments of time says of every month what a join of each row with its month says: on random rows, months of any length that begin otherwise for every client, and instants. */
import fc from 'fast-check';
import { itemsByMonth } from '../../../src/backend/metrics/reported/month-items';
import { verdictsByMonth } from '../../../src/backend/metrics/reported/month-rules';
import type { ClientMonth } from '../../../src/backend/metrics/reported/months';
import { marksOf, periodAt, settled, type Judged } from '../../../src/backend/facts/settled';
import { openScope } from '../../../src/backend/scope/gate';
import { partsOf, windowsOf } from '../../../src/backend/metrics/reported/segments';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { outcomeAt, periodAt as periodWhen } from '../../../src/backend/store/outcome';
import { monthRows } from '../../../src/backend/store/month-coverage';
import { AT_CLOSING, monthDecisions, monthRules } from '../../../src/backend/store/month-verdicts';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { TABLES, type StoreRow, type TableName } from '../../../src/backend/store/schema';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { CLOCKS, DAY, HOUR, type VerdictBucket } from '../../../src/model';
import { workspaceSchema } from '../../../src/settings/schema';
import { worldRuns } from '../../worlds/cases';

/** Many clients, most without rows: of many, a range is counted in parts. */
const IDS = [...'abcdefghijklm'];
const RETENTION = 30 * DAY;
const settings = workspaceSchema.parse({ limits: { retentionDays: RETENTION / DAY }, clients: IDS.map(id => ({ id, name: id, zone: 'UTC' })) });
/** Rows of key 99 are of a client that was taken out of the settings. */
const KEYS = [1, 2, 3, 99];
const keyOf = (id: string): number | null => (IDS.includes(id) ? IDS.indexOf(id) + 1 : null);
const emptyRow = <T extends TableName>(name: T): StoreRow<T> => Object.fromEntries(Object.keys(TABLES[name].columns).map(c => [c, null])) as StoreRow<T>;

const hours = (max: number) => fc.integer({ min: 0, max });
/** Months as short as a few days, so that many rows lie at an edge; their begins differ by client, as those of zones do. */
const cut = fc.record({
  days: fc.integer({ min: 3, max: 7 }), shifts: fc.tuple(...IDS.map(() => fc.constantFrom(0, 0, 5, 13, 30))), closings: fc.tuple(...IDS.map(() => fc.constantFrom(0, 6, 24, 96))), asOf: fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 1, max: 30 * 24 }) }, { weight: 1, arbitrary: fc.integer({ min: 33 * 24, max: 50 * 24 }) }),
  clients: fc.oneof(fc.constant(IDS), fc.shuffledSubarray(IDS.slice(0, 3), { minLength: 1 })), scoped: fc.boolean(),
});
type Cut = typeof cut extends fc.Arbitrary<infer T> ? T : never;
type MonthAsked = Pick<ClientMonth, 'client' | 'month' | 'begins' | 'ends' | 'at'> & { lastDay: number };

function monthsOf({ days, shifts, closings, asOf, clients }: Cut): MonthAsked[] {
  const of = (id: string): { begin: (i: number) => number; closing: number } => ({ begin: i => i * days * DAY + shifts[IDS.indexOf(id)]! * HOUR, closing: closings[IDS.indexOf(id)]! * HOUR });
  return clients.flatMap(id => [0, 1, 2, 3].map(i => ({ client: keyOf(id)!, month: i, lastDay: i, begins: of(id).begin(i), ends: of(id).begin(i + 1), at: Math.min(of(id).begin(i + 1) + of(id).closing, asOf * HOUR) }))).filter(m => m.begins <= asOf * HOUR);
}

const itemDraft = fc.record({
  client: fc.constantFrom(...KEYS), clock: fc.constantFrom('decide', 'decide', 'acknowledge', 'resolve'), tier: fc.constantFrom('high', 'low'), start: hours(30 * 24), target: fc.constantFrom(null, 1, 24, 96), paused: fc.constantFrom(0, 0, 12, null), since: hours(60),
  stop: fc.option(hours(200), { freq: 4 }), left: fc.option(hours(60), { freq: 1, nil: null }), old: fc.constantFrom(false, false, false, true),
}).map(({ start, target, paused, since, stop, left, ...rest }) => {
  const at = (h: number | null): number | null => (h === null ? null : (start + h) * HOUR);
  const judged: Judged = {
    start: start * HOUR, targetMs: target === null ? null : target * HOUR, due: target === null || paused === null ? null : at(target + paused), grossDue: at(target), stop: at(stop), firstStop: at(stop), pausedSince: paused === null ? at(since) : null,
    leftAt: since % 3 === 0 ? at(left) : null, startFromCreation: false, stopUnknownActor: false, reopened: 0,
  };
  return { judged, ...rest };
});
type ItemDraft = typeof itemDraft extends fc.Arbitrary<infer T> ? T : never;
/** `old`: written before the columns of docs/adr/058 were there. */
const itemRow = ({ judged: j, client, clock, tier, old }: ItemDraft, i: number): StoreRow<'item'> => {
  const rest = settled(j);
  return {
    ...emptyRow('item'), item_clock_key: BigInt(i), item_key: BigInt(i), client_key: client, clock, tier, start: j.start, target_ms: j.targetMs, due: j.due, gross_due: j.grossDue, stop: j.stop, first_stop: j.firstStop, paused_since: j.pausedSince, left_at: j.leftAt,
    ...(!old && { period_at: periodAt(j), settled_at: rest.at, settled_as: rest.as, marks: marksOf(j, null) }),
  };
};

const alertDraft = fc.record({
  client: fc.constantFrom(...KEYS), rule: fc.constantFrom(1, 1, 2), at: hours(30 * 24), bucket: fc.constantFrom('true', 'true', 'benign', 'false', 'conflict', 'pending', 'unmatched') as fc.Arbitrary<VerdictBucket>,
  verdict: fc.option(fc.constantFrom(0, 1, 24, 72, 160), { freq: 6 }), decision: fc.integer({ min: 0, max: 2 }), survives: fc.constantFrom(false, false, true),
});
type AlertDraft = typeof alertDraft extends fc.Arbitrary<infer T> ? T : never;
const DETERMINED: readonly string[] = ['true', 'benign', 'false'];
/** Decisions of several days, the verdict of each alert by itself; the first alert is the head. */
function alertRows(drafts: readonly AlertDraft[]): { row: StoreRow<'alert'>; survives: boolean }[] {
  const nameOf = (a: AlertDraft): string => `${a.client}|${a.rule}|${a.bucket}|${a.decision}`;
  const decisions = new Map<string, { key: bigint; head: number }>();
  drafts.forEach((a, i) => {
    if (!DETERMINED.includes(a.bucket)) return;
    const known = decisions.get(nameOf(a));
    if (!known || a.at < drafts[known.head]!.at) decisions.set(nameOf(a), { key: known?.key ?? BigInt(decisions.size + 1), head: i });
  });
  return drafts.map((a, i) => {
    const decision = DETERMINED.includes(a.bucket) ? decisions.get(nameOf(a))! : null;
    return { survives: a.survives, row: {
      ...emptyRow('alert'), alert_key: BigInt(i), client_key: a.client, rule_key: a.rule, at: a.at * HOUR, bucket: a.bucket, verdict_at: a.verdict === null ? null : (a.at + a.verdict) * HOUR,
      decision_key: decision?.key ?? null, decision_head: decision ? decision.head === i : null, decision_head_at: decision ? drafts[decision.head]!.at * HOUR : null,
    } };
  });
}

describe('months by segments of time', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());
  const runs = worldRuns();
  const half = { ...runs, numRuns: Math.ceil(runs.numRuns / 2) };
  const readerOf = (by: Cut): ScopedReader => openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: keyOf }, by.scoped ? by.clients : undefined);
  const write = <T extends 'item' | 'alert'>(name: T, rows: StoreRow<T>[]) => store.transaction(async tx => { await tx.execute(sql`delete from ${table(name)}`); await tx.upsert(name, rows); });
  const ordered = (rows: readonly object[]): string[] => rows.map(r => JSON.stringify(Object.entries(r).sort())).sort();

  it('items that settled in time for their month, too late for it, and not', async () => {
    const seen = { early: 0, late: 0, never: 0 };
    await fc.assert(fc.asyncProperty(cut, fc.array(itemDraft, { minLength: 60, maxLength: 150 }), fc.shuffledSubarray([...CLOCKS], { minLength: 1 }), async (by, drafts, clocks) => {
      await write('item', drafts.map(itemRow));
      const [reader, months] = [readerOf(by), monthsOf(by)];
      if (months.length === 0) return;
      const said = await itemsByMonth(reader, months, clocks, by.clients, by.asOf * HOUR);
      const joined = sql`select p.client_key, p.month, cast(i.clock as varchar) as clock, cast(i.tier as varchar) as tier, ${outcomeAt(sql`p.judged_at`)} as outcome
        from ${reader.relation('item')} i join ${monthRows(months)} p on p.client_key = i.client_key and ${periodWhen} >= p.begins and ${periodWhen} < p.ends and ${periodWhen} < p.judged_at and i.start <= p.judged_at`;
      const expected = await reader.query(sql`select client_key, month, clock, tier, outcome, count(*) as n from (${joined}) x where clock = any(${clocks}) group by all`);
      expect(ordered(said.map(({ client_key, month, clock, tier, outcome, n }) => ({ client_key, month, clock, tier, outcome, n })))).toEqual(ordered(expected));
      for (const m of months) for (const { judged, client, old } of drafts) {
        if (client !== m.client || periodAt(judged) < m.begins || periodAt(judged) >= m.ends) continue;
        const { at } = old ? { at: null } : settled(judged);
        seen[at === null ? 'never' : at <= m.at ? 'early' : 'late']++;
      }
    }), runs);
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(runs.numRuns * 3);
  }, 300_000);

  it('alerts, and decisions with their head in the month, before it, judged too late for it, or gone with age', async () => {
    const seen = { inParts: 0, atOnce: 0, heads: 0, before: 0, late: 0, headless: 0 };
    await fc.assert(fc.asyncProperty(cut, fc.array(alertDraft, { minLength: 100, maxLength: 200 }), fc.constantFrom('nothing', 'by now', 'since'), fc.integer({ min: 1, max: 20 }), fc.boolean(), async (by, drafts, removed, days, byRule) => {
      // Rows older than the retention leave; those that changed late stay. A question of an instant long past finds that more has left since.
      const edge = removed === 'nothing' ? 0 : removed === 'by now' ? Math.floor((by.asOf * HOUR - RETENTION) / DAY) * DAY : days * DAY;
      const rows = alertRows(drafts).filter(({ row, survives }) => row.at! >= edge || (survives && removed === 'by now')).map(({ row }) => row);
      await write('alert', rows);
      const [reader, months] = [readerOf(by), monthsOf(by)];
      if (months.length === 0) return;
      seen[partsOf({ from: 0, to: 0 }, windowsOf(months), months).length > 1 ? 'inParts' : 'atOnce']++;
      const said = await verdictsByMonth(reader, months, byRule, by.clients, by.asOf * HOUR);
      const [alert, of] = [reader.relation('alert'), monthRows(months)];
      const alerts = await reader.query<Record<string, number>>(monthRules(alert, of));
      const decisions = await reader.query<{ client_key: number; month: number; rule_key: number; verdict: string }>(monthDecisions(alert, of));
      const rule = (key: number): number => (byRule ? key : 0);
      const sum = (list: readonly [string, number][]): [string, number][] => { const all = new Map<string, number>(); for (const [key, n] of list) all.set(key, (all.get(key) ?? 0) + n); return [...all].filter(([, n]) => n !== 0).sort(); };
      expect(sum(said.map(r => [`${r.client_key}|${r.month}|${r.rule_key}|${r.said}`, r.alerts]))).toEqual(sum(alerts.flatMap(r => AT_CLOSING.map((b): [string, number] => [`${r.client_key}|${r.month}|${rule(r.rule_key!)}|${b}`, r[`bucket_${b}`]!]))));
      expect(sum(said.map(r => [`${r.client_key}|${r.month}|${r.rule_key}|${r.said}`, r.decisions]))).toEqual(sum(decisions.map(r => [`${r.client_key}|${r.month}|${rule(r.rule_key)}|${r.verdict}`, 1])));
      for (const m of months) for (const a of rows) {
        if (a.decision_key === null || a.client_key !== m.client || a.at! < m.begins || a.at! >= m.ends || a.at! > m.at) continue;
        if (a.decision_head) seen[a.verdict_at !== null && a.verdict_at > m.at ? 'late' : 'heads']++;
        else if (!rows.some(h => h.decision_head && h.decision_key === a.decision_key)) seen.headless++;
        else if (a.decision_head_at! < m.begins) seen.before++;
      }
    }), half);
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(half.numRuns / 5);
  }, 300_000);
});
