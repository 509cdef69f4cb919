import { rulesSilent, type SILENT_STATES } from '../../../catalog/rules-silent';
import { dayStart, localDay, type Range } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, column, join, sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { byName, groupsOf, headOf, KEY_OF, namesOf, noCounts, NO_RULE, ruleCounts, type Names, type RuleCounts, type Raw } from './counts';
import { alertHistory, day, type AlertHistory } from './history';
import { ratios } from './ratios';

/**
 * rules.silent (metrics.md §2, Fell silent). The period ends with the day of the value's instant, or the last that was read: days to
 * come and days not read are not silence. The preceding period has as many local days.
 */
export const rulesSilentQuery = defineQuery(rulesSilent, async (reader, plain, signal) => {
  const request: MetricRequest = { ...plain, groupBy: [...new Set(['rule' as const, ...plain.groupBy])] };
  const history = await alertHistory(reader, signal);
  const { end, period, preceding } = periodsOf(request, history);
  const named = await namesOf(reader, request, signal);
  const [before, now, last] = await Promise.all([ruleCounts(reader, request, signal, { named, window: preceding }), ruleCounts(reader, request, signal, { named, window: period }), lastAlerts(reader, request, named, signal)]);
  const of = (counts: readonly RuleCounts[]) => new Map(counts.map(c => [JSON.stringify(c.group), c]));
  const [earlier, current] = [of(before), of(now)];
  const rows = [...last.values()].filter(l => l.group.rule !== NO_RULE).flatMap(l => {
    const key = JSON.stringify(l.group);
    const [b, alerts] = [earlier.get(key), current.get(key)?.alerts ?? 0];
    const state: (typeof SILENT_STATES)[number] | null = l.rule?.removed ? 'removed' : l.rule?.enabled === false ? 'disabled' : b && b.alerts > 0 && alerts === 0 ? 'fell_silent' : null;
    if (state === null) return [];
    const cells: Record<string, Cell> = {
      state, ...headOf(l), enabled: l.rule?.enabled ?? null, before: b?.alerts ?? 0, confirmed_before: ratios(b ?? noCounts(l.group, l.rule), 0).kOfN, alerts,
      last_alert: l.at, off_since: l.rule?.offSince ?? null,
    };
    return [{ l, cells }];
  }).sort((a, b) => Number(b.cells.state === 'fell_silent') - Number(a.cells.state === 'fell_silent') || Number(b.cells.before) - Number(a.cells.before) || Number(b.cells.last_alert) - Number(a.cells.last_alert) || byName(a.l, b.l));
  const first = Math.min(...zoneCuts(reader, request.range, groupsOf(request).includes('client'), request.filters.client).map(cut => preceding(cut).from));
  const notices = [
    ...(end < request.range.from ? [{ severity: 'warning' as const, text: `Alerts were read up to ${day(history.readTo, reader.socZone)} only: silence in this range is not measured.` }] : []),
    ...(history.begins > first ? [{ severity: 'warning' as const, text: `Alerts before ${Number.isFinite(history.begins) ? day(history.begins, reader.socZone) : 'today'} are not loaded: rules that alerted only before that are missing here.` }] : []),
    ...(rows.length > request.limit ? [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rules are not shown; raise the limit or filter.` }] : []),
  ];
  return { rows: rows.slice(0, request.limit).map(r => r.cells), ...(notices.length > 0 && { notices }) };
});

/** The period asked about, and the one before it that has as many local days. */
function periodsOf(request: MetricRequest, history: AlertHistory): { end: number; period: (cut: ZoneCut) => Range; preceding: (cut: ZoneCut) => Range } {
  const end = Math.min(request.asOf, history.readTo);
  const period = (cut: ZoneCut): Range => ({ from: cut.range.from, to: Math.max(cut.range.from, Math.min(cut.range.to, dayStart(localDay(end, cut.zone) + 1, cut.zone))) });
  const preceding = (cut: ZoneCut): Range => {
    const { from, to } = period(cut);
    const days = localDay(Math.max(to - 1, from), cut.zone) - localDay(from, cut.zone) + (to > from ? 1 : 0);
    return { from: dayStart(localDay(from, cut.zone) - days, cut.zone), to: from };
  };
  return { end, period, preceding };
}
/** The same for the rows behind. */
export const silentPeriods = async (reader: ScopedReader, request: MetricRequest, signal?: AbortSignal) => periodsOf(request, await alertHistory(reader, signal));

/** Last alert of every group, whenever it was: a rule that never alerted for the clients asked for cannot have fallen silent for them. */
async function lastAlerts(reader: ScopedReader, plain: MetricRequest, named: Names, signal?: AbortSignal): Promise<Map<string, RuleCounts & { at: number }>> {
  const request = named.rules.widened(plain);
  const groups = groupsOf(request);
  const keys = join(groups.map(g => column(KEY_OF[g])));
  const rows = await reader.query<Raw>(sql`
    select ${keys}, max(a.at) as last_at from ${reader.relation('alert')} a
    where ${and([sql`a.at <= ${request.asOf}`, ofClients(reader, request.filters.client ?? null), alertFilters(reader, request.filters)])} group by ${keys}`, signal);
  const last = new Map<string, RuleCounts & { at: number }>();
  for (const row of rows) {
    const { group, rule } = named.group(row, groups);
    const key = JSON.stringify(group);
    last.set(key, { ...noCounts(group, rule), at: Math.max(Number(row.last_at), last.get(key)?.at ?? -Infinity) });
  }
  return last;
}
