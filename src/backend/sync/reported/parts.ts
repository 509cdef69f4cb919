import { COVERAGE_DEFINITION, isoDay, VERDICT_DEFINITION } from '../../../model';
import { coverageWords } from '../../../settings/coverage-words';
import { assetInputs, monthCoverage, monthReadings, monthRows, monthStates } from '../../store/month-coverage';
import { AT_CLOSING, monthDecisions, monthRules, verdictInputs } from '../../store/month-verdicts';
import type { Transaction } from '../../store/port';
import { alias, join, sql, type Sql } from '../../store/sql';
import { table } from '../../store/table';
import type { FactContext } from '../facts';
import { rowOf, type Closing } from './closings';

/** Exports: freezeCoverage, freezeVerdicts. What is kept of a month beside its SLA items, each with its own mark; one statement for all months due. */

/** Coverage of the months: by kind, and by asset the state of each day with what it followed from. */
export async function freezeCoverage(tx: Transaction, context: FactContext, due: readonly Closing[]): Promise<void> {
  if (due.length === 0) return;
  const months = monthRows(due.map(rowOf));
  await tx.execute(sql`
    insert into ${table('reported_coverage')} (client_key, month, kind, days, days_measured, tolerance, covered, agent_only, dark, absent, unknown, excluded, end_covered, end_agent_only, end_dark, end_absent, end_unknown, end_excluded)
    ${monthCoverage(table('coverage_day'), months, context.settings.policy.coverage.unknownTolerance)} on conflict do nothing`);
  await tx.execute(sql`
    insert into ${table('reported_asset')} (month, asset_key, kind, client_key, states, registry, evidence)
    select s.month, s.asset_key, s.kind, s.client_key, s.states, i.registry, i.evidence from (${monthStates(table('asset_span'), months)}) s
    left join (${assetInputs(table('asset'), table('seen_host'), table('observation'), months)}) i on i.client_key = s.client_key and i.month = s.month and i.asset_key = s.asset_key
    on conflict do nothing`);
  await mark(tx, context, due, 'coverage', COVERAGE_DEFINITION, sql`select client_key, month, count(*) as n from ${table('reported_asset')} group by client_key, month`, monthReadings(table('source_day'), table('seen_host'), months));
}

/** Verdicts of the months: alerts by rule, and each decision with what its verdict followed from. */
export async function freezeVerdicts(tx: Transaction, context: FactContext, due: readonly Closing[]): Promise<void> {
  const months = monthRows(due.map(rowOf));
  const [alert, link, ticket] = [table('alert'), table('link'), table('ticket')];
  const buckets = join(AT_CLOSING.map(b => alias(`bucket_${b}`)));
  // One look at the words of every alert of the months serves the rules and the decisions.
  const words = sql`(select a.alert_key, p.month, a.client_key, a.rule_key, w.tickets, w.inputs from (${verdictInputs(sql`(select * from ${alert} x where "at" >= ${Math.min(...due.map(d => d.begins))} and "at" < ${Math.max(...due.map(d => d.ends))})`, link, ticket)}) w
    join ${alert} a on a.alert_key = w.alert_key join ${months} p on p.client_key = a.client_key and a."at" >= p.begins and a."at" < p.ends and a."at" <= p.judged_at)`;
  await tx.execute(sql`
    insert into ${table('reported_rule')} (client_key, month, rule_key, alerts, ${buckets}, suppressed, tickets, inputs)
    select r.client_key, r.month, r.rule_key, r.alerts, ${buckets}, r.suppressed, w.tickets, w.inputs from (${monthRules(alert, months)}) r
    left join (select client_key, month, rule_key, sum(tickets)::integer as tickets, bit_xor(inputs) as inputs from ${words} x group by client_key, month, rule_key) w
      on w.client_key = r.client_key and w.month = r.month and w.rule_key = r.rule_key
    on conflict do nothing`);
  await tx.execute(sql`
    insert into ${table('reported_decision')} (month, alert_key, client_key, rule_key, verdict, alerts, gone, inputs)
    select d.month, d.alert_key, d.client_key, d.rule_key, d.verdict, d.alerts, d.gone, w.inputs from (${monthDecisions(alert, months)}) d
    left join (${verdictInputs(sql`(select * from ${alert} x where decision_key is not null and "at" >= ${Math.min(...due.map(d => d.begins))} and "at" < ${Math.max(...due.map(d => d.ends))})`, link, ticket)}) w on w.alert_key = d.alert_key
    on conflict do nothing`);
  await mark(tx, context, due, 'verdicts', VERDICT_DEFINITION, sql`select client_key, month, count(*) as n from ${table('reported_decision')} group by client_key, month`);
}

/** `readings`: given for coverage, whose mark also holds what later differences are told apart by. */
async function mark(tx: Transaction, context: FactContext, due: readonly Closing[], part: 'coverage' | 'verdicts', definition: number, counts: Sql, readings?: Sql): Promise<void> {
  const nameOf = (c: { client_key: number; month: number }): string => `${c.client_key}|${c.month}`;
  const n = new Map((await tx.query<{ client_key: number; month: number; n: number }>(counts)).map(c => [nameOf(c), c.n]));
  const read = new Map((readings ? await tx.query<{ client_key: number; month: number; readings: number }>(readings) : []).map(c => [nameOf(c), c.readings]));
  const words = due.map(d => (readings ? coverageWords(context.settings.policy.coverage, d.id, isoDay(rowOf(d).lastDay)) : ''));
  const hashes = new Map((await tx.query<{ said: string; hash: bigint }>(sql`select said, md5_number_lower(said) as hash from (select unnest(${[...new Set(words)]}::varchar[]) as said)`)).map(h => [h.said, h.hash]));
  await tx.upsert('reported_part', due.map((d, i) => {
    const name = `${d.client}|${d.month}`;
    return {
      client_key: d.client, month: d.month, part, closed_at: d.closes, frozen_at: context.now, settings_version: context.version, definition, n: n.get(name) ?? 0,
      readings: read.get(name) ?? null, policy: readings ? hashes.get(words[i]!)! : null, same: null,
    };
  }));
}
