import { dayStart, localDay, utcDay, DAY, type AssetKind } from '../../../../model';
import type { DayFact } from '../../../facts/coverage/days';
import { LOOKBACK_DAYS, readAt, type StreamReading } from '../../../facts/coverage/reading';
import { requirementDays } from '../../../facts/coverage/requirement';
import { makeRules, type Rules } from '../../../facts/coverage/rules';
import type { Transaction } from '../../../store/port';
import type { StoreRow } from '../../../store/schema';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import type { FactContext } from '../../facts';
import { pastText, type AssetStoreRow, type RunAsset } from './assets';
import { segmentDepths } from './depth';
import { evaluate, forget, type ClientRun } from './evaluate';
import { clientHosts } from './hosts';
import { mergedClient } from './merged';
import { newestEvidence } from './lasts';
import { readingRows } from './readings';
import { RollUp } from './rollup';

export interface ClientWork {
  readonly key: number;
  readonly id: string;
  readonly zone: string;
  readonly records: boolean;
  /** UTC days newly read. */
  readonly days: readonly [number, number] | null;
  readonly all: boolean;
  /** A first load is under way: days further on than the longest window are left for its end. */
  readonly loading: boolean;
}
export interface ClientMemory { first: number; last: number; reading: string; stamp?: string }
/** Columns an asset row is compared by; the `last_*` are filled in before. */
const sameRow = (a: AssetStoreRow, b: AssetStoreRow): boolean => (Object.keys(a) as (keyof AssetStoreRow)[]).every(c => c === 'settings_version' || a[c] === b[c]);
/** What days depend on. A change here judges the asset's whole history again. */
const DAY_COLUMNS = ['kind', 'role', 'criticality', 'workload_group', 'registered_at', 'retired_at', 'excluded_from', 'excluded_to', 'exclusion_reason', 'window_ms', 'past'] as const;

/** Brings one client's assets, matches, spans, roll-up and newest evidence up to date (see coverage.ts). */
export async function flushClient(tx: Transaction, context: FactContext, work: ClientWork, streams: readonly StreamReading[], memory: ClientMemory | null): Promise<ClientMemory | null> {
  const merged = await mergedClient(tx, context, work.key, work.id, work.records || work.all ? null : memory?.stamp ?? null);
  const { own } = merged;
  const rules = new Map<string, Rules>();
  const { coverage } = context.settings.policy;
  const versions = [-Infinity, ...requirementDays(coverage)];
  const today = localDay(context.now, work.zone);
  const versionOn = (day: number): number => { let i = versions.length - 1; while (versions[i]! > day) i--; return i; };
  const rulesFor = (kind: AssetKind, role: string | null, day = today): Rules => {
    const version = versionOn(day);
    const name = `${kind}|${role === 'workstation'}|${version}`;
    let made = rules.get(name);
    if (!made) { made = makeRules(coverage, work, kind, role, own.registries.get(kind) ?? new Set(), streams, versions[version]!); rules.set(name, made); }
    return made;
  };
  const hosts = await clientHosts(tx, work.key, merged.matcher);
  const run: ClientRun = { key: work.key, id: work.id, zone: work.zone, assets: own.assets, hosts, rulesFor };
  const stored = new Map((await tx.query<AssetStoreRow>(sql`select * from ${table('asset')} where client_key = ${work.key}`)).map(row => [row.asset_key!, row]));

  await takeOver(tx, work.key, [...own.assets.keys()].filter(key => !stored.has(key)));
  const affected = new Set<bigint>([...hosts.moved].filter(k => own.assets.has(k)));
  const rowOf = ({ key, asset, row }: RunAsset): AssetStoreRow => (asset === null ? row : { ...row, past: pastText(asset, hosts.timed.get(key)) });
  for (const [key, one] of own.assets) {
    const [old, row] = [stored.get(key), rowOf(one)];
    if (!old || DAY_COLUMNS.some(c => old[c] !== row[c])) affected.add(key);
  }
  const vanished = [...stored.keys()].filter(k => !own.assets.has(k));
  // An instance that left its group: the group's members changed, so its days did.
  for (const key of vanished) { const group = stored.get(key)!.workload_group; if (group !== null) for (const a of own.assets.values()) if (!a.asset && a.row.name === group) affected.add(a.key); }

  const kinds = versions.flatMap(day => [rulesFor('endpoint', null, day), rulesFor('endpoint', 'workstation', day), rulesFor('cloud_workload', null, day), rulesFor('network_segment', null, day)]);
  const starts = kinds.flatMap(r => (r.measuredFrom === null ? [] : [r.measuredFrom]));
  const rollUp = new RollUp(work.key);
  await forget(tx, work.key, vanished, rollUp);
  const latest = new Map<bigint, DayFact | null>();
  const registries = [...own.registries].map(([kind, set]) => `${kind}:${[...set].sort().join(',')}`).sort().join(';');
  let next: ClientMemory | null = null;
  if (starts.length > 0) {
    const first = localDay(Math.min(...starts), work.zone);
    const last = localDay(context.now, work.zone) - 1;
    const end = dayStart(last + 1, work.zone);
    const reading = `${registries}|${streams.map(s => kinds.map(k => readAt(s, end, k.window)[0]).join('')).join(' ')}`;
    next = { first, last, reading, stamp: merged.stamp };
    const again = work.all || memory === null || memory.reading.split('|')[0] !== registries;
    if (again) for (const key of own.assets.keys()) affected.add(key);
    await evaluate(tx, context, run, affected, first, last, rollUp, latest);
    if (!again) {
      const rest = [...own.assets.keys()].filter(k => !affected.has(k));
      for (const [from, to] of ranges(work, context.now, memory!, next, Math.max(...kinds.map(k => k.window)))) await evaluate(tx, context, run, rest, from, to, rollUp, latest);
    }
  }
  await rollUp.write(tx);

  const newest = await newestEvidence(tx, context, run);
  const depths = next === null ? null : await segmentDepths(tx, context, run, merged.matcher, dayStart(next.last + 1, work.zone));
  const changed: AssetStoreRow[] = [];
  for (const [key, one] of own.assets) {
    const [old, row] = [stored.get(key), rowOf(one)];
    const fact = latest.get(key);
    const full: AssetStoreRow = { ...row, requirement: rulesFor(row.kind as AssetKind, row.role).requirement.name, ...newest.get(key)!, ...depths?.get(key), state: fact === undefined ? old?.state ?? null : fact?.state ?? null, state_reason: fact === undefined ? old?.state_reason ?? null : fact?.reason ?? null };
    if (!old || !sameRow(full, old)) changed.push(full);
  }
  await tx.upsert('asset', changed);
  await tx.upsert('seen_host', hosts.changed);
  if (merged.stamp !== memory?.stamp) await writeRecordKeys(tx, own.records, own.storedRecords);
  await tx.upsert('coverage_reading', readingRows(work.key, rulesFor, next) as StoreRow<'coverage_reading'>[]);
  return next;
}

