import type { z } from 'zod';
import type { elasticSource } from '../../../src/settings/sources';
import type { TelemetryStream, WorldClient } from '../../world/types';

/** The demo's cluster: its indices, the fields of its telemetry, and the source settings that fit it. */
export const DEMO_ELASTIC_KEY = Buffer.from('dEm0-collector:demo-elastic-api-key').toString('base64');
/** OpenSearch knows no API keys: Basic. */
export const DEMO_OPENSEARCH_USER = 'collector';
export const DEMO_OPENSEARCH_PASSWORD = 'demo-opensearch-password';
/** Login of the automation that moves alerts; every other login belongs to a person. */
export const AUTOMATION_LOGIN = 'svc-soar';

export const ALERTS_INDEX = '.alerts-security.alerts-default';
export const ALERTS_BACKING = '.internal.alerts-security.alerts-default-000001';
/** A copy of the rule list that the SOC's own job keeps: Kibana's saved objects are no index to read. */
export const RULES_INDEX = 'soc-detection-rules';

export type SeenPart = 'host' | 'fqdn' | 'agentId' | 'instanceId' | 'address' | 'client';
export interface TelemetryIndex { readonly stream: TelemetryStream; readonly index: string; readonly fields: Readonly<Partial<Record<SeenPart, string>>> }
const CLIENT = 'organization.id';
export const TELEMETRY: readonly TelemetryIndex[] = [
  { stream: 'agent_events', index: 'logs-endpoint.events-*', fields: { host: 'host.name', agentId: 'agent.id', instanceId: 'cloud.instance.id', address: 'host.ip', client: CLIENT } },
  { stream: 'host_logs', index: 'logs-system-*', fields: { host: 'host.hostname', fqdn: 'host.name', address: 'host.ip', client: CLIENT } },
  { stream: 'audit_log', index: 'logs-cloudaudit-*', fields: { host: 'host.name', instanceId: 'cloud.instance.id', client: CLIENT } },
  { stream: 'flow', index: 'logs-netflow-*', fields: { address: 'source.ip', client: CLIENT } },
  { stream: 'heartbeat', index: 'metrics-endpoint.heartbeat-*', fields: { host: 'host.name', agentId: 'agent.id', address: 'host.ip', client: CLIENT } },
];
/**
 * The panels' thirty days, and before them what a day's verdict looks back to: seven days of what covers an endpoint, because that is a
 * workstation's window; a day and a little where the window is 24 hours or only the state "agent only" asks. The product's default is 90.
 */
const BACKFILL_DAYS: Readonly<Record<TelemetryStream, number>> = { agent_events: 35, host_logs: 35, audit_log: 32, flow: 32, heartbeat: 32 };
const PART = { host: 'host', fqdn: 'fqdn', agentId: 'agent', instanceId: 'instance', address: 'address' } as const;

export type ElasticSourceInput = z.input<typeof elasticSource>;
export interface ElasticDemoOptions { readonly clients: readonly Pick<WorldClient, 'id' | 'tenantSlug'>[]; readonly id?: string; readonly product?: 'elasticsearch' | 'opensearch' }

/** Source settings that fit the demo's cluster at `url`. The secret is `DEMO_ELASTIC_KEY` (OpenSearch: `DEMO_OPENSEARCH_PASSWORD`), kept under `<id>.secret`. */
export function elasticDemoSource(url: string, { clients, id = 'elastic', product = 'elasticsearch' }: ElasticDemoOptions): ElasticSourceInput {
  return {
    id, name: product === 'opensearch' ? 'OpenSearch' : 'Elastic Security', system: 'elasticsearch', url,
    auth: product === 'opensearch' ? { kind: 'basic', user: DEMO_OPENSEARCH_USER } : { kind: 'apikey' },
    alerts: {
      index: ALERTS_INDEX, client: { field: CLIENT }, acknowledgedStatuses: ['acknowledged'], closedStatuses: ['closed'],
      automation: { field: 'kibana.alert.workflow_user', values: [AUTOMATION_LOGIN] },
    },
    rules: { index: RULES_INDEX },
    telemetry: TELEMETRY.map(({ stream, index, fields: { client, ...fields } }) => ({
      name: stream, index, evidence: stream, backfillDays: BACKFILL_DAYS[stream], client: { field: client },
      fields: Object.fromEntries(Object.entries(fields).map(([part, field]) => [PART[part as keyof typeof PART], field])),
    })),
    maps: {
      client: Object.fromEntries(clients.map(c => [c.tenantSlug, c.id])),
      disposition: { 'automated closure': 'auto_closed', other: 'undetermined' },
    },
  };
}
