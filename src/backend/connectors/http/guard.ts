import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { SourceError } from './port';

/**
 * Where a source may point (security.md, row 8). Private ranges are allowed: a SOC's systems live there. Loopback, link-local,
 * multicast and cloud metadata never, unless `allowed_hosts` names the address; that list, once given, is the whole list.
 */
export interface ResolvedAddress { readonly address: string; readonly family: 4 | 6 }
export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export const resolveHost: Lookup = async hostname => (await systemLookup(hostname, { all: true, verbatim: true })).map(a => ({ address: a.address, family: a.family === 6 ? 6 : 4 }));

/** Metadata services outside the link-local range: Google over IPv6, Alibaba, Azure, Oracle; and the network of AWS over IPv6 (metadata, keys of pods, its resolver). */
const AWS = ipaddr.parseCIDR('fd00:ec2::/32') as [ipaddr.IPv6, number];
const METADATA = new Set(['fd20:ce::254', '100.100.100.200', '168.63.129.16', '192.0.0.192']);
const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal']);

const bare = (host: string): string => host.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase();
const canonical = (address: string): string => { try { return ipaddr.process(address).toString(); } catch { return address.toLowerCase(); } };

/** Why an address is out of bounds without a list, or null when it may be reached. Unparsable addresses are out of bounds. */
export function forbiddenAddress(address: string): string | null {
  let parsed;
  try { parsed = ipaddr.process(address); } catch { return 'not an address'; }
  if (METADATA.has(parsed.toString()) || (parsed.kind() === 'ipv6' && (parsed as ipaddr.IPv6).match(AWS))) return 'cloud metadata';
  const range = parsed.range();
  if (range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat') return null;
  if (range !== 'unicast') return range;
  // Of IPv6 only 2000::/3 is public; what else reads "unicast" there carries IPv4 inside (::127.0.0.1) or is unassigned.
  return parsed.kind() === 'ipv6' && !parsed.match(ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]) ? 'reserved' : null;
}

/** One entry of `allowed_hosts`: `host`, `host:port`, `host:*`, `*.suffix`, `[v6]:port`, or a network `10.0.0.0/8`. */
function entryMatches(entry: string, host: string, port: number): boolean {
  const [, name = entry, portText] = /^(\[[^\]]+\]|[^:]+)(?::(\*|\d+))?$/.exec(entry.trim()) ?? [];
  if (portText !== undefined && portText !== '*' && Number(portText) !== port) return false;
  const wanted = bare(name);
  if (wanted.includes('/')) {
    if (!isIP(host)) return false;
    try { const address = ipaddr.process(host); const net = ipaddr.parseCIDR(wanted); return address.kind() === net[0].kind() && (address as ipaddr.IPv4).match(net as [ipaddr.IPv4, number]); } catch { return false; }
  }
  if (isIP(host)) return isIP(wanted) !== 0 && canonical(wanted) === canonical(host);
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : wanted === host;
}

export interface HostGuard {
  /** Checks a name or literal before any request; throws `forbidden_host`. */
  checkName(host: string, port: number): void;
  /** Checks every address a name resolved to; throws `forbidden_host` if any is out of bounds. */
  checkAddresses(host: string, port: number, addresses: readonly ResolvedAddress[]): void;
}

export function hostGuard(source: string, allowedHosts: readonly string[] | undefined): HostGuard {
  const list = allowedHosts && allowedHosts.length > 0 ? allowedHosts : null;
  const listed = (host: string, port: number): boolean => list !== null && list.some(entry => entryMatches(entry, bare(host), port));
  const refuse = (host: string, port: number, why: string): SourceError =>
    new SourceError('forbidden_host', source, `the host ${host}:${port} may not be reached (${why}).`, list ? 'Ask the server\'s administrator to add it to allowed_hosts.' : 'Point the URL at the system itself; the server\'s administrator can permit such an address by allowed_hosts.');
  const checkAddress = (host: string, port: number, address: string): void => {
    const why = forbiddenAddress(address);
    // A listed name does not open a forbidden address (its DNS may be rebound); the address, or localhost, must be listed itself.
    if (why && !listed(address, port) && !(bare(host) === 'localhost' && listed('localhost', port))) throw refuse(host, port, why);
  };
  return {
    checkName(host, port) {
      const name = bare(host);
      if (isIP(name)) {
        if (list && !listed(name, port)) throw refuse(host, port, 'not in allowed_hosts');
        return checkAddress(host, port, name);
      }
      if (list && !listed(name, port)) throw refuse(host, port, 'not in allowed_hosts');
      if (!list && METADATA_NAMES.has(name)) throw refuse(host, port, 'cloud metadata');
      if (!list && (name === 'localhost' || name.endsWith('.localhost'))) throw refuse(host, port, 'loopback');
    },
    checkAddresses(host, port, addresses) { for (const { address } of addresses) checkAddress(host, port, address); },
  };
}
