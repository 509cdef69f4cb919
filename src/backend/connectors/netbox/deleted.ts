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
    const object = await objectOf(plan, context, version, id, was, remarks);
    const row = normaliseObject(plan, { type: info.type, object }, at, remarks);
    if (row === null) continue;
    if (isReject(row)) rejects.push(row); else rows.push({ ...row, url: null, changed: row.registeredAt - 1, gone: at });
  }
  return { rows, rejects, next: page.next, complete: page.complete };
}

/** The log holds other objects by their number only; lists give what they stand for. */
async function objectOf(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, id: string, was: unknown, remarks: Remarks): Promise<Record<string, unknown>> {
  const named = async (key: string, path: string): Promise<unknown> => {
    const number = text(own(was, key));
    return number === null ? null : (await tableOf(plan, context, version, path, remarks)).get(number) ?? null;
  };
  const role = await named('role', '/api/dcim/device-roles/') ?? await named('device_role', '/api/dcim/device-roles/');
  const site = plan.settings.client.field === 'site' ? await named('site', '/api/dcim/sites/') ?? await named('_site', '/api/dcim/sites/') : null;
  return {
    id, name: textOf(was, 'name'), prefix: textOf(was, 'prefix'), serial: textOf(was, 'serial'), status: own(was, 'status'), tags: own(was, 'tags'),
    custom_fields: own(was, 'custom_fields') ?? own(was, 'custom_field_data'), created: own(was, 'created'), last_updated: own(was, 'last_updated'),
    role, site, tenant: await named('tenant', '/api/tenancy/tenants/'), vrf: await named('vrf', '/api/ipam/vrfs/'),
  };
}

/** Read once per run and only when something was deleted. A list the token may not see stays empty, and that is said. */
async function tableOf(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, path: string, remarks: Remarks): Promise<Map<string, unknown>> {
  const name = `netbox.table.${plan.settings.id}.${path}`;
  const known = context.cache.get(name) as Map<string, unknown> | undefined;
  if (known) return known;
  const table = new Map<string, unknown>();
  try {
    for (const row of await listAll(plan.settings.id, context, version, path, { brief: 'true' })) { const id = text(own(row, 'id')); if (id !== null) table.set(id, row); }
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== 'forbidden') throw error;
    remarks.add('list_forbidden', path, null);
  }
  context.cache.set(name, table);
  return table;
}
