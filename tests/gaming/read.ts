import { findings } from '../../src/backend/metrics/standing';
import { metricQuery } from '../../src/backend/metrics/all';
import type { Store } from '../../src/backend/store/port';
import { CATALOG } from '../../src/catalog';
import type { MetricId } from '../../src/catalog/types';
import { parseQuery } from '../../src/query/request';
import type { ScopedReader } from '../../src/backend/scope/reader';
import type { Range } from '../../src/model';
import type { CaseWorld } from '../worlds/cases';
import { clear, loadWorld } from '../worlds/load';
import { readerOf } from '../worlds/reader';

/** Exports: readingOf, readHeadlines, HEADLINES, ESTATE_HEADLINES, Reading, Headline. What a manager would read of a world, through the product's own load, gate and queries. */
export interface Headline { readonly name: string; readonly metric: MetricId; readonly query: Record<string, unknown>; readonly pick: (rows: readonly Record<string, unknown>[]) => number | null; readonly better: 'up' | 'down' }
export interface Reading { readonly values: ReadonlyMap<string, number | null>; readonly past: ReadonlyMap<string, ReadonlySet<string>>; readonly better: ReadonlyMap<string, 'up' | 'down'> }

const tierOf = (tier: string, column: string) => (rows: readonly Record<string, unknown>[]): number | null => (rows.find(r => r.tier === tier)?.[column] ?? null) as number | null;
const adherence = (clock: string) => ({ metric: 'sla.adherence' as const, query: { groupBy: ['tier'], options: { clock } } });
export const HEADLINES: readonly Headline[] = [
  ...(['critical', 'high'] as const).flatMap((tier): Headline[] => [
    { name: `decide ${tier}`, ...adherence('decide'), pick: tierOf(tier, 'adherence'), better: 'up' },
    { name: `floor ${tier}`, ...adherence('decide'), pick: tierOf(tier, 'floor'), better: 'up' },
    { name: `acknowledge ${tier}`, ...adherence('acknowledge'), pick: tierOf(tier, 'adherence'), better: 'up' },
  ]),
  { name: 'confirmation rate', metric: 'rules.outcomes', query: { groupBy: [] }, pick: rows => (rows[0]?.confirmation ?? null) as number | null, better: 'up' },
  { name: 'false-positive share', metric: 'rules.outcomes', query: { groupBy: [] }, pick: rows => (rows[0]?.false_share ?? null) as number | null, better: 'down' },
  { name: 'review completeness', metric: 'rules.outcomes', query: { groupBy: [] }, pick: rows => (rows[0]?.review ?? null) as number | null, better: 'up' },
  { name: 'rules fallen silent', metric: 'rules.silent', query: {}, pick: rows => rows.length, better: 'down' },
];

const coverage = (kind: string, column: string, client = 'berlin') => ({
  metric: 'coverage.now' as const, query: { groupBy: ['client', 'kind'] }, better: 'up' as const, pick: (rows: readonly Record<string, unknown>[]) => (rows.find(r => r.kind === kind && r.client === client)?.[column] ?? null) as number | null,
});
export const ESTATE_HEADLINES: readonly Headline[] = [
  { name: 'endpoint coverage', ...coverage('endpoint', 'coverage') }, { name: 'segment coverage', ...coverage('network_segment', 'coverage') },
  { name: 'endpoint coverage without exclusions', ...coverage('endpoint', 'coverage_without_exclusions') },
  { name: 'coverage of endpoints of no client', ...coverage('endpoint', 'coverage', 'unassigned') },
];

export async function readHeadlines(reader: ScopedReader, headlines: readonly Headline[], range: Range, asOf: number): Promise<Reading> {
  const values = new Map<string, number | null>();
  const past = new Map<string, ReadonlySet<string>>();
  // Standing is a matter of the metric, the range and the clients: headlines of one metric share it.
  const byMetric = new Map<MetricId, ReadonlySet<string>>();
  for (const headline of headlines) {
    const query = parseQuery({ version: 1, metric: headline.metric, view: 'table', ...headline.query }, CATALOG);
    const request = { ...query, range, asOf };
    values.set(headline.name, headline.pick((await metricQuery(headline.metric).run(reader, request)).rows));
    if (!byMetric.has(headline.metric)) byMetric.set(headline.metric, new Set((await findings(reader, CATALOG.get(headline.metric)!, request)).past.map(p => p.counter)));
    past.set(headline.name, byMetric.get(headline.metric)!);
  }
  return { values, past, better: new Map(headlines.map(h => [h.name, h.better])) };
}

export async function readingOf(store: Store, world: CaseWorld): Promise<Reading> {
  await clear(store);
  return readHeadlines(readerOf(await loadWorld(store, world)), HEADLINES, world.range, Math.min(world.range.to, world.now));
}
