import { own, text, textOf } from '../own';
import type { ReadContext, Window } from '../stream';
import { actionOf } from './change';
import type { FetchedObject } from './normalise';
import { listAll } from './paging';
import { idParts, type NetboxPlan, type TypeInfo } from './plan';
import { netboxInstant, statusOf, tagsOf } from './values';
import type { NetboxVersion } from './version';

const idOf = (value: unknown): string | null => text(own(value, 'id'));

/** Interfaces, addresses and, where a time must be known, change-log entries of one page of objects. */
export async function withChildren(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, info: TypeInfo, objects: readonly unknown[]): Promise<FetchedObject[]> {
  const ids = objects.map(idOf).filter((id): id is string => id !== null);
  if (ids.length === 0) return objects.map(object => ({ type: info.type, object }));
  const { settings: { id: source } } = plan;
  const interfaces = new Map<string, unknown[]>();
  const addresses = new Map<string, unknown[]>();
  if (info.interfaces !== null && info.filter !== null && info.parent !== null) {
    // Grouped by what the row itself says: an ignored filter must not hand one machine another's addresses.
    for (const part of idParts(info.filter, ids)) {
      for (const row of await listAll(source, context, version, info.interfaces, { [info.filter]: part })) put(interfaces, idOf(own(row, info.parent)), row);
      for (const row of await listAll(source, context, version, '/api/ipam/ip-addresses/', { [info.filter]: part })) put(addresses, idOf(own(own(row, 'assigned_object'), info.parent)), row);
    }
  }
  const changes = new Map<string, unknown[]>();
  const asked = objects.filter(object => needsLog(plan, object)).map(idOf).filter((id): id is string => id !== null);
  for (const part of idParts('changed_object_id', asked)) {
    const rows = await listAll(source, context, version, version.changes, { changed_object_type: info.model, changed_object_id: part, action: 'update' });
    for (const row of rows) if (textOf(row, 'changed_object_type') === info.model && actionOf(row) === 'update') put(changes, text(own(row, 'changed_object_id')), row);
  }
  return objects.map(object => { const id = idOf(object) ?? ''; return { type: info.type, object, interfaces: interfaces.get(id) ?? [], addresses: addresses.get(id) ?? [], changes: changes.get(id) ?? [] }; });
}
const put = (map: Map<string, unknown[]>, id: string | null, row: unknown): void => { if (id !== null) { const known = map.get(id); if (known) known.push(row); else map.set(id, [row]); } };
const needsLog = (plan: NetboxPlan, object: unknown): boolean => {
  const status = statusOf(object);
  const tags = tagsOf(object);
  return (status !== null && plan.settings.retiredStatuses.some(s => s.toLowerCase() === status)) || Object.keys(plan.settings.exclusionTags).some(tag => tags.includes(tag.trim().toLowerCase()));
};

/**
 * Machines whose children changed in the window: NetBox does not move a device's last_updated when an address, MAC or interface of
 * it changes. Removed and moved children are only in the change log.
 */
export async function touchedMachines(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, window: Window): Promise<Map<'device' | 'vm', string[]>> {
  const { settings: { id: source } } = plan;
  const touched = { device: new Set<string>(), vm: new Set<string>() };
  const note = (holder: unknown): void => {
    const device = idOf(own(holder, 'device'));
    const vm = idOf(own(holder, 'virtual_machine'));
    if (device !== null) touched.device.add(device);
    if (vm !== null) touched.vm.add(vm);
  };
  const since = windowQuery(window);
  const all = async (path: string) => (await listAll(source, context, version, path, since)).filter(row => { const at = netboxInstant(own(row, 'last_updated')); return at !== null && insideWindow(window, at); });
  for (const path of ['/api/dcim/interfaces/', '/api/virtualization/interfaces/']) for (const row of await all(path)) note(row);
  for (const path of ['/api/ipam/ip-addresses/', ...(version.macAddresses ? ['/api/dcim/mac-addresses/'] : [])]) for (const row of await all(path)) note(own(row, 'assigned_object'));
  const log = await listAll(source, context, version, version.changes, { time_after: new Date(window.from).toISOString(), time_before: new Date(window.to).toISOString() });
  const holders = { device: new Set<string>(), vm: new Set<string>() };
  for (const row of log) {
    const model = textOf(row, 'changed_object_type');
    const was = own(row, 'prechange_data');
    if (actionOf(row) === 'create') continue;
    const device = text(own(was, 'device'));
    const vm = text(own(was, 'virtual_machine'));
    if (model === 'dcim.interface' && device !== null) touched.device.add(device);
    if (model === 'virtualization.vminterface' && vm !== null) touched.vm.add(vm);
    const assigned = text(own(was, 'assigned_object_id'));
    // The type of the interface stands there only as NetBox's internal number, so both kinds are looked up.
    if ((model === 'ipam.ipaddress' || model === 'dcim.macaddress') && assigned !== null) { holders.device.add(assigned); holders.vm.add(assigned); }
  }
  const lookUps = [['/api/dcim/interfaces/', holders.device], ['/api/virtualization/interfaces/', holders.vm]] as const;
  for (const [path, ids] of lookUps) for (const part of idParts('id', [...ids])) for (const row of await listAll(source, context, version, path, { id: part })) if (ids.has(idOf(row) ?? '')) note(row);
  return new Map([['device', [...touched.device]], ['vm', [...touched.vm]]] as const);
}
export const windowQuery = (window: Window) => ({ last_updated__gte: new Date(window.from).toISOString(), last_updated__lte: new Date(window.to).toISOString() });
export const insideWindow = (window: Window, at: number): boolean => at >= window.from && at <= window.to;
