import { noTraps, type CommonTraps } from '../http';

/** What Jira does to those who trust it; each from a real report (design/connectors/jira.md). All off by default. */
export interface JiraTraps extends CommonTraps {
  /** Serve at most n issues a page, whatever is asked. */
  shortPage: number | null;
  /** Every second search page is empty, though more follow. */
  emptyPages: boolean;
  /** At the end, hand out the last token again and again. */
  repeatToken: boolean;
  /** At the end, hand out ever new tokens with empty pages. */
  endless: boolean;
  /** The n-th page of a query names itself as the next one, though more follow. */
  stuckPage: number | null;
  /** `isLast` stays false, even on the last page. */
  isLastNeverTrue: boolean;
  /** Administrator's migration at this instant: closed tickets go to a new status, all with the same `updated`. */
  bulkMigrationAt: number | null;
  /** Development-link histories per ticket, without fieldId. */
  devLinks: number;
  /** Embedded change logs hold only the newest n histories. */
  embedCap: number | null;
  /** No paged change log resource (older Data Center): 404. */
  noPagedChangelog: boolean;
  /** The paged change log counts n histories more than it hands out. */
  historiesLost: number;
  /** Histories per page of the bulk change log. */
  bulkHistories: number | null;
  /** Names in the API account's language. */
  localised: boolean;
  /** Projects the account may not see: they yield nothing, without an error. */
  hiddenProjects: readonly string[];
  /** The key has lapsed: Cloud answers searches as to a stranger, who sees nothing, with 200; only /myself says 401. */
  lapsedKey: boolean;
  /** Fields that do not exist on this site. */
  missingFields: readonly string[];
  /** Without Accept: an HTML page for 401 and 403. */
  htmlErrors: boolean;
  /** Minutes east of UTC of the account's own zone: every time is written in it, offset without a colon. */
  zoneMinutes: number;
  /** Alert ids that a ticket quotes beside its own: one alert in many tickets, many alerts in one. */
  alsoQuotes: readonly { readonly ticket: number; readonly alertIds: readonly string[] }[];
}
export const noJiraTraps = (): JiraTraps => ({
  ...noTraps(), shortPage: null, emptyPages: false, repeatToken: false, endless: false, stuckPage: null, isLastNeverTrue: false, bulkMigrationAt: null, devLinks: 0, embedCap: null,
  noPagedChangelog: false, historiesLost: 0, bulkHistories: null, localised: false, hiddenProjects: [], lapsedKey: false, missingFields: [], htmlErrors: false, zoneMinutes: 0, alsoQuotes: [],
});
