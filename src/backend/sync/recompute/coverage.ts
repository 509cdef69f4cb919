import { MINUTE, UNASSIGNED, isoDay, localDay, utcDay } from '../../../model';
import { oldestDay } from '../../facts/coverage/reading';
import type { WorkspaceSettings } from '../../../settings/schema';
import type { Transaction } from '../../store/port';
import type { StoreRow } from '../../store/schema';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import type { FactContext, Recompute } from '../facts';
import { flushClient, type ClientMemory } from './coverage/client';
import { addTouched, isClean, loadDirty, loadRemembered, nothingDirty, saveDirty, saveRemembered } from './coverage/dirty';
import { expectedStreams, loadStreams } from './coverage/streams';

/**
 * Coverage facts: assets, matches, spans, day roll-up. How the engine calls it:
 *  - `coverageMark` in the transaction of every page (cheap: notes clients and days in `meta`);
 *  - `coverageFlush` in a transaction of its own: at the end of a stream's slice or run. While a first load of telemetry runs only the
 *    clock's flush computes (each 30 s): one flush of a month of days costs little more than one of a day;
 *  - `coverageRecompute` = mark + flush, for small pages and tests;
 *  - `advanceDays` by the clock (each minute is fine): flushes what waits, and clients whose midnight has passed;
 *  - `coverageRebuild` after a policy change that the flush does not notice by itself (it compares the policy's hash, so: never needed).
 * Work that was marked and not flushed survives a kill; the flush itself is all or nothing.
 */
export const coverageMark: Recompute = async (tx, touched, context) => {
  if (touched.assetRecords.size === 0 && touched.hosts.size === 0 && touched.telemetryDays.size === 0) return;
  await saveDirty(tx, await addTouched(tx, touched, context, await loadDirty(tx)));
};
export const coverageRecompute: Recompute = async (tx, touched, context) => {
  await coverageMark(tx, touched, context);
  await coverageFlush(tx, context);
};
/** Marks everything; the next flush judges all assets on all days. */
export async function coverageRebuild(tx: Transaction, context: FactContext): Promise<void> {
  await saveDirty(tx, { ...nothingDirty(), all: true });
  await coverageFlush(tx, context);
}
/** Complete local days become spans. Call it as often as you like. */
export const advanceDays = (tx: Transaction, context: FactContext): Promise<boolean> => coverageFlush(tx, context, true);

/**
 * Computes what was marked. With `midnight`, also clients whose local day ended since the last flush; without work it returns at once.
 * False when it did nothing although something is marked: a first load of telemetry runs, and the clock's flush will come to it.
 */
export async function coverageFlush(tx: Transaction, context: FactContext, midnight = false): Promise<boolean> {
  const dirty = await loadDirty(tx);
  const memory = await loadRemembered(tx);
  const signature = coverageSignature(context.settings);
  const policyChanged = memory.signature !== signature;
  if (isClean(dirty) && !policyChanged && !midnight) return true;
  await refuseAhead(tx, context);
  const { streams, current } = await loadStreams(tx, context, new Set(memory.current));
  // While a first load runs, each flush judges only what new days can cover; what they mean for the medians and losses of later days
  // is settled when the stream becomes current, because then everything is judged once more.
  const loading = streams.some(s => !s.loaded && s.days.size > 0);
  if (loading && !midnight && !policyChanged && Object.keys(memory.clients).length > 0) return false;
  if (dirty.firsts) await firstSightings(tx);
  const oldest: Record<string, number> = {};
  for (const s of streams) { const day = oldestDay(s); if (day !== null) oldest[`${s.source}|${s.stream}`] = day; }
  // Whether a stream reaches back to a day changes every day between its old and its new beginning.
  const newlyCurrent = [...current].some(id => !memory.current.includes(id));
  const grown = Object.entries(oldest).flatMap(([id, day]) => (memory.oldest?.[id] === undefined ? [] : memory.oldest[id]! > day ? [[day, memory.oldest[id]!] as const] : []));
  const appeared = Object.keys(oldest).some(id => memory.oldest?.[id] === undefined);
  const all = dirty.all || policyChanged || newlyCurrent || appeared;

  const clients: Record<string, ClientMemory> = {};
  for (const { key, id, zone } of await presentClients(tx, context)) {
    const spans = [dirty.days['*'], dirty.days[String(key)], ...grown].filter(d => d !== undefined);
    const days: [number, number] | null = spans.length === 0 ? null : [Math.min(...spans.map(s => s[0])), Math.max(...spans.map(s => s[1]))];
    const before = memory.clients[String(key)] ?? null;
    const records = dirty.records.includes(key);
    if (!all && !records && days === null && !dirty.hosts.includes(key) && before !== null && !(midnight && before.last < lastComplete(context.now, zone))) { clients[String(key)] = before; continue; }
    const after = await flushClient(tx, context, { key, id, zone, records: records || all, days, all, loading }, streams, before);
    if (after) clients[String(key)] = after;
  }
  await saveRemembered(tx, { current: [...current].sort(), clients, signature, oldest });
  await saveDirty(tx, nothingDirty());
  return true;
}
/** What of the settings coverage is judged by: another text, and every asset is judged anew. */
export const coverageSignature = (settings: WorkspaceSettings): string =>
  JSON.stringify([settings.policy.coverage, expectedStreams(settings), settings.sources.map(s => s.id), settings.clients.map(c => [c.id, c.zone]), settings.zone]);
