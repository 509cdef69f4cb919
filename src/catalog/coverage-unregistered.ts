import { z } from 'zod';
import { defineMetric } from './types';

export const coverageUnregistered = defineMetric({
  id: 'coverage.unregistered',
  title: 'Seen but not registered',
  area: 'coverage',
  definition: 'Hosts that telemetry saw in the range and that match no registered asset, or more than one. The share that does match is the registry completeness; it stands beside coverage, because coverage of a thin registry means little.',
  formula: 'registry completeness = seen hosts that match an asset ÷ seen hosts; addresses inside a registered segment that no machine owns are in neither',
  contract: '§1 Registry completeness',
  nullReasons: { completeness: 'No host was seen in the range.' },
  overOptimisation: 'Registering every seen host raises completeness and puts the host in scope of coverage.',
  counters: ['registry_completeness', 'weak_matches'],
  groupBy: ['client'],
  defaultGroupBy: ['client'],
  filters: ['client', 'source'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({}),
  headline: 'completeness',
  columns: [
    { name: 'client', title: 'Client', kind: 'text', description: 'Client the telemetry belongs to.' },
    { name: 'name', title: 'Host', kind: 'text', description: 'As telemetry names it.', optional: true },
    { name: 'match', title: 'Match', kind: 'enum', values: ['none', 'ambiguous'], description: 'none: no asset; ambiguous: several assets fit, so none is covered by it.', optional: true },
    { name: 'source', title: 'Source', kind: 'text', description: 'Telemetry source that saw it last.', optional: true },
    { name: 'first', title: 'First seen', kind: 'time', description: 'Oldest sighting in the loaded history.', optional: true },
    { name: 'last', title: 'Last seen', kind: 'time', description: 'Newest sighting.', optional: true },
    { name: 'seen', title: 'Seen hosts', kind: 'count', description: 'Distinct hosts seen in the range.', optional: true },
    { name: 'registered', title: 'Registered', kind: 'count', description: 'Those that match an asset.', optional: true },
    { name: 'ambiguous', title: 'Ambiguous', kind: 'count', description: 'Those that fit several assets.', optional: true },
    { name: 'retired_seen', title: 'Retired but seen', kind: 'count', description: 'Assets seen in the range after their retirement.', optional: true },
    { name: 'completeness', title: 'Registry completeness', kind: 'ratio', description: 'registered ÷ seen hosts; empty when none was seen.', optional: true },
  ],
});
