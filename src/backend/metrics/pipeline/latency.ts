import { LATENCY_STAGES, pipelineLatency, type LatencyStage } from '../../../catalog/pipeline-latency';
import { MINUTE, SECOND, UNASSIGNED } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, column, join, sql, type Sql } from '../../store/sql';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';

const KEY_OF = { source: 'source_key', rule: 'rule_key', client: 'client_key', tier: 'tier' } as const;
type Group = keyof typeof KEY_OF;
type Raw = Record<string, string | number | null>;

/** The two instants of a stage. A ticket that did not exist yet at the value's instant is none. */
const ENDS: Record<LatencyStage, (asOf: number) => Sql> = {
  event_detected: () => sql`a.detected - a.event`,
  detected_readable: () => sql`a.readable - a.detected`,
  detected_ticket: asOf => sql`case when a.first_ticket_created <= ${asOf} then a.first_ticket_created - a.detected end`,
};

/**
 * Alerts that joined a ticket opened earlier for others (docs/adr/013): no latency of theirs, and no clock is wrong. The link tells;
 * where its time is unknown, a ticket older than the skew that clocks are allowed.
 */
const joined = (stage: LatencyStage, skew: number): Sql => stage === 'detected_ticket'
  ? sql`coalesce(a.first_ticket_created < a.detected and case when a.linked_at is null then a.detected - a.first_ticket_created > ${skew} else a.linked_at > a.first_ticket_created end, false)` : sql`false`;

/** pipeline.latency (metrics.md §4). Percentiles interpolate linearly between neighbours; negative differences are counted apart. */
export const pipelineLatencyQuery = defineQuery(pipelineLatency, async (reader, request, signal) => {
  const groups = request.groupBy.filter((d): d is Group => Object.hasOwn(KEY_OF, d));
  const stages = LATENCY_STAGES.filter(s => request.filters.stage === undefined || request.filters.stage.includes(s));
  const names = await namesOf(reader, groups, signal);
  const cuts = zoneCuts(reader, request.range, groups.includes('client'), request.filters.client);
  const parts = await Promise.all(cuts.flatMap(cut => stages.map(stage => stageOf(reader, request, groups, stage, cut, names, signal))));
  const rows = parts.flat().sort((a, b) => LATENCY_STAGES.indexOf(a.stage as LatencyStage) - LATENCY_STAGES.indexOf(b.stage as LatencyStage) || Number(b.measured) - Number(a.measured)
    || groups.map(g => String(a[g]).localeCompare(String(b[g]))).find(c => c !== 0) || 0);
  return {
    rows: rows.slice(0, request.limit),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; raise the limit or filter.` }] }),
  };
});

/** Difference of a stage's two instants (ms), and whether it is none of its own because the alert joined an older ticket. */
export const latencyOf = (reader: ScopedReader, stage: LatencyStage, asOf: number): { value: Sql; joinedOlder: Sql; targetMs: number } => ({
  value: ENDS[stage](asOf), joinedOlder: sql`${joined(stage, reader.policy.coverage.clockSkewMinutes * MINUTE)} and a.first_ticket_created <= ${asOf}`,
  targetMs: SECOND * { event_detected: reader.policy.latency.eventToDetected, detected_readable: reader.policy.latency.detectedToReadable, detected_ticket: reader.policy.latency.detectedToTicket }[stage],
});

async function stageOf(reader: ScopedReader, request: MetricRequest, groups: readonly Group[], stage: LatencyStage, cut: ZoneCut, names: Names, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const { value, joinedOlder, targetMs } = latencyOf(reader, stage, request.asOf);
  const target = targetMs / SECOND;
  const where = and([sql`a.at >= ${cut.range.from}`, sql`a.at < ${cut.range.to}`, sql`a.at <= ${request.asOf}`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)]);
  const keys = groups.map(g => column(KEY_OF[g]));
  // One sort serves the three percentiles; the fractions must stand in the statement: an engine takes no parameter there.
  const rows = await reader.query<Raw>(sql`
    select ${join([...keys, sql`measured, q[1] as p50, q[2] as p90, q[3] as p99, above, negative, joined, missing`])} from (
      select ${join([...keys, sql`count(*) filter (where v >= 0) as measured, quantile_cont(v, [0.5, 0.9, 0.99]) filter (where v >= 0) as q, count(*) filter (where v > ${targetMs}) as above,
        count(*) filter (where v < 0 and not j) as negative, count(*) filter (where j) as joined, count(*) filter (where v is null) as missing`])}
      from (select ${join([...keys, sql`${value} as v, ${joinedOlder} as j`])} from ${reader.relation('alert')} a where ${where}) x
      ${keys.length > 0 ? sql`group by ${join(keys)}` : sql``}) y`, signal);
  return rows.filter(r => Number(r.measured) + Number(r.negative) + Number(r.joined) + Number(r.missing) > 0).map(r => {
    const measured = Number(r.measured);
    const seconds = (value: Raw[string] | undefined) => (measured === 0 || value == null ? null : Number(value) / SECOND);
    return {
      stage, ...names.of(r, groups), measured, p50: seconds(r.p50), p90: seconds(r.p90), p99: seconds(r.p99), target,
      above_target: measured === 0 ? null : Number(r.above) / measured, negative: Number(r.negative), joined: Number(r.joined), missing: Number(r.missing),
      reason: measured > 0 ? null : Number(r.negative) > 0 ? 'only_negative' : Number(r.joined) > 0 ? 'only_joined' : 'no_times',
    };
  });
}

interface Names { of(row: Raw, groups: readonly Group[]): Record<string, Cell> }
async function namesOf(reader: ScopedReader, groups: readonly Group[], signal?: AbortSignal): Promise<Names> {
  const [clients, sources, rules] = await Promise.all([
    groups.includes('client') ? reader.query<{ client_key: number; id: string }>(sql`select client_key, id from ${reader.relation('client')} c`, signal) : [],
    groups.includes('source') ? reader.query<{ source_key: number; id: string }>(sql`select source_key, id from ${reader.relation('source')} s`, signal) : [],
    groups.includes('rule') ? reader.query<{ rule_key: number; id: string | null; name: string | null }>(sql`select rule_key, id, name from ${reader.relation('rule')} r`, signal) : [],
  ]);
  const client = new Map(clients.map(c => [c.client_key, c.id]));
  const source = new Map(sources.map(s => [s.source_key, s.id]));
  const rule = new Map(rules.map(r => [r.rule_key, r]));
  return {
    of: (row, wanted) => Object.assign({}, ...wanted.map(g => {
      if (g === 'tier') return { tier: String(row.tier) };
      if (g === 'client') return { client: client.get(Number(row.client_key)) ?? UNASSIGNED };
      if (g === 'source') return { source: source.get(Number(row.source_key)) ?? null };
      const known = rule.get(Number(row.rule_key));
      return { rule: known?.id ?? 'no rule named', rule_name: known?.name ?? known?.id ?? 'no rule named' };
    })) as Record<string, Cell>,
  };
}
