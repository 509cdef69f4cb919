import { noTraps, type CommonTraps } from '../http';

/** What NetBox does to those who trust it (design/connectors/netbox.md). All off by default. */
export interface NetboxTraps extends CommonTraps {
  /** Filters of these names are ignored without a word; `*`: all of them. */
  ignoredFilters: readonly string[];
  /** Host that `next` and `previous` carry: what the server believes it is called. */
  believedHost: string;
  /** MAX_PAGE_SIZE. */
  maxPageSize: number;
  /** Objects without last_updated, as `device:3`. */
  timeless: readonly string[];
  /** CHANGELOG_RETENTION in days; 0 keeps everything. */
  retentionDays: number;
  /** The token may not read the change log. */
  changesForbidden: boolean;
  /** A token that is missing or wrong: 403, as NetBox's first way of authentication has no challenge. */
  refusedAs403: boolean;
  /** Paths that the token may not read. */
  forbiddenPaths: readonly string[];
  /** Addresses added to machines later: the machine's last_updated does not move. */
  addedAddresses: readonly { readonly asset: number; readonly address: string; readonly at: number }[];
  /** Machines whose own address was removed at an instant: only the change log knows. */
  removedAddresses: readonly { readonly asset: number; readonly at: number }[];
  /** Tags set on objects: asset id → slugs, with the instant for the change log. */
  tagged: readonly { readonly asset: number; readonly tag: string; readonly at: number }[];
}
export const noNetboxTraps = (): NetboxTraps => ({
  ...noTraps(), ignoredFilters: [], believedHost: 'http://netbox.internal', maxPageSize: 1000, timeless: [], retentionDays: 90, changesForbidden: false, refusedAs403: false, forbiddenPaths: [],
  addedAddresses: [], removedAddresses: [], tagged: [],
});
