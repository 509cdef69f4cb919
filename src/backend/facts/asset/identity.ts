import ipaddr from 'ipaddr.js';
import type { Identifier, ObservationRow } from '../../../model';

/**
 * What names a machine, brought to one form (metrics.md §1, Asset and Match). A value that many machines share (a placeholder)
 * joins nothing and matches nothing, so it is dropped here and nowhere else.
 */
const PLACEHOLDERS = new Set([
  'to be filled by o.e.m.', 'to be filled by oem', 'default string', 'system serial number', 'serial number', 'not specified', 'not applicable', 'not available',
  'none', 'null', 'n/a', 'na', 'unknown', 'undefined', 'invalid', 'oem', 'o.e.m.', 'chassis serial number', 'base board serial number', '123456789', '0123456789', '1234567890',
  'localhost', 'localhost.localdomain', 'localhost4', 'localhost6', 'localdomain', 'ip6-localhost',
]);
/** Vendor prefixes of USB and docking-station network adapters: the MAC wanders from laptop to laptop. */
const DOCK_MACS = ['0050b6', '000ec6', '00e04c', '8cae4c', '3c18a0', '48650e'];
const ONE_CHARACTER = /^(.)\1*$/;
const bare = (value: string): string => value.replace(/[^0-9a-z]/g, '');

const hexMac = (value: string): string | null => {
  const hex = value.toLowerCase().replace(/[^0-9a-f]/g, '');
  return hex.length === 12 ? hex : null;
};

/** Identifier as `type:value`; null for an empty or placeholder value (built in, or `policy.coverage.placeholderIdentifiers`). */
export function identifierKey(identifier: Identifier, extra: ReadonlySet<string>): string | null {
  const value = identifier.value.trim().toLowerCase();
  if (value === '' || PLACEHOLDERS.has(value) || extra.has(value) || ONE_CHARACTER.test(bare(value))) return null;
  if (identifier.type !== 'mac') return `${identifier.type}:${value}`;
  const mac = hexMac(value);
  if (mac === null || ONE_CHARACTER.test(mac) || DOCK_MACS.some(prefix => mac.startsWith(prefix)) || [...extra].some(e => hexMac(e) === mac)) return null;
  return `mac:${mac}`;
}
export const placeholderSet = (values: readonly string[]): ReadonlySet<string> => new Set(values.map(v => v.trim().toLowerCase()));

/** Canonical text of an address without mask or zone; IPv4 inside IPv6 unwrapped. Null for no address, loopback and the unspecified one. */
export function normaliseAddress(value: string | null): string | null {
  if (value === null) return null;
  const text = value.trim().split('/')[0]!.split('%')[0]!;
  if (!ipaddr.isValid(text) || (text.indexOf(':') < 0 && text.split('.').length !== 4)) return null;
  const address = ipaddr.process(text);
  const range = address.range();
  return range === 'loopback' || range === 'unspecified' ? null : address.toString();
}

export interface HostNames { readonly hostname: string | null; readonly fqdn: string | null }
const cleanName = (value: string | null, extra: ReadonlySet<string>): string | null => {
  const name = value?.trim().toLowerCase().replace(/\.$/, '') ?? '';
  return name === '' || PLACEHOLDERS.has(name) || extra.has(name) || ipaddr.isValid(name) ? null : name;
};
/** Host name (first label) and FQDN; a "host name" with dots is an FQDN, and an FQDN gives the host name. Addresses are no names. */
export function hostNames(hostname: string | null, fqdn: string | null, extra: ReadonlySet<string>): HostNames {
  const short = cleanName(hostname, extra);
  const long = cleanName(fqdn, extra);
  const full = long?.includes('.') ? long : short?.includes('.') ? short : null;
  const label = (short ?? long ?? null)?.split('.')[0] ?? null;
  return { hostname: label, fqdn: full };
}

/** How telemetry names a host: stored once per `seen_host`, as JSON in `identity`. */
export interface HostIdentity {
  readonly identifiers: readonly Identifier[];
  readonly hostname: string | null;
  readonly fqdn: string | null;
  readonly address: string | null;
  readonly vrf: string | null;
}
export const hostIdentity = (row: Pick<ObservationRow, 'identifiers' | 'hostname' | 'fqdn' | 'address' | 'vrf'>): HostIdentity =>
  ({ identifiers: row.identifiers, hostname: row.hostname, fqdn: row.fqdn, address: row.address, vrf: row.vrf });

/**
 * Id of a `seen_host` (hash it with `keyOf`): one per source, client and way of being named. The address is part of it unless a
 * strong identifier stands there too, because an address without one may belong to another machine tomorrow.
 */
export function hostId(row: Pick<ObservationRow, 'source' | 'client' | 'identifiers' | 'hostname' | 'fqdn' | 'address' | 'vrf' | 'evidence'>): string {
  const network = row.evidence === 'sensor' || row.evidence === 'flow' || row.evidence === 'firewall';
  const strong = row.identifiers.map(i => `${i.type}=${i.value.trim().toLowerCase()}`).sort();
  const address = network || strong.length === 0 ? [row.address ?? '', row.vrf ?? ''] : [];
  return JSON.stringify([row.source, row.client, strong, row.hostname?.toLowerCase() ?? '', row.fqdn?.toLowerCase() ?? '', ...address]);
}
/** What people call a seen host: its FQDN, host name, address, else its first identifier. */
export const hostName = (host: HostIdentity): string => host.fqdn ?? host.hostname ?? host.address ?? host.identifiers[0]?.value ?? '(unnamed)';
