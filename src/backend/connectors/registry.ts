import type { SourceSettings } from '../../settings/sources';
import { createElasticConnector } from './elasticsearch';
import type { ConnectorFactory, ConnectorOptions } from './factory';
import { createJiraConnector } from './jira';
import { createNetboxConnector } from './netbox';
import type { Connector } from './stream';

/** One factory per system of the settings schema. */
const FACTORIES: Partial<Record<SourceSettings['system'], ConnectorFactory<never>>> = {
  elasticsearch: createElasticConnector,
  jira: createJiraConnector,
  netbox: createNetboxConnector,
};

/** The connector of a source. Opens nothing. Throws where the settings hold a pattern or mapping that cannot be used. */
export function createConnector(settings: SourceSettings, clients: readonly { readonly id: string }[], options: ConnectorOptions = {}): Connector {
  const factory = FACTORIES[settings.system];
  if (!factory) throw new Error(`${settings.id}: no connector for the system "${settings.system}" in this build`);
  return factory(settings as never, clients, options);
}
