import { z } from 'zod';
import { defineMetric } from './types';

export const sourcesStatus = defineMetric({
  id: 'sources.status',
  title: 'Source status',
  area: 'sources',
  definition: 'Each stream of each source: when it was last read, how far behind it is, what it delivered, what was refused and what is wrong with it.',
  formula: 'lag = now − newest instant up to which the stream was read completely',
  contract: '§5 source lag and last success, rows quarantined',
  nullReasons: { lag: 'The stream has not been read completely yet.' },
  overOptimisation: 'Disabling a failing source removes its row, and with it the evidence it gave: coverage becomes not measured, not better.',
  counters: [],
  groupBy: ['source'],
  defaultGroupBy: ['source'],
  filters: ['source'],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({}),
  headline: 'lag',
  annotation: {
    title: 'Sync failing', marks: 'Streams that fail now, since they last succeeded',
    when: { column: 'state', is: ['failing'] }, time: 'last_success', lasts: 'open', text: ['source', 'stream', 'error'], tags: ['source', 'stream'], groupBy: ['source'],
  },
  // Optional: view alert has one row per source, with numbers alone beside its name.
  columns: [
    { name: 'source', title: 'Source', kind: 'text', description: 'Id of the configured source.' },
    { name: 'system', title: 'System', kind: 'text', description: 'Kind of system.', optional: true },
    { name: 'stream', title: 'Stream', kind: 'text', description: 'What is read from it.', optional: true },
    { name: 'state', title: 'State', kind: 'enum', values: ['current', 'loading', 'stale', 'failing', 'never read'], description: 'current: read completely within the allowed lag, and what its rows say was computed; loading: its first load, or the computing of what it brought, is under way; stale: behind; failing: the last attempt failed; never read: nothing yet.', optional: true },
    { name: 'last_success', title: 'Last success', kind: 'time', description: 'End of the last attempt that succeeded; empty: none yet.', optional: true },
    { name: 'read_to', title: 'Read up to', kind: 'time', description: 'Newest instant up to which the stream was read completely.', optional: true },
    { name: 'lag', title: 'Lag', kind: 'seconds', description: 'Seconds between that instant and now; empty: not read yet.' },
    { name: 'progress', title: 'First load', kind: 'ratio', description: 'Share of the first load that is done; 1 when complete.', optional: true },
    { name: 'eta', title: 'Time left', kind: 'seconds', description: 'Estimated seconds until the first load is complete; empty when unknown or complete.', optional: true },
    { name: 'rows', title: 'Rows', kind: 'count', description: 'Rows stored from this stream.', optional: true },
    { name: 'quarantined', title: 'Quarantined', kind: 'count', description: 'Rows refused with a reason; see Data quality.', optional: true },
    { name: 'refused', title: 'Why quarantined', kind: 'text', description: 'The reasons rows were refused for, most often first, with what to do; empty: none was.', operatorOnly: true, optional: true },
    { name: 'failing', title: 'Failing', kind: 'count', description: '1 when the last attempt failed, else 0. View alert has one row per source: 1 when any of its streams fails.' },
    { name: 'late', title: 'Late', kind: 'count', description: '1 when the lag is longer than allowed, whatever the state, else 0; empty: not read yet. View alert: 1 when any stream of the source is late.' },
    { name: 'remarks', title: 'Remarks', kind: 'text', description: 'What is no failure and still wants a look: mapped fields that the source has never known; why rows that vanished at the source were not looked for; values that no map knows, and what else was counted on reading and can be mended. Empty: nothing.', operatorOnly: true, optional: true },
    { name: 'error', title: 'What is wrong', kind: 'text', description: 'Last error, with what to do about it; empty: none.', operatorOnly: true, optional: true },
  ],
});
