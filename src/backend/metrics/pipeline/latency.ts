import { LATENCY_STAGES, pipelineLatency, type LatencyStage } from '../../../catalog/pipeline-latency';
import { SECOND, UNASSIGNED } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { byText } from '../shared/by-text';
import { zoneCuts } from '../shared/zones';
import { countStages, KEY_OF, type Counted, type Group, type Raw } from './counted';
import { latencyOf } from './stages';

/** pipeline.latency (metrics.md §4). Percentiles interpolate linearly between neighbours; negative differences are counted apart. */
export const pipelineLatencyQuery = defineQuery(pipelineLatency, async (reader, request, signal) => {
  const groups = request.groupBy.filter((d): d is Group => Object.hasOwn(KEY_OF, d));
  const stages = LATENCY_STAGES.filter(s => request.filters.stage === undefined || request.filters.stage.includes(s));
  const names = await namesOf(reader, groups, signal);
  const cuts = zoneCuts(reader, request.range, groups.includes('client'), request.filters.client);
  const parts = await Promise.all(cuts.map(cut => countStages(reader, request, groups, stages, cut, signal)));
  const rows = parts.flat().filter(c => c.measured + c.negative + c.joined + c.missing > 0).map(c => rowOf(c, names.of(c.keys, groups), latencyOf(reader, c.stage, request.asOf).targetMs / SECOND));
  rows.sort((a, b) => LATENCY_STAGES.indexOf(a.stage as LatencyStage) - LATENCY_STAGES.indexOf(b.stage as LatencyStage) || Number(b.measured) - Number(a.measured)
    || groups.map(g => byText(String(a[g]), String(b[g]))).find(c => c !== 0) || 0);
  return {
    rows: rows.slice(0, request.limit),
    ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; raise the limit or filter.` }] }),
  };
});

function rowOf({ stage, measured, percentiles, above, negative, joined, missing }: Counted, names: Record<string, Cell>, target: number): Record<string, Cell> {
  const [p50, p90, p99] = percentiles.map(ms => (ms === null ? null : ms / SECOND)) as [number | null, number | null, number | null];
  return {
    stage, ...names, measured, p50, p90, p99, target, above_target: measured === 0 ? null : above / measured, negative, joined, missing,
    reason: measured > 0 ? null : negative > 0 ? 'only_negative' : joined > 0 ? 'only_joined' : 'no_times',
  };
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
