import { reportedHistory, type REPORT_STATES } from '../../../catalog/reported-history';
import { CLOCKS, dayStart, SEVERITY_TIERS, type Clock } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { clocksOf, refuseAllTiers } from '../sla/outcomes';
import { asRows } from '../../store/month-items';
import { clientMonths, monthName, type ClientMonth } from './months';
import { isIn, ofClients } from '../shared/conditions';
import { zoneCuts } from '../shared/zones';
import { itemsByMonth, type MonthItems } from './month-items';
import { CAUSES, restated } from './restated';

type Request = MetricRequest<{ clock: Clock }>;
type State = (typeof REPORT_STATES)[number];
/** One row to be: the months of its clients, and what counted in them as reported and now. */
interface MonthCell { readonly head: Record<string, string>; readonly months: Set<ClientMonth>; readonly said: Record<string, number>; readonly now: Record<string, number>; readonly causes: Record<string, number>; untracked: number }

const stateOf = (m: ClientMonth, asOf: number): State => (m.frozen ? 'frozen' : m.ends <= asOf ? 'provisional' : 'under way');
const FINAL: readonly State[] = ['under way', 'provisional', 'frozen'];

/** reported.history (metrics.md, Rule 10). A total over clients is the sum of their months, each cut in its own zone. */
export const reportedHistoryQuery = defineQuery(reportedHistory, async (reader, request, signal) => {
  refuseAllTiers(request, reportedHistory.id);
  const { asOf } = request;
  const months = await clientMonths(reader, request.range, asOf, request.filters.client ?? null, signal);
  if (months.length === 0) return { rows: [] };
  const frozen = months.filter(m => m.frozen);
  const [said, now, changed, lost] = await Promise.all([
    // Counted before they are joined with the months: a join of every item would be most of it.
    frozen.length === 0 ? [] : reader.query<MonthItems>(sql`
      select client_key, month, cast(clock as varchar) as clock, cast(tier as varchar) as tier, outcome, n from (
        select g.* from (select f.client_key, f.month, f.clock, f.tier, f.outcome, count(*) as n from ${reader.relation('reported_item')} f
            where f.month >= ${Math.min(...frozen.map(m => m.month))} and f.month <= ${Math.max(...frozen.map(m => m.month))} and ${isIn(sql`f.clock`, clocksOf(request))} and ${ofClients(reader, request.filters.client ?? null)} group by all) g
          join ${asRows(frozen)} p on p.client_key = g.client_key and p.month = g.month) x`, signal),
    itemsByMonth(reader, months, clocksOf(request), request.filters.client ?? null, asOf, signal),
    restated(reader, months, clocksOf(request), signal),
    untracked(reader, frozen, signal),
  ]);
  const cells = new Cells(months, request);
  // Of one client alone it is that client's month, else the SOC's own.
  const { zone } = zoneCuts(reader, request.range, false, request.filters.client)[0]!;
  for (const r of said) cells.at(r, cell => add(cell.said, r.outcome, r.n));
  for (const r of now) cells.at(r, (cell, month) => { add(cell.now, r.outcome, r.n); if (!month.frozen) add(cell.said, r.outcome, r.n); });
  for (const r of changed) cells.at(r, cell => add(cell.causes, r.cause, r.n));
  if (clocksOf(request).includes('decide')) for (const u of lost) cells.at({ ...u, clock: 'decide' }, cell => { cell.untracked += u.n; });
  return { rows: cells.all().map(cell => toRow(cell, asOf, zone)).slice(0, request.limit) };
});

const add = (into: Record<string, number>, key: string, n: number): void => { into[key] = (into[key] ?? 0) + n; };
const untracked = async (reader: ScopedReader, frozen: readonly ClientMonth[], signal?: AbortSignal) => (frozen.length === 0 ? [] : reader.query<{ client_key: number; month: number; tier: string; n: number }>(sql`
  select u.client_key, u.month, cast(u.tier as varchar) as tier, u.n from ${reader.relation('reported_untracked')} u join ${asRows(frozen)} p on p.client_key = u.client_key and p.month = u.month`, signal));