/**
 * Assets that were another client's until now leave it first, with their spans and what these add to its roll-up: its own flush may come
 * later, and would find the row under this client. What remains of them there is a life of its own id (docs/adr/020).
 */
async function takeOver(tx: Transaction, client: number, keys: readonly bigint[]): Promise<void> {
  if (keys.length === 0) return;
  const rows = await tx.query<{ asset_key: bigint; client_key: number }>(sql`select asset_key, client_key from ${table('asset')} where client_key <> ${client} and asset_key in (select unnest(${keys}::ubigint[]))`);
  for (const from of new Set(rows.map(r => r.client_key))) {
    const rollUp = new RollUp(from);
    await forget(tx, from, rows.filter(r => r.client_key === from).map(r => r.asset_key), rollUp);
    await rollUp.write(tx);
  }
}

/**
 * Local days that new telemetry, a midnight or an older first day asks to judge again. A running UTC day read a little further asks
 * for nothing while the sources stand as they stood: its late rows are settled when the day has been read to its end.
 */
function ranges(work: ClientWork, now: number, before: ClientMemory, after: ClientMemory, window: number): [number, number][] {
  const list: [number, number][] = [];
  if (after.first < before.first) list.push([after.first, before.first - 1]);
  if (after.last > before.last) list.push([before.last + 1, after.last]);
  if (work.days) {
    const [from, to] = work.days;
    const settled = from >= utcDay(now) && before.reading === after.reading;
    if (!settled) list.push([localDay(from * DAY, work.zone), localDay((to + 1) * DAY + (work.loading ? window : Math.max(window, LOOKBACK_DAYS * DAY)), work.zone)]);
  }
  const cut = list.map(([a, b]): [number, number] => [Math.max(a, after.first), Math.min(b, after.last)]).filter(([a, b]) => a <= b).sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [a, b] of cut) { const end = out[out.length - 1]; if (end && a <= end[1] + 1) end[1] = Math.max(end[1], b); else out.push([a, b]); }
  return out;
}

async function writeRecordKeys(tx: Transaction, now: ReadonlyMap<bigint, bigint | null>, before: ReadonlyMap<bigint, bigint | null>): Promise<void> {
  const set = [...now].filter(([record, asset]) => asset !== null && before.get(record) !== asset);
  const clear = [...now].filter(([record, asset]) => asset === null && before.get(record) !== null).map(([record]) => record);
  if (set.length > 0) {
    await tx.execute(sql`update ${table('asset_record')} set asset_key = v.a from
      (select unnest(${set.map(s => s[0])}::ubigint[]) as k, unnest(${set.map(s => s[1]!)}::ubigint[]) as a) v where record_key = v.k`);
  }
  if (clear.length > 0) await tx.execute(sql`update ${table('asset_record')} set asset_key = null where record_key in (select unnest(${clear}::ubigint[]))`);
}
