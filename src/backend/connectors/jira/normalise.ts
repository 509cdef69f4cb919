import { rowId, TICKET_ORIGINS, UNASSIGNED, type Ms, type TicketOrigin, type TicketRow } from '../../../model';
import { mapClient, mapDisposition, mapTier } from '../../../settings/value-maps';
import type { Notice, Reject } from '../stream';
import { actorKind, changesOf, commentsOf } from './history';
import type { JiraPlan } from './plan';
import { quotesOf } from './quotes';
import { instant, isObject, list, own, shapeOf, text, textOf } from '../own';
import type { Statuses } from './statuses';
import { timelineOf } from './timeline';
import { clientValue, lookUp, sourceValue, type FoundId } from './values';

/** One issue with everything that was fetched about it. Histories may come in any order. */
export interface FetchedIssue {
  readonly issue: unknown;
  readonly histories: readonly unknown[];
  readonly remote?: readonly FoundId[];
}

/** Counts remarks of one page, by code, field and value. */
export class Remarks {
  private readonly counts = new Map<string, Notice>();
  add(code: string, field: string | null, value: string | null): void {
    const key = `${code}|${field}|${value}`;
    this.counts.set(key, { code, field, value, count: (this.counts.get(key)?.count ?? 0) + 1 });
  }
  list(): Notice[] { return [...this.counts.values()]; }
}

const reject = (nativeId: string | null, field: string, reason: string, sample: unknown): Reject =>
  ({ nativeId, field, reason, sample: sample === undefined || sample === null ? null : String(typeof sample === 'object' ? shapeOf(sample) : sample).slice(0, 500) });

/**
 * A Jira issue → a ticket row, or the reason why not. Nobody's name or account leaves this function. `mergeIds` turns the key of
 * a surviving ticket into its id. Jira's empty resolution is no disposition.
 */
export function normaliseIssue(plan: JiraPlan, statuses: Statuses, fetched: FetchedIssue, mergeIds: ReadonlyMap<string, string>, remarks: Remarks): TicketRow | Reject {
  const { settings } = plan;
  const nativeId = textOf(fetched.issue, 'id');
  if (nativeId === null) return reject(null, 'id', 'issue without id', null);
  const fields = own(fetched.issue, 'fields');
  if (!isObject(fields)) return reject(nativeId, 'fields', 'issue without fields', null);
  const created = instant(own(fields, 'created'));
  if (created === null) return reject(nativeId, 'created', 'not a date with zone', own(fields, 'created'));
  const updated = instant(own(fields, 'updated'));
  if (updated === null) return reject(nativeId, 'updated', 'not a date with zone', own(fields, 'updated'));
  const current = own(fields, 'status');
  if (!isObject(current)) return reject(nativeId, 'status', 'missing', undefined);
  statuses.learn(current);

  const unknown = (field: string, value: string): void => remarks.add('unknown_value', field, value);
  const { changes, broken } = changesOf(plan, fetched.histories);
  for (let i = 0; i < broken; i++) remarks.add('history_without_time', 'changelog', null);
  const comment = own(fields, 'comment');
  const comments = commentsOf(plan, comment);
  if (Number(own(comment, 'total') ?? 0) > list(own(comment, 'comments')).length) remarks.add('comments_truncated', 'comment', null);
  const target = (value: string): string => rowId(settings.id, 'ticket', mergeIds.get(value) ?? value);
  const statusId = textOf(current, 'id');
  const statusName = textOf(current, 'name');
  const resolution = own(fields, 'resolution');
  const timeline = timelineOf({
    plan, statuses, created, creator: actorKind(plan, own(fields, 'creator')), changes, comments,
    status: { id: statusId, name: statusName }, resolved: isObject(resolution),
    resolvedAt: instant(own(fields, 'resolutiondate')) ?? instant(own(fields, 'statuscategorychangedate')), mergeTarget: target, unknown,
  });

  const sourceSeverity = sourceValue(own(fields, settings.fields.severity), settings.maps.tier);
  const tier = mapTier(sourceSeverity, settings.maps.tier);
  if (!tier.known) unknown(settings.fields.severity, sourceSeverity ?? '');
  const sourceClient = clientValue(plan, fields);
  const client = mapClient(sourceClient, settings.maps.client, plan.clients);
  if (client === null && sourceClient !== null) unknown(plan.clientField ?? 'client', sourceClient);
  const sourceDisposition = sourceValue(own(fields, settings.fields.disposition), settings.maps.disposition);
  const disposition = mapDisposition(sourceDisposition, settings.maps.disposition);
  if (!disposition.known) unknown(settings.fields.disposition, sourceDisposition ?? '');
  const set = [...timeline.dispositions].reverse().find(d => d.value === disposition.value);
  const key = textOf(fetched.issue, 'key') ?? nativeId;
  const merged = mergedValue(plan, fields);
  const said: { at: Ms | null; by: 'human' | 'automation' | 'unknown' | null } = disposition.value === null ? { at: null, by: null }
    : set ? { at: set.at, by: set.by }
    : { at: settings.fields.disposition === 'resolution' ? instant(own(fields, 'resolutiondate')) : null, by: 'unknown' };
  return {
    id: rowId(settings.id, 'ticket', nativeId), source: settings.id, nativeId, key,
    url: `${settings.url.replace(/\/+$/, '')}/browse/${encodeURIComponent(key)}`,
    changed: updated, gone: null, title: text(own(fields, 'summary')), created,
    sourceSeverity, tier: tier.value, sourceClient, client: client ?? UNASSIGNED,
    sourceStatus: statuses.name(statusId, statusName), done: timeline.done,
    sourceDisposition, disposition: disposition.value, dispositionAt: said.at, dispositionBy: said.by,
    origin: originOf(plan, fields, remarks),
    quotes: quotesOf(plan, fields, changes, created, fetched.remote ?? []),
    timeline: timeline.events, mergedInto: merged === null ? null : target(merged),
  };
}

export const isReject = (row: TicketRow | Reject): row is Reject => 'reason' in row;

/** The surviving ticket as the issue names it (id or key), or null. */
export function mergedValue(plan: JiraPlan, fields: unknown): string | null {
  if (plan.mergeLink !== null) {
    for (const link of list(own(fields, 'issuelinks'))) {
      const type = own(link, 'type');
      const names = ['id', 'name', 'outward'].map(k => textOf(type, k)?.toLowerCase());
      const other = own(link, 'outwardIssue');
      if (names.includes(plan.mergeLink.trim().toLowerCase()) && isObject(other)) return textOf(other, 'id') ?? textOf(other, 'key');
    }
    return null;
  }
  const field = plan.settings.fields.mergedInto;
  return field === undefined ? null : sourceValue(own(fields, field), {});
}

/** Where the ticket came from by the configured field; without one, unknown: quoting an alert does not prove that it began it. */
function originOf(plan: JiraPlan, fields: unknown, remarks: Remarks): TicketOrigin {
  const field = plan.settings.fields.origin;
  if (field === undefined) return 'unknown';
  const value = own(fields, field);
  const word = sourceValue(value, plan.settings.maps.origin);
  if (word === null) return 'unknown';
  const mapped = lookUp(plan.settings.maps.origin, [word]) ?? TICKET_ORIGINS.find(o => o === word.trim().toLowerCase());
  if (mapped === undefined) remarks.add('unknown_value', field, word);
  return mapped ?? 'unknown';
}
