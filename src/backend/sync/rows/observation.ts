import type { ObservationRow } from '../../../model';
import { hostId, hostName, parseHostId } from '../../facts/asset/identity';
import { keyOf } from '../../store/key';
import type { StoreRow } from '../../store/schema';
import type { Dimensions } from '../facts';

/** Exports: hostKey, hostColumns, observationColumns. What telemetry saw ↔ `seen_host` (who) and `observation` (who × evidence × day). */
export const hostKey = (row: ObservationRow): bigint => keyOf(hostId(row));

export const hostColumns = (row: ObservationRow, dimensions: Dimensions) => {
  const identity = hostId(row);
  return {
    host_key: keyOf(identity), source_key: dimensions.sourceKey(row.source), client_key: dimensions.clientKey(row.client),
    name: hostName(parseHostId(identity) ?? { identifiers: row.identifiers, hostname: row.hostname, fqdn: row.fqdn, address: row.address, vrf: row.vrf }),
    identity, first: row.first, last: row.last,
  } satisfies Partial<StoreRow<'seen_host'>>;
};

export const observationColumns = (row: ObservationRow, dimensions: Dimensions, key = hostKey(row)): StoreRow<'observation'> => ({
  host_key: key, evidence: row.evidence, day: row.day, first: row.first, last: row.last, count: row.count, source_key: dimensions.sourceKey(row.source),
});
