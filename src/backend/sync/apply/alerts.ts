import type { AlertRow } from '../../../model';
import type { StoreRow } from '../../store/schema';
import { alertColumns, alertKey, alertOf, overlay, sameColumns } from '../rows';
import { withAlert } from '../rows/rule';
import { breather } from '../breathe';
import { wroteAlerts } from '../reported/written';
import { byKey, newest, type Applied, type ApplyContext } from './shared';

/** Exports: applyAlerts. Lays alerts over the store; an older `changed` never overwrites, an unchanged row is not touched. */
export async function applyAlerts(context: ApplyContext, rows: readonly AlertRow[]): Promise<Applied> {
  const { tx, dimensions, touched } = context;
  const done: Applied = { written: 0, same: 0, older: 0 };
  const page = newest(rows);
  const stored = await byKey(tx, 'alert', 'alert_key', page.map(row => alertKey(row.id)), context.defer);
  const write: StoreRow<'alert'>[] = [];
  const pause = breather();
  for (const read of page) {
    await pause();
    const old = stored.size === 0 ? undefined : stored.get(alertKey(read.id));
    const row = context.observe && old && old.id === read.id && old.changed! <= read.changed
      ? context.observe.hook(alertOf(old, dimensions), read, context.observe.seen) as AlertRow : read;
    nameRule(context, row);
    const columns = alertColumns(row, dimensions);
    if (old && old.id === row.id) {
      if (old.changed! > row.changed) { done.older++; continue; }
      if (sameColumns(old, columns, context.changedIsReading ? ['changed'] : [])) { done.same++; continue; }
      // Whoever was linked through the old id is touched too.
      if (old.join_key !== columns.join_key) touched.joins.add(old.join_key!);
    }
    write.push(overlay('alert', old, columns));
    done.written++;
    if (!old && context.defer) { done.deferred = (done.deferred ?? 0) + 1; continue; }
    touched.alerts.add(columns.alert_key);
    touched.joins.add(columns.join_key);
  }
  if (stored.size === 0) await tx.insert('alert', write); else await tx.upsert('alert', write);
  // Of its own client and instant; where facts move it to, they say themselves.
  await wroteAlerts(tx, write.flatMap(row => { const old = stored.get(row.alert_key!); return old ? [{ client: old.client_key, at: old.at }] : []; }));
  return done;
}

/**
 * Where a source lists no rules, a rule is what its alerts say of it: the newest alert names it, every name stands with the first
 * time it was seen. The result depends on the alerts alone, not on the order in which sources brought them.
 */
function nameRule({ dimensions }: ApplyContext, row: AlertRow): void {
  if (row.rule === null) return;
  const key = dimensions.ruleKey(row.rule);
  const known = dimensions.rule(key)!;
  if (!known.derived) return;
  const next = withAlert(known, { name: row.ruleName, revision: row.ruleRevision, tier: row.tier, sourceKey: dimensions.sourceKey(row.source), at: row.detected ?? row.readable ?? row.event ?? row.changed });
  if (next) dimensions.putRule(next);
}
