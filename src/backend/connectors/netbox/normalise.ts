import { DAY, rowId, UNASSIGNED, type AssetAddress, type AssetKind, type AssetRow, type EndpointRole, type Identifier, type Ms } from '../../../model';
import { mapClient } from '../../../settings/value-maps';
import { list, own, text, textOf } from '../own';
import type { Notice, Reject } from '../stream';
import { nativeId, typeInfo, type NetboxPlan, type ObjectType } from './plan';
import { clientNames, fieldValue, netboxInstant, roleOf, statusOf, tagsOf, withoutMask } from './values';

/** One object with what was fetched beside it. */
export interface FetchedObject {
  readonly type: ObjectType;
  readonly object: unknown;
  readonly interfaces?: readonly unknown[];
  readonly addresses?: readonly unknown[];
  /** Its updates in the change log, oldest first; empty where the log was not asked or is pruned. */
  readonly changes?: readonly unknown[];
}
export class Remarks {
  private readonly counts = new Map<string, Notice>();
  add(code: string, field: string | null, value: string | null): void {
    const key = `${code}|${field}|${value}`;
    this.counts.set(key, { code, field, value, count: (this.counts.get(key)?.count ?? 0) + 1 });
  }
  list(): Notice[] { return [...this.counts.values()]; }
}

/** An agreed exclusion lasts at most this long (metrics.md §1, Exclusions). */
const EXCLUSION = 90 * DAY;
/** Role slugs that say themselves what they are; everything else must be mapped, because a patch panel is no endpoint. */
const OBVIOUS: Readonly<Record<string, EndpointRole>> = { server: 'server', servers: 'server', hypervisor: 'server', workstation: 'workstation', workstations: 'workstation', laptop: 'workstation', desktop: 'workstation' };

const reject = (id: string | null, field: string, reason: string, sample: string | null): Reject => ({ nativeId: id, field, reason, sample: sample?.slice(0, 500) ?? null });
const lower = (values: readonly string[]): string[] => values.map(v => v.toLowerCase());

/**
 * A NetBox object → an asset record; a reason why not; or null for a role that the settings call no asset. `readAt` stands in
 * where NetBox knows neither creation nor change.
 */
