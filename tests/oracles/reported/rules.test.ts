import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { findings, withStanding } from '../../../src/backend/metrics/standing';
import { CATALOG } from '../../../src/catalog';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { freezeReported } from '../../../src/backend/sync/reported/freeze';
import { DAY, HOUR, rowId, ruleId, type AlertRow, type Disposition, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import type { WorkspaceSettings } from '../../../src/settings/schema';
import { caseWorld, worldRuns, type CaseWorld } from '../../worlds/cases';
import { loadWorld, WorldLoader } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { fresh, streamState } from '../integrity/worlds';
import { sortRows } from '../sla/oracle-metrics';
import { behind } from './behind';
import { oracleReportedRules } from './rules.oracle';

const OUTCOMES = CATALOG.get('rules.outcomes')!;
const CLIENTS = ['acme', 'bravo', 'coast', 'empty', 'unassigned'];
const SOURCES = [{ id: 'siem', enabled: true }, { id: 'desk', enabled: true }] as unknown as WorkspaceSettings['sources'];
const COUNTED = ['alerts', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_unmatched', 'bucket_pending', 'bucket_conflict', 'bucket_later'];
const REPORTED = ['reported_month', 'reported_item', 'reported_untracked', 'reported_untracked_day', 'reported_part', 'reported_rule', 'reported_decision', 'stream_state'] as const;
const DONE = ['nothing', 'policy', 'verdict', 'own verdict', 'gone', 'late ticket', 'late alert', 'unlinked', 'decided later'] as const;
type Done = (typeof DONE)[number];

jest.setTimeout(120_000);

describe('reported.rules', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  async function begin(readTo: number): Promise<void> {
    await fresh(store, 0, []);
    await store.transaction(async tx => {
      for (const name of REPORTED) await tx.execute(sql`delete from ${table(name)}`);
      const read = { backfilled_to: 0, watermark: readTo, current: true };
      await tx.upsert('stream_state', [streamState('siem', 'alerts', read), streamState('desk', 'tickets', { ...read, kind: 'ticket' })]);
    });
  }
  const freeze = (loader: WorldLoader, now: number) => store.transaction(tx => freezeReported(tx, { settings: { ...loader.settings, sources: SOURCES }, version: 1, dimensions: loader.dimensions, now }, true));
  const ask = (loader: WorldLoader, range: { from: number; to: number }, asOf: number, groupBy: string[], only?: string[]) =>
    metricQuery('reported.rules').run(readerOf(loader, only), { ...parseQuery({ version: 1, metric: 'reported.rules', groupBy, bucket: 'month' }, CATALOG), range, asOf });
  async function reload(world: CaseWorld): Promise<WorldLoader> {
    await store.transaction(async tx => { for (const name of ['alert', 'ticket', 'link', 'item', 'siem_mark'] as const) await tx.execute(sql`delete from ${table(name)}`); });
    return loadWorld(store, world);
  }
  const frozenRows = async () => [await store.query(sql`select * from ${table('reported_rule')} order by all`), await store.query(sql`select * from ${table('reported_decision')} order by all`), await store.query(sql`select * from ${table('reported_part')} order by all`)];

  it('says what the oracle says of frozen, provisional and restated months, on random worlds', async () => {
    const { numRuns, ...runs } = worldRuns();
    const seen: Record<string, number> = {};
    await fc.assert(fc.asyncProperty(caseWorld, fc.constantFrom(...DONE), fc.constantFrom(1, 5, 28), fc.constantFrom(45, 70, 100), fc.nat(), fc.constantFrom<string[]>([], ['client'], ['client', 'rule'], ['rule']), async (plain, done, closingDay, freezeAfter, dice, groupBy) => {
      const anchor = plain.range.from - plain.range.from % DAY - 20 * DAY;
      const settings = { ...plain.settings, policy: { ...plain.settings.policy, reporting: { closingDay, months: 13 } } };
      const before: CaseWorld = { ...plain, settings, ...(done === 'late ticket' && { tickets: plain.tickets.slice(0, -1) }), ...(done === 'late alert' && { alerts: plain.alerts.slice(0, -2) }) };
      const frozenAt = anchor + freezeAfter * DAY;
      const asOf = frozenAt + 40 * DAY;
      await begin(frozenAt);
      const loader = await loadWorld(store, before);
      await freeze(loader, frozenAt);
      if (dice % 4 === 0) {
        const once = await frozenRows();
        await freeze(loader, frozenAt + HOUR);
        expect(await frozenRows()).toEqual(once);
      }
      const after = change(before, plain, done, dice, frozenAt);
      const now = await reload(after);
      const range = { from: anchor - 60 * DAY, to: asOf };
      const { rows } = await ask(now, range, asOf, groupBy);
      const told = rows.map(({ time: _begin, rule_name: _name, ...row }) => row);
      const r = { before, after, frozenAt, asOf, closingDay };
      expect(sortRows(told)).toEqual(sortRows(oracleReportedRules(r, CLIENTS, range, groupBy)));
      // A value leads back to its rows: those of today, less what came to it since and with what left it.
      const column = COUNTED[dice % COUNTED.length]!;
      for (const row of rows.slice(0, 3)) {
        const found = await behind(readerOf(now), { range, asOf }, 'reported.rules', groupBy, row, column);
        expect([column, row, found.rows - found.more + found.fewer]).toEqual([column, row, row[column]]);
        expect([row.state === 'frozen' && found.todays === null, done === 'nothing' && found.more + found.fewer > 0]).toEqual([false, false]);
        if (found.more + found.fewer > 0) seen.rows_moved = (seen.rows_moved ?? 0) + 1;
      }
      if (done === 'nothing') for (const row of rows) expect([row.restated ?? 0, row.state !== 'frozen' || (row.now === row.confirmation && row.decisions === row.decisions_now)]).toEqual([0, true]);
      for (const row of rows) for (const k of ['late_data', 'source_edit', 'gone', 'policy', 'decisions', 'bucket_later']) seen[k] = (seen[k] ?? 0) + (row.state === 'frozen' ? Number(row[k] ?? 0) : 0);
      // A client's own scope says of it what the operators' answer says of it: shared tickets change nothing.
      if (dice % 2 === 0) return;
      const one = CLIENTS[dice % 3]!;
      const own = (await ask(now, range, asOf, ['client', 'rule'], [one])).rows;
      expect(sortRows(own.map(({ rule_name: _n, ...x }) => x))).toEqual(sortRows((await ask(now, range, asOf, ['client', 'rule'])).rows.filter(x => x.client === one).map(({ rule_name: _n, ...x }) => x)));
      const counter = await metricQuery('integrity.counters').run(readerOf(now), { ...parseQuery({ version: 1, metric: 'integrity.counters', groupBy: ['client'], options: { counter: 'restated_decisions' } }, CATALOG), range, asOf });
      const every = oracleReportedRules(r, CLIENTS, range, ['client']);
      for (const row of counter.rows) expect([row.client, row.k]).toEqual([row.client, every.filter(e => e.client === row.client && e.state === 'frozen').reduce((sum, e) => sum + Number(e.restated), 0)]);
      // Today's headline says so too, of the clients it concerns and of no other.
      const { past } = await findings(readerOf(now), { ...OUTCOMES, counters: OUTCOMES.counters.filter(c => c === 'restated_decisions') }, { ...parseQuery({ version: 1, metric: 'rules.outcomes', groupBy: ['client'] }, CATALOG), range, asOf });
      const restatedOf = [...new Set(every.filter(e => e.state === 'frozen' && Number(e.restated) > 0).map(e => e.client))].sort();
      expect(past.map(p => p.client).sort()).toEqual(restatedOf);
      if (restatedOf.length > 0) seen.qualified = (seen.qualified ?? 0) + 1;
    }), { ...runs, numRuns });
    console.log(`seen in frozen months: ${JSON.stringify(seen)}`);
    if (numRuns >= 100) for (const k of ['late_data', 'source_edit', 'gone', 'policy', 'decisions', 'bucket_later', 'qualified', 'rows_moved']) expect([k, (seen[k] ?? 0) > 0]).toEqual([k, true]);
  }, 600_000);

  const T = Date.UTC(2026, 4, 10, 12);
  const CLOSING = Date.UTC(2026, 5, 5);
  const alert = (n: number, verdict: Disposition | null, after = 1, given: Partial<AlertRow> = {}): AlertRow => ({
    id: rowId('siem', 'alert', `A${n}`), source: 'siem', nativeId: `A${n}`, url: null, changed: T, gone: null, joinId: `A${n}`, rule: ruleId('test', 'r1'), ruleName: 'Rule 1', ruleRevision: null, event: null, detected: T + n * HOUR, readable: null,
    sourceSeverity: 'high', tier: 'high', sourceClient: 'acme', client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: verdict, disposition: verdict, dispositionAt: verdict ? T + (n + after) * HOUR : null, dispositionBy: verdict ? 'human' : null, suppressed: 0, ...given,
  });
  const ticket = (n: number, quotes: string[], verdict: Disposition | null, at: number): TicketRow => ({
    id: rowId('desk', 'ticket', `R${n}`), source: 'desk', nativeId: `R${n}`, url: null, changed: T, gone: null, key: `SOC-R${n}`, title: null, created: T + 30 * HOUR, sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme', sourceStatus: null, done: false,
    sourceDisposition: verdict, disposition: verdict, dispositionAt: verdict ? at : null, dispositionBy: verdict ? 'human' : null, origin: 'alert', quotes: quotes.map(q => ({ alert: q, found: 'field', linkedAt: T + 30 * HOUR })), timeline: [{ at: T + 30 * HOUR, type: 'created', from: null, to: null, actor: 'human' }], mergedInto: null,
  });
  const base = fc.sample(caseWorld, { numRuns: 1, seed: 1 })[0]!;
  const hand = (alerts: AlertRow[], tickets: TicketRow[] = []): CaseWorld => ({ settings: { ...base.settings, zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }] }, alerts, rules: [], tickets, now: T + 60 * DAY, range: { from: T - 40 * DAY, to: T + 60 * DAY } });
  const may = async (loader: WorldLoader, asOf: number) => (await ask(loader, { from: Date.UTC(2026, 4, 1), to: Date.UTC(2026, 5, 1) }, asOf, ['client'])).rows[0]!;
  /** Twelve alerts, each a decision of its own an hour apart: eight true, four false. */
  const twelve = (other: Readonly<Record<number, AlertRow>> = {}): AlertRow[] => Array.from({ length: 12 }, (_, i) => other[i] ?? alert(i, i < 8 ? 'true_positive' : 'false_positive'));

  it('8 of 12 stays 8 of 12 when a verdict is turned, dated back, mapped otherwise or its alert vanishes; each with its cause', async () => {
    await begin(T + 60 * DAY);
    await freeze(await loadWorld(store, hand(twelve())), CLOSING);
    const after = async (alerts: AlertRow[], tickets: TicketRow[] = []) => may(await reload(hand(alerts, tickets)), CLOSING + DAY);
    expect(await after(twelve())).toMatchObject({ state: 'frozen', confirmed: '8 of 12', confirmation: 8 / 12, now: 8 / 12, restated: 0, frozen_at: CLOSING, definition: 1, policy_version: 1, reason: null });
    // Turned in June: it counts as false now, although it was given after the closing, because May had it as true.
    expect(await after(twelve({ 0: alert(0, 'false_positive', 900) }))).toMatchObject({ confirmed: '8 of 12', now: 7 / 12, decisions_now: 12, restated: 1, source_edit: 1 });
    const turned = readerOf(await reload(hand(twelve({ 0: alert(0, 'false_positive', 900) }))));
    const standing = async (from: number): Promise<unknown[]> => {
      const asked = { ...parseQuery({ version: 1, metric: 'rules.outcomes', groupBy: ['client'] }, CATALOG), range: { from, to: CLOSING + DAY }, asOf: CLOSING + DAY };
      const { rows } = withStanding(OUTCOMES, await metricQuery('rules.outcomes').run(turned, asked), await findings(turned, OUTCOMES, asked));
      return rows.map(r => [r.client, String(r.standing_why).includes('Restated decisions 1, agreed at most 0')]);
    };
    expect(await standing(T - DAY)).toEqual([['acme', true]]);
    // Another value map: the same word of the source means false now.
    expect(await after(twelve({ 0: alert(0, 'true_positive', 1, { disposition: 'false_positive' }) }))).toMatchObject({ confirmed: '8 of 12', now: 7 / 12, restated: 1, policy: 1, source_edit: 0 });
    expect(await after(twelve({ 0: alert(0, 'true_positive', 1, { gone: CLOSING + HOUR }) }))).toMatchObject({ confirmed: '8 of 12', now: 8 / 12, restated: 1, gone: 1 });
    // Two that changed places: as many of each as before.
    expect(await after(twelve({ 0: alert(0, 'false_positive'), 8: alert(8, 'true_positive') }))).toMatchObject({ confirmed: '8 of 12', now: 8 / 12, restated: 2, source_edit: 2 });
    // Taken back: no verdict any more.
    expect(await after(twelve({ 0: alert(0, null) }))).toMatchObject({ confirmed: '8 of 12', now: 7 / 11, decisions_now: 11, restated: 1, source_edit: 1 });
    // A thirteenth alert of May that nobody knew at the closing, decided in May.
    expect(await after([...twelve(), alert(12, 'true_positive')])).toMatchObject({ confirmed: '8 of 12', alerts: 12, now: 9 / 13, restated: 1, late_data: 1 });
    // A ticket that came late contradicts one: a conflict is no decision.
    expect(await after(twelve(), [ticket(1, ['A0'], 'false_positive', T + 40 * HOUR)])).toMatchObject({ confirmed: '8 of 12', now: 7 / 11, restated: 1, source_edit: 1 });
    await store.transaction(tx => tx.execute(sql`update ${table('reported_part')} set definition = 0`));
    expect(await after(twelve({ 0: alert(0, 'true_positive', 1, { disposition: 'false_positive' }) }))).toMatchObject({ restated: 1, policy: 0, definition_changed: 1, definition: 0 });
  });

  it('rows behind a number that was kept without them are today’s, and the answer says how many came and went', async () => {
    await begin(T + 60 * DAY);
    await freeze(await loadWorld(store, hand(twelve())), CLOSING);
    const of = async (alerts: AlertRow[], column: string) => {
      const loader = await reload(hand(alerts));
      const when = { range: { from: Date.UTC(2026, 4, 1), to: Date.UTC(2026, 5, 1) }, asOf: CLOSING + DAY };
      return behind(readerOf(loader), when, 'reported.rules', ['client'], await may(loader, CLOSING + DAY), column);
    };
    const kept = 'Of a closed month the number was kept and not each alert: these are the rows of today.';
    expect(await of(twelve(), 'bucket_true')).toEqual({ rows: 8, counted: 8, todays: `${kept} They are as many as were reported.`, more: 0, fewer: 0 });
    // One true verdict was turned, one alert of May came late.
    const since = [...twelve({ 0: alert(0, 'false_positive', 900) }), alert(12, 'true_positive'), alert(13, 'true_positive')];
    expect(await of(since, 'bucket_true')).toEqual({ rows: 9, counted: 9, todays: `${kept} Since it closed, at least 1 row came to it: not as many as were reported.`, more: 1, fewer: 0 });
    expect(await of(since, 'alerts')).toMatchObject({ rows: 14, more: 2, fewer: 0 });
    // Given in June, a verdict is `later`: the alert stays behind the review, and counts no more as reviewed.
    expect(await of(twelve({ 0: alert(0, 'false_positive', 900) }), 'review')).toEqual({ rows: 12, counted: 11, todays: `${kept} Since it closed, at least 1 row came to it and 1 row left it: as many as were reported, and others.`, more: 1, fewer: 1 });
    // Decisions are kept one by one: their rows are what was reported, and nothing is to be said.
    expect(await of(since, 'confirmation')).toEqual({ rows: 12, counted: 8, todays: null, more: 0, fewer: 0 });
  });

  it('a verdict first given after the closing is in no rate of the month, and no restatement', async () => {
    await begin(T + 60 * DAY);
    const open = hand(twelve({ 0: alert(0, null) }));
    await freeze(await loadWorld(store, open), CLOSING);
    const june = twelve({ 0: alert(0, 'true_positive', 900) });
    expect(await may(await reload(hand(june)), CLOSING + 40 * DAY)).toMatchObject({ confirmed: '7 of 11', bucket_unmatched: 1, bucket_later: 0, now: 7 / 11, restated: 0 });
    // Frozen afterwards, from rows that hold the later verdict: it is told apart.
    await begin(T + 60 * DAY);
    const late = await reload(hand(june));
    await freeze(late, CLOSING + 40 * DAY);
    expect(await may(late, CLOSING + 41 * DAY)).toMatchObject({ confirmed: '7 of 11', bucket_later: 1, now: 7 / 11, restated: 0, frozen_at: CLOSING + 40 * DAY });
    // The same verdict dated into May: an edit, of rows that were all known.
    expect(await may(await reload(hand(twelve())), CLOSING + 41 * DAY)).toMatchObject({ confirmed: '7 of 11', now: 8 / 12, restated: 1, source_edit: 1, late_data: 0 });
  });

  it('a month that closed before this was kept says so, and is neither guessed nor frozen afterwards', async () => {
    await begin(T + 60 * DAY);
    const loader = await loadWorld(store, hand(twelve()));
    await freeze(loader, CLOSING);
    await store.transaction(async tx => {
      for (const name of ['reported_rule', 'reported_decision'] as const) await tx.execute(sql`delete from ${table(name)}`);
      await tx.execute(sql`update ${table('reported_part')} set frozen_at = null, settings_version = null, definition = null, n = null`);
    });
    await freeze(loader, CLOSING + DAY);
    expect(await may(loader, CLOSING + 2 * DAY)).toMatchObject({ state: 'not kept', reason: 'not_kept', confirmed: '8 of 12', frozen_at: null, restated: null, definition: null });
  });

  it('a kill in the middle leaves no month half frozen, and the next run freezes it once and whole', async () => {
    await begin(T + 60 * DAY);
    const loader = await loadWorld(store, hand(twelve()));
    const context = { settings: { ...loader.settings, sources: SOURCES }, version: 1, dimensions: loader.dimensions, now: CLOSING };
    await expect(store.transaction(async tx => { await freezeReported(tx, context, true); throw new Error('killed'); })).rejects.toThrow('killed');
    expect(await frozenRows()).toEqual([[], [], []]);
    expect(await may(loader, CLOSING + DAY)).toMatchObject({ state: 'provisional' });
    await freeze(loader, CLOSING);
    const once = await frozenRows();
    await freeze(loader, CLOSING + HOUR);
    expect(await frozenRows()).toEqual(once);
    expect(await may(loader, CLOSING + DAY)).toMatchObject({ state: 'frozen', confirmed: '8 of 12', restated: 0 });
  });

  it('waits while a source is behind, and says so', async () => {
    await begin(CLOSING - HOUR);
    const loader = await loadWorld(store, hand(twelve()));
    await freeze(loader, CLOSING + DAY);
    expect(await may(loader, CLOSING + DAY)).toMatchObject({ state: 'provisional', reason: 'not_read', confirmed: '8 of 12', restated: null });
  });
});

