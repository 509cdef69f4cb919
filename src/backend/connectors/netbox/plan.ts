import type { NetboxSettings } from '../../../settings/sources';

export type ObjectType = 'device' | 'vm' | 'prefix';
export interface TypeInfo {
  readonly type: ObjectType;
  readonly path: string;
  /** NetBox's name of the model, as change logs write it. */
  readonly model: string;
  /** List of the interfaces and the filter that picks a machine's own. */
  readonly interfaces: string | null;
  readonly filter: string | null;
  /** Key of the machine in an interface. */
  readonly parent: string | null;
}
export const TYPES: readonly TypeInfo[] = [
  { type: 'device', path: '/api/dcim/devices/', model: 'dcim.device', interfaces: '/api/dcim/interfaces/', filter: 'device_id', parent: 'device' },
  { type: 'vm', path: '/api/virtualization/virtual-machines/', model: 'virtualization.virtualmachine', interfaces: '/api/virtualization/interfaces/', filter: 'virtual_machine_id', parent: 'virtual_machine' },
  { type: 'prefix', path: '/api/ipam/prefixes/', model: 'ipam.prefix', interfaces: null, filter: null, parent: null },
];
export const typeInfo = (type: ObjectType): TypeInfo => TYPES.find(t => t.type === type)!;

export interface NetboxPlan { readonly settings: NetboxSettings; readonly clients: ReadonlySet<string>; readonly types: readonly TypeInfo[]; readonly pageSize: number }
/** Objects per page: their ids go into addresses when children are read. */
export const PAGE = 200;
/** Characters of ids in one address: gunicorn takes no request line over 4094 bytes. */
const LINE = 3_000;

/** Ids in parts that fit into one address as `name=id&name=id…`. */
export function idParts(name: string, ids: readonly string[]): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const id of ids) {
    const size = name.length + id.length + 2;
    if (parts.length === 0 || room < size) { parts.push([]); room = LINE; }
    parts[parts.length - 1]!.push(id);
    room -= size;
  }
  return parts;
}

export function planOf(settings: NetboxSettings, clients: readonly { readonly id: string }[], pageSize = PAGE): NetboxPlan {
  const on = { device: settings.devices, vm: settings.virtualMachines, prefix: settings.prefixes };
  return { settings, clients: new Set(clients.map(c => c.id)), types: TYPES.filter(t => on[t.type]), pageSize: Math.min(pageSize, PAGE) };
}
/** Devices and virtual machines number from 1 each: the type is part of the native id. */
export const nativeId = (type: ObjectType, id: number | string): string => `${type}:${id}`;