class Cells {
  private readonly byKey = new Map<string, MonthCell>();
  private readonly monthOf: ReadonlyMap<string, ClientMonth>;
  private readonly wanted: readonly string[];
  constructor(months: readonly ClientMonth[], private readonly request: Request) {
    this.monthOf = new Map(months.map(m => [`${m.client}|${m.month}`, m]));
    this.wanted = clocksOf(request);
  }

  at(r: { client_key: number; month: number; clock: string; tier: string }, work: (cell: MonthCell, month: ClientMonth) => void): void {
    const month = this.monthOf.get(`${r.client_key}|${r.month}`);
    const { filters, groupBy } = this.request;
    if (!month || !this.wanted.includes(r.clock) || (filters.tier && !filters.tier.includes(r.tier))) return;
    const byClient = groupBy.includes('client');
    const key = `${month.month}|${byClient ? month.client : ''}|${r.tier}|${r.clock}`;
    let cell = this.byKey.get(key);
    if (!cell) this.byKey.set(key, cell = { head: { ...(byClient && { client: month.id }), tier: r.tier, clock: r.clock }, months: new Set(), said: {}, now: {}, causes: {}, untracked: 0 });
    cell.months.add(month);
    work(cell, month);
  }

  /** By month, client, clock and tier: each cell's place is worked out once, not at every comparison. */
  all(): MonthCell[] {
    const cells = [...this.byKey.values()];
    const names = [...new Set(cells.map(c => c.head.client ?? ''))].sort((a, b) => a.localeCompare(b));
    const rank = new Map(names.map((name, i) => [name, i]));
    const place = ({ months, head }: MonthCell): number => {
      const { month } = [...months][0]!;
      return ((month * names.length + rank.get(head.client ?? '')!) * CLOCKS.length + CLOCKS.indexOf(head.clock as Clock)) * SEVERITY_TIERS.length + SEVERITY_TIERS.indexOf(head.tier as never);
    };
    return cells.map(cell => ({ cell, at: place(cell) })).sort((a, b) => a.at - b.at).map(({ cell }) => cell);
  }
}

function toRow(cell: MonthCell, asOf: number, zone: string): Record<string, Cell> {
  const months = [...cell.months];
  const { month, begins } = months[0]!;
  const state = FINAL[Math.min(...months.map(m => FINAL.indexOf(stateOf(m, asOf))))]!;
  const frozen = months.filter(m => m.frozen);
  const n = (of: Record<string, number>, ...names: string[]) => names.reduce((sum, name) => sum + (of[name] ?? 0), 0);
  const ratio = (of: Record<string, number>, more = 0) => { const due = n(of, 'met', 'missed', 'overdue') + more; return due === 0 ? null : n(of, 'met') / due; };
  const adherence = ratio(cell.said);
  const compared = frozen.length > 0 && frozen.every(m => m.kept);
  const tracked = state === 'frozen' && cell.head.clock === 'decide';
  // Object.assign: a literal spread of as many columns takes ten times as long, and rows are thousands.
  return Object.assign({ time: cell.head.client === undefined ? dayStart(month, zone) : begins, month: monthName(month) }, cell.head, {
    state, closes: Math.max(...months.map(m => m.closes)),
    frozen_at: state === 'frozen' ? Math.max(...frozen.map(m => m.frozen!.at)) : null, definition: state === 'frozen' ? Math.max(...frozen.map(m => m.frozen!.definition)) : null,
    policy_version: state === 'frozen' ? Math.max(...frozen.map(m => m.frozen!.settingsVersion)) : null,
    met: n(cell.said, 'met'), missed: n(cell.said, 'missed', 'overdue'), on_hold: n(cell.said, 'on_hold'), left: n(cell.said, 'left'), no_target: n(cell.said, 'no_target'),
    untracked: tracked ? cell.untracked : null, adherence, floor: tracked ? ratio(cell.said, cell.untracked) : null, now: months.every(m => m.kept) ? ratio(cell.now) : null,
    restated: compared ? CAUSES.reduce((sum, c) => sum + n(cell.causes, c), 0) : null,
  }, Object.fromEntries(CAUSES.map(c => [c === 'definition' ? 'definition_changed' : c, compared ? n(cell.causes, c) : null])), {
    reason: state === 'provisional' && months.some(m => !m.frozen && m.closes <= asOf) ? 'not_read' : frozen.length > 0 && !compared ? 'too_old' : adherence === null ? 'nothing_due' : null,
  });
}
