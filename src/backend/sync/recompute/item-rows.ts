import type { ItemFact } from '../../facts/item';
import { marksOf, periodAt, settled } from '../../facts/settled';
import { keyOf } from '../../store/key';
import type { Transaction } from '../../store/port';
import type { StoreRow } from '../../store/schema';
import type { FactContext } from '../facts';
import { wroteItems, type Written } from '../reported/written';

export type ItemStoreRow = StoreRow<'item'>;

/** Where an item comes from: a ticket, or an alert handled in the SIEM. */
export type ItemOrigin = Pick<ItemStoreRow, 'ticket_key' | 'alert_key' | 'source_key' | 'gone'>;

/** Fact → columns. One literal, no spreads: a first load makes a million of these, and a copy of thirty fields costs more than the rest. */
export function itemRow(fact: ItemFact, itemKey: bigint, inputs: bigint, origin: ItemOrigin, context: FactContext): ItemStoreRow {
  const { at, as } = settled(fact);
  return {
    item_clock_key: keyOf(itemKey, fact.clock), item_key: itemKey, episode: fact.episode, client_key: context.dimensions.clientKey(fact.client),
    ticket_key: origin.ticket_key, alert_key: origin.alert_key, source_key: origin.source_key, gone: origin.gone,
    clock: fact.clock, tier: fact.tier, alerts: fact.alerts, start: fact.start, start_from_creation: fact.startFromCreation,
    target_ms: fact.targetMs, due: fact.due, gross_due: fact.grossDue, stop: fact.stop, first_stop: fact.firstStop, stop_unknown_actor: fact.stopUnknownActor,
    paused_ms: fact.pausedMs, paused_since: fact.pausedSince, left_at: fact.leftAt, left_as: fact.leftAs, reopened: fact.reopened, downgraded: fact.downgraded,
    shift: fact.shift, weekend: fact.weekend, holiday: fact.holiday, settings_version: context.version,
    half_due: fact.halfDue, untouched: fact.untouched, inputs,
    period_at: periodAt(fact), settled_at: at, settled_as: as, marks: marksOf(fact, origin.gone),
  };
}
/** Writes what changed and removes what is no longer there. */
export async function writeItems(tx: Transaction, before: ReadonlyMap<bigint, ItemStoreRow>, after: ReadonlyMap<bigint, ItemStoreRow>): Promise<void> {
  const stale = [...before.keys()].filter(k => !after.has(k));
  if (stale.length > 0) await tx.remove('item', 'item_clock_key', stale);
  const changed = [...after.values()].filter(row => { const old = before.get(row.item_clock_key!); return !old || differs(old, row); });
  if (before.size === 0) await tx.insert('item', changed); else await tx.upsert('item', changed);
  await wroteItems(tx, [...stale.map(k => before.get(k)!), ...changed.flatMap(row => [row, ...(before.get(row.item_clock_key!) ? [before.get(row.item_clock_key!)!] : [])])].map(placeOf));
}
/** As store/outcome: where the period of an item lies. */
const placeOf = (row: ItemStoreRow): Written => ({ client: row.client_key, at: row.due ?? row.gross_due ?? row.start });
export const differs = <R extends object>(a: R, b: R): boolean => (Object.keys(b) as (keyof R)[]).some(k => a[k] !== b[k]);

/** Columns in which any of these rows differs from what stands in the store: of a wide row only these are written. */
export const movedColumns = <R extends object>(rows: readonly R[], before: (row: R) => R): (keyof R & string)[] =>
  rows.length === 0 ? [] : (Object.keys(rows[0]!) as (keyof R & string)[]).filter(column => rows.some(row => row[column] !== before(row)[column]));
