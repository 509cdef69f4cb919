import { utcDay } from '../../../../model';
import type { Transaction } from '../../../store/port';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import type { FactContext, Touched } from '../../facts';
import { expectedStreams, namesStream } from './streams';

/** Work that waits for `coverageFlush`. It is stored with the rows that caused it, so that a kill between the two loses nothing. */
export interface Dirty {
  /** Client keys whose registry records changed. */
  records: number[];
  /** Client keys whose hosts were seen anew: their newest evidence moves. */
  hosts: number[];
  /** UTC days [from, to] of telemetry newly read, by client key; `*` = every client. */
  days: Record<string, [number, number]>;
  /** First sightings of hosts wait to be written (Touched.firsts). */
  firsts?: boolean;
  /** Everything again: another policy, a rebuild. */
  all: boolean;
}
/** What the last flush knew. */
export interface Remembered {
  /** `source|stream` that were current once. */
  current: string[];
  /** By client key: days with facts, and how the sources stood at the end of the last one. */
  clients: Record<string, { first: number; last: number; reading: string }>;
  /** The settings the facts were judged by. */
  signature?: string;
  /** Oldest UTC day read, by `source|stream`. */
  oldest?: Record<string, number>;
}
const DIRTY = 'coverage.dirty';
const STATE = 'coverage.state';
export const nothingDirty = (): Dirty => ({ records: [], hosts: [], days: {}, all: false });
export const isClean = (d: Dirty): boolean => !d.all && !d.firsts && d.records.length === 0 && d.hosts.length === 0 && Object.keys(d.days).length === 0;

async function load<T>(tx: Transaction, name: string, none: T): Promise<T> {
  const [row] = await tx.lookup('meta', 'name', [name]);
  return row?.value ? JSON.parse(row.value) as T : none;
}
export const loadDirty = (tx: Transaction): Promise<Dirty> => load(tx, DIRTY, nothingDirty());
export const saveDirty = (tx: Transaction, dirty: Dirty): Promise<void> => tx.upsert('meta', [{ name: DIRTY, value: JSON.stringify(dirty) }]);
export const loadRemembered = (tx: Transaction): Promise<Remembered> => load(tx, STATE, { current: [], clients: {} });
export const saveRemembered = (tx: Transaction, state: Remembered): Promise<void> => tx.upsert('meta', [{ name: STATE, value: JSON.stringify(state) }]);

const union = (a: readonly number[], b: Iterable<number>): number[] => [...new Set([...a, ...b])].sort((x, y) => x - y);

/** Adds what a page touched to the waiting work. Cheap: no facts are computed. */
export async function addTouched(tx: Transaction, touched: Touched, context: FactContext, dirty: Dirty): Promise<Dirty> {
  const next: Dirty = { ...dirty, days: { ...dirty.days } };
  const widen = (client: string, from: number, to: number): void => {
    const old = next.days[client];
    next.days[client] = old ? [Math.min(old[0], from), Math.max(old[1], to)] : [from, to];
  };
  if (touched.assetRecords.size > 0) {
    const keys = [...touched.assetRecords];
    const now = await tx.query<{ client_key: number }>(sql`select distinct client_key from ${table('asset_record')} where record_key in (select unnest(${keys}::ubigint[]))`);
    // A record that moved to another client leaves an asset behind there.
    const before = await tx.query<{ client_key: number }>(sql`select distinct a.client_key from ${table('asset')} a join ${table('asset_record')} r on r.asset_key = a.asset_key where r.record_key in (select unnest(${keys}::ubigint[]))`);
    const top = await tx.query<{ client_key: number }>(sql`select distinct a.client_key from ${table('asset')} a join ${table('asset_record')} r on a.id = 'asset:' || r.id where r.record_key in (select unnest(${keys}::ubigint[]))`);
    // An older version may come late, and of a client that has nothing else of it.
    const once = await tx.query<{ client_key: number }>(sql`select distinct client_key from ${table('asset_version')} where record_key in (select unnest(${keys}::ubigint[]))`);
    next.records = union(dirty.records, [...now, ...before, ...top, ...once].map(r => r.client_key));
  }
  if (touched.firsts.size > 0) next.firsts = true;
  if (touched.seen.size > 0) {
    next.hosts = union(dirty.hosts, touched.seen.keys());
    if (touched.telemetryDays.size === 0) for (const [client, [from, to]] of touched.seen) widen(String(client), from, to);
  } else if (touched.hosts.size > 0) {
    const keys = [...touched.hosts];
    const rows = await tx.query<{ client_key: number }>(sql`select distinct client_key from ${table('seen_host')} where host_key in (select unnest(${keys}::ubigint[]))`);
    next.hosts = union(dirty.hosts, rows.map(r => r.client_key));
    if (touched.telemetryDays.size === 0) {
      const spread = await tx.query<{ client_key: number; least: number; most: number }>(sql`
        select h.client_key, min(o.day) as least, max(o.day) as most from ${table('observation')} o join ${table('seen_host')} h on h.host_key = o.host_key
        where o.host_key in (select unnest(${keys}::ubigint[])) group by h.client_key`);
      for (const s of spread) widen(String(s.client_key), s.least, s.most);
    }
  }
  const expected = expectedStreams(context.settings);
  for (const entry of touched.telemetryDays) {
    const [sourceKey, ...rest] = entry.split('|');
    const day = Number(rest.pop());
    if (!Number.isInteger(day) || day > utcDay(context.now) + 1) continue;
    const source = context.dimensions.sourceId(Number(sourceKey));
    const fixed = expected.find(e => e.source === source && namesStream(e.stream, rest.join('|')))?.client ?? null;
    widen(fixed === null ? '*' : String(context.dimensions.clientKey(fixed)), day, day);
  }
  return next;
}
