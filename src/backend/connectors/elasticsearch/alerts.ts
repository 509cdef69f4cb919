import { setImmediate as breathe } from 'node:timers/promises';
import { MINUTE, type AlertRow } from '../../../model';
import type { Reject, Stream, Window } from '../stream';
import { Counts } from './counts';
import { normaliseAlert, wantedFields, type AlertPlan } from './normalise';
import { readHits, type PageCursor, type PageQuery } from './paging';

export const ALERT_PAGE = 2_000;
/** Documents normalised in one go: parsing the page has held the thread already, and panels wait for it. */
const CHUNK = 400;
/** A refresh makes documents visible about a second late; a minute is ample, two where inserts may slip behind the cursor (Wazuh). */
const LAG = MINUTE;
const OVERLAP = 5 * MINUTE;

/** What changed in a window: written by the engine (@timestamp), or moved by somebody (the status time, which does not touch @timestamp). */
export function changedIn(plan: AlertPlan, window: Window): Record<string, unknown> {
  const range = { gte: new Date(window.from).toISOString(), lt: new Date(window.to).toISOString() };
  const either = [{ range: { [plan.fields.changed]: range } }, { range: { [plan.fields.statusUpdated]: range } }];
  return { bool: { filter: [{ bool: { should: either, minimum_should_match: 1 } }, ...(plan.alerts.filter === undefined ? [] : [plan.alerts.filter])] } };
}

/**
 * The source knows the last change of status only: closing wipes the time of the acknowledgement. One that an earlier read saw
 * stays, the first of several; one that came and went between two reads stays unknown (null).
 */
export function keepAcknowledgement(before: AlertRow, after: AlertRow): AlertRow {
  if (before.acknowledgedAt === null || (after.acknowledgedAt !== null && after.acknowledgedAt <= before.acknowledgedAt)) return after;
  return { ...after, acknowledgedAt: before.acknowledgedAt, acknowledgedBy: before.acknowledgedBy };
}

export function alertStream(plan: AlertPlan, pageSize = ALERT_PAGE): Stream<'alert'> {
  const ask = (window: Window, fields: PageQuery['fields'], size: number): PageQuery =>
    ({ index: plan.alerts.index, time: plan.fields.changed, unique: plan.fields.id, query: changedIn(plan, window), fields, size });
  return {
    name: 'alerts', kind: 'alert', mode: 'time', overlap: OVERLAP, lag: LAG, observe: keepAcknowledgement,
    async read(context, window, cursor) {
      const page = await readHits(plan.settings, context, ask(window, wantedFields(plan), pageSize), cursor as PageCursor | null);
      const counts = new Counts();
      const rows: AlertRow[] = [];
      const rejects: Reject[] = [];
      for (const [i, hit] of page.hits.entries()) {
        if (i % CHUNK === 0) await breathe();
        const made = normaliseAlert(hit, plan, counts);
        if (made === null) continue;
        if ('joinId' in made) rows.push(made); else rejects.push(made);
      }
      return { kind: 'alert', rows, rejects, notices: [...page.notices, ...counts.list()], cursor: page.cursor, expected: page.expected, complete: page.complete };
    },
    async listIds(context, window, cursor) {
      const page = await readHits(plan.settings, context, ask(window, false, 5_000), cursor as PageCursor | null);
      return { ids: page.hits.map(hit => hit.id), cursor: page.cursor, complete: page.complete };
    },
  };
}
