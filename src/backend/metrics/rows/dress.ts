import type { RowUnit } from '../../../catalog/rows';
import { dayStart } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { join, sql, type Sql } from '../../store/sql';
import type { Cell } from '../metric';
import { clientIds } from '../sla/outcomes';
import { pagesOf } from '../sla/pages';
import type { Found } from './part';

/** What a row of each unit shows, looked up for one page by key through the scoped relations: what the scope does not hold stays empty. */
type Dressed = Record<string, Cell>;
interface AlertInfo { readonly key: bigint; readonly native_id: string; readonly rule: string | null; readonly tier: string; readonly source: string | null; readonly verdict_at: number | null; readonly at: number; readonly url: string | null }
interface ItemInfo { readonly key: bigint; readonly tier: string; readonly clock: string; readonly start: number; readonly due: number | null; readonly stop: number | null; readonly source: string | null; readonly ticket_key: bigint | null; readonly alert_key: bigint | null }
interface AssetInfo { readonly key: bigint; readonly name: string; readonly kind: string; readonly last_event: number | null; readonly source: string | null; readonly url: string | null }

export async function dressed(reader: ScopedReader, unit: RowUnit, rows: readonly Found[], asOf: number, signal?: AbortSignal): Promise<Dressed[]> {
  const nameOf = await clientIds(reader, signal);
  const keys = [...new Set(rows.map(r => r.key).filter((k): k is bigint => k !== null))];
  const dress = await DRESS[unit](reader, keys, asOf, signal);
  return rows.map(r => ({
    unit, name: null, title: null, class: null, time: r.moment, due: null, stop: null, source: null, link: r.link ?? null, ...dress(r),
    client: r.client_key < 0 ? null : nameOf(r.client_key), counts_as: r.counts_as, counted: r.counted, weight: r.weight,
  }));
}
type Dresser = (reader: ScopedReader, keys: readonly bigint[], asOf: number, signal?: AbortSignal) => Promise<(row: Found) => Dressed>;

async function lookUp<T extends { key: bigint }>(reader: ScopedReader, keys: readonly bigint[], ask: (keys: Sql) => Sql, signal?: AbortSignal): Promise<Map<bigint, T>> {
  const found: T[] = [];
  for (let from = 0; from < keys.length; from += 200) found.push(...await reader.query<T>(ask(join(keys.slice(from, from + 200).map(k => sql`${k}`))), signal));
  return new Map(found.map(f => [f.key, f]));
}
const ofAlerts: Dresser = async (reader, keys, _asOf, signal) => {
  const alerts = await lookUp<AlertInfo>(reader, keys, some => sql`
    select a.alert_key as key, a.native_id, coalesce(a.rule_name, r.name) as rule, cast(a.tier as varchar) as tier, s.id as source, a.verdict_at, a.at as at, a.url from ${reader.relation('alert')} a
    left join ${reader.relation('rule')} r on r.rule_key = a.rule_key left join ${reader.relation('source')} s on s.source_key = a.source_key where a.alert_key in (${some})`, signal);
  return (row): Dressed => { const a = row.key === null ? undefined : alerts.get(row.key); return a ? { name: a.native_id, title: row.label === null || row.label === '1' ? a.rule : `${a.rule ?? 'no rule named'} (${row.label} alerts)`, class: a.tier, time: a.at, stop: a.verdict_at, source: a.source, link: a.url } : {}; };
};
const ofItems: Dresser = async (reader, keys, asOf, signal) => {
  // An item that counted in a reported month and is no more has what was frozen of it.
  const items = await lookUp<ItemInfo>(reader, keys, some => sql`
    select i.item_clock_key as key, cast(i.tier as varchar) as tier, cast(i.clock as varchar) as clock, i.start, i.due, case when i.stop <= ${asOf} then i.stop end as stop, s.id as source, i.ticket_key, i.alert_key
    from ${reader.relation('item')} i left join ${reader.relation('source')} s on s.source_key = i.source_key where i.item_clock_key in (${some})`, signal);
  const missing = keys.filter(k => !items.has(k));
  if (missing.length > 0) for (const [key, item] of await lookUp<ItemInfo>(reader, missing, some => sql`select f.item_clock_key as key, cast(f.tier as varchar) as tier, cast(f.clock as varchar) as clock, f.start, f.due, f.stop, null::varchar as source, f.ticket_key, f.alert_key from ${reader.relation('reported_item')} f where f.item_clock_key in (${some})`, signal)) items.set(key, item);
  const pages = await pagesOf(reader, [...items.values()], signal);
  return (row): Dressed => {
    const i = row.key === null ? undefined : items.get(row.key);
    if (!i) return {};
    const page = pages.ticket(i.ticket_key);
    return { name: page?.ticket ?? null, title: page?.title ?? null, class: i.tier, time: i.start, due: i.due, stop: i.stop, source: i.source, link: page?.url ?? pages.alertUrl(i.alert_key) };
  };
};
const ofAssets: Dresser = async (reader, keys, _asOf, signal) => {
  const assets = await lookUp<AssetInfo>(reader, keys, some => sql`
    select a.asset_key as key, a.name, cast(a.kind as varchar) as kind, a.last_event, s.id as source, a.url from ${reader.relation('asset')} a left join ${reader.relation('source')} s on s.source_key = a.source_key where a.asset_key in (${some})`, signal);
  return (row): Dressed => { const a = row.key === null ? undefined : assets.get(row.key); return a ? { name: a.name, class: a.kind, time: row.moment ?? a.last_event, source: a.source, link: a.url } : { name: row.label }; };
};
/** An asset on a local day: its moment is the day's number, shown as the day's begin in the client's zone. */
const onDays: Dresser = async (reader, keys, asOf, signal) => {
  const dress = await ofAssets(reader, keys, asOf, signal);
  return (row): Dressed => ({ ...dress(row), time: row.moment === null ? null : dayStart(Math.round(row.moment / 86_400_000), reader.clientOf(row.client_key)?.zone ?? reader.socZone) });
};
const ofTickets: Dresser = async (reader, keys, _asOf, signal) => {
  const pages = await pagesOf(reader, keys.map(k => ({ ticket_key: k, alert_key: null })), signal);
  return (row): Dressed => { const page = pages.ticket(row.key); return { name: page?.ticket ?? null, title: page?.title ?? null, link: page?.url ?? null }; };
};
const ofHosts: Dresser = async (reader, keys, asOf, signal) => {
  const dress = await ofAssets(reader, keys, asOf, signal);
  return (row): Dressed => ({ ...dress(row), name: row.label });
};
const DRESS: Readonly<Record<RowUnit, Dresser>> = { alert: ofAlerts, decision: ofAlerts, untracked: ofAlerts, item: ofItems, 'reported item': ofItems, asset: ofAssets, 'asset day': onDays, host: ofHosts, ticket: ofTickets };
