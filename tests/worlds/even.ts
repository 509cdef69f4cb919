import { DAY, HOUR } from '../../src/model';
import type { Store } from '../../src/backend/store/port';
import { integer, sql, type Sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';

/**
 * Makes rows of a bench store even by whatever lists are sorted by: instants by the hour or day, few names for many assets and hosts, several names of one
 * rule, several sources that saw a host last. Facts need not fit each other: what is asked is whether the order of the rows shows.
 */
export async function evened(store: Store, now: number): Promise<void> {
  const some = (key: Sql, n: number): Sql => sql`(hash(${key}) % ${integer(n)})::integer`;
  const by = (size: number, column: Sql): Sql => sql`${column} = ${column} // ${integer(size)} * ${integer(size)}`;
  const statements = [
    // Verdicts in the SIEM are true positives without a ticket: incidents of their own.
    sql`update ${table('alert')} set bucket = 'true', disposition = 'true_positive' where not has_ticket and bucket in ('false', 'benign')`,
    sql`update ${table('alert')} set ${by(9 * DAY, sql`"at"`)}, ${by(9 * DAY, sql`detected`)}, ${by(DAY, sql`disposition_at`)}, ${by(DAY, sql`decision_head_at`)}, native_id = 'a' || ${some(sql`alert_key`, 2)},
      rule_key = 1 + rule_key % 5, rule_name = 'Rule ' || ${some(sql`alert_key`, 3)}, decision_key = case when decision_key is not null then hash(rule_key % 5, client_key % 3, bucket, "at" // ${integer(5 * DAY)}) end`,
    sql`update ${table('alert')} set tier = 'critical', rule_key = 1, ticket_required = true, untracked_due = "at" // ${integer(DAY)} * ${integer(DAY)} + ${integer(6 * HOUR)} where bucket = 'unmatched'`,
    sql`update ${table('ticket')} set ${by(10 * DAY, sql`created`)}, ${by(DAY, sql`disposition_at`)}, "key" = 'T' || ${some(sql`ticket_key`, 2)}, quoted = ${some(sql`ticket_key`, 2)}`,
    sql`update ${table('item')} set ${by(DAY, sql`start`)}, ${by(DAY, sql`due`)}, ${by(DAY, sql`period_at`)}, ${by(DAY, sql`stop`)}`,
    // Still to be decided, at few instants.
    sql`update ${table('item')} set stop = null, due = ${integer(now)} + (1 + ${some(sql`item_clock_key`, 3)}) * ${integer(HOUR)}, settled_at = null, settled_as = null, start = ${integer(now - DAY)} where ${some(sql`item_key`, 40)} = 0`,
    sql`update ${table('asset')} set name = 'host-' || ${some(sql`asset_key`, 20)}, ${by(DAY, sql`last_any`)}, ${by(DAY, sql`excluded_to`)}, excluded_asked = excluded_to, last_seen_by = 'sensor (' || ${some(sql`asset_key`, 4)} || ')'`,
    sql`update ${table('asset')} set workload_group = 'pool', registered_at = ${integer(now)} - ${integer(2 * HOUR)}, last_any = ${integer(now - HOUR)} where kind = 'cloud_workload' and ${some(sql`asset_key`, 3)} = 0`,
    sql`update ${table('seen_host')} set name = 'host-' || ${some(sql`host_key`, 3)}, ${by(10 * DAY, sql`last`)}, source_key = 1 + ${some(sql`host_key`, 4)}, match = case when ${some(sql`host_key`, 2)} = 0 then 'none' else match end`,
    // Of three clients.
    ...(['alert', 'ticket', 'item', 'asset', 'asset_span', 'seen_host'] as const).map(name => sql`update ${table(name)} set client_key = 1 + client_key % 3`),
    sql`update ${table('seen_host')} set asset_key = (select min(asset_key) from ${table('asset')}) where match = 'strong' and ${some(sql`host_key, 1`, 10)} = 0`,
    sql`update ${table('dim_rule')} set name = 'Rule ' || rule_key % 40`,
  ];
  for (const statement of statements) await store.transaction(tx => tx.execute(statement));
}
