import type { AssetRow } from '../../../model';
import { SourceError } from '../http/port';
import { own, text, textOf } from '../own';
import type { ReadContext, Reject, Window } from '../stream';
import { actionOf } from './change';
import { isReject, normaliseObject, type Remarks } from './normalise';
import { listAll, listPage, MAX_LIMIT, type Place } from './paging';
import type { NetboxPlan, TypeInfo } from './plan';
import { netboxInstant } from './values';
import type { NetboxVersion } from './version';

/** One page of a window's deletions, rebuilt. */
export interface Rebuilt { readonly rows: readonly AssetRow[]; readonly rejects: readonly Reject[]; readonly next: Place | null; readonly complete: boolean }

/**
 * Objects deleted within the window, from what the change log says they were: a node that lived three hours is in no list any more,
 * yet it was an asset. The log is pruned (90 days by default): older deletions stay unknown. The row is one millisecond older than
 * its creation, so that it gives way to whatever was read while the object was there, addresses and all; `deletions` marks that one.
 */
export async function deletedPage(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, info: TypeInfo, window: Window, place: Place | null, remarks: Remarks): Promise<Rebuilt> {
  const { id: source } = plan.settings;
  const query = { changed_object_type: info.model, action: 'delete', time_after: new Date(window.from).toISOString(), time_before: new Date(window.to).toISOString() };
  const page = await listPage(source, context, version, version.changes, query, place, plan.pageSize < MAX_LIMIT / 5 ? plan.pageSize : MAX_LIMIT);
  const rows: AssetRow[] = [];
  const rejects: Reject[] = [];
  for (const change of page.rows) {
    const at = netboxInstant(own(change, 'time'));
    const id = text(own(change, 'changed_object_id'));
    // Filters may be ignored without a word.
    if (textOf(change, 'changed_object_type') !== info.model || actionOf(change) !== 'delete' || at === null || id === null || at < window.from || at > window.to) continue;
    const was = own(change, 'prechange_data');
    if (netboxInstant(own(was, 'created')) === null) { remarks.add('deleted_without_data', 'prechange_data', info.model); continue; }
    const object = await objectOf(plan, context, version, id, was);
    // Without the lists neither role nor client is known: nothing is guessed.
    if (object === null) { remarks.add('deleted_not_rebuilt', 'role, tenant', info.model); continue; }
    const row = normaliseObject(plan, { type: info.type, object }, at, remarks);
    if (row === null) continue;
    if (isReject(row)) rejects.push(row); else rows.push({ ...row, url: null, changed: row.registeredAt - 1, gone: at });
  }
  return { rows, rejects, next: page.next, complete: page.complete };
}

/** Lists that give the numbers of the log their meaning; the token must be allowed to read them. */
export const NAMES = { role: '/api/dcim/device-roles/', site: '/api/dcim/sites/', tenant: '/api/tenancy/tenants/', vrf: '/api/ipam/vrfs/' } as const;

/** The object as a list would have given it, or null where the token may not see what it refers to. */
async function objectOf(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, id: string, was: unknown): Promise<Record<string, unknown> | null> {
  const named = async (path: string, ...keys: string[]): Promise<unknown> => {
    const number = keys.map(key => text(own(was, key))).find(n => n !== null) ?? null;
    return number === null ? null : (await tableOf(plan, context, version, path)).get(number) ?? null;
  };
  try {
    return {
      id, name: textOf(was, 'name'), prefix: textOf(was, 'prefix'), serial: textOf(was, 'serial'), status: own(was, 'status'), tags: own(was, 'tags'),
      custom_fields: own(was, 'custom_fields') ?? own(was, 'custom_field_data'), created: own(was, 'created'), last_updated: own(was, 'last_updated'),
      role: await named(NAMES.role, 'role', 'device_role'), tenant: await named(NAMES.tenant, 'tenant'), vrf: await named(NAMES.vrf, 'vrf'),
      site: plan.settings.client.field === 'site' ? await named(NAMES.site, 'site', '_site') : null,
    };
  } catch (error) {
    if (error instanceof SourceError && error.code === 'forbidden') return null;
    throw error;
  }
}

/** Read once per run, and only when something was deleted. */
async function tableOf(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, path: string): Promise<Map<string, unknown>> {
  const name = `netbox.table.${plan.settings.id}.${path}`;
  const known = context.cache.get(name) as Map<string, unknown> | undefined;
  if (known) return known;
  const table = new Map<string, unknown>();
  for (const row of await listAll(plan.settings.id, context, version, path, { brief: 'true' })) { const id = text(own(row, 'id')); if (id !== null) table.set(id, row); }
  context.cache.set(name, table);
  return table;
}
