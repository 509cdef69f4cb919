import { COVERAGE_DEFINITION, isoDay, localDay } from '../../../model';
import { coverageWords } from '../../../settings/coverage-words';
import type { ScopedReader } from '../../scope/reader';
import { assetInputs, changedStates, monthReadings, monthStates } from '../../store/month-coverage';
import { sql, type Sql } from '../../store/sql';
import { partRows, type PartMonth } from './months';
import type { Cause } from './restated';

/** An asset that counts otherwise now on a day of a frozen month, in one kind; states as letters by day, null: it did not count at all. */
export interface RestatedAsset { readonly client_key: number; readonly month: number; readonly asset_key: bigint; readonly kind: string; readonly was: string | null; readonly now: string | null; readonly cause: Cause }
interface Differing extends Omit<RestatedAsset, 'cause'> { readonly registry: bigint | null; readonly evidence: number | null; readonly known: boolean }

const nameOf = (r: { client_key: number; month: number; asset_key: bigint }): string => `${r.client_key}|${r.month}|${r.asset_key}`;

const changed = (reader: ScopedReader, frozen: readonly PartMonth[]): Sql => changedStates(sql`(${reader.relation('reported_asset')})`, sql`(${reader.relation('asset_span')})`, partRows(frozen));

/** Those that differ by kind, with the letters of their days as frozen and as they are now; `known`: it was in the month as reported, in whatever kind. */
const differing = (reader: ScopedReader, frozen: readonly PartMonth[]): Sql => sql`
  with changed as materialized (${changed(reader, frozen)}),
    was as (select f.client_key, f.month, f.asset_key, f.kind, f.states, f.registry, f.evidence from ${reader.relation('reported_asset')} f join ${partRows(frozen)} p on p.client_key = f.client_key and p.month = f.month where f.asset_key in (select asset_key from changed)),
    present as (${monthStates(sql`(select * from ${reader.relation('asset_span')} x where asset_key in (select asset_key from changed))`, partRows(frozen))}),
    known as (select distinct client_key, month, asset_key from was)
  select c.client_key, c.month, c.asset_key, cast(c.kind as varchar) as kind, w.states as was, n.states as now, w.registry, w.evidence, k.asset_key is not null as known
  from changed c left join was w on w.client_key = c.client_key and w.month = c.month and w.asset_key = c.asset_key and w.kind = c.kind
  left join present n on n.client_key = c.client_key and n.month = c.month and n.asset_key = c.asset_key and n.kind = c.kind
  left join known k on k.client_key = c.client_key and k.month = c.month and k.asset_key = c.asset_key`;

/** How many there are by client, in months that are frozen and kept: without their causes, which cost more than the comparison. */
export async function countRestatedAssets(reader: ScopedReader, months: readonly PartMonth[], signal?: AbortSignal): Promise<{ client_key: number; n: number }[]> {
  const frozen = months.filter(m => !m.frozen!.same);
  return frozen.length === 0 ? [] : reader.query<{ client_key: number; n: number }>(sql`select client_key, count(*) as n from (${changed(reader, frozen)}) d group by client_key`, signal);
}

/**
 * Assets of frozen months that count otherwise now (metrics.md, Rule 10), with the cause that shows in the rows: not in the month as reported (late
 * data), or in another kind (source edit); vanished from its registry backwards (gone); the registries say otherwise of it until the month's end
 * (source edit); other evidence, or what was unknown has been read since (late data); else a newer definition, else another policy of coverage.
 */
