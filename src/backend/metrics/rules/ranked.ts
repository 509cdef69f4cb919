import type { ScopedReader } from '../../scope/reader';
import type { Cell, MetricRequest, MetricResult } from '../metric';
import { byName, headOf, NO_RULE, ruleCounts, type RuleCounts } from './counts';

/** Which rules a backlog lists, what it ranks them by and what each row shows. */
export interface Backlog {
  listed(counts: RuleCounts): boolean;
  /** Alerts the ranking is about. */
  weight(counts: RuleCounts): number;
  /** Adds up over the ranking beside the weight (true positives at risk). */
  second(counts: RuleCounts): number;
  row(counts: RuleCounts, place: Place): Record<string, Cell>;
  /** Ends the sentence "No rule …" when nothing is listed. */
  readonly empty: string;
  /** Ends the sentence "n alerts that …" about alerts that name no rule. */
  readonly about: string;
}
/** `share` of this row and `cumulative` of the first `rank` rows, both of the weight of everything asked for; null where that is none. */
export interface Place { readonly rank: number; readonly share: number | null; readonly cumulative: number | null; readonly second: number }

/**
 * A backlog of rules (metrics.md §2) with its Pareto: always by rule, heaviest first, ties by name. Alerts that name no rule weigh
 * in the total, because tuning any rule leaves them, and are told apart instead of ranked: there is nothing to tune.
 */
export async function ranked(reader: ScopedReader, request: MetricRequest, backlog: Backlog, signal?: AbortSignal): Promise<MetricResult> {
  const groupBy = [...new Set(['rule' as const, ...request.groupBy])];
  const all = await ruleCounts(reader, { ...request, groupBy }, signal);
  const total = all.reduce((sum, c) => sum + backlog.weight(c), 0);
  const nameless = all.filter(c => c.group.rule === NO_RULE).reduce((sum, c) => sum + backlog.weight(c), 0);
  const listed = all.filter(c => c.group.rule !== NO_RULE && backlog.listed(c))
    .sort((a, b) => backlog.weight(b) - backlog.weight(a) || byName(a, b));
  let weight = 0;
  let second = 0;
  const rows = listed.map((c, i): Record<string, Cell> => {
    weight += backlog.weight(c);
    second += backlog.second(c);
    const place: Place = { rank: i + 1, share: total === 0 ? null : backlog.weight(c) / total, cumulative: total === 0 ? null : weight / total, second };
    return { rank: place.rank, ...headOf(c), enabled: c.rule?.enabled ?? null, ...backlog.row(c, place) };
  });
  const notices = [
    ...(rows.length === 0 && all.length > 0 ? [{ severity: 'info' as const, text: `No rule ${backlog.empty}` }] : []),
    ...(nameless > 0 ? [{ severity: 'info' as const, text: `${nameless} alerts that ${backlog.about} name no rule: they count in the shares and stand in no row.` }] : []),
    ...(rows.length > request.limit ? [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rules are not shown; raise the limit or filter.` }] : []),
  ];
  return { rows: rows.slice(0, request.limit), ...(notices.length > 0 && { notices }) };
}
