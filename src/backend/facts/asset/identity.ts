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
/** Asked first, because the library tells by an exception that a name is no address, and a registry names every asset several times. */
const isAddress = (text: string): boolean => (text.includes(':') || /^\d[\da-fx.]*$/i.test(text)) && ipaddr.isValid(text);

export function normaliseAddress(value: string | null): string | null {
  if (value === null) return null;
  const text = value.trim().split('/')[0]!.split('%')[0]!;
  if (!isAddress(text) || (text.indexOf(':') < 0 && text.split('.').length !== 4)) return null;
  const address = ipaddr.process(text);
  const range = address.range();
  return range === 'loopback' || range === 'unspecified' ? null : address.toString();
}

export interface HostNames { readonly hostname: string | null; readonly fqdn: string | null }
const cleanName = (value: string | null, extra: ReadonlySet<string>): string | null => {
  const name = value?.trim().toLowerCase().replace(/\.$/, '') ?? '';
  return name === '' || PLACEHOLDERS.has(name) || extra.has(name) || isAddress(name) ? null : name;
};
/** Host name (first label) and FQDN; a "host name" with dots is an FQDN, and an FQDN gives the host name. Addresses are no names. */
export function hostNames(hostname: string | null, fqdn: string | null, extra: ReadonlySet<string>): HostNames {
  const short = cleanName(hostname, extra);
  const long = cleanName(fqdn, extra);
  const full = long?.includes('.') ? long : short?.includes('.') ? short : null;
  const label = (short ?? long ?? null)?.split('.')[0] ?? null;
  return { hostname: label, fqdn: full };
}

/** How telemetry names a host. */
export interface HostIdentity {
  readonly identifiers: readonly Identifier[];
  readonly hostname: string | null;
  readonly fqdn: string | null;
  readonly address: string | null;
  readonly vrf: string | null;
}
type Named = Pick<ObservationRow, 'source' | 'client' | 'evidence' | 'identifiers' | 'hostname' | 'fqdn' | 'address' | 'vrf'>;

/**
 * Identity of a `seen_host` row: stored in its column `identity`, and its key is `keyOf(hostId(row))`. One per source, client and way
 * of being named. The address is part of it unless a strong identifier stands there too, because an address without one may belong
 * to another machine tomorrow; network evidence is about the address, so there it always is.
 */
export function hostId(row: Named): string {
  const network = row.evidence === 'sensor' || row.evidence === 'flow' || row.evidence === 'firewall';
  const strong = row.identifiers.map(i => `${i.type}=${i.value.trim().toLowerCase()}`).sort();
  const withAddress = network || strong.length === 0;
  return JSON.stringify([
    row.source, row.client, [...new Set(strong)], row.hostname?.toLowerCase() ?? null, row.fqdn?.toLowerCase() ?? null,
    withAddress ? row.address : null, withAddress ? row.vrf : null,
  ]);
}
/** The identity back from a stored `seen_host.identity`; null for a text that `hostId` did not write. */
export function parseHostId(text: string): HostIdentity | null {
  try {
    const [, , strong, hostname, fqdn, address, vrf] = JSON.parse(text) as [string, string, string[], string | null, string | null, string | null, string | null];
    const identifiers = strong.map(s => { const at = s.indexOf('='); return { type: s.slice(0, at) as Identifier['type'], value: s.slice(at + 1) }; });
    return { identifiers, hostname, fqdn, address, vrf };
  } catch { return null; }
}
/** What people call a seen host: its FQDN, host name, address, else its first identifier. */
export const hostName = (host: HostIdentity): string => host.fqdn ?? host.hostname ?? host.address ?? host.identifiers[0]?.value ?? '(unnamed)';
