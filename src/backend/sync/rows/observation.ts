import type { ObservationRow } from '../../../model';
import { hostId, hostName, parseHostId } from '../../facts/asset/identity';
import { keyOf } from '../../store/key';
import type { StoreRow } from '../../store/schema';
import type { Dimensions } from '../facts';

/** Exports: hostKey, hostColumns, observationColumns. What telemetry saw ↔ `seen_host` (who) and `observation` (who × evidence × day). */
interface Host { readonly key: bigint; readonly identity: string; readonly name: string }
/** A host is named alike in every row of its life, and an estate has some ten thousand: identity and key are made once per name. */
const hosts = new Map<string, Host>();
const MOST_HOSTS = 100_000;

function hostOf(row: ObservationRow): Host {
  let raw = `${row.source}\u0001${row.client}\u0001${row.evidence}\u0001${row.hostname ?? '\u0002'}\u0001${row.fqdn ?? '\u0002'}\u0001${row.address ?? '\u0002'}\u0001${row.vrf ?? '\u0002'}`;
  for (const { type, value } of row.identifiers) raw += `\u0001${type}=${value}`;
  let host = hosts.get(raw);
  if (!host) {
    const identity = hostId(row);
    host = {
      key: keyOf(identity), identity,
      name: hostName(parseHostId(identity) ?? { identifiers: row.identifiers, hostname: row.hostname, fqdn: row.fqdn, address: row.address, vrf: row.vrf }),
    };
    if (hosts.size >= MOST_HOSTS) hosts.clear();
    hosts.set(raw, host);
  }
  return host;
}

export const hostKey = (row: ObservationRow): bigint => hostOf(row).key;

export const hostColumns = (row: ObservationRow, dimensions: Dimensions) => {
  const { key, identity, name } = hostOf(row);
  return {
    host_key: key, source_key: dimensions.sourceKey(row.source), client_key: dimensions.clientKey(row.client), name, identity, first: row.first, last: row.last,
  } satisfies Partial<StoreRow<'seen_host'>>;
};

export const observationColumns = (row: ObservationRow, dimensions: Dimensions, key = hostKey(row)): StoreRow<'observation'> => ({
  host_key: key, evidence: row.evidence, day: row.day, first: row.first, last: row.last, count: row.count, source_key: dimensions.sourceKey(row.source),
});
