import { DEMO_ELASTIC_KEY, DEMO_OPENSEARCH_PASSWORD, elasticDemoSource, startElasticUpstream } from '../../../demo/upstreams/elasticsearch';
import type { TelemetryStream, World, WorldSeen } from '../../../demo/world/types';
import { createElasticConnector } from '../../../src/backend/connectors/elasticsearch';
import { describeConnector } from './describe-connector';
import { ANCHOR, HISTORY_DAYS, NOW, smallWorld } from './world';

const DAY = 86_400_000;
/** Hosts by UTC day: the keys of the day's question, in its order. */
const observed = (stream: TelemetryStream, key: (s: WorldSeen) => (string | null)[]) => (world: World): string[] =>
  Array.from({ length: HISTORY_DAYS }, (_, d) => ANCHOR / DAY - d - 1).flatMap(day => (world.seen(stream, day, NOW) ?? []).map(s => `${stream}:${day}:${key(s).map(v => v ?? '').join('|')}`));

const PRODUCTS = [
  { name: 'Elasticsearch 8', product: 'elasticsearch', version: '8.19.12' },
  { name: 'Elasticsearch 7.9, without point in time', product: 'elasticsearch', version: '7.9.3' },
  { name: 'OpenSearch 2', product: 'opensearch', version: '2.19.1' },
  { name: 'OpenSearch 1, without point in time', product: 'opensearch', version: '1.3.20' },
] as const;

for (const { name, product, version } of PRODUCTS) {
  describeConnector(name, {
    factory: createElasticConnector,
    // With `capture`, whole documents: the names that people have in them are really sent.
    upstream: (world, options) => startElasticUpstream({ world, product, version, traps: { wholeDocuments: options.capture === true }, ...options }),
    settings: url => elasticDemoSource(url, { clients: smallWorld().clients, product }) as Record<string, unknown>,
    secrets: { secret: product === 'opensearch' ? DEMO_OPENSEARCH_PASSWORD : DEMO_ELASTIC_KEY },
    streams: [
      { name: 'alerts', nativeIds: world => world.alerts(NOW).map(a => a.id) },
      { name: 'rules', nativeIds: world => world.rules.map(r => r.stableId) },
      { name: 'telemetry.agent_events', nativeIds: observed('agent_events', s => [s.host, s.agentId, s.instanceId, s.client]) },
      { name: 'telemetry.audit_log', nativeIds: observed('audit_log', s => [s.host, s.instanceId, s.client]) },
    ],
    missingField: { change: raw => ({ ...raw, alerts: { ...(raw.alerts as object), fields: { severity: 'kibana.alert.nonsense' } } }), named: /kibana\.alert\.nonsense.*alerts\.fields\.severity/ },
    unknownValue: { change: raw => raw, world: world => ({ ...world, alerts: now => world.alerts(now).map(a => ({ ...a, severity: 'catastrophic' as never })) }), stream: 'alerts', notice: /unknown_severity/ },
    defaultDisposition: { value: 'false_positive', stream: 'alerts' },
  });
}
