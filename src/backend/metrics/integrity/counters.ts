import { ENTRIES } from '../../../catalog';
import { COUNTER_STATES, COUNTERS, type CounterDefinition, type CounterId } from '../../../catalog/integrity-counter-list';
import { integrityCounters } from '../../../catalog/integrity-counters';
import { MINUTE, SECOND } from '../../../model';
import type { Policy } from '../../../settings/schema';
import type { ScopedReader } from '../../scope/reader';
import { defineQuery, type Cell, type MetricRequest } from '../metric';
import { zoneCuts } from '../shared/zones';
import { alertFamily, untrackedFamily } from './count-alerts';
import { burstFamily } from './count-bursts';
import { assetFamily, coverageFamily, dayFamily, hostFamily } from './count-coverage';
import { aheadFamily, registryFamily, retiredFamily, segmentFamily } from './count-estate';
import { reportedAssetFamily, reportedDecisionFamily, reportedFamily } from './count-reported';
import { quarantineFamily, sourceFamily } from './count-sources';
import { itemFamily, ticketFamily } from './count-tickets';
import { clientNames } from './names';
import { agreed, shown } from './shown';
import { share, type Counting, type Family, type Reading } from './reading';

/** Each family is one question to the store, or one to a neighbouring metric. Those that take longest stand first: the store answers three at a time, and what begins last ends last. */
const FAMILIES: Readonly<Record<CounterDefinition['family'], Family>> = {
  bursts: burstFamily, items: itemFamily, untracked: untrackedFamily, alerts: alertFamily, tickets: ticketFamily,
  coverage: coverageFamily, days: dayFamily, hosts: hostFamily, assets: assetFamily, sources: sourceFamily, quarantine: quarantineFamily, reported: reportedFamily, reported_assets: reportedAssetFamily, reported_decisions: reportedDecisionFamily,
  retired: retiredFamily, segments: segmentFamily, registries: registryFamily, ahead: aheadFamily,
};
type State = (typeof COUNTER_STATES)[number];

/** The agreed threshold in the counter's unit; null where none is agreed. */
export function thresholdOf(counter: CounterDefinition, { thresholds }: Policy): number | null {
  if (counter.threshold === null) return null;
  const value = thresholds[counter.threshold as keyof Policy['thresholds']];
  return counter.unit === 'seconds' ? (value * MINUTE) / SECOND : value;
}
function stateOf(counter: CounterDefinition, reading: Reading, threshold: number | null): State {
  if (reading.past) return 'past threshold';
  if (reading.value === null) return 'not measured';
  if (threshold === null || counter.past === null) return 'no threshold';
  const past = counter.past === 'below' ? reading.value < threshold : counter.past === 'at' ? reading.value >= threshold : reading.value > threshold;
  return past ? 'past threshold' : 'ok';
}
/** Metrics with a headline that name this counter. */
const headlinesOf = (id: string): string => ENTRIES.filter(e => e.headline !== null && e.counters.includes(id)).map(e => e.title).join(', ');

/** integrity.counters (metrics.md §5): one row per counter, and client where asked; those past their threshold first. */
export const integrityCountersQuery = defineQuery(integrityCounters, async (reader, request, signal) => {
  const rows = await counterRows(reader, request, request.options.counter === 'all' ? null : [request.options.counter], signal);
  const rank = (r: Record<string, Cell>) => COUNTER_STATES.indexOf(r.state as State);
  return { rows: rows.map(({ operator_only: _kept, ...row }) => row).sort((a, b) => rank(a) - rank(b)).slice(0, request.limit) };
});

/** Rows of some counters (null: all) for one question; also what standings are made of. `operator_only`: about no client. */
export async function counterRows(reader: ScopedReader, request: MetricRequest, ids: readonly string[] | null, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const byClient = request.groupBy.includes('client');
  const whole = reader.operator && !byClient && !request.filters.client;
  const wanted: readonly CounterDefinition[] = COUNTERS.filter((c: CounterDefinition) => (ids === null || ids.includes(c.id)) && (whole || !c.operatorOnly));
  const counting: Counting = { reader, request, byClient, wanted: new Set(wanted.map(c => c.id)), cuts: zoneCuts(reader, request.range, byClient, request.filters.client), nameOf: await clientNames(reader, signal), signal };
  const readings = (await Promise.all((Object.keys(FAMILIES) as CounterDefinition['family'][]).filter(f => wanted.some(c => c.family === f)).map(f => FAMILIES[f](counting)))).flat();
  // A client that any counter knows has a row for each: what is missing is not measured, not fine.
  const clients = byClient ? [...new Set(readings.map(r => r.client))].sort() : [null];
  return wanted.flatMap(counter => clients.map((client): Record<string, Cell> => {
    const reading = readings.find(r => r.counter === counter.id && r.client === client) ?? share(counter.id as CounterId, client, 0, 0);
    const threshold = thresholdOf(counter, reader.policy);
    const state = stateOf(counter, reading, threshold);
    return {
      counter: counter.id, title: counter.title, ...(byClient && { client }), value: reading.value, unit: counter.unit, reading: shown(counter, reading.value), agreed: agreed(counter, threshold), k: reading.k, n: reading.n, threshold, state,
      past: state === 'past threshold' ? 1 : state === 'ok' ? 0 : null, headlines: headlinesOf(counter.id), reason: reading.reason, description: counter.description,
      operator_only: counter.operatorOnly === true,
    };
  }));
}
