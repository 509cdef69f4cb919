import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { CATALOG } from '../../../src/catalog';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { freezeReported } from '../../../src/backend/sync/reported/freeze';
import { DAY, HOUR, rowId, type AlertRow, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import type { WorkspaceSettings } from '../../../src/settings/schema';
import { caseWorld, worldRuns, type CaseWorld } from '../../worlds/cases';
import { loadWorld, WorldLoader } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { fresh, streamState } from '../integrity/worlds';
import { sortRows } from '../sla/oracle-metrics';
import { behind } from './behind';
import { oracleReported, type Reported } from './history.oracle';

const CLIENTS = ['acme', 'bravo', 'coast', 'empty', 'unassigned'];
const SOURCES = [{ id: 'siem', enabled: true }, { id: 'desk', enabled: true }] as unknown as WorkspaceSettings['sources'];

describe('reported.history', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  /** Empties the store and says that both streams were read over the whole time. */
  async function begin(readTo: number): Promise<void> {
    await fresh(store, 0, []);
    await store.transaction(async tx => {
      for (const name of ['reported_month', 'reported_item', 'reported_untracked', 'reported_untracked_day', 'reported_part', 'reported_rule', 'reported_decision', 'stream_state'] as const) await tx.execute(sql`delete from ${table(name)}`);
      const read = { backfilled_to: 0, watermark: readTo, current: true };
      await tx.upsert('stream_state', [streamState('siem', 'alerts', read), streamState('desk', 'tickets', { ...read, kind: 'ticket' })]);
    });
  }
  const freeze = (loader: WorldLoader, now: number, version = 1) => store.transaction(tx => freezeReported(tx, { settings: { ...loader.settings, sources: SOURCES }, version, dimensions: loader.dimensions, now }, true));
  const ask = (loader: WorldLoader, range: { from: number; to: number }, asOf: number, groupBy: string[], options: object = {}, only?: string[]) =>
    metricQuery('reported.history').run(readerOf(loader, only), { ...parseQuery({ version: 1, metric: 'reported.history', groupBy, bucket: 'month', options }, CATALOG), range, asOf });
  /** The same store with other rows: everything but the reported tables is written anew. */
  async function reload(world: CaseWorld): Promise<WorldLoader> {
    await store.transaction(async tx => { for (const name of ['alert', 'ticket', 'link', 'item', 'siem_mark'] as const) await tx.execute(sql`delete from ${table(name)}`); });
    return loadWorld(store, world);
  }

  it('says what the oracle says of frozen, provisional and restated months, on random worlds', async () => {
    const { numRuns, ...runs } = worldRuns();
    const seen: Record<string, number> = {};
    await fc.assert(fc.asyncProperty(caseWorld, fc.constantFrom<Reported['done']>('nothing', 'policy', 'edit', 'gone', 'late'), fc.constantFrom(1, 5, 28), fc.constantFrom(45, 70, 100), fc.nat(), fc.boolean(), async (plain, done, closingDay, freezeAfter, dice, byClient) => {
      const anchor = plain.range.from - plain.range.from % DAY - 20 * DAY;
      const settings = { ...plain.settings, policy: { ...plain.settings.policy, reporting: { closingDay, months: 13 } } };
      const before: CaseWorld = { ...plain, settings, ...(done === 'late' && { tickets: plain.tickets.slice(0, -1) }) };
      const frozenAt = anchor + freezeAfter * DAY;
      const asOf = frozenAt + 40 * DAY;
      await begin(frozenAt);
      const loader = await loadWorld(store, before);
      await freeze(loader, frozenAt);
      const once = await store.query(sql`select * from ${table('reported_item')} order by all`);
      await freeze(loader, frozenAt + HOUR);
      expect(await store.query(sql`select * from ${table('reported_item')} order by all`)).toEqual(once);
      const after = change(before, plain, done, dice);
      const now = await reload(after);
      const range = { from: anchor - 60 * DAY, to: asOf };
      const clock = (['decide', 'acknowledge', 'resolve'] as const)[dice % 3]!;
      const { rows } = await ask(now, range, asOf, byClient ? ['client', 'tier'] : ['tier'], { clock });
      const r: Reported = { before, after, frozenAt, asOf, closingDay, done };
      expect(sortRows(rows)).toEqual(sortRows(oracleReported(r, CLIENTS, [clock], range, byClient)));
      // Each untracked day is kept: the rows behind the number, and behind the floor, are what was reported, whatever became known since.
      if (clock === 'decide') for (const row of rows.filter(r => r.untracked !== null)) {
        const of = (column: string) => behind(readerOf(now), { range, asOf }, 'reported.history', byClient ? ['client', 'tier'] : ['tier'], row, column);
        expect([row, await of('untracked')]).toEqual([row, { rows: row.untracked, counted: row.untracked, todays: null, more: 0, fewer: 0 }]);
        const floor = await of('floor');
        expect([row, floor.rows === 0 ? null : floor.counted / floor.rows]).toEqual([row, row.floor]);
        if (Number(row.untracked) > 0) seen.untracked = (seen.untracked ?? 0) + 1;
      }
      if (done === 'nothing') for (const row of rows) expect([row.restated ?? 0, row.state !== 'frozen' || row.now === row.adherence]).toEqual([0, true]);
      for (const row of rows) for (const k of ['late_data', 'source_edit', 'gone', 'policy', 'met', 'missed']) seen[k] = (seen[k] ?? 0) + (row.state === 'frozen' ? Number(row[k] ?? 0) : 0);
      // The counter is the sum over every clock, of months that end in range.
      const counter = await metricQuery('integrity.counters').run(readerOf(now), { ...parseQuery({ version: 1, metric: 'integrity.counters', groupBy: ['client'], options: { counter: 'restatements' } }, CATALOG), range, asOf });
      const every = oracleReported(r, CLIENTS, ['acknowledge', 'decide', 'notify', 'contain', 'resolve'], range, true);
      for (const row of counter.rows) expect([row.client, row.k]).toEqual([row.client, every.filter(e => e.client === row.client && e.state === 'frozen').reduce((sum, e) => sum + Number(e.restated), 0)]);
    }), { ...runs, numRuns });
    console.log(`seen in frozen months: ${JSON.stringify(seen)}`);
    if (numRuns >= 100) for (const k of ['late_data', 'source_edit', 'gone', 'policy', 'met', 'missed', 'untracked']) expect([k, (seen[k] ?? 0) > 0]).toEqual([k, true]);
  }, 600_000);

  const T = Date.UTC(2026, 4, 10, 12);
  const hand = (tickets: TicketRow[], hours = 4): CaseWorld => {
    const base = fc.sample(caseWorld, { numRuns: 1, seed: 1 })[0]!;
    const sla = { ...base.settings.policy.sla, targets: [{ client: '*', effectiveFrom: '1970-01-01', calendar: '24x7', hours: { high: { decide: hours }, critical: { decide: hours } } }], reopenDays: 14 };
    return { settings: { ...base.settings, zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }], policy: { ...base.settings.policy, sla } }, alerts: [], rules: [], tickets, now: T + 60 * DAY, range: { from: T - 40 * DAY, to: T + 60 * DAY } };
  };
  const ticket = (n: number, decided: number | null, given: Partial<TicketRow> = {}): TicketRow => ({
    id: rowId('desk', 'ticket', `R${n}`), source: 'desk', nativeId: `R${n}`, url: null, changed: T, gone: null, key: `SOC-R${n}`, title: null, created: T, sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme',
    sourceStatus: null, done: false, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'user', quotes: [],
    timeline: [{ at: T, type: 'created', from: null, to: null, actor: 'automation' }, ...(decided === null ? [] : [{ at: T + decided * HOUR, type: 'disposition_set' as const, from: null, to: 'true_positive', actor: 'human' as const }])], mergedInto: null, ...given,
  });
  const may = async (loader: WorldLoader, asOf: number) => (await ask(loader, { from: Date.UTC(2026, 4, 1), to: Date.UTC(2026, 5, 1) }, asOf, ['tier'])).rows.find(r => r.tier === 'high')!;

  it('May closes on 5 June: provisional at 23:59 of the 4th, frozen at midnight, and a later edit leaves the figure as it was', async () => {
    // Two of three decided within 4 h, one after 6: 2 of 3. Afterwards the late verdict is dated back to 3 h after creation.
    const closing = Date.UTC(2026, 5, 5);
    await begin(T + 60 * DAY);
    const loader = await loadWorld(store, hand([ticket(1, 1), ticket(2, 2), ticket(3, 6)]));
    await freeze(loader, closing - 60_000);
    expect(await may(loader, closing - 60_000)).toMatchObject({ state: 'provisional', adherence: 2 / 3, restated: null, frozen_at: null, reason: null });
    await freeze(loader, closing);
    expect(await may(loader, closing)).toMatchObject({ state: 'frozen', adherence: 2 / 3, now: 2 / 3, restated: 0, frozen_at: closing, closes: closing, policy_version: 1, definition: 1 });
    const edited = await reload(hand([ticket(1, 1), ticket(2, 2), ticket(3, 3)]));
    expect(await may(edited, closing + DAY)).toMatchObject({ state: 'frozen', met: 2, missed: 1, adherence: 2 / 3, now: 1, restated: 1, source_edit: 1, policy: 0, late_data: 0, gone: 0 });
    // Nobody knew of the closing a minute before it, however late that is asked.
    expect(await may(edited, closing - 60_000)).toMatchObject({ state: 'provisional', met: 3, missed: 0, adherence: 1, restated: null, frozen_at: null });
  });

  it('compares a month as long as its first row is kept', async () => {
    const closing = Date.UTC(2026, 5, 5);
    await begin(T + 900 * DAY);
    const world = hand([ticket(1, 1), ticket(2, 6)]);
    const loader = await loadWorld(store, world);
    await freeze(loader, closing);
    // Days kept count from the question's instant back; a prune at midnight takes those of the day before the last, so one less is sure.
    const last = Date.UTC(2026, 4, 1) + (world.settings.limits.retentionDays - 1) * DAY;
    expect(await may(loader, last)).toMatchObject({ state: 'frozen', adherence: 0.5, now: 0.5, restated: 0, reason: null });
    expect(await may(loader, last + 1)).toMatchObject({ state: 'frozen', adherence: 0.5, now: null, restated: null, reason: 'too_old' });
  });

  it('tells a policy edited backwards, a deleted miss, a late ticket and a newer definition apart', async () => {
    const closing = Date.UTC(2026, 5, 5);
    await begin(T + 60 * DAY);
    await freeze(await loadWorld(store, hand([ticket(1, 1), ticket(2, 2), ticket(3, 6)])), closing);
    // An 8 h target makes the miss a met: the rows are the same, so it is the policy.
    expect(await may(await reload(hand([ticket(1, 1), ticket(2, 2), ticket(3, 6)], 8)), closing + DAY)).toMatchObject({ adherence: 2 / 3, now: 1, restated: 1, policy: 1 });
    expect(await may(await reload(hand([ticket(1, 1), ticket(2, 2), ticket(3, 6, { gone: closing + HOUR })])), closing + DAY)).toMatchObject({ adherence: 2 / 3, now: 2 / 3, restated: 1, gone: 1 });
    expect(await may(await reload(hand([ticket(1, 1), ticket(2, 2), ticket(3, 6), ticket(4, null)])), closing + DAY)).toMatchObject({ adherence: 2 / 3, now: 0.5, restated: 1, late_data: 1 });
    // Raised to critical since: met as before, and no more among the high ones.
    expect(await may(await reload(hand([ticket(1, 1), ticket(2, 2, { tier: 'critical' }), ticket(3, 6)])), closing + DAY)).toMatchObject({ tier: 'high', adherence: 2 / 3, now: 0.5, restated: 1, source_edit: 1 });
    // A target of 30 days takes all three out of May; the deleted one is gone before it is anything else.
    expect(await may(await reload(hand([ticket(1, 1), ticket(2, 2), ticket(3, 6, { gone: closing + HOUR })], 30 * 24)), closing + DAY)).toMatchObject({ adherence: 2 / 3, now: null, restated: 3, gone: 1, policy: 2 });
    await store.transaction(tx => tx.execute(sql`update ${table('reported_month')} set definition = 0`));
    expect(await may(await reload(hand([ticket(1, 1), ticket(2, 2), ticket(3, 6)], 8)), closing + DAY)).toMatchObject({ restated: 1, policy: 0, definition_changed: 1, definition: 0 });
  });

  it('untracked days lead to the days as they were reported; where only their number was kept, to those of today, with how many came and left', async () => {
    const closing = Date.UTC(2026, 5, 5);
    await begin(T + 60 * DAY);
    // Three rules; nobody looked at their alerts of 10 and 11 May, due four hours later: rule 1 has two on one day.
    const alert = (n: number, rule: number, after: number): AlertRow => ({
      id: rowId('siem', 'alert', `U${n}`), source: 'siem', nativeId: `U${n}`, url: null, changed: T, gone: null, joinId: `U${n}`, rule: `test:u${rule}`, ruleName: `Rule ${rule}`, ruleRevision: null, event: null, detected: T + after * HOUR, readable: null,
      sourceSeverity: 'high', tier: 'high', sourceClient: 'acme', client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, suppressed: 0,
    });
    const silent = [alert(1, 1, 0), alert(2, 1, 1), alert(3, 2, 0), alert(4, 3, 24)];
    const world = (alerts: AlertRow[]): CaseWorld => { const w = hand([ticket(1, 1), ticket(2, 6)]); return { ...w, alerts, settings: { ...w.settings, policy: { ...w.settings.policy, sla: { ...w.settings.policy.sla, ticketRequired: ['critical', 'high'] } } } }; };
    await freeze(await loadWorld(store, world(silent)), closing);
    const range = { from: Date.UTC(2026, 4, 1), to: Date.UTC(2026, 5, 1) };
    // Since then a ticket for rule 2's alert came to light, and an alert of a fourth and a fifth rule.
    const quoted = ticket(3, 1, { quotes: [{ alert: 'U3', found: 'field', linkedAt: T + HOUR }] });
    const later = world([...silent, alert(5, 4, 2), alert(6, 5, 3)]);
    const now = await reload({ ...later, tickets: [...later.tickets, quoted] });
    const row = await may(now, closing + DAY);
    expect(row).toMatchObject({ state: 'frozen', met: 1, missed: 1, untracked: 3, floor: 1 / 5 });
    const of = (column: string) => behind(readerOf(now), { range, asOf: closing + DAY }, 'reported.history', ['tier'], row, column);
    expect(await of('untracked')).toEqual({ rows: 3, counted: 3, todays: null, more: 0, fewer: 0 });
    expect(await of('floor')).toEqual({ rows: 5, counted: 1, todays: null, more: 0, fewer: 0 });
    // As a store that froze it before the days were kept: one day left and two came, of one tier.
    await store.transaction(tx => tx.execute(sql`delete from ${table('reported_untracked_day')}`));
    expect(await of('untracked')).toEqual({ rows: 4, counted: 4, todays: 'Of a closed month the number was kept and not each day of untracked alerts: these are the rows of today. Since it closed, at least 1 row came to it: not as many as were reported.', more: 1, fewer: 0 });
  });

  it('waits while a source is behind or facts are unfinished, and says so', async () => {
    const closing = Date.UTC(2026, 5, 5);
    await begin(closing - HOUR);
    const loader = await loadWorld(store, hand([ticket(1, 1)]));
    await freeze(loader, closing + DAY);
    expect(await may(loader, closing + DAY)).toMatchObject({ state: 'provisional', reason: 'not_read', adherence: 1 });
    await store.transaction(tx => tx.execute(sql`update ${table('stream_state')} set watermark = ${closing + DAY}`));
    await store.transaction(tx => tx.execute(sql`update ${table('ticket')} set settings_version = null`));
    await freeze(loader, closing + DAY);
    expect(await may(loader, closing + DAY)).toMatchObject({ state: 'provisional' });
    await store.transaction(tx => tx.execute(sql`update ${table('ticket')} set settings_version = 1`));
    await freeze(loader, closing + DAY);
    expect(await may(loader, closing + DAY)).toMatchObject({ state: 'frozen', frozen_at: closing + DAY });
  });

  it('shows a client its own months alone', async () => {
    const closing = Date.UTC(2026, 5, 5);
    await begin(T + 60 * DAY);
    const world = hand([ticket(1, 1), ticket(2, 6, { client: 'bravo' })]);
    const loader = await loadWorld(store, { ...world, settings: { ...world.settings, clients: [...world.settings.clients, { id: 'bravo', name: 'Bravo', zone: 'UTC' }] } });
    await freeze(loader, closing);
    const range = { from: Date.UTC(2026, 4, 1), to: Date.UTC(2026, 5, 1) };
    expect((await ask(loader, range, closing, ['client', 'tier'], {}, ['acme'])).rows.map(r => [r.client, r.adherence])).toEqual([['acme', 1]]);
    expect((await ask(loader, range, closing, ['client', 'tier'])).rows.map(r => [r.client, r.adherence])).toEqual([['acme', 1], ['bravo', 0]]);
  });
});

/** What happens to a world between the closing and the question. */
function change(before: CaseWorld, plain: CaseWorld, done: Reported['done'], dice: number): CaseWorld {
  const which = before.tickets.length === 0 ? -1 : dice % before.tickets.length;
  switch (done) {
    case 'policy': return { ...before, settings: { ...before.settings, policy: { ...before.settings.policy, sla: { ...before.settings.policy.sla, targets: before.settings.policy.sla.targets.map(t => ({ ...t, hours: { ...t.hours, critical: { decide: 24, acknowledge: 0.25 }, high: { decide: 0.25, acknowledge: 24 }, medium: { decide: 1 } } })) } } } };
    case 'edit': return { ...before, tickets: before.tickets.map((t, i) => (i === which ? { ...t, timeline: [...t.timeline.filter(e => e.type === 'created'), { at: t.created + 60_000, type: 'resolved', from: null, to: null, actor: 'human' }] } : t)) };
    case 'gone': return { ...before, tickets: before.tickets.map((t, i) => (i === which ? { ...t, gone: t.gone ?? t.changed + 90 * DAY } : t)) };
    case 'late': return { ...before, tickets: plain.tickets };
    default: return before;
  }
}
