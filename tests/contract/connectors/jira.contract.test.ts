import { DEMO_TOKEN, jiraDemoSource, startJiraUpstream } from '../../../demo/upstreams/jira';
import type { World } from '../../../demo/world/types';
import { createJiraConnector } from '../../../src/backend/connectors/jira';
import { describeConnector } from './describe-connector';
import { NOW, smallWorld } from './world';

const visible = (world: World): string[] => world.tickets(NOW).filter(t => t.deletedAt === null || t.deletedAt > NOW).map(t => String(t.id));

for (const deployment of ['cloud', 'data_center'] as const) {
  describeConnector(`Jira ${deployment}`, {
    factory: createJiraConnector,
    upstream: (world, options) => startJiraUpstream({ world, deployment, ...options }),
    settings: url => jiraDemoSource(url, { deployment, clients: smallWorld().clients }) as Record<string, unknown>,
    secrets: { secret: DEMO_TOKEN },
    streams: [{ name: 'tickets', nativeIds: visible }],
    missingField: { change: raw => ({ ...raw, fields: { ...(raw.fields as object), alertId: ['customfield_99999'] } }), named: /customfield_99999/ },
    unknownValue: { change: raw => ({ ...raw, maps: { ...(raw.maps as object), tier: { Nonsense: 'low' }, client: {} } }), stream: 'tickets', notice: /unknown_value/ },
    defaultDisposition: { value: '10201', stream: 'tickets' },
  });
}
