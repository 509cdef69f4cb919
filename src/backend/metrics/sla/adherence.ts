import { slaAdherence } from '../../../catalog/sla-adherence';
import { SHIFT_CELL, SHIFT_DAYS } from '../../../catalog/sla-columns';
import type { Dimension } from '../../../catalog/types';
import { DAY, SEVERITY_TIERS, CLOCKS, type Clock, type Mark, type SeverityTier } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { alias, join, sql, type Sql } from '../../store/sql';
import { defineQuery, MetricRefused, type Cell, type MetricRequest } from '../metric';
import { plainSla } from '../shared/plain';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { falls, fellDue, figures, marked, NO_COUNTS, plus, reasonOf, type OutcomeRow, type SlaCounts } from './figures';
import { clientIds, clocksOf, itemCounts, itemFilters, refuseAllTiers } from './outcomes';
import { untrackedCases } from './untracked';

type Request = MetricRequest<{ clock: Clock; plain?: boolean | undefined }>;
const GROUPS = ['client', 'tier', 'clock', 'shift', 'weekend'] as const;
type Group = (typeof GROUPS)[number];
/** What an item is grouped by. */
export const GROUP_SQL: Record<Group, Sql> = {
  client: sql`x.client_key`, tier: sql`x.tier`, clock: sql`x.clock`, shift: sql`coalesce(x.shift, 'none')`,
  weekend: sql`case when x.holiday then 'holiday' when x.weekend then 'weekend' else 'weekday' end`,
};
/** Counts beside the outcomes, over items that fell due. */
export const EXTRA = ['from_creation', 'unknown_stop', 'reopened', 'gone'] as const satisfies readonly Mark[];
interface Counted { group: Record<string, string>; counts: SlaCounts; extra: Record<string, number>; untracked: number; range: { from: number; to: number } }

/** sla.adherence (metrics.md §3). Refuses a figure over all tiers and shift cells for a client's scope. */
export const slaAdherenceQuery = defineQuery(slaAdherence, async (reader, request, signal) => {
  refuseAllTiers(request, slaAdherence.id);
  if (request.groupBy.includes('shift') && !reader.operator) {
    throw new MetricRefused('Adherence by shift is shown to operators of the SOC only: in one client\'s figures a shift can be a single person.');
  }
  const groups: Group[] = [...new Set<Group>(['tier', 'clock', ...request.groupBy.filter((d): d is Group => (GROUPS as readonly Dimension[]).includes(d))])];
  const nameOf = await clientIds(reader, signal);
  const cuts = zoneCuts(reader, request.range, groups.includes('client'), request.filters.client);
  const cells = cuts.length === 0 ? [] : await countCuts(reader, request, groups, cuts, nameOf, signal);
  const figures = cells.sort(byGroup).map(cell => toRow(cell, groups));
  const rows = request.options.plain ? figures.map(row => ({ ...row, ...plainSla(row, slaAdherence.nullReasons[String(row.reason)]) })) : figures;
  return {
    rows: rows.slice(0, request.limit),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; raise the limit or filter.` }] }),
  };
});

/** All zones in one scan. */
async function countCuts(reader: ScopedReader, request: Request, groups: readonly Group[], cuts: readonly ZoneCut[], nameOf: (key: number) => string, signal?: AbortSignal): Promise<Counted[]> {
  const keys = join(groups.map(g => sql`${GROUP_SQL[g]} as ${alias(`g_${g}`)}`));
  const clients = cuts.some(cut => cut.clients === null) ? null : cuts.flatMap(cut => cut.clients!);
  const rows = await reader.query<OutcomeRow & Record<string, string | number>>(itemCounts(reader, itemFilters(reader, request, clients), request.asOf, cuts, keys, 'all'), signal);

  const cells = new Map<string, Counted>();
  const cellOf = (group: Record<string, string>): Counted => {
    const key = groups.map(g => group[g]).join('|');
    let cell = cells.get(key);
    if (!cell) cells.set(key, cell = { group, counts: NO_COUNTS, extra: Object.fromEntries(EXTRA.map(n => [n, 0])), untracked: 0, range: (cuts.find(cut => cut.clients === null || group.client === undefined || cut.clients.includes(group.client)) ?? cuts[0]!).range });
    return cell;
  };
  for (const row of rows) {
    const group = Object.fromEntries(groups.map(g => [g, g === 'client' ? nameOf(Number(row.g_client)) : String(row[`g_${g}`])]));
    const cell = cellOf(group);
    cell.counts = plus(cell.counts, row);
    if (falls(row)) for (const n of EXTRA) if (marked(row, n)) cell.extra[n] = cell.extra[n]! + Number(row.n);
  }
  if (tracksUntracked(groups) && clocksOf(request).includes('decide')) {
    for (const u of await untrackedCases(reader, request, cuts, signal)) cellOf({ tier: u.tier, clock: 'decide', ...(groups.includes('client') && { client: nameOf(u.client) }) }).untracked++;
  }
  return [...cells.values()];
}
/** An alert without a ticket has no start that a shift or a kind of day could be read from. */
const tracksUntracked = (groups: readonly Group[]): boolean => !groups.includes('shift') && !groups.includes('weekend');

function toRow(cell: Counted, groups: readonly Group[]): Record<string, Cell> {
  const withheld = !groups.includes('shift') ? null
    : cell.range.to - cell.range.from < SHIFT_DAYS * DAY - DAY / 24 ? 'short_range' as const
    : fellDue(cell.counts) < SHIFT_CELL ? 'small_cell' as const : null;
  const untracked = tracksUntracked(groups) && cell.group.clock === 'decide' ? cell.untracked : null;
  const n = fellDue(cell.counts) + (untracked ?? 0);
  const values = { ...figures(cell.counts), untracked, floor: untracked === null || n === 0 ? null : cell.counts.met / n, ...cell.extra };
  return {
    ...cell.group,
    ...(withheld === null ? values : Object.fromEntries(Object.keys(values).map(k => [k, null]))),
    reason: withheld ?? reasonOf(cell.counts),
  };
}

const order = (values: readonly string[], value: string | undefined): number => values.indexOf(value ?? '');
const byGroup = (a: Counted, b: Counted): number =>
  (a.group.client ?? '').localeCompare(b.group.client ?? '')
  || order(CLOCKS, a.group.clock) - order(CLOCKS, b.group.clock)
  || order(SEVERITY_TIERS as readonly SeverityTier[], a.group.tier) - order(SEVERITY_TIERS, b.group.tier)
  || (a.group.shift ?? '').localeCompare(b.group.shift ?? '') || (a.group.weekend ?? '').localeCompare(b.group.weekend ?? '');