export function normaliseObject(plan: NetboxPlan, fetched: FetchedObject, readAt: Ms, remarks: Remarks): AssetRow | Reject | null {
  const { settings } = plan;
  const { type, object } = fetched;
  const info = typeInfo(type);
  const number = text(own(object, 'id'));
  if (number === null) return reject(null, 'id', `${info.model} without id`, null);
  const native = nativeId(type, number);
  const what = type === 'prefix' ? { kind: 'network_segment' as const, role: null } : kindOf(plan, type, object);
  if (what === 'skip') return null;
  if (what === null) return reject(native, 'role', `the role is not mapped: name it under roles, with a kind or null for "no asset"`, textOf(roleOf(object), 'slug') ?? textOf(roleOf(object), 'name') ?? '(no role)');
  const prefix = type === 'prefix' ? textOf(object, 'prefix') : null;
  if (type === 'prefix' && (prefix === null || !/^[0-9a-f.:]+\/\d{1,3}$/i.test(prefix))) return reject(native, 'prefix', 'no CIDR', prefix);

  const created = netboxInstant(own(object, 'created'));
  const updated = netboxInstant(own(object, 'last_updated'));
  if (created === null) remarks.add('no_created', 'created', null);
  const registeredAt = created ?? updated ?? readAt;
  const status = statusOf(object);
  const container = type === 'prefix' && status === 'container';
  const children = [...(fetched.interfaces ?? []), ...(fetched.addresses ?? [])].map(child => netboxInstant(own(child, 'last_updated'))).filter((t): t is Ms => t !== null);
  const name = textOf(object, 'name') ?? prefix ?? textOf(object, 'display') ?? textOf(object, 'display_name') ?? native;
  const vrf = own(object, 'vrf');
  const fqdn = type === 'prefix' ? null : fqdnOf(plan, object, fetched, name);
  const names = clientNames(plan, object);
  const known = names.find(n => mapClient(n, settings.maps.client, plan.clients) !== null);
  const sourceClient = known ?? names[0] ?? null;
  if (known === undefined && sourceClient !== null) remarks.add('unknown_value', settings.client.field ?? 'tenant', sourceClient);

  return {
    id: rowId(settings.id, 'asset', native), source: settings.id, nativeId: native, url: `${settings.url.replace(/\/+$/, '')}${info.path.replace(/^\/api/, '')}${encodeURIComponent(number)}/`,
    // Without a time of change: its creation, not the time of reading, which would make it look changed with every run.
    changed: Math.max(updated ?? registeredAt, ...children), gone: null,
    name, kind: what.kind, role: what.role, hostname: type === 'prefix' ? null : name.split('.')[0] ?? name, fqdn,
    identifiers: type === 'prefix' ? [] : identifiersOf(plan, object, fetched), addresses: type === 'prefix' ? [] : addressesOf(object, fetched, registeredAt),
    prefix, vrf: textOf(vrf, 'name') ?? textOf(vrf, 'rd'), container,
    sourceClient, client: mapClient(sourceClient, settings.maps.client, plan.clients) ?? UNASSIGNED,
    criticality: fieldValue(object, settings.fields.criticality), group: fieldValue(object, settings.fields.group), sourceStatus: status,
    registeredAt, retiredAt: container ? null : retiredAt(plan, fetched, status, registeredAt, updated ?? registeredAt, remarks),
    exclusion: exclusionOf(plan, fetched, registeredAt, remarks),
  };
}
export const isReject = (row: AssetRow | Reject): row is Reject => 'reason' in row;

function kindOf(plan: NetboxPlan, type: ObjectType, object: unknown): { kind: AssetKind; role: EndpointRole | null } | 'skip' | null {
  const role = roleOf(object);
  const names = ['slug', 'name'].map(key => textOf(role, key)?.toLowerCase());
  const configured = Object.entries(plan.settings.roles).find(([name]) => names.includes(name.trim().toLowerCase()))?.[1];
  if (configured) return configured.kind === null ? 'skip' : { kind: configured.kind, role: configured.role ?? (configured.kind === 'endpoint' ? 'server' : null) };
  if (type === 'vm') return { kind: plan.settings.vmKind, role: plan.settings.vmKind === 'endpoint' ? 'server' : null };
  const obvious = names[0] !== undefined && Object.hasOwn(OBVIOUS, names[0]) ? OBVIOUS[names[0]] : undefined;
  return obvious === undefined ? null : { kind: 'endpoint', role: obvious };
}

function fqdnOf(plan: NetboxPlan, object: unknown, fetched: FetchedObject, name: string): string | null {
  const primary = withoutMask(textOf(own(object, 'primary_ip') ?? own(object, 'primary_ip4'), 'address') ?? '');
  const dns = (fetched.addresses ?? []).find(a => primary !== '' && withoutMask(textOf(a, 'address') ?? '') === primary);
  return fieldValue(object, plan.settings.fields.fqdn) ?? textOf(dns, 'dns_name') ?? (name.includes('.') ? name : null);
}

function identifiersOf(plan: NetboxPlan, object: unknown, fetched: FetchedObject): Identifier[] {
  const { fields } = plan.settings;
  const macs = (fetched.interfaces ?? []).flatMap(i => [textOf(i, 'mac_address'), textOf(own(i, 'primary_mac_address'), 'mac_address'), ...list(own(i, 'mac_addresses')).map(m => textOf(m, 'mac_address'))]);
  const all: [Identifier['type'], string | null][] = [['agent', fieldValue(object, fields.agentId)], ['instance', fieldValue(object, fields.instanceId)], ['serial', textOf(object, 'serial')], ...macs.map((m): [Identifier['type'], string | null] => ['mac', m?.toLowerCase() ?? null])];
  const seen = new Set<string>();
  return all.flatMap(([type, value]) => {
    if (value === null || seen.has(`${type}${value}`)) return [];
    seen.add(`${type}${value}`);
    return [{ type, value }];
  });
}

