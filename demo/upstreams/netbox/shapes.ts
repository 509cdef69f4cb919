import type { WorldAsset, WorldClient } from '../../world/types';
import { login, person } from '../people';
import { CUSTOM_FIELDS, ROLES } from './config';
import type { LogEntry, Registered } from './estate';
import type { NetboxTraps } from './traps';

export interface Shape { readonly host: () => string; readonly clients: readonly WorldClient[]; readonly traps: NetboxTraps; /** Up to 3.7 both names of the role, before 3.6 only the old one. */ readonly roleKeys: readonly string[]; readonly newMacs: boolean; readonly displayUrl: boolean }
/** NetBox writes microseconds. */
export const stamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '417Z');
const STATUS = { active: 'Active', decommissioning: 'Decommissioning', offline: 'Offline', container: 'Container' } as const;
export const PATHS = { device: '/api/dcim/devices/', vm: '/api/virtualization/virtual-machines/', prefix: '/api/ipam/prefixes/' } as const;
export const MODELS = { device: 'dcim.device', vm: 'virtualization.virtualmachine', prefix: 'ipam.prefix' } as const;
export const interfaceId = (asset: WorldAsset): number => asset.id * 10 + 1;

const nested = (shape: Shape, path: string, id: number, name: string, slug?: string) => ({ id, url: `${shape.host()}${path}${id}/`, display: name, name, ...(slug === undefined ? {} : { slug }), description: '' });
export const tenantOf = (shape: Shape, id: string) => { const i = shape.clients.findIndex(c => c.id === id); const c = shape.clients[i]; return c ? nested(shape, '/api/tenancy/tenants/', i + 1, c.name, c.tenantSlug) : null; };
const brief = (shape: Shape, asset: WorldAsset) => nested(shape, PATHS[asset.type], asset.id, asset.name);
const address = (shape: Shape, asset: WorldAsset) => (asset.address === null || removed(shape, asset.id) ? null : { id: asset.id, url: `${shape.host()}/api/ipam/ip-addresses/${asset.id}/`, display: `${asset.address}/24`, family: { value: 4, label: 'IPv4' }, address: `${asset.address}/24`, description: '' });
const removed = (shape: Shape, id: number): boolean => shape.traps.removedAddresses.some(r => r.asset === id);
const custom = (asset: WorldAsset) => ({ agent_id: asset.agentId, instance_id: asset.instanceId, workload_group: asset.group, criticality: { value: asset.criticality, label: asset.criticality }, fqdn: asset.fqdn, owner: person(asset.id) });
const tagsOf = (shape: Shape, r: Registered) => r.tags.map((t, i) => ({ id: i + 1, url: `${shape.host()}/api/extras/tags/${i + 1}/`, display: t.toUpperCase(), name: t.toUpperCase(), slug: t, color: '9e9e9e' }));

export function objectOf(shape: Shape, r: Registered): Record<string, unknown> {
  const { asset } = r;
  const url = `${shape.host()}${PATHS[asset.type]}${asset.id}/`;
  const role = ROLES.find(x => x.slug === asset.role);
  const times = { created: stamp(asset.created), last_updated: shape.traps.timeless.includes(`${asset.type}:${asset.id}`) ? null : stamp(r.updated) };
  const head = { id: asset.id, url, ...(shape.displayUrl ? { display_url: url.replace('/api', '') } : {}) };
  const common = { tenant: tenantOf(shape, asset.client), status: { value: r.status, label: STATUS[r.status] }, description: '', comments: `Asked for by ${person(asset.id)}`, tags: tagsOf(shape, r), custom_fields: custom(asset), ...times };
  const site = nested(shape, '/api/dcim/sites/', 1, 'Main', 'main');
  if (asset.type === 'prefix') {
    const vrf = asset.vrf === null ? null : { ...nested(shape, '/api/ipam/vrfs/', 1, asset.vrf), rd: null };
    return { ...head, display: asset.prefix, family: { value: 4, label: 'IPv4' }, prefix: asset.prefix, vrf, scope_type: 'dcim.site', scope_id: 1, scope: site, vlan: null, role: null, is_pool: false, mark_utilized: false, ...common, children: 0, _depth: asset.container ? 0 : 1 };
  }
  const roles = Object.fromEntries(shape.roleKeys.map(key => [key, role ? nested(shape, '/api/dcim/device-roles/', role.id, role.name, role.slug) : null]));
  const ip = address(shape, asset);
  const machine = { display: asset.name, name: asset.name, ...(asset.type === 'vm' ? { role: Object.values(roles)[0] ?? null } : roles), site, platform: null, primary_ip: ip, primary_ip4: ip, primary_ip6: null, config_template: null, local_context_data: null, serial: asset.serial ?? '', ...common };
  if (asset.type === 'vm') return { ...head, ...machine, cluster: nested(shape, '/api/virtualization/clusters/', 1, 'main'), device: null, vcpus: 2, memory: 4096, disk: 40, config_context: {}, interface_count: 1 };
  return { ...head, ...machine, device_type: { ...nested(shape, '/api/dcim/device-types/', 1, 'Generic', 'generic'), manufacturer: nested(shape, '/api/dcim/manufacturers/', 1, 'Generic', 'generic'), model: 'Generic' }, asset_tag: null, location: null, rack: null, position: null, face: null, latitude: null, longitude: null, parent_device: null, airflow: null, oob_ip: null, cluster: null, virtual_chassis: null, vc_position: null, vc_priority: null, config_context: {}, interface_count: 1 };
}
export const briefOf = (shape: Shape, { asset }: Registered): Record<string, unknown> => ({ id: asset.id, url: `${shape.host()}${PATHS[asset.type]}${asset.id}/`, display: asset.prefix ?? asset.name, ...(asset.type === 'prefix' ? { family: { value: 4, label: 'IPv4' }, prefix: asset.prefix, _depth: 0 } : { name: asset.name }), description: '' });

