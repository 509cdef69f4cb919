import { coverageNow } from '../../../catalog/coverage-now';
import type { CoverageNullReason } from '../../../catalog/coverage-columns';
import { dayStart, localDay, SECOND, type CoverageState } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { byText } from '../shared/by-text';
import { plainCoverage } from '../shared/plain';
import { zoneCuts } from '../shared/zones';
import { dayCells, headOf, measuredDays, type DayBounds, type DayCell } from './days';
import { acceptedHeartbeats, addCounts, assetFilters, figures, inScope, membersOf, noCounts, readingsOf, runningStates, whyNot, type Counts, type Member } from './shared';

/** How far back a last measured value is looked for, days. */
const LOOK_BACK = 400;
interface StateRow { client_key: number; kind: string; criticality: string | null; requirement: string; state: CoverageState; n: number; weak: number; otherwise: number; impossible: string | null }

type NowCell = Omit<DayCell, 'day'> & { readonly impossible: CoverageNullReason | null };

/**
 * Assets of each client and kind (criticality, requirement where asked) by state at the instant: of a complete day from the roll-up, of the
 * running one from the newest evidence of each asset. `impossible`: why the running day cannot be judged.
 */
export async function cellsNow(reader: ScopedReader, request: MetricRequest, members: readonly Member[], signal?: AbortSignal): Promise<NowCell[]> {
  const readings = await readingsOf(reader, members, signal);
  const readingOf = (client: number, kind: string) => readings.find(r => r.client_key === client && r.kind === kind);
  const dayOf = new Map(members.map(m => [m.key, localDay(request.asOf - 1, m.zone)]));
  const days = [...dayOf.values()];
  const lastDay = (client: number): number => Math.max(-1, ...readings.filter(r => r.client_key === client && r.last_day !== null).map(r => r.last_day!));
  // Only the days that something is taken from: the judged ones, and the last complete ones for what is a matter of whole days.
  const [oldest, newest] = [Math.min(...days) - LOOK_BACK, Math.max(...days)];
  const wanted = [...days, ...readings.flatMap(r => r.last_day ?? [])].filter(day => day >= oldest && day <= newest);
  const complete = members.filter(m => lastDay(m.key) >= dayOf.get(m.key)!);
  const running = members.filter(m => !complete.includes(m));
  const fine = (d: 'criticality' | 'requirement') => request.groupBy.includes(d);
  const [history, rows] = await Promise.all([
    dayCells(reader, request, [{ members, days: { days: [...new Set(wanted)] } }], true, signal),
    // In order: of several clients' reasons why a kind cannot be judged, the first one's is told.
    running.length === 0 ? [] : reader.query<StateRow>(sql`
      select client_key, kind, ${fine('criticality') ? sql`criticality` : sql`null`} as criticality, ${fine('requirement') ? sql`requirement` : sql`''`} as requirement, state,
        count(*) as n, count(*) filter (where weak and state = 'covered') as weak, count(*) filter (where state = 'excluded' and otherwise = 'covered') as otherwise, any_value(impossible) as impossible
      from ${runningStates(reader, running, request.asOf)} s where ${assetFilters(request)} group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`, signal),
  ]);
  const cells: NowCell[] = history.filter(c => complete.some(m => m.key === c.client_key) && c.day === dayOf.get(c.client_key)).map(c => ({ ...c, impossible: null }));
  const byCell = new Map<string, NowCell>();
  for (const r of rows) {
    const key = `${r.client_key}|${r.kind}|${r.criticality ?? ''}|${r.requirement}`;
    let cell = byCell.get(key);
    if (!cell) {
      const reading = readingOf(r.client_key, r.kind);
      byCell.set(key, cell = { ...r, counts: noCounts(), impossible: (reading?.reason ?? (reading?.read_to == null ? 'first_load' : null)) as CoverageNullReason | null });
      // Degraded is a matter of whole days: the last complete one's.
      for (const h of history) if (h.client_key === r.client_key && h.kind === r.kind && (h.criticality ?? '') === (r.criticality ?? '') && h.requirement === r.requirement && h.day === reading?.last_day) cell.counts.degraded += h.counts.degraded;
    }
    addCounts(cell.counts, { ...noCounts(), [r.state]: Number(r.n), weak: Number(r.weak), otherwise: Number(r.otherwise) } as Counts);
  }
  return [...cells, ...byCell.values()];
}

