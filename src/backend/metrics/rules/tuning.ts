import { rulesTuning, type TUNING_RESULTS } from '../../../catalog/rules-tuning';
import { dayNumber, dayStart } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { zoneCuts } from '../shared/zones';
import { byName, groupsOf, headOf, namesOf, noCounts, NO_RULE, ruleCounts, type RuleCounts } from './counts';
import { alertHistory, type AlertHistory } from './history';
import { newcombe } from './newcombe';
import { MIN_DECISIONS, ratios, type RuleRatios } from './ratios';
import { revisionsIn } from './revisions';
import { windowsAround, type Change } from './windows';

/** rules.tuning (metrics.md §2, Did tuning work?): changes that could be judged first, the newest before the others. */
export const rulesTuningQuery = defineQuery(rulesTuning, async (reader, plain, signal) => {
  const request = { ...plain, groupBy: [...new Set(['rule' as const, ...plain.groupBy])] };
  const [history, changes] = await Promise.all([alertHistory(reader, signal), request.options.date === '' ? revisionsIn(reader, request, request.options.days, signal) : aroundDate(reader, request, signal)]);
  const threshold = reader.policy.thresholds.reviewCompleteness;
  const rows = changes.sort((a, b) => b.at - a.at || byName(a.of, b.of)).map(c => judged(c, threshold, history, request.asOf)).sort((a, b) => Number(a.reason !== null) - Number(b.reason !== null));
  const notices = [
    ...(rows.length === 0 ? [{ severity: 'info' as const, text: request.options.date === '' ? 'No rule changed its revision in this range; give a date to compare around it.' : 'No rule alerted around this date.' }] : []),
    ...(rows.length > request.limit ? [{ severity: 'warning' as const, text: `${rows.length - request.limit} further changes are not shown; raise the limit or filter.` }] : []),
  ];
  return { rows: rows.slice(0, request.limit), ...(notices.length > 0 && { notices }) };
});

/** Every rule that alerted in either window around a local date. */
async function aroundDate(reader: ScopedReader, request: MetricRequest<{ date: string; days: number }>, signal?: AbortSignal): Promise<Change[]> {
  const changeDay = dayNumber(request.options.date);
  const windows = (zone: string) => windowsAround(changeDay, request.options.days, zone);
  const named = await namesOf(reader, request, signal);
  const [before, after] = await Promise.all((['before', 'after'] as const).map(side => ruleCounts(reader, request, signal, { named, window: cut => windows(cut.zone)[side] }))) as [RuleCounts[], RuleCounts[]];
  const of = new Map([...before, ...after].filter(c => c.group.rule !== NO_RULE).map(c => [JSON.stringify(c.group), c]));
  const find = (all: readonly RuleCounts[], key: string, c: RuleCounts) => all.find(x => JSON.stringify(x.group) === key) ?? noCounts(c.group, c.rule);
  const cuts = zoneCuts(reader, request.range, groupsOf(request).includes('client'), request.filters.client);
  return [...of].map(([key, c]) => {
    const { zone } = cuts.find(cut => c.group.client === undefined || cut.clients?.includes(c.group.client))!;
    return { of: c, at: dayStart(changeDay, zone), revision: null, windows: windows(zone), before: find(before, key, c), after: find(after, key, c), others: 0 };
  });
}

function judged(c: Change, threshold: number, history: AlertHistory, asOf: number): Record<string, Cell> {
  const [b, a] = [ratios(c.before, threshold), ratios(c.after, threshold)];
  const ended = c.windows.after.to <= asOf;
  const reviewed = (r: RuleRatios) => r.review !== null && r.review >= threshold;
  const reason = !ended ? 'not_ended' : history.begins > c.windows.before.from ? 'not_loaded' : c.before.alerts === 0 || c.after.alerts === 0 ? 'no_alerts'
    : !reviewed(b) || !reviewed(a) ? 'not_reviewed' : b.decided < MIN_DECISIONS || a.decided < MIN_DECISIONS ? 'few_decisions' : null;
  const [confirmed, wrong] = reason !== null ? [null, null] : (['true', 'false'] as const).map(v => ({
    change: c.after.decisions[v] / a.decided - c.before.decisions[v] / b.decided, ...newcombe(c.before.decisions[v], b.decided, c.after.decisions[v], a.decided)!,
  }));
  const result: (typeof TUNING_RESULTS)[number] | null = !confirmed ? null : confirmed.low > 0 ? 'better' : confirmed.high < 0 ? 'worse' : 'no difference shown';
  return {
    ...headOf(c.of), enabled: c.of.rule?.enabled ?? null, change: c.at, revision: c.revision,
    alerts_before: c.before.alerts, confirmed_before: b.kOfN, false_before: b.falseShare, review_before: b.review,
    alerts_after: c.after.alerts, confirmed_after: a.kOfN, false_after: a.falseShare, review_after: a.review,
    difference: confirmed?.change ?? null, difference_low: confirmed?.low ?? null, difference_high: confirmed?.high ?? null,
    false_difference: wrong?.change ?? null, false_low: wrong?.low ?? null, false_high: wrong?.high ?? null,
    volume: ended && c.before.alerts > 0 ? c.after.alerts / c.before.alerts - 1 : null, result, other_changes: c.others, reason,
  };
}
