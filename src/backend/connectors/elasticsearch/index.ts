import type { ElasticSettings } from '../../../settings/sources';
import type { ConnectorFactory } from '../factory';
import { elasticFields, elasticHealth } from './health';
import { elasticStreams } from './streams';

/** Elasticsearch and OpenSearch: alerts (Elastic Security's, or any index by field mapping), rules, telemetry by host and day. */
export const createElasticConnector: ConnectorFactory<ElasticSettings> = (settings, clients, options) => ({
  sourceId: settings.id, system: settings.system,
  streams: elasticStreams(settings, new Set(clients.map(c => c.id)), options).map(stream => ({ ...stream, mapped: (context, seen) => elasticFields(settings, context, stream.name, seen) })),
  health: context => elasticHealth(settings, context),
});
