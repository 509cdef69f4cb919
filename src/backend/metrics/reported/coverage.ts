import { reportedCoverage } from '../../../catalog/reported-coverage';
import type { ScopedReader } from '../../scope/reader';
import { monthCoverage } from '../../store/month-coverage';
import { sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { zoneCuts } from '../shared/zones';
import { restatedAssets } from './assets';
import { causeCells, freezeCells, freezeReason, MonthGroups, type MonthGroup } from './group';
import { partMonths, partRows, type PartMonth } from './months';
import type { Cause } from './restated';

const STATES = ['covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded'] as const;
type Figures = Record<'days' | 'days_measured' | (typeof STATES)[number] | `end_${(typeof STATES)[number]}`, number>;
interface Row extends Figures { client_key: number; month: number; kind: string; tolerance: number }
interface Group { said: Figures; now: Figures; /** End of the month was measured for every client. */ ended: boolean; causes: Cause[] }

const NAMES = ['days', 'days_measured', ...STATES, ...STATES.map(s => `end_${s}` as const)] as const;
const none = (): Figures => Object.fromEntries(NAMES.map(n => [n, 0])) as Figures;
const inScope = (f: Figures): number => f.covered + f.agent_only + f.dark + f.absent + f.unknown;
const inScopeAtEnd = (f: Figures): number => f.end_covered + f.end_agent_only + f.end_dark + f.end_absent + f.end_unknown;
const ratio = (f: Figures): number | null => (inScope(f) === 0 ? null : f.covered / inScope(f));

/** Months of the request whose coverage can be told: those with a complete day. */
export async function coverageMonths(reader: ScopedReader, { range, asOf, filters }: MetricRequest, signal?: AbortSignal): Promise<PartMonth[]> {
  return (await partMonths(reader, 'coverage', range, asOf, filters.client ?? null, signal)).filter(m => m.lastDay >= m.month);
}

/** reported.coverage (metrics.md, Rule 10 and §1). A total over clients is the sum of their months, each cut in its own zone and over its own measured days. */
export const reportedCoverageQuery = defineQuery(reportedCoverage, async (reader, request, signal) => {
  const months = await coverageMonths(reader, request, signal);
  if (months.length === 0) return { rows: [] };
  const frozen = months.filter(m => m.frozen);
  const [said, now, changed] = await Promise.all([
    frozen.length === 0 ? [] : reader.query<Row>(sql`select f.* replace (cast(f.kind as varchar) as kind) from ${reader.relation('reported_coverage')} f join ${partRows(frozen)} p on p.client_key = f.client_key and p.month = f.month`, signal),
    reader.query<Row>(sql`select * replace (cast(kind as varchar) as kind) from (${monthCoverage(reader.relation('coverage_day'), partRows(months), reader.policy.coverage.unknownTolerance)}) x`, signal),
    restatedAssets(reader, months, signal),
  ]);
  const groups = new MonthGroups<Group>(months, () => ({ said: none(), now: none(), ended: true, causes: [] }));
  const group = (r: { client_key: number; month: number; kind: string }): MonthGroup<Group> | null =>
    (request.filters.kind && !request.filters.kind.includes(r.kind) ? null : groups.at(r, m => ({ ...(request.groupBy.includes('client') && { client: m.id }), kind: r.kind })));
  const isFrozen = new Set(frozen.map(m => `${m.client}|${m.month}`));
  const say = (g: Group, r: Row): void => {
    for (const n of NAMES) g.said[n] += r[n];
    const end = inScopeAtEnd(r);
    if (end === 0 || r.end_unknown > r.tolerance * end) g.ended = false;
  };
  for (const r of said) { const g = group(r); if (g) say(g.of, r); }
  for (const r of now) { const g = group(r); if (!g) continue; for (const n of NAMES) g.of.now[n] += r[n]; if (!isFrozen.has(`${r.client_key}|${r.month}`)) say(g.of, r); }
  for (const r of changed) group(r)?.of.causes.push(r.cause);
  const { zone } = zoneCuts(reader, request.range, false, request.filters.client)[0]!;
  return { rows: groups.all().map(g => toRow(g, request.asOf, zone)).slice(0, request.limit) };
});

function toRow(group: MonthGroup<Group>, asOf: number, zone: string): Record<string, Cell> {
  const { said, now, ended, causes } = group.of;
  const measured = said.days_measured > 0;
  const complete = [...group.months].every(m => m.ends <= asOf);
  const [coverage, today] = [ratio(said), [...group.months].every(m => m.kept) ? ratio(now) : null];
  const restated = causeCells(group, causes);
  return {
    ...freezeCells(group, asOf, zone), days: said.days, days_measured: said.days_measured, in_scope: measured ? inScope(said) : null, ...Object.fromEntries(STATES.map(s => [s, measured ? said[s] : null])), coverage,
    end_covered: ended && complete ? said.end_covered : null, end_in_scope: ended && complete ? inScopeAtEnd(said) : null, now: today, ...restated,
    reason: freezeReason(group, asOf) ?? (coverage === null ? 'not_measured' : restated.restated === 0 && today !== null && today !== coverage ? 'tolerance' : null),
  };
}