const holder = (shape: Shape, asset: WorldAsset) => ({ id: interfaceId(asset), url: `${shape.host()}/api/${asset.type === 'vm' ? 'virtualization' : 'dcim'}/interfaces/${interfaceId(asset)}/`, display: 'eth0', [asset.type === 'vm' ? 'virtual_machine' : 'device']: brief(shape, asset), name: 'eth0', description: '' });
export function interfaceOf(shape: Shape, { asset }: Registered): Record<string, unknown> {
  const mac = asset.mac === null ? null : { id: interfaceId(asset), url: `${shape.host()}/api/dcim/mac-addresses/${interfaceId(asset)}/`, display: asset.mac.toUpperCase(), mac_address: asset.mac.toUpperCase(), description: '' };
  return { ...holder(shape, asset), enabled: true, type: { value: 'virtual', label: 'Virtual' }, mac_address: mac?.mac_address ?? null, ...(shape.newMacs ? { primary_mac_address: mac, mac_addresses: mac ? [mac] : [] } : {}), tags: [], custom_fields: {}, created: stamp(asset.created), last_updated: stamp(asset.created) };
}
export const macOf = (shape: Shape, { asset }: Registered): Record<string, unknown> => ({
  id: interfaceId(asset), url: `${shape.host()}/api/dcim/mac-addresses/${interfaceId(asset)}/`, display: asset.mac, mac_address: asset.mac?.toUpperCase(), assigned_object_type: asset.type === 'vm' ? 'virtualization.vminterface' : 'dcim.interface',
  assigned_object_id: interfaceId(asset), assigned_object: holder(shape, asset), description: '', comments: '', tags: [], custom_fields: {}, created: stamp(asset.created), last_updated: stamp(asset.created),
});
/** Addresses of a machine; workstations have leases. */
export function addressesOf(shape: Shape, { asset }: Registered, now: number): Record<string, unknown>[] {
  const one = (id: number, value: string, at: number, status: 'active' | 'dhcp') => ({
    id, url: `${shape.host()}/api/ipam/ip-addresses/${id}/`, display: `${value}/24`, family: { value: 4, label: 'IPv4' }, address: `${value}/24`, vrf: null, tenant: null, status: { value: status, label: status === 'dhcp' ? 'DHCP' : 'Active' }, role: null,
    assigned_object_type: asset.type === 'vm' ? 'virtualization.vminterface' : 'dcim.interface', assigned_object_id: interfaceId(asset), assigned_object: holder(shape, asset),
    nat_inside: null, nat_outside: [], dns_name: asset.fqdn ?? '', description: '', comments: '', tags: [], custom_fields: {}, created: stamp(at), last_updated: stamp(at),
  });
  const own = asset.address === null || removed(shape, asset.id) ? [] : [one(asset.id, asset.address, asset.created, asset.role === 'workstation' ? 'dhcp' : 'active')];
  return [...own, ...shape.traps.addedAddresses.flatMap((a, i) => (a.asset === asset.id && a.at <= now ? [one(90_000_000 + i, a.address, a.at, 'active')] : []))];
}

export function changeOf(shape: Shape, entry: LogEntry): Record<string, unknown> {
  const { asset } = entry;
  const model = entry.what === 'address' ? 'ipam.ipaddress' : MODELS[asset.type];
  const role = ROLES.find(x => x.slug === asset.role);
  const data = (status: string | null, tags: readonly string[]) => (entry.what === 'address'
    ? { address: `${asset.address}/24`, assigned_object_type: asset.type === 'vm' ? 71 : 26, assigned_object_id: interfaceId(asset), status: 'active', created: stamp(asset.created), tags: [], custom_fields: {} }
    : { name: asset.name, prefix: asset.prefix ?? undefined, status, role: role?.id ?? null, site: 1, vrf: asset.vrf === null ? null : 1, primary_ip4: asset.address === null ? null : asset.id, tenant: shape.clients.findIndex(c => c.id === asset.client) + 1, serial: asset.serial ?? '', comments: `Asked for by ${person(asset.id)}`, tags, custom_fields: { ...custom(asset), criticality: asset.criticality }, created: stamp(asset.created), last_updated: stamp(Math.max(asset.created, ...asset.changes.filter(c => c.at < entry.at).map(c => c.at))) });
  const tag = entry.tag === undefined ? [] : [entry.tag.toUpperCase()];
  return {
    id: entry.id, url: `${shape.host()}/api/core/object-changes/${entry.id}/`, display: `${model} ${entry.action}`, time: stamp(entry.at),
    user: { id: 1 + (asset.id % 4), url: `${shape.host()}/api/users/users/${1 + (asset.id % 4)}/`, display: person(asset.id), username: login(asset.id) }, user_name: login(asset.id), request_id: '0b5c5f1e-0000-4000-8000-000000000001',
    action: { value: entry.action, label: `${entry.action[0]!.toUpperCase()}${entry.action.slice(1)}d` }, changed_object_type: model, changed_object_id: entry.what === 'address' ? asset.id : asset.id, changed_object: null,
    prechange_data: entry.action === 'create' ? null : data(entry.from, []), postchange_data: entry.action === 'delete' ? null : data(entry.to, tag),
  };
}
export const customFieldList = (shape: Shape): Record<string, unknown>[] => CUSTOM_FIELDS.map((name, i) => ({ id: i + 1, url: `${shape.host()}/api/extras/custom-fields/${i + 1}/`, display: name, object_types: ['dcim.device', 'virtualization.virtualmachine'], type: { value: 'text', label: 'Text' }, name, label: '' }));
