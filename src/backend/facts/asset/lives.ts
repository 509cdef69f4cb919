import type { AssetRow, Ms } from '../../../model';

/** What a registry record said until an instant: its older versions, as this store met them (docs/adr/020). */
export interface PastRow { readonly until: Ms; readonly row: AssetRow }
/** The time a registry record belonged to one client. */
export interface Life {
  readonly row: AssetRow;
  /** Older versions within this life, oldest first. */
  readonly past: readonly PastRow[];
  /** When it came from another client, -Infinity where it never did; when it went to another, Infinity while it has not. */
  readonly since: Ms;
  readonly until: Ms;
}
/** Records by id → their versions with this client; a record that is missing has only the present one. */
export type Lives = ReadonlyMap<string, Life>;

/** What a version is kept for: client, class, exclusion and what joins records. Other fields are taken as the registry says them now. */
export const sameVersion = (a: AssetRow, b: AssetRow): boolean => text(a) === text(b);
const text = (r: AssetRow): string => JSON.stringify([r.client, r.kind, r.role, r.criticality, r.exclusion, ...identityOf(r)]);
const identityOf = (r: AssetRow): unknown[] => [r.identifiers.map(i => `${i.type}=${i.value}`).sort(), hostOf(r), r.fqdn];
/** What a machine's record says its host name is: the name people gave it where there is no other and it could be one. */
export const hostOf = (r: AssetRow): string | null => r.hostname ?? (r.kind !== 'network_segment' && /^[\w.-]+$/.test(r.name) ? r.name : null);
/** Whether records join, and hosts are found, alike by both versions. */
const sameIdentity = (a: AssetRow, b: AssetRow): boolean => JSON.stringify(identityOf(a)) === JSON.stringify(identityOf(b));

/**
 * Lives of a record with one client, from its versions, oldest first and the current one last. A version holds from its `changed` on, the
 * oldest from ever. A life that ended by a move ends like a retirement and has an id of its own, so that the record's id stays with its
 * present client.
 */
export function livesIn(client: string, versions: readonly AssetRow[]): Life[] {
  const out: Life[] = [];
  for (let i = 0; i < versions.length;) {
    let end = i;
    while (end + 1 < versions.length && versions[end + 1]!.client === versions[i]!.client) end++;
    const last = versions[end]!;
    if (last.client === client) {
      const came = i > 0;
      const next = versions[end + 1];
      out.push({
        row: {
          ...last, ...(came && { registeredAt: Math.max(last.registeredAt, versions[i]!.changed) }),
          ...(next && { id: `${last.id}@${next.changed}`, gone: Math.min(last.gone ?? Infinity, next.changed) }),
        },
        past: versions.slice(i, end).map((row, k) => ({ until: versions[i + k + 1]!.changed, row })),
        since: came ? versions[i]!.changed : -Infinity, until: next?.changed ?? Infinity,
      });
    }
    i = end + 1;
  }
  return out;
}
/** The row as it was just before an instant. */
export const rowBefore = (life: Pick<Life, 'row' | 'past'>, t: Ms): AssetRow => life.past.find(p => t <= p.until)?.row ?? life.row;
/** Instants at which a machine's record came to be known by other names. */
export function renamings({ row, past }: Pick<Life, 'row' | 'past'>): Ms[] {
  return past.flatMap((p, i) => {
    const next = past[i + 1]?.row ?? row;
    return (p.row.kind === 'network_segment' && next.kind === 'network_segment') || sameIdentity(p.row, next) ? [] : [p.until];
  });
}
/** The row with what is kept of its versions as it was just before an instant; times, group, name and addresses as its registry says them now. */
export function asItWas(row: AssetRow, life: Life | undefined, before: Ms): AssetRow {
  if (life === undefined) return row;
  const was = rowBefore(life, before);
  return was === life.row ? row : { ...row, kind: was.kind, role: was.role, criticality: was.criticality, exclusion: was.exclusion, identifiers: was.identifiers, hostname: hostOf(was), fqdn: was.fqdn };
}
