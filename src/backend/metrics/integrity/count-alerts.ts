import type { CounterId } from '../../../catalog/integrity-counter-list';
import { DAY, UNASSIGNED } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { integer, join, sql, type Sql } from '../../store/sql';
import { untrackedDays } from '../sla/untracked';
import { OWN_VERDICT, requiresTicket } from './join';
import { alertsIn } from './orphan-counts';
import { clientKey, clientOf, count, overCuts, share, type Family } from './reading';

/** Longest stretch of one rule's alerts in one ticket that passes for one event (docs/adr/043). */
const BUNDLE_SPAN = 3 * DAY;
/** A determined verdict that only a ticket gave. */
const BORROWED = sql`(a.inherited and a.bucket in ('true', 'benign', 'false'))`;
/** What the counters over alerts count, by name. */
export function alertConditions(reader: ScopedReader, asOf: number): Readonly<Record<string, Sql>> {
  const required = requiresTicket(reader, asOf);
  const nobody = reader.clientKey(UNASSIGNED);
  return {
    n: sql`true`, required, orphaned: sql`${required} and not a.has_ticket`, joined: sql`${required} and (a.has_ticket or ${OWN_VERDICT})`,
    unmatched: sql`a.bucket = 'unmatched'`, conflict: sql`a.bucket = 'conflict'`, conflict_true: sql`a.conflict_with_true`,
    undetermined: sql`a.bucket = 'undetermined'`, unclassified: sql`a.bucket = 'unclassified'`, auto_closed: sql`a.bucket = 'auto_closed'`,
    reviewable: sql`a.bucket not in ('duplicate', 'test')`, reviewed: sql`a.bucket in ('true', 'benign', 'false')`,
    must_ticketed: sql`a.ticket_required and a.has_ticket`, late: sql`a.late_link`, ticketed: sql`a.has_ticket`, crossing: sql`a.has_ticket and a.cross_client`, nobody: nobody === null ? sql`false` : sql`a.client_key = ${nobody}`,
    inherited: BORROWED, bundled: sql`${BORROWED} and (a.verdict_at < a.at or a.at > a.decision_head_at + ${BUNDLE_SPAN})`,
    undetected: sql`a.detected is null`, vanished: sql`a.gone is not null`,
    comparable: sql`a.detected is not null and (a.event is not null or a.readable is not null)`, skewed: sql`a.event > a.detected or a.detected > a.readable`,
  };
}
/** Numerator and denominator of each counter over alerts. */
export const ALERT_COUNTERS: Readonly<Record<string, readonly [string, string]>> = {
  join_completeness: ['joined', 'required'], unmatched: ['unmatched', 'n'], orphan_alerts: ['orphaned', 'required'], conflicts: ['conflict', 'n'], conflicts_with_true: ['conflict_true', 'n'], cross_client_links: ['crossing', 'ticketed'], unassigned: ['nobody', 'n'],
  review_completeness: ['reviewed', 'reviewable'], undetermined: ['undetermined', 'n'], unclassified: ['unclassified', 'n'], auto_closed: ['auto_closed', 'n'], late_links: ['late', 'must_ticketed'], bundled: ['bundled', 'inherited'], clock_skew: ['skewed', 'comparable'], no_detection: ['undetected', 'n'], gone_alerts: ['vanished', 'n'],
};

/** Shown as a number, not as a share. */
const COUNTED_ONLY = new Set(['conflicts_with_true', 'cross_client_links', 'gone_alerts']);

/** Counters over alerts detected in range, in one scan: the join, the review and the clocks (metrics.md §5, §2, The join). */
export const alertFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, request, signal } = counting;
  const { key } = clientKey(counting.byClient);
  const asked = Object.entries(ALERT_COUNTERS).filter(([name]) => counting.wanted.has(name));
  const names = new Set(asked.flatMap(([, kn]) => kn));
  const parts = Object.entries(alertConditions(reader, request.asOf)).filter(([name]) => names.has(name));
  // One bit a condition, and alerts counted by their bits: cheaper than a count for each condition, and as many rows as there are kinds of alerts.
  const bits = parts.filter(([name]) => name !== 'n');
  const code = bits.length === 0 ? sql`0` : join(bits.map(([, where], i) => sql`(case when ${where} then ${integer(2 ** i)} else 0 end)`), sql` + `);
  const rows = await reader.query<{ client_key: number | null; code: number; n: number }>(sql`
    select client_key, code, count(*) as n from (select ${key} as client_key, ${code} as code from ${reader.relation('alert')} a where ${alertsIn(reader, request, cuts)}) x group by client_key, code`, signal);
  const clients = new Map<number | null, Map<string, number>>();
  for (const row of rows) {
    const of = clients.get(row.client_key) ?? new Map<string, number>();
    clients.set(row.client_key, of);
    for (const name of ['n', ...bits.flatMap(([name], i) => (Number(row.code) & (2 ** i) ? [name] : []))]) of.set(name, (of.get(name) ?? 0) + Number(row.n));
  }
  // A total over no alert at all is a row of zeros, as a count gives it.
  if (!counting.byClient && clients.size === 0) clients.set(null, new Map());
  return [...clients].flatMap(([clientKeyOf, counts]) => {
    const client = clientOf(counting, clientKeyOf);
    const of = (name: string) => counts.get(name) ?? 0;
    return asked.map(([name, [k, n]]) => (COUNTED_ONLY.has(name) ? count : share)(name as CounterId, client, of(k), of(n)));
  });
});

/** Untracked alerts as sla.adherence counts them. Over no set of its own: where no alert requires a ticket there is nothing to track. */
export const untrackedFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, request, signal } = counting;
  const { key, grouped } = clientKey(counting.byClient);
  const days = await untrackedDays(reader, { ...request, options: { clock: 'decide' } }, cuts, signal);
  // Asked only where it decides: which clients there are, or whether nothing untracked is zero or no set at all.
  const required = !counting.byClient && days.length > 0 ? [] : await reader.query<{ client_key: number | null; n: number }>(sql`select ${key} as client_key, count(*) filter (where a.ticket_required) as n from ${reader.relation('alert')} a where ${alertsIn(reader, request, cuts)} ${grouped}`, signal);
  const clients: (number | null)[] = counting.byClient ? [...new Set([...required.map(r => Number(r.client_key)), ...days.map(d => d.client)])] : [null];
  return clients.map(client => {
    const k = days.filter(d => client === null || d.client === client).length;
    const n = required.filter(r => client === null || Number(r.client_key) === client).reduce((sum, r) => sum + Number(r.n), 0);
    const nothing = k === 0 && n === 0;
    return { counter: 'untracked' as const, client: clientOf(counting, client), k, n: null, value: nothing ? null : k, reason: nothing ? 'no_rows' : null };
  });
});
