import { VERDICT_DEFINITION } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { monthDecisions } from '../../store/month-verdicts';
import { isIn } from '../shared/conditions';
import { sql, type Sql } from '../../store/sql';
import { partRows, type PartMonth } from './months';
import type { Cause } from './restated';
import { lies } from './segments';
import { maybeChanged } from './unchanged';

/** A decision of a frozen month that counts otherwise now; `was` null: it was in no figure then, `now` null: it is in none any more. */
export interface RestatedDecision { readonly client_key: number; readonly month: number; readonly rule_key: number; readonly alert_key: bigint; readonly was: string | null; readonly now: string | null; readonly cause: Cause }
interface Differing extends Omit<RestatedDecision, 'cause'> { readonly inputs: bigint | null; readonly newly_gone: boolean; readonly here: boolean }
interface Cell { readonly client_key: number; readonly month: number; readonly rule_key: number; readonly alerts: number; readonly tickets: number | null; readonly inputs: bigint | null }

/**
 * Decisions of frozen months as reported and as they count now, one row each: client_key, month, rule_key, alert_key, was, now, inputs, newly_gone,
 * here. A reported one is found again by its first alert: what became of its verdict since counts, whenever it was given; of several that are one decision now the
 * first stays. One that was not reported counts only if its verdict dates from before the closing.
 */
export function decisionsNow(reader: ScopedReader, months: readonly PartMonth[]): Sql {
  const of = partRows(months);
  const alert = sql`(select * from ${reader.relation('alert')} x where ${lies(sql`x."at"`, { from: Math.min(...months.map(m => m.begins)), to: Math.max(...months.map(m => m.ends)) })})`;
  return sql`
    with was as materialized (
        select f.client_key, f.month, f.rule_key, f.alert_key, f.verdict, f.inputs, f.gone is null and a.gone is not null as newly_gone, a.alert_key is not null as here,
          case when a.bucket in ('true', 'benign', 'false') then a.decision_key end as now_key, a.bucket as now_verdict, a."at" as moment
        from ${reader.relation('reported_decision')} f join ${of} p on p.client_key = f.client_key and p.month = f.month
        left join ${alert} a on a.alert_key = f.alert_key and a.client_key = f.client_key and a."at" >= p.begins and a."at" < p.ends),
      found as (select *, now_key is not null and row_number() over (partition by client_key, month, now_key order by moment, alert_key) = 1 as stays from was)
    select client_key, month, rule_key, alert_key, verdict as was, case when stays then now_verdict end as now, inputs, newly_gone, here from found
    union all
    select n.client_key, n.month, n.rule_key, n.alert_key, null, n.verdict, null, false, true from (${monthDecisions(alert, of)}) n
    where not exists (select 1 from was w where w.client_key = n.client_key and w.month = n.month and w.now_key = n.decision_key)`;
}

const differing = (reader: ScopedReader, frozen: readonly PartMonth[]): Sql => sql`select d.* replace (cast(was as varchar) as was, cast("now" as varchar) as "now") from (${decisionsNow(reader, frozen)}) d where was is distinct from now or newly_gone`;

/** How many count otherwise by client, in months that are frozen and kept: without their causes. */
export async function countRestatedDecisions(reader: ScopedReader, months: readonly PartMonth[], signal?: AbortSignal): Promise<{ client_key: number; n: number }[]> {
  const frozen = await maybeChanged(reader, months, signal);
  return frozen.length === 0 ? [] : reader.query<{ client_key: number; n: number }>(sql`select client_key, count(*) as n from (${differing(reader, frozen)}) x group by client_key`, signal);
}

/**
 * Those that count otherwise, or whose first alert vanished since (metrics.md, Rule 10). Cause of a reported one: its alert vanished; its words or
 * those of its tickets changed (source edit); the words are the same, so a newer definition, or the policy. Of one that was not reported: its rule has alerts or
 * tickets in the month that were not known then (late data), else other words (source edit), else definition or policy.
 */
export async function restatedDecisions(reader: ScopedReader, months: readonly PartMonth[], signal?: AbortSignal): Promise<RestatedDecision[]> {
  const frozen = await maybeChanged(reader, months.filter(m => m.frozen !== null && m.kept), signal);
  if (frozen.length === 0) return [];
  const rows = await reader.query<Differing>(differing(reader, frozen), signal);
  if (rows.length === 0) return [];
  const words = await wordsOf(reader, rows.filter(r => r.was !== null).map(r => r.alert_key), signal);
  const changed = frozen.filter(m => rows.some(r => r.was === null && r.client_key === m.client && r.month === m.month));
  const rules = [...new Set(rows.filter(r => r.was === null).map(r => r.rule_key))];
  const [before, after] = changed.length === 0 ? [[], []] : await Promise.all([
    reader.query<Cell>(sql`select f.client_key, f.month, f.rule_key, f.alerts, f.tickets, f.inputs from ${reader.relation('reported_rule')} f join ${partRows(changed)} p on p.client_key = f.client_key and p.month = f.month where ${isIn(sql`f.rule_key`, rules)}`, signal),
    reader.query<Cell>(sql`select p.client_key, p.month, a.rule_key, count(*) as alerts, sum(v.tickets)::integer as tickets, bit_xor(v.inputs) as inputs from ${reader.relation('alert')} a join ${partRows(changed)} p on p.client_key = a.client_key and a."at" >= p.begins and a."at" < p.ends and a."at" <= p.judged_at
      join ${reader.relation('verdict_input')} v on v.alert_key = a.alert_key where ${isIn(sql`a.rule_key`, rules)} group by p.client_key, p.month, a.rule_key`, signal),
  ]);
  const cell = (list: readonly Cell[]): Map<string, Cell> => new Map(list.map(c => [`${c.client_key}|${c.month}|${c.rule_key}`, c]));
  const [then, today] = [cell(before), cell(after)];
  const definitionOf = new Map(frozen.map(m => [`${m.client}|${m.month}`, m.frozen!.definition]));
  const causeOf = (r: Differing): Cause => {
    const judged: Cause = definitionOf.get(`${r.client_key}|${r.month}`)! < VERDICT_DEFINITION ? 'definition' : 'policy';
    if (r.was !== null) return r.newly_gone ? 'gone' : !r.here || words.get(r.alert_key) !== r.inputs ? 'source_edit' : judged;
    const key = `${r.client_key}|${r.month}|${r.rule_key}`;
    const [a, b] = [then.get(key), today.get(key)];
    if (!a || !b || b.alerts > a.alerts || (b.tickets ?? 0) > (a.tickets ?? 0)) return 'late_data';
    return a.alerts !== b.alerts || a.inputs !== b.inputs ? 'source_edit' : judged;
  };
  return rows.map(r => ({ client_key: r.client_key, month: r.month, rule_key: r.rule_key, alert_key: r.alert_key, was: r.was, now: r.now, cause: causeOf(r) }));
}

/** Fingerprints of some alerts by key; of many, those of all are cheaper. */
async function wordsOf(reader: ScopedReader, keys: readonly bigint[], signal?: AbortSignal): Promise<Map<bigint, bigint>> {
  const out = new Map<bigint, bigint>();
  const take = async (of: Sql): Promise<void> => { for (const r of await reader.query<{ alert_key: bigint; inputs: bigint }>(sql`select alert_key, inputs from ${of} v`, signal)) out.set(r.alert_key, r.inputs); };
  if (keys.length > 2000) await take(reader.relation('verdict_input'));
  else for (let from = 0; from < keys.length; from += 200) await take(reader.relationOf('verdict_input', keys.slice(from, from + 200)));
  return out;
}