/** Addresses of the machine. Registered ones are static; those NetBox marks dhcp or slaac are leases. */
function addressesOf(object: unknown, fetched: FetchedObject, registeredAt: Ms): AssetAddress[] {
  const out = new Map<string, AssetAddress>();
  for (const ip of fetched.addresses ?? []) {
    const address = textOf(ip, 'address');
    const status = statusOf(ip);
    if (address === null || status === 'deprecated') continue;
    out.set(withoutMask(address), { address: withoutMask(address), static: status !== 'dhcp' && status !== 'slaac', from: netboxInstant(own(ip, 'created')), to: null });
  }
  for (const key of ['primary_ip4', 'primary_ip6', 'primary_ip']) {
    const address = textOf(own(object, key), 'address');
    if (address !== null && !out.has(withoutMask(address))) out.set(withoutMask(address), { address: withoutMask(address), static: true, from: registeredAt, to: null });
  }
  return [...out.values()];
}

/** When the object left service. A status in neither list (planned, inventory …) was never in service: it is retired from the start. */
function retiredAt(plan: NetboxPlan, fetched: FetchedObject, status: string | null, registeredAt: Ms, changed: Ms, remarks: Remarks): Ms | null {
  const inScope = lower(plan.settings.inScopeStatuses);
  const retired = lower(plan.settings.retiredStatuses);
  if (status === null || inScope.includes(status)) return null;
  if (!retired.includes(status)) { remarks.add('status_not_in_scope', 'status', status); return registeredAt; }
  const left = [...(fetched.changes ?? [])].reverse().find(c => !retired.includes(before(c, 'status') ?? status) && retired.includes(after(c, 'status') ?? ''));
  const at = left === undefined ? null : netboxInstant(own(left, 'time'));
  if (at === null) remarks.add('retired_by_last_change', 'status', status);
  return at ?? changed;
}
const before = (change: unknown, key: string): string | null => textOf(own(change, 'prechange_data'), key)?.toLowerCase() ?? null;
const after = (change: unknown, key: string): string | null => textOf(own(change, 'postchange_data'), key)?.toLowerCase() ?? null;

/** From the moment the tag was set; where the log does not tell, from the registration, so that nothing is excluded for ever. */
function exclusionOf(plan: NetboxPlan, fetched: FetchedObject, registeredAt: Ms, remarks: Remarks): AssetRow['exclusion'] {
  const tags = tagsOf(fetched.object);
  const found = Object.entries(plan.settings.exclusionTags).find(([tag]) => tags.includes(tag.trim().toLowerCase()));
  if (!found) return null;
  const names = tagNames(fetched.object, found[0]);
  const has = (data: unknown): boolean => list(own(data, 'tags')).some(t => typeof t === 'string' && names.includes(t.toLowerCase()));
  const set = [...(fetched.changes ?? [])].reverse().find(c => !has(own(c, 'prechange_data')) && has(own(c, 'postchange_data')));
  const from = (set === undefined ? null : netboxInstant(own(set, 'time'))) ?? registeredAt;
  if (set === undefined) remarks.add('exclusion_since_registration', 'tags', found[0]);
  return { ...found[1], from, to: from + EXCLUSION };
}
/** The change log writes a tag's name where settings may hold its slug. */
const tagNames = (object: unknown, tag: string): string[] => {
  const same = list(own(object, 'tags')).find(t => [textOf(t, 'slug'), textOf(t, 'name')].some(n => n?.toLowerCase() === tag.trim().toLowerCase()));
  return [tag.trim(), textOf(same, 'slug'), textOf(same, 'name')].filter((n): n is string => n !== null).map(n => n.toLowerCase());
};