/** coverage.now (metrics.md §1): complete days from the roll-up, the running day from the newest evidence of each asset. */
export const coverageNowQuery = defineQuery(coverageNow, async (reader, request, signal) => {
  const members = membersOf(reader, request);
  if (members.length === 0) return { rows: [] };
  const nameOf = (key: number): string => members.find(m => m.key === key)!.id;
  const tolerance = reader.policy.coverage.unknownTolerance;
  const byClient = request.groupBy.includes('client');
  const { zone: ofAll } = zoneCuts(reader, request.range, false, request.filters.client)[0]!;
  const zoneFor = (client: number): string => (byClient ? members.find(m => m.key === client)!.zone : ofAll);
  const daysOf = (zone: string): DayBounds => ({ low: localDay(request.range.from, zone), high: localDay(request.range.to - 1, zone), over: localDay(request.asOf, zone) - 1 });
  const bounds = new Map(byClient ? members.map(m => [m.key, daysOf(m.zone)]) : [[0, daysOf(zoneFor(0))]]);
  const today = members.map(m => localDay(request.asOf - 1, m.zone));
  const lookedAt = { from: Math.min(...today) - LOOK_BACK, to: Math.max(...today) };
  const [cells, depths, measured] = await Promise.all([
    cellsNow(reader, request, members, signal),
    reader.query<{ client_key: number; criticality: string | null; requirement: string; registered: number; seen: number }>(sql`
      select client_key, ${request.groupBy.includes('criticality') ? sql`criticality` : sql`null`} as criticality, ${request.groupBy.includes('requirement') ? sql`requirement` : sql`''`} as requirement,
        sum(depth_registered) as registered, sum(depth_seen) as seen
      from (select * from ${reader.relation('asset')} a where kind = 'network_segment' and retired_at is null and depth_registered > 0 and ${assetFilters(request)}) x group by 1, 2, 3`, signal),
    measuredDays(reader, request, members, lookedAt, byClient, bounds, tolerance, signal),
  ]);
  const depthOf = new Map<string, { registered: number; seen: number }>();
  for (const d of depths) {
    if (!members.some(m => m.key === d.client_key)) continue;
    const key = JSON.stringify(headOf(request, { ...d, kind: 'network_segment' }, nameOf));
    const sum = depthOf.get(key) ?? { registered: 0, seen: 0 };
    depthOf.set(key, { registered: sum.registered + Number(d.registered), seen: sum.seen + Number(d.seen) });
  }
  const past = new Map(measured.map(m => [JSON.stringify(headOf(request, m, nameOf)), m]));
  const groups = new Map<string, { head: Record<string, string | null>; counts: Counts; impossible: CoverageNullReason | null; clients: Set<number> }>();
  for (const cell of cells) {
    const head = headOf(request, cell, nameOf);
    const key = JSON.stringify(head);
    const group = groups.get(key) ?? { head, counts: noCounts(), impossible: null, clients: new Set<number>() };
    groups.set(key, group);
    addCounts(group.counts, cell.counts);
    group.clients.add(cell.client_key);
    group.impossible ??= cell.impossible;
  }
  const rows = [...groups].map(([key, { head, counts, impossible }]): Record<string, Cell> => {
    const reason = inScope(counts) + counts.excluded > 0 && impossible !== null ? impossible : whyNot(counts, tolerance);
    const zone = zoneFor(members.find(m => m.id === head.client)?.key ?? 0);
    const last = past.get(key);
    const depth = depthOf.get(key);
    return {
      ...head, ...figures(counts, reason), reason, depth: depth && depth.registered > 0 ? depth.seen / depth.registered : null, days_measured: last?.in_range ?? 0,
      last_measured: last ? last.covered! / last.scope! : null, last_measured_age: last ? (request.asOf - dayStart(last.last_day! + 1, zone)) / SECOND : null,
    };
  });
  rows.sort((a, b) => byText(String(a.client ?? ''), String(b.client ?? '')) || byText(String(a.kind), String(b.kind)) || byText(String(a.criticality ?? ''), String(b.criticality ?? '')) || byText(String(a.requirement ?? ''), String(b.requirement ?? '')));
  const missing = rows.filter(r => r.coverage === null && r.reason !== 'no_assets');
  const notices = [
    ...(missing.length > 0 ? [{ severity: 'warning' as const, text: `Not measured: ${missing.slice(0, 5).map(r => `${r.client ? `${r.client} ` : ''}${r.kind} (${coverageNow.nullReasons[String(r.reason)] ?? r.reason})`).join('; ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}` }] : []),
    ...acceptedHeartbeats(reader, members, request),
  ];
  return {
    rows: rows.slice(0, request.limit).map(row => (request.options.plain ? { ...row, ...plainCoverage(row, coverageNow.nullReasons[String(row.reason)]) } : row)),
    ...(notices.length > 0 && { notices }),
  };
});