/** What happens to a world between the closing and the question. */
function change(before: CaseWorld, plain: CaseWorld, done: Done, dice: number, frozenAt: number): CaseWorld {
  const at = <T>(list: readonly T[], work: (row: T) => T): T[] => list.map((row, i) => (i === dice % list.length || i === (dice + 3) % list.length ? work(row) : row));
  const turned = (d: Disposition | null): Disposition => (d === 'true_positive' ? 'false_positive' : 'true_positive');
  switch (done) {
    // A value map that calls benign what was false, and decides what was left undetermined.
    case 'policy': { const map = (d: Disposition | null): Disposition | null => (d === 'false_positive' ? 'benign_positive' : d === 'undetermined' ? 'false_positive' : d); return { ...before, alerts: before.alerts.map(a => ({ ...a, disposition: map(a.disposition) })), tickets: before.tickets.map(t => ({ ...t, disposition: map(t.disposition) })) }; }
    case 'verdict': return { ...before, tickets: at(before.tickets, t => ({ ...t, sourceDisposition: turned(t.disposition), disposition: turned(t.disposition), dispositionAt: dice % 2 === 0 ? t.dispositionAt ?? t.created + HOUR : frozenAt + HOUR, dispositionBy: 'human' })) };
    case 'own verdict': return { ...before, alerts: at(before.alerts, a => ({ ...a, sourceDisposition: turned(a.disposition), disposition: turned(a.disposition), dispositionAt: dice % 2 === 0 ? a.dispositionAt ?? a.changed + HOUR : frozenAt + HOUR, dispositionBy: 'human' })) };
    case 'gone': return { ...before, alerts: at(before.alerts, a => ({ ...a, gone: a.gone ?? frozenAt + HOUR })) };
    case 'late ticket': return { ...before, tickets: plain.tickets };
    case 'late alert': return { ...before, alerts: plain.alerts };
    case 'unlinked': return { ...before, tickets: at(before.tickets, t => ({ ...t, quotes: [] })) };
    case 'decided later': return { ...before, alerts: before.alerts.map(a => (a.disposition === null ? { ...a, sourceDisposition: 'true_positive', disposition: 'true_positive', dispositionAt: frozenAt + HOUR, dispositionBy: 'human' } : a)) };
    default: return before;
  }
}