const lastComplete = (now: number, zone: string): number => localDay(now, zone) - 1;

/** What a back-fill left: the first sighting of each host is that of its oldest observation. */
async function firstSightings(tx: Transaction): Promise<void> {
  await tx.execute(sql`
    update ${table('seen_host')} set first = o.first from (select host_key, min(first) as first from ${table('observation')} group by host_key) o
    where o.host_key = ${table('seen_host')}.host_key and o.first < ${table('seen_host')}.first`);
}

/** Clients with registry records, now or once, hosts or assets. Rows of no client are judged in the SOC's zone. */
async function presentClients(tx: Transaction, context: FactContext): Promise<{ key: number; id: string; zone: string }[]> {
  const rows = await tx.query<{ client_key: number }>(sql`
    select client_key from ${table('asset_record')} union select client_key from ${table('asset_version')} union select client_key from ${table('seen_host')} union select client_key from ${table('asset')} order by client_key`);
  return rows.filter(r => r.client_key !== null).map(({ client_key: key }) => {
    const id = context.dimensions.clientId(key) ?? UNASSIGNED;
    return { key, id, zone: context.settings.clients.find(c => c.id === id)?.zone ?? context.settings.zone };
  });
}

/** Stamps further ahead than the allowed skew are refused and counted: they would cover an asset for ever (metrics.md §1, Covered). */
async function refuseAhead(tx: Transaction, context: FactContext): Promise<void> {
  const limit = context.now + context.settings.policy.coverage.clockSkewMinutes * MINUTE;
  const ahead = await tx.query<StoreRow<'observation'>>(sql`select * from ${table('observation')} where day >= ${utcDay(context.now)} and last > ${limit}`);
  if (ahead.length === 0) return;
  const keep = ahead.filter(o => o.first! <= limit).map(o => ({ ...o, last: o.first }));
  const drop = ahead.filter(o => o.first! > limit);
  await tx.upsert('observation', keep);
  if (drop.length > 0) {
    await tx.execute(sql`delete from ${table('observation')} where first > ${limit} and day >= ${utcDay(context.now)} and host_key in (select unnest(${drop.map(o => o.host_key!)}::ubigint[]))`);
  }
  const bySource = new Map<string, number>();
  for (const o of ahead) { const id = context.dimensions.sourceId(o.source_key!); bySource.set(id, (bySource.get(id) ?? 0) + 1); }
  await tx.upsert('notice', [...bySource].map(([source, count]) => ({ source, stream: 'telemetry', code: 'clock_ahead', field: 'last', value: isoDay(utcDay(context.now)), count, first: context.now, last: context.now })));
}
