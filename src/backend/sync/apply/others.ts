import type { AssetRow, ObservationRow, RuleRow } from '../../../model';
import type { StoreRow } from '../../store/schema';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import { assetColumns, hostColumns, observationColumns, overlay, recordKey, ruleColumns, sameColumns } from '../rows';
import { breather } from '../breathe';
import { byKey, newest, type Applied, type ApplyContext } from './shared';

/** Exports: applyRules, applyAssets, applyObservations. */
export async function applyRules({ dimensions, changedIsReading }: ApplyContext, rows: readonly RuleRow[]): Promise<Applied> {
  const done: Applied = { written: 0, same: 0, older: 0 };
  for (const row of newest(rows)) {
    const key = dimensions.ruleKey(row.rule);
    const old = dimensions.rule(key);
    const listed = old && !old.derived ? old : undefined;
    // A rule list outranks alerts; of two lists the newer change wins.
    if (row.derived && listed) { done.older++; continue; }
    if (listed && listed.changed! > row.changed) { done.older++; continue; }
    const next = ruleColumns(row, key, dimensions.sourceKey(row.source), listed);
    if (old && sameColumns(old, next, changedIsReading ? ['changed'] : [])) { done.same++; continue; }
    dimensions.putRule(next);
    done.written++;
  }
  return done;
}

export async function applyAssets(context: ApplyContext, rows: readonly AssetRow[]): Promise<Applied> {
  const { tx, dimensions, touched } = context;
  const done: Applied = { written: 0, same: 0, older: 0 };
  const page = newest(rows);
  const stored = await byKey(tx, 'asset_record', 'record_key', page.map(row => recordKey(row.id)));
  const write: StoreRow<'asset_record'>[] = [];
  const pause = breather();
  for (const row of page) {
    await pause();
    const columns = assetColumns(row, dimensions);
    const old = stored.get(columns.record_key);
    if (old && old.id === row.id) {
      if (old.changed! > row.changed) { done.older++; continue; }
      if (sameColumns(old, columns, context.changedIsReading ? ['changed'] : [])) { done.same++; continue; }
    }
    write.push(overlay('asset_record', old, columns));
    touched.assetRecords.add(columns.record_key);
    done.written++;
  }
  await tx.upsert('asset_record', write);
  return done;
}

/** Observations grow within a day: first only moves back, last only on, count is the newest reading's. */
export async function applyObservations({ tx, dimensions, touched }: ApplyContext, rows: readonly ObservationRow[]): Promise<Applied> {
  const done: Applied = { written: 0, same: 0, older: 0 };
  const hosts = new Map<bigint, StoreRow<'seen_host'>>();
  const days = new Map<string, StoreRow<'observation'>>();
  const pause = breather();
  for (const row of rows) {
    await pause();
    const host = hostColumns(row, dimensions);
    const known = hosts.get(host.host_key);
    hosts.set(host.host_key, overlay('seen_host', undefined, { ...host, first: Math.min(host.first, known?.first ?? host.first), last: Math.max(host.last, known?.last ?? host.last) }));
    const seen = observationColumns(row, dimensions, host.host_key);
    const key = `${seen.host_key}|${seen.evidence}|${seen.day}`;
    const other = days.get(key);
    // Two rows of one host, kind and day (two sensors, two agents): one observation that spans both.
    days.set(key, other ? { ...seen, first: Math.min(other.first!, seen.first!), last: Math.max(other.last!, seen.last!), count: other.count! + seen.count! } : seen);
  }
  const storedHosts = await byKey(tx, 'seen_host', 'host_key', [...hosts.keys()]);
  const dayNumbers = [...new Set([...days.values()].map(d => d.day!))];
  const storedDays = hosts.size === 0 ? [] : await tx.query<StoreRow<'observation'>>(sql`select * from ${table('observation')} where day = any(${dayNumbers}) and host_key = any(${[...hosts.keys()]})`);
  const oldDays = new Map(storedDays.map(d => [`${d.host_key}|${d.evidence}|${d.day}`, d]));
  const writeHosts: StoreRow<'seen_host'>[] = [];
  for (const host of hosts.values()) {
    const old = storedHosts.get(host.host_key!);
    if (!old) { writeHosts.push(host); continue; }
    const next = { ...old, name: host.name, first: Math.min(old.first!, host.first!), last: Math.max(old.last!, host.last!) };
    if (!sameColumns(old, next)) writeHosts.push(next);
  }
  const writeDays: StoreRow<'observation'>[] = [];
  for (const [key, day] of days) {
    const old = oldDays.get(key);
    const next = old ? { ...day, first: Math.min(old.first!, day.first!), last: Math.max(old.last!, day.last!), count: Math.max(old.count!, day.count!) } : day;
    if (old && sameColumns(old, next)) { done.same++; continue; }
    writeDays.push(next);
    touched.hosts.add(next.host_key!);
    const client = (storedHosts.get(next.host_key!) ?? hosts.get(next.host_key!)!).client_key!;
    const span = touched.seen.get(client);
    touched.seen.set(client, span ? [Math.min(span[0], next.day!), Math.max(span[1], next.day!)] : [next.day!, next.day!]);
    done.written++;
  }
  await tx.upsert('seen_host', writeHosts);
  await tx.upsert('observation', writeDays);
  return done;
}
