import type { z } from 'zod';
import type { netboxSource } from '../../../src/settings/sources';
import type { WorldClient } from '../../world/types';

/** Token of the demo's NetBox: v1 (40 hex digits, `Authorization: Token`) and v2 (`Authorization: Bearer nbt_…`, since 4.5). */
export const DEMO_NETBOX_TOKEN = '0123456789abcdef0123456789abcdef01234567';
export const DEMO_NETBOX_BEARER = 'nbt_demo.0123456789abcdef';
export const ROLES = [
  { id: 1, slug: 'workstation', name: 'Workstation' }, { id: 2, slug: 'server', name: 'Server' }, { id: 3, slug: 'network', name: 'Network' },
  { id: 4, slug: 'cloud', name: 'Cloud workload' }, { id: 5, slug: 'node', name: 'Scaling node' },
] as const;
export const CUSTOM_FIELDS = ['agent_id', 'instance_id', 'workload_group', 'criticality', 'fqdn', 'owner'] as const;
export const EXCLUDED_TAG = 'soc-excluded';

export type NetboxSourceInput = z.input<typeof netboxSource>;
export interface NetboxDemoOptions { readonly clients: readonly Pick<WorldClient, 'id' | 'tenantSlug'>[]; readonly id?: string; readonly auth?: 'token' | 'bearer' }

/** Source settings that fit the demo's NetBox at `url`. The secret is `DEMO_NETBOX_TOKEN` (or `DEMO_NETBOX_BEARER` for bearer). */
export function netboxDemoSource(url: string, { clients, id = 'netbox', auth = 'token' }: NetboxDemoOptions): NetboxSourceInput {
  return {
    id, name: 'NetBox', system: 'netbox', url, auth: { kind: auth },
    roles: {
      workstation: { kind: 'endpoint', role: 'workstation' }, server: { kind: 'endpoint', role: 'server' }, network: { kind: null },
      cloud: { kind: 'cloud_workload' }, node: { kind: 'cloud_workload' },
    },
    fields: { criticality: 'criticality', fqdn: 'fqdn', agentId: 'agent_id', instanceId: 'instance_id', group: 'workload_group' },
    maps: { client: Object.fromEntries(clients.map(c => [c.tenantSlug, c.id])) },
    exclusionTags: { [EXCLUDED_TAG]: { reason: 'excluded in the registry', agreedBy: 'client' } },
  };
}
