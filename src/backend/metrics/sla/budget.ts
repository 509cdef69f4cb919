import { slaBudget, type BUDGET_STATES } from '../../../catalog/sla-budget';
import type { SeverityTier } from '../../../model';
import { defineQuery, type Cell } from '../metric';
import { slaAdherenceQuery } from './adherence';

type State = (typeof BUDGET_STATES)[number];

/** sla.budget (metrics.md §3, Budget): the very counts of adherence against what the goal of the tier allows. */
export const slaBudgetQuery = defineQuery(slaBudget, async (reader, request, signal) => {
  const { rows, notices } = await slaAdherenceQuery.run(reader, { ...request, options: { clock: request.options.clock } }, signal);
  return { rows: rows.flatMap(r => budgetOf(r, reader.policy.sla.goals[r.tier as SeverityTier] ?? null)), ...(notices && { notices }) };
});

function budgetOf(r: Readonly<Record<string, Cell>>, goal: number | null): Record<string, Cell>[] {
  const misses = Number(r.missed) + Number(r.overdue);
  const items = Number(r.met) + misses;
  // A group of adherence may hold nothing but items without a target or untracked alerts: no promise, no budget.
  if (items === 0 && Number(r.running) === 0) return [];
  // In hundredths of a per cent, so that a goal of 95 % allows 1 of 20 and not 1.0000000000000009.
  const allowed = goal === null ? null : (items * Math.round((1 - goal) * 10_000)) / 10_000;
  const used = allowed === null || allowed === 0 ? null : misses / allowed;
  const state: State = r.tier === 'critical' && misses > 0 ? 'missed critical' : goal === null ? 'no budget'
    : (used ?? (misses > 0 ? 1 : 0)) >= 1 ? 'spent' : (used ?? 0) >= 0.5 ? 'half spent' : 'within';
  return [{
    ...(r.client !== undefined && { client: r.client }), tier: r.tier!, clock: r.clock!, state, goal, items, misses, allowed, used, remaining: allowed === null ? null : allowed - misses, running: r.running!,
    reason: used !== null ? null : goal === null ? 'no_goal' : items === 0 ? 'nothing_due' : 'no_misses_allowed',
  }];
}
