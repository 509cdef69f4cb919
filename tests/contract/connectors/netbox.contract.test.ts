import { DEMO_NETBOX_BEARER, DEMO_NETBOX_TOKEN, netboxDemoSource, startNetboxUpstream } from '../../../demo/upstreams/netbox';
import type { World } from '../../../demo/world/types';
import { createNetboxConnector } from '../../../src/backend/connectors/netbox';
import { describeConnector } from './describe-connector';
import { smallWorld, NOW } from './world';

/** All of the world's records: the one deleted three days ago is rebuilt from the change log. */
const registered = (world: World): string[] => world.assets(NOW).map(a => `${a.type}:${a.id}`);

// 4.6 pages by primary key and knows tokens of the second kind; 4.4 pages by offset.
for (const [version, auth] of [['4.6.8', 'bearer'], ['4.4.2', 'token']] as const) {
  describeConnector(`NetBox ${version}`, {
    factory: createNetboxConnector,
    upstream: (world, options) => startNetboxUpstream({ world, version, ...options }),
    settings: url => netboxDemoSource(url, { clients: smallWorld().clients, auth }) as Record<string, unknown>,
    secrets: { secret: auth === 'bearer' ? DEMO_NETBOX_BEARER : DEMO_NETBOX_TOKEN },
    streams: [{ name: 'assets', nativeIds: registered }],
    missingField: { change: raw => ({ ...raw, fields: { ...(raw.fields as object), group: 'pool_of_nobody' } }), named: /pool_of_nobody/ },
    unknownValue: { change: raw => ({ ...raw, maps: { client: { acme: 'acme' } }, client: { field: 'agent_id' } }), stream: 'assets', notice: /unknown_value/ },
  });
}
