import type { z } from 'zod';
import type { workspaceSchema } from '../../src/settings/schema';
import { cmdbDemoSource } from '../upstreams/cmdb';
import { DEMO_ELASTIC_KEY, elasticDemoSource } from '../upstreams/elasticsearch/config';
import { DEMO_TOKEN, jiraDemoSource } from '../upstreams/jira/config';
import { DEMO_NETBOX_TOKEN, netboxDemoSource } from '../upstreams/netbox/config';
import type { UpstreamsReady } from '../upstreams/protocol';

export type WorkspaceInput = z.input<typeof workspaceSchema>;

/** Acknowledge, decide and resolve targets of the demo's contracts, hours by tier, around the clock. Containment is not contracted here. */
const HOURS = {
  critical: { acknowledge: 0.25, decide: 1, resolve: 24 },
  high: { acknowledge: 0.5, decide: 4, resolve: 48 },
  medium: { acknowledge: 4, decide: 24, resolve: 120 },
  low: { acknowledge: 8, decide: 72, resolve: 240 },
} as const;

/** The demo's workspace: the same settings an operator would write, and the secrets Grafana would keep. */
export function demoSettings(upstreams: Omit<UpstreamsReady, 'ports'>, cmdbFile: string): { settings: WorkspaceInput; secrets: Record<string, string> } {
  const { clients } = upstreams;
  const every = { intervalSeconds: 10, historyDays: 400 };
  return {
    settings: {
      workspace: 'main', zone: 'Europe/Berlin',
      clients: clients.map(({ id, name, zone }) => ({ id, name, zone })),
      sources: [
        { ...elasticDemoSource(upstreams.elastic, { clients }), ...every },
        { ...jiraDemoSource(upstreams.jira, { clients }), ...every },
        { ...netboxDemoSource(upstreams.netbox, { clients }), ...every },
        { ...cmdbDemoSource({ clients, path: cmdbFile }), intervalSeconds: 30 },
      ],
      policy: {
        sla: { targets: [{ client: '*', hours: HOURS }], allowedPauses: ['Waiting for client'] },
        coverage: { registryRank: ['netbox', 'cmdb'] },
      },
    },
    secrets: { 'elastic.secret': DEMO_ELASTIC_KEY, 'jira.secret': DEMO_TOKEN, 'netbox.secret': DEMO_NETBOX_TOKEN },
  };
}
