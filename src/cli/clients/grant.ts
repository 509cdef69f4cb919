import { DAY } from '../../model';
import { CliError } from '../command';
import type { GrafanaApi } from './api';
import type { ClientsFile, WantedOrganisation } from './config';

/** What an organisation's data source may see, until when. */
export interface GrantWish { readonly workspace: string; readonly orgId: number; readonly uid: string; readonly clients: readonly string[]; readonly expires: number }
/** The operators' desk: only the plugin of their organisation holds the key. */
export interface GrantDesk {
  mint(wish: GrantWish): Promise<{ readonly grant: string; readonly id: string }>;
  /** Ends a grant that another one has replaced. */
  revoke(id: string): Promise<void>;
}

/** Asks the routes of the operators' data source: the key never leaves the plugin. */
export function deskByRoute(operator: GrafanaApi, dataSourceUid: string): GrantDesk {
  const at = `/api/datasources/uid/${encodeURIComponent(dataSourceUid)}/resources/grants`;
  return {
    async mint(wish) {
      const answer = await operator.send<{ grant?: string; claims?: { id?: string } }>('POST', at, wish);
      if (typeof answer?.grant !== 'string' || typeof answer.claims?.id !== 'string') throw new CliError(`The operators' data source "${dataSourceUid}" answered without a grant. Is it of this product, and of the same version?`);
      return { grant: answer.grant, id: answer.claims.id };
    },
    async revoke(id) { await operator.send('POST', `${at}/revoke`, { id, reason: 'replaced by clients apply' }); },
  };
}

/** What the data source says in the open about its grant: read by people and by this command, trusted by nobody. */
export interface GrantNote { readonly id: string; readonly clients: readonly string[]; readonly expires: string }
export const expiryOf = (file: ClientsFile, now: number): number => Math.floor(now / DAY) * DAY + file.grant.days * DAY;

/** Why a new grant is needed; null while the one there still fits. */
export function whyNewGrant(file: ClientsFile, wanted: WantedOrganisation, have: { readonly jsonData?: Record<string, unknown>; readonly secureJsonFields?: Record<string, boolean> } | null, now: number): string | null {
  const note = have?.jsonData?.grant as Partial<GrantNote> | undefined;
  if (!have || have.secureJsonFields?.grant !== true || !note) return 'none yet';
  if (have.jsonData?.workspace !== file.workspace) return `it was for workspace ${String(have.jsonData?.workspace)}`;
  if (JSON.stringify(note.clients) !== JSON.stringify(wanted.clients)) return `it was for ${(note.clients ?? []).join(', ') || 'nobody'}`;
  const until = Date.parse(String(note.expires));
  if (!(until - now > file.grant.renewDays * DAY)) return `it ends ${String(note.expires)}`;
  return null;
}
