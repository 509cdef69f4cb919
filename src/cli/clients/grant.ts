import { DAY } from '../../model';
import { CliError } from '../command';
import type { GrafanaApi } from './api';
import type { ClientsFile, WantedOrganisation } from './config';

/** What an organisation's data source may see, until when. */
export interface GrantWish { readonly workspace: string; readonly orgId: number; readonly uid: string; readonly clients: readonly string[]; readonly expires: number }
/** Makes a grant; only the plugin of the operators' organisation holds the key. */
export type MintGrant = (wish: GrantWish) => Promise<string>;

/** Mints by the route of the operators' data source: the key never leaves the plugin. */
export const mintByRoute = (operator: GrafanaApi, dataSourceUid: string): MintGrant => async wish => {
  const answer = await operator.send<{ grant?: string }>('POST', `/api/datasources/uid/${encodeURIComponent(dataSourceUid)}/resources/grants`, wish);
  if (typeof answer?.grant !== 'string') throw new CliError(`The operators' data source "${dataSourceUid}" answered without a grant. Is it of this product, and of the same version?`);
  return answer.grant;
};

/** What the data source says in the open about its grant: read by people and by this command, trusted by nobody. */
export interface GrantNote { readonly clients: readonly string[]; readonly expires: string }
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
