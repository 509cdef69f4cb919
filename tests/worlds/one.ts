import fc from 'fast-check';
import type { AlertRow, TicketRow } from '../../src/model';
import type { WorkspaceSettings } from '../../src/settings/schema';
import { openScope } from '../../src/backend/scope/gate';
import type { ScopedReader } from '../../src/backend/scope/reader';
import type { Store } from '../../src/backend/store/port';
import { sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';
import { ruleWorld, type RuleWorld } from './rules';
import type { CaseWorld } from './cases';
import { clear, loadWorld, WorldLoader } from './load';

/**
 * The world that serves every metric of alerts, rules and tickets: half of them with crowds and lineages of rules, a quarter with
 * every verdict a true positive (incidents are rare otherwise), a third written in pages that come in any order, twice, and after
 * earlier versions of their rows. What is compared with an oracle on it is thereby compared for every order of arrival.
 */
export interface OneWorld extends RuleWorld {
  /** Numbers that cut the pages; null: all in one page. */
  readonly cuts: readonly number[] | null;
}
const allConfirmed = <T extends CaseWorld>(world: T): T => ({
  ...world, alerts: world.alerts.map(a => ({ ...a, disposition: a.disposition && 'true_positive' })),
  tickets: world.tickets.map(t => ({ ...t, disposition: t.disposition && 'true_positive', timeline: t.timeline.map(e => (e.type === 'disposition_set' && e.to !== null ? { ...e, to: 'true_positive' } : e)) })),
});

export const oneWorld: fc.Arbitrary<OneWorld> = fc.record({
  drawn: ruleWorld, confirmed: fc.constantFrom(false, false, false, true), cuts: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }) }),
}).map(({ drawn, confirmed, cuts }) => {
  if (!confirmed) return { ...drawn, cuts };
  const world = allConfirmed(drawn.world);
  return { world, late: { ...drawn.late, alerts: world.alerts, tickets: world.tickets }, cuts };
});

/** A world in the store, and the gate over it. Settings that only a question reads (goals, thresholds) may differ from those it was written with. */
export interface Loaded {
  readonly store: Store;
  readonly world: CaseWorld;
  readonly late: CaseWorld;
  readonly loader: WorldLoader;
  reader(only?: readonly string[] | null, settings?: WorkspaceSettings): ScopedReader;
}
export async function loadOne(store: Store, one: OneWorld): Promise<Loaded> {
  await clear(store);
  await store.transaction(async tx => { for (const name of ['stream_state', 'quarantine'] as const) await tx.execute(sql`delete from ${table(name)}`); });
  const loader = one.cuts === null ? await loadWorld(store, one.world) : await loadInPages(store, one.world, one.cuts);
  return {
    store, world: one.world, late: one.late, loader,
    reader: (only, settings = one.world.settings) => openScope({ orgId: 1, dataSourceUid: 'world' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: loader.clientKey }, only ?? undefined),
  };
}

/** Earlier versions first, then the rows in two pages cut at random, the second with some of the first again. */
async function loadInPages(store: Store, world: CaseWorld, cuts: readonly number[]): Promise<WorldLoader> {
  const loader = new WorldLoader(store, world.settings);
  let roll = 0;
  const next = (): number => cuts[roll++ % cuts.length]!;
  const shuffled = <T>(rows: readonly T[]): T[] => rows.map(row => ({ row, at: next() })).sort((a, b) => a.at - b.at).map(x => x.row);
  const earlierAlert = (a: AlertRow): AlertRow => (next() % 2 === 0 ? { ...a, acknowledgedAt: null, acknowledgedBy: null, disposition: null, dispositionAt: null, dispositionBy: null } : { ...a, acknowledgedAt: a.changed, acknowledgedBy: 'human' });
  const earlierTicket = (t: TicketRow): TicketRow => ({ ...t, timeline: t.timeline.slice(0, 1 + (next() % 3)), quotes: t.quotes.slice(0, next() % 2) });
  await loader.page({ rules: world.rules, alerts: world.alerts.filter(() => next() % 3 === 0).map(earlierAlert), tickets: world.tickets.filter(() => next() % 3 === 0).map(earlierTicket) });
  const [alerts, tickets] = [shuffled(world.alerts), shuffled(world.tickets)];
  const [a, t] = [next() % (alerts.length + 1), next() % (tickets.length + 1)];
  await loader.page({ alerts: alerts.slice(0, a), tickets: tickets.slice(0, t) });
  await loader.page({ alerts: [...alerts.slice(a), ...alerts.slice(0, a).filter(() => next() % 4 === 0)], tickets: [...tickets.slice(t), ...tickets.slice(0, t).filter(() => next() % 4 === 0)] });
  return loader;
}
