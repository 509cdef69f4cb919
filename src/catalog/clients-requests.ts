import { z } from 'zod';
import { defineMetric } from './types';

/** Why a request was refused, in words; `allowed` beside them. */
export const ACCESS_RESULTS = [
  'allowed', 'no_organisation', 'no_grant', 'malformed', 'unknown_key', 'signature', 'workspace', 'organisation', 'data_source', 'not_yet', 'expired', 'revoked', 'no_client', 'foreign_settings', 'owner', 'view_as', 'operators_only', 'role',
] as const;

export const clientsRequests = defineMetric({
  id: 'clients.requests',
  title: 'Requests by organisation',
  area: 'clients',
  definition: 'Requests that were refused, or all of them, by day, organisation, role and reason; never by person. Operators of the SOC only.',
  formula: 'requests of every UTC day that the range touches; written at most ten seconds late',
  contract: 'security.md, Grant: denials and accesses are logged by organisation and role, never by user',
  nullReasons: {},
  overOptimisation: 'No refusal can mean that nobody tried, or that a grant says more than it should: read it beside the grants in force.',
  counters: [],
  groupBy: [],
  defaultGroupBy: [],
  filters: [],
  buckets: ['none'],
  views: ['table', 'stat', 'alert'],
  options: z.strictObject({ show: z.enum(['denied', 'all']).default('denied').describe('Only what was refused, or every request.') }),
  headline: 'requests',
  // Optional: a single value sums them all.
  columns: [
    { name: 'day', title: 'Day', kind: 'time', description: 'First instant of the UTC day.', optional: true },
    { name: 'organisation', title: 'Organisation', kind: 'text', description: 'Number of the Grafana organisation that asked.', optional: true },
    { name: 'clients', title: 'Clients', kind: 'text', description: 'Clients that grants of this organisation name, as far as they are known; empty: none.', optional: true },
    { name: 'role', title: 'Role', kind: 'text', description: 'Role in that organisation; none: an alert rule or a public dashboard, without a user.', optional: true },
    { name: 'result', title: 'Result', kind: 'enum', values: [...ACCESS_RESULTS], description: 'Allowed, or why it was refused.', optional: true },
    { name: 'requests', title: 'Requests', kind: 'count', description: 'How many.' },
    { name: 'first', title: 'First', kind: 'time', description: 'First of them on that day.', optional: true },
    { name: 'last', title: 'Last', kind: 'time', description: 'Last of them on that day.', optional: true },
  ],
});
