import { clientsGrants } from '../../../catalog/clients-grants';
import { DAY } from '../../../model';
import { defineQuery, MetricRefused, type Cell } from '../metric';
import { knownGrants, organisations, stateAt, type GrantState, type KnownGrant } from './read';

type Row = Record<string, Cell>;
const latest = (times: readonly (number | null)[]): number | null => times.reduce<number | null>((most, t) => (t !== null && (most === null || t > most) ? t : most), null);
const daysTo = (end: number | null, at: number): number | null => (end === null ? null : (end - at) / DAY);
const RANK: readonly GrantState[] = ['in force', 'not yet', 'expired', 'revoked'];

/** clients.grants (security.md, Grant): by client what is in force, or grant by grant; those minted after `asOf` did not exist then. */
export const clientsGrantsQuery = defineQuery(clientsGrants, async (reader, request, signal) => {
  const { asOf, groupBy, view, limit } = request;
  const wanted = request.filters.client;
  const grants = (await knownGrants(reader, signal)).filter(g => (g.minted ?? 0) <= asOf && (!wanted || g.clients.some(c => wanted.includes(c))));
  if (groupBy.length > 0) return { rows: reader.clients.filter(c => !wanted || wanted.includes(c.id)).map(c => ofClient(c.id, grants, asOf)).slice(0, limit) };
  if (view !== 'table') throw new MetricRefused('Grants as single values are shown by client: group by client.');
  const rows = grants.map(g => ofGrant(g, asOf));
  return { rows: rows.sort((a, b) => RANK.indexOf(a.state as GrantState) - RANK.indexOf(b.state as GrantState) || Number(a.ends ?? 0) - Number(b.ends ?? 0)).slice(0, limit) };
});

function ofClient(client: string, grants: readonly KnownGrant[], asOf: number): Row {
  const inForce = grants.filter(g => g.clients.includes(client) && stateAt(g, asOf) === 'in force');
  const ends = latest(inForce.map(g => g.expires));
  return { client, in_force: inForce.length, organisation: organisations(inForce), ends, days_left: daysTo(ends, asOf), last_used: latest(inForce.map(g => g.lastUsed)), reason: inForce.length === 0 ? 'no_grant' : null };
}

function ofGrant(g: KnownGrant, asOf: number): Row {
  const state = stateAt(g, asOf);
  return {
    state, organisation: organisations([g]), data_source: g.uid, clients: g.clients.join(', ') || null, begins: g.notBefore, ends: g.expires, days_left: state === 'in force' ? daysTo(g.expires, asOf) : null,
    last_used: g.lastUsed, minted: g.minted, revoked: g.revoked, revoked_reason: g.revokedReason, replaced_by: g.replacedBy, grant: g.id, key: g.keyId,
  };
}
