import { RE2JS } from 're2js';
import type { JiraSettings } from '../../../settings/sources';

/** What the settings ask of Jira, worked out once: which fields to request, which histories matter, how ids are found. */
export interface JiraPlan {
  readonly settings: JiraSettings;
  readonly cloud: boolean;
  /** `/rest/api/3` on Cloud, `/rest/api/2` on Data Center. */
  readonly api: string;
  readonly clients: ReadonlySet<string>;
  readonly automation: ReadonlySet<string>;
  /** Where the client stands: project, labels, components, or a field id; null when fixed. */
  readonly clientField: string | null;
  readonly pattern: RE2JS | null;
  readonly searchFields: readonly string[];
  /** Fields whose history is read; at most ten (the limit of Jira's bulk change log), the ones with meaning first. */
  readonly historyFields: readonly string[];
  /** Link type that means "merged into" when the merge stands in issue links; null otherwise. */
  readonly mergeLink: string | null;
  readonly remoteLinks: boolean;
}

const TEXT_FIELDS = ['summary', 'description'];
const LINK_PREFIX = 'issuelinks:';
/** Edits of these count as a human touch and mean nothing else. */
const TOUCH_FIELDS = ['assignee', 'labels', 'description', 'summary'];
export const MAX_HISTORY_FIELDS = 10;

/** Throws with the field's name when the alert id pattern is no valid RE2 expression. */
export function planOf(settings: JiraSettings, clients: readonly { readonly id: string }[]): JiraPlan {
  const { fields } = settings;
  const mergeLink = fields.mergedInto?.startsWith(LINK_PREFIX) ? fields.mergedInto.slice(LINK_PREFIX.length) : null;
  const clientField = settings.client.fixed !== undefined ? null : fields.client ?? settings.client.field ?? 'project';
  const real = (names: readonly (string | null | undefined)[]): string[] => [...new Set(names.filter((n): n is string => !!n && n !== 'remotelinks' && !n.startsWith(LINK_PREFIX)))];
  let pattern: RE2JS | null = null;
  try { pattern = fields.alertIdPattern === undefined ? null : RE2JS.compile(fields.alertIdPattern); }
  catch (error) { throw new Error(`source ${settings.id}: fields.alertIdPattern "${fields.alertIdPattern}" is no valid RE2 expression (${(error as Error).message}); look-around and back-references are not available`); }
  const own = [...fields.alertId, fields.severity, fields.disposition, clientField, fields.origin, fields.mergedInto];
  return {
    settings, clientField, pattern, mergeLink,
    cloud: settings.deployment === 'cloud',
    api: settings.deployment === 'cloud' ? '/rest/api/3' : '/rest/api/2',
    clients: new Set(clients.map(c => c.id)),
    automation: new Set(settings.automationAccounts.map(a => a.trim().toLowerCase())),
    searchFields: real(['summary', 'project', 'created', 'updated', 'status', 'resolution', 'resolutiondate', 'statuscategorychangedate', 'creator', 'comment', 'labels', mergeLink === null ? null : 'issuelinks', ...own]),
    historyFields: real(['status', 'resolution', fields.disposition, fields.severity, ...fields.alertId.filter(f => !TEXT_FIELDS.includes(f)), fields.mergedInto, ...fields.alertId, ...TOUCH_FIELDS]).slice(0, MAX_HISTORY_FIELDS),
    remoteLinks: fields.alertId.includes('remotelinks'),
  };
}
