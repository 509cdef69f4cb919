import type { Disposition } from '../../model';
import { UNASSIGNED } from '../../model';
import type { SourceSettings, ValueMaps } from '../../settings/sources';
import { mapClient, mapDisposition, mapTier } from '../../settings/value-maps';
import type { Transaction } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { StoreDimensions } from './dimensions';
import { forgetCompared } from './reported/written';

/**
 * Exports: remapAlerts, Mapping, mappingOf. An edited value map, laid over the stored alerts of a source by the source's own words that
 * stand beside what they were mapped to: alerts that their source no longer keeps follow the edit too. Facts are the rebuild's matter
 * (docs/adr/034), their marks, which stand for the words themselves, are empty until then, and what the words beside a row cannot tell (timelines, labels, localised names) the second reading that follows.
 */
export interface Mapping { readonly maps: ValueMaps; readonly clients: readonly string[] }

/** Null where streams map for themselves: a stored row does not say of which stream it is. Files are read again in no time. */
export const mappingOf = (source: SourceSettings, clients: readonly string[]): Mapping | null =>
  source.system === 'files' && source.streams.some(s => Object.values(s.maps).some(map => Object.keys(map).length > 0)) ? null : { maps: source.maps, clients };

/** Elastic writes automated_closure where the vocabulary says "automated closure". */
function dispositionBy(word: string, map: ValueMaps['disposition']): Disposition | null {
  const exact = mapDisposition(word, map);
  return exact.known ? exact.value : mapDisposition(word.replace(/_/g, ' '), map).value;
}

/** Rows whose stored value is what the old map made of their word get what the new one makes of it. Returns how many; their facts are stale then. */
export async function remapAlerts(tx: Transaction, dimensions: StoreDimensions, source: string, before: Mapping, after: Mapping): Promise<number> {
  const key = dimensions.sourceKey(source);
  let n = 0;
  const words = async (column: 'source_severity' | 'source_disposition' | 'source_client'): Promise<string[]> => {
    const read = { source_severity: sql`source_severity`, source_disposition: sql`source_disposition`, source_client: sql`source_client` }[column];
    return (await tx.query<{ w: string }>(sql`select distinct ${read} as w from ${table('alert')} where source_key = ${key} and ${read} is not null order by 1`)).map(r => r.w);
  };
  const update = async (set: ReturnType<typeof sql>, where: ReturnType<typeof sql>): Promise<void> => {
    const [count] = await tx.query<{ n: number }>(sql`select count(*) as n from ${table('alert')} where source_key = ${key} and ${where}`);
    if (count!.n === 0) return;
    n += count!.n;
    await forgetCompared(tx);
    await tx.execute(sql`update ${table('alert')} set ${set}, marks = null where source_key = ${key} and ${where}`);
  };
  // Words that change places (a to b, b to a) must not meet: each row is touched once, by its own word.
  for (const word of await words('source_severity')) {
    const [old, next] = [mapTier(word, before.maps.tier).value, mapTier(word, after.maps.tier).value];
    if (old !== next) await update(sql`tier = ${next}`, sql`source_severity = ${word} and tier = ${old}`);
  }
  for (const word of await words('source_disposition')) {
    const [old, next] = [dispositionBy(word, before.maps.disposition), dispositionBy(word, after.maps.disposition)];
    // A default that becomes a verdict needs its instant and actor, which only the source knows.
    if (old === next || old === null) continue;
    await update(next === null ? sql`disposition = null, disposition_at = null, disposition_by = null` : sql`disposition = ${next}`, sql`source_disposition = ${word} and disposition = ${old}`);
  }
  const [known, knows] = [new Set(before.clients), new Set(after.clients)];
  for (const word of await words('source_client')) {
    const [old, next] = [mapClient(word, before.maps.client, known) ?? UNASSIGNED, mapClient(word, after.maps.client, knows) ?? UNASSIGNED];
    if (old !== next) await update(sql`client_key = ${dimensions.clientKey(next)}`, sql`source_client = ${word} and client_key = ${dimensions.clientKey(old)}`);
  }
  return n;
}
