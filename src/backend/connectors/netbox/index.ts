import type { NetboxSettings } from '../../../settings/sources';
import type { ConnectorFactory } from '../factory';
import { netboxFields, netboxHealth } from './health';
import { planOf } from './plan';
import { assetStream } from './streams';

/** NetBox: devices, virtual machines and prefixes as asset records, tenants as clients, deletions by the change log. */
export const createNetboxConnector: ConnectorFactory<NetboxSettings> = (settings, clients, options) => {
  const plan = planOf(settings, clients, options?.pageSize);
  return { sourceId: settings.id, system: 'netbox', streams: [{ ...assetStream(plan), mapped: async context => { await netboxFields(plan, context); } }], health: context => netboxHealth(plan, context) };
};
