import type { ElasticSettings } from '../../../settings/sources';
import type { ConnectorOptions } from '../factory';
import type { Stream } from '../stream';
import { alertStream } from './alerts';
import { alertPlan } from './normalise';
import { ruleStream } from './rules';
import { telemetryStream } from './telemetry';

/** The streams a source's settings ask for: alerts, rules where an index lists them, one per telemetry entry. */
export function elasticStreams(settings: ElasticSettings, clients: ReadonlySet<string>, options: ConnectorOptions = {}): Stream[] {
  return [
    ...(settings.alerts ? [alertStream(alertPlan(settings, settings.alerts, clients), options.pageSize)] : []),
    ...(settings.rules ? [ruleStream(settings, settings.rules, options.pageSize)] : []),
    ...settings.telemetry.map(telemetry => telemetryStream(settings, telemetry, clients, options.pageSize)),
  ] as Stream[];
}
