import type { SourceSettings } from '../../settings/sources';
import { createElasticConnector } from './elasticsearch';
import type { ConnectorFactory, ConnectorOptions } from './factory';
import { createFilesConnector } from './files';
import { createJiraConnector } from './jira';
import { createNetboxConnector } from './netbox';
import type { Connector } from './stream';

/** One factory per system of the settings schema. */
const FACTORIES: Record<SourceSettings['system'], ConnectorFactory<never>> = {
  elasticsearch: createElasticConnector,
  jira: createJiraConnector,
  netbox: createNetboxConnector,
  files: createFilesConnector,
};

/** The connector of a source. Opens nothing and does not throw: a pattern or mapping that cannot be used is said by health and by every read. */
export function createConnector(settings: SourceSettings, clients: readonly { readonly id: string }[], options: ConnectorOptions = {}): Connector {
  return FACTORIES[settings.system](settings as never, clients, options);
}
