import { z } from 'zod';
import { ASSET_KINDS } from '../model/vocabulary';
import { defineMetric } from './types';

export const coverageGaps = defineMetric({
  id: 'coverage.gaps',
  title: 'Assets not covered',
  area: 'coverage',
  definition: 'Every asset in scope that is not covered, with its state, since when, and what last saw it.',
  formula: 'in scope without evidence of every required group inside the window',
  contract: '§1 Covered, Not measured',
  nullReasons: { since: 'It was never covered in the loaded history.', last_seen: 'No source has seen it.' },
  overOptimisation: 'The list has every asset in scope that is not covered; only evidence, retirement or a listed exclusion takes one off.',
  counters: ['unknown_assets', 'registry_disagreement'],
  groupBy: ['client', 'kind'],
  defaultGroupBy: ['client', 'kind'],
  filters: ['client', 'kind', 'criticality', 'requirement', 'state'],
  buckets: ['none'],
  views: ['table'],
  options: z.strictObject({ plain: z.boolean().optional() }),
  headline: null,
  columns: [
    { name: 'name', title: 'Asset', kind: 'text', description: 'Name in its most trusted registry, or the workload group.' },
    { name: 'client', title: 'Client', kind: 'text', description: 'Client it belongs to.' },
    { name: 'kind', title: 'Kind', kind: 'enum', values: ASSET_KINDS, description: 'Endpoint, cloud workload or network segment.' },
    { name: 'criticality', title: 'Criticality', kind: 'text', description: 'As the most trusted registry says it.' },
    { name: 'state', title: 'State', kind: 'enum', values: ['agent_only', 'dark', 'absent', 'unknown'], description: 'agent only: check-ins, no events; dark: seen by another source; absent: seen by none; unknown: its sources were not read.' },
    { name: 'since', title: 'Not covered since', kind: 'time', description: 'End of the window of its last evidence, or its registration; on a past day, the start of the state.' },
    { name: 'last_seen', title: 'Last seen', kind: 'time', description: 'Newest sighting by any source; empty: never.' },
    { name: 'last_seen_by', title: 'Last seen by', kind: 'text', description: 'Evidence and source of that sighting.' },
    { name: 'reason', title: 'Reason', kind: 'text', description: 'with_source: the source that carried it lost its hosts; unread: sources that were not read; k of n of a group.' },
    { name: 'link', title: 'Link', kind: 'link', description: 'Its page in the registry.' },
    { name: 'needed_from', title: 'Needed from', kind: 'enum', values: ['you', 'SOC'], description: 'Whose turn it is: you, the owner of the asset, or the SOC. With the option plain.', optional: true },
    { name: 'ask', title: 'What we need', kind: 'text', description: 'What would bring it back, in one sentence. With the option plain.', optional: true },
  ],
});
