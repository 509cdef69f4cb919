import type { Window } from '../stream';
import type { JiraPlan } from './plan';

/** The configured scope without an order of its own: ours decides what paging can rely on. */
const scopeOf = (plan: JiraPlan): string => plan.settings.jql.replace(/\s+order\s+by\s+[^"']*$/i, '').trim();

/**
 * Tickets changed in [from, to), oldest change first. Bare numbers are epoch milliseconds; a date string would be read to the
 * minute and in the API account's own time zone.
 */
export const windowJql = (plan: JiraPlan, window: Window): string =>
  `(${scopeOf(plan)}) AND updated >= ${Math.floor(window.from)} AND updated < ${Math.ceil(window.to)} ORDER BY updated ASC`;
/** Everything of the window after an instant: what is left when a server's paging went in circles. */
export const restJql = (plan: JiraPlan, after: number, to: number): string => `(${scopeOf(plan)}) AND updated > ${after} AND updated < ${Math.ceil(to)}`;
export const scopeJql = (plan: JiraPlan): string => `(${scopeOf(plan)}) AND updated >= 0 ORDER BY updated DESC`;