export async function restatedAssets(reader: ScopedReader, months: readonly PartMonth[], signal?: AbortSignal): Promise<RestatedAsset[]> {
  // Those that the sync found as they were reported, and that nothing was judged otherwise in since, are not asked (docs/adr/067).
  const frozen = months.filter(m => m.frozen !== null && m.kept && !m.frozen.same);
  if (frozen.length === 0) return [];
  const rows = await reader.query<Differing>(differing(reader, frozen), signal);
  if (rows.length === 0) return [];
  const affected = frozen.filter(m => rows.some(r => r.client_key === m.client && r.month === m.month));
  const monthOf = new Map(affected.map(m => [`${m.client}|${m.month}`, m]));
  const inputs = new Map((await reader.query<{ client_key: number; month: number; asset_key: bigint; registry: bigint; evidence: number }>(assetInputs(reader.relation('asset'), reader.relation('seen_host'), reader.relation('observation'), partRows(affected)), signal)).map(i => [nameOf(i), i]));
  const gone = new Map((await reader.query<{ asset_key: bigint; gone: number }>(sql`select asset_key, min(gone) as gone from ${reader.relation('asset_record')} r where gone is not null and asset_key is not null group by asset_key`, signal)).map(g => [g.asset_key, g.gone]));
  // Whether sources were read further than at the freezing.
  const readFurther = new Set((await reader.query<{ client_key: number; month: number }>(sql`
    select f.client_key, f.month from ${reader.relation('reported_part')} f join (${monthReadings(reader.relation('source_day'), reader.relation('seen_host'), partRows(affected))}) r on r.client_key = f.client_key and r.month = f.month
    where f.part = 'coverage' and f.readings is distinct from r.readings`, signal)).map(r => `${r.client_key}|${r.month}`));
  const words = affected.map(m => coverageWords(reader.policy.coverage, m.id, isoDay(localDay(m.ends - 1, m.zone))));
  const samePolicy = new Set((await reader.query<{ client_key: number; month: number }>(sql`
    select f.client_key, f.month from ${reader.relation('reported_part')} f join (select unnest(${affected.map(m => m.client)}::integer[]) as client_key, unnest(${affected.map(m => m.month)}::integer[]) as month, unnest(${words}::varchar[]) as said) w
      on w.client_key = f.client_key and w.month = f.month where f.part = 'coverage' and f.policy = md5_number_lower(w.said)`, signal)).map(r => `${r.client_key}|${r.month}`));
  const kinds = new Map<string, number>();
  for (const r of rows) kinds.set(nameOf(r), (kinds.get(nameOf(r)) ?? 0) + 1);
  const causeOf = (r: Differing): Cause => {
    const month = monthOf.get(`${r.client_key}|${r.month}`)!;
    const now = inputs.get(nameOf(r));
    if (r.was === null) return r.known ? 'source_edit' : 'late_data';
    // An asset that was reclassified within the month has a row of each kind; only days that went from one to the other are an edit.
    if (kinds.get(nameOf(r))! > 1 && daysOf(r.was) !== daysOf(r.now)) return 'source_edit';
    if ((gone.get(r.asset_key) ?? Infinity) < month.ends) return 'gone';
    if (!now || now.registry !== r.registry) return 'source_edit';
    if (now.evidence !== r.evidence || (readFurther.has(`${r.client_key}|${r.month}`) && wasRead(r.was, r.now))) return 'late_data';
    if (month.frozen!.definition < COVERAGE_DEFINITION) return 'definition';
    // The same policy: it is evidence all the same, of hosts that are tied to several assets.
    return samePolicy.has(`${r.client_key}|${r.month}`) ? 'late_data' : 'policy';
  };
  return rows.map(({ client_key, month, asset_key, kind, was, now, ...rest }) => ({ client_key, month, asset_key, kind, was, now, cause: causeOf({ client_key, month, asset_key, kind, was, now, ...rest }) }));
}
/** The days on which it counted at all. */
const daysOf = (states: string | null): string => (states ?? '').replace(/[^.]/g, 'x').replace(/\.+$/, '');
/** On some day it was unknown, because nobody had read so far, and is not so any more. */
const wasRead = (was: string, now: string | null): boolean => [...was].some((state, day) => state === 'u' && /[cadx]/.test(now?.[day] ?? '.'));
