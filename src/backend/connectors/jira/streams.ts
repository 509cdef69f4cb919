import { setImmediate as breathe } from 'node:timers/promises';
import type { TicketRow } from '../../../model';
import { DAY, MINUTE } from '../../../model';
import type { Page, ReadContext, Reject, Stream, Window } from '../stream';
import { assertKey } from './answers';
import { historiesOf } from './changelog';
import { windowJql } from './jql';
import { mergeIdsOf, remoteIds, statusesOf } from './lookups';
import { isReject, normaliseIssue, Remarks } from './normalise';
import type { JiraPlan } from './plan';
import { textOf } from '../own';
import { count, issueIds, searchPage } from './search';

/** Issues per page: few enough that parsing a page and its histories never holds up the panels. */
const CLOUD_PAGE = 500;
const DATA_CENTER_PAGE = 200;
/** Only ids: Cloud hands out up to 5000, Data Center usually 1000. */
const ID_PAGE = { cloud: 5_000, data_center: 1_000 } as const;
const CHUNK = 50;

/**
 * Tickets by `updated`, each with its whole change history. Jira keeps no list of deleted issues: vanished ones are found by
 * comparing ids (`listIds`).
 */
export function ticketStream(plan: JiraPlan, pageSize?: number): Stream<'ticket'> {
  const size = pageSize ?? (plan.cloud ? CLOUD_PAGE : DATA_CENTER_PAGE);
  return {
    name: 'tickets', kind: 'ticket', mode: 'time',
    // The search index lags behind writes, and bulk edits give hundreds of tickets one and the same time.
    overlap: 5 * MINUTE, lag: 0,
    async read(context, window, cursor) {
      const statuses = await statusesOf(plan, context);
      const page = await searchPage(plan, context, window, cursor, { fields: plan.searchFields, size, changelog: !plan.cloud });
      const expected = page.expected ?? (cursor === null && page.cursor !== null && window.to - window.from > DAY ? await count(plan, context, windowJql(plan, window)) : null);
      const ids = issueIds(page.issues);
      const histories = await historiesOf(plan, context, page.issues);
      const remote = await remoteIds(plan, context, ids);
      const merges = await mergeIdsOf(plan, context, page.issues);
      if (page.cursor === null) await assertKey(plan, context);
      const remarks = new Remarks();
      if (page.notice !== null) remarks.add(page.notice, null, null);
      const rows: TicketRow[] = [];
      const rejects: Reject[] = [];
      for (let i = 0; i < page.issues.length; i++) {
        if (i % CHUNK === CHUNK - 1) { await breathe(); context.signal.throwIfAborted(); }
        const issue = page.issues[i];
        const id = textOf(issue, 'id') ?? '';
        if (histories.short.has(id)) remarks.add('history_truncated', 'changelog', null);
        const row = normaliseIssue(plan, statuses, { issue, histories: histories.byIssue.get(id) ?? [], remote: remote.get(id) }, merges, remarks);
        if (isReject(row)) rejects.push(row); else rows.push(row);
      }
      return { kind: 'ticket', rows, rejects, notices: remarks.list(), cursor: page.cursor, expected, complete: page.complete } satisfies Page<'ticket'>;
    },
    async listIds(context: ReadContext, window: Window, cursor: unknown | null) {
      const page = await searchPage(plan, context, window, cursor, { fields: ['id'], size: pageSize ?? ID_PAGE[plan.settings.deployment], changelog: false });
      if (page.cursor === null) await assertKey(plan, context);
      return { ids: issueIds(page.issues), cursor: page.cursor, complete: page.complete };
    },
  };
}
