import type { CounterId } from '../../../catalog/integrity-counter-list';
import { BUNDLE_SPAN, hasFlag, markedTimes, markedVerdict, MINUTE, UNASSIGNED } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { integer, join, sql, type Sql } from '../../store/sql';
import { untrackedCases } from '../sla/untracked';
import { OWN_VERDICT, requiresTicket } from './join';
import { alertsIn } from './orphan-counts';
import { clientKey, clientOf, count, overCuts, share, type Family } from './reading';

/** A determined verdict that only a ticket gave. */
const BORROWED = sql`(a.inherited and a.bucket in ('true', 'benign', 'false'))`;
/** What the counters over alerts count, by name; `MARKED` says the same of an alert's marks. */
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

type Marked = (marks: number) => boolean;
const verdict = (...of: readonly ReturnType<typeof markedVerdict>[]): Marked => marks => of.includes(markedVerdict(marks));
const required: Marked = marks => hasFlag(marks, 'ticket_required');
const ticketed: Marked = marks => hasFlag(marks, 'has_ticket');
/** What only alerts older than the grace period can be. */
const OF_AGE: Readonly<Record<string, Marked>> = { required, orphaned: marks => required(marks) && !ticketed(marks), joined: marks => required(marks) && (ticketed(marks) || hasFlag(marks, 'own_verdict')) };
const MARKED: Readonly<Record<string, Marked>> = {
  ...OF_AGE, n: () => true,
  unmatched: verdict('unmatched'), conflict: verdict('conflict', 'conflict_with_true'), conflict_true: verdict('conflict_with_true'),
  undetermined: verdict('undetermined'), unclassified: verdict('unclassified'), auto_closed: verdict('auto_closed'),
  reviewable: marks => !verdict('duplicate', 'test')(marks), reviewed: verdict('own', 'inherited', 'bundled'),
  must_ticketed: marks => required(marks) && ticketed(marks), late: marks => hasFlag(marks, 'late_link'), ticketed, crossing: marks => hasFlag(marks, 'crossing'), nobody: () => false,
  inherited: verdict('inherited', 'bundled'), bundled: verdict('bundled'),
  undetected: marks => markedTimes(marks) === 'undetected', vanished: marks => hasFlag(marks, 'gone'),
  comparable: marks => ['in_order', 'skewed'].includes(markedTimes(marks)), skewed: marks => markedTimes(marks) === 'skewed',
};
interface Counted { readonly part: 'marked' | 'young' | 'nobody' | 'asked'; readonly client_key: number | null; readonly code: number; readonly n: number }

/**
 * Counters over alerts detected in range (metrics.md §5, §2, The join): alerts counted by their marks (docs/adr/062). What marks cannot say is
 * counted apart, over the few rows it can hold of: who is younger than the grace period, and who is nobody's. Alerts without marks are asked every condition.
 */
export const alertFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, request, signal } = counting;
  const asked = Object.entries(ALERT_COUNTERS).filter(([name]) => counting.wanted.has(name));
  const names = new Set(asked.flatMap(([, kn]) => kn));
  const conditions = alertConditions(reader, request.asOf);
  // One bit a condition: cheaper than a count for each, and as many rows as there are kinds of alerts.
  const bits = Object.entries(conditions).filter(([name]) => name !== 'n' && names.has(name));
  const code = bits.length === 0 ? sql`0` : join(bits.map(([, where], i) => sql`(case when ${where} then ${integer(2 ** i)} else 0 end)`), sql` + `);
  // Grouped by the code alone where all clients are one: every further key would cost each row a hash.
  const counted = (part: Counted['part'], by: Sql, where: Sql): Sql => sql`
    select ${part} as part, ${counting.byClient ? sql`client_key` : sql`null::integer as client_key`}, code, n from (
      select ${counting.byClient ? sql`client_key, ` : sql``}${by} as code, count(*) as n from ${reader.relation('alert')} a where ${alertsIn(reader, request, cuts)} and ${where} group by all) x`;
  const rows = await reader.query<Counted>(join([
    counted('marked', sql`a.marks`, sql`a.marks is not null`),
    ...(Object.keys(OF_AGE).some(name => names.has(name)) ? [counted('young', sql`a.marks`, sql`a.marks is not null and a.at >= ${request.asOf - reader.policy.sla.graceMinutes * MINUTE}`)] : []),
    ...(names.has('nobody') ? [counted('nobody', sql`0`, sql`a.marks is not null and ${conditions.nobody!}`)] : []),
    counted('asked', code, sql`a.marks is null`),
  ], sql` union all `), signal);
  const clients = new Map<number | null, Map<string, number>>();
  for (const row of rows) {
    const of = clients.get(row.client_key) ?? new Map<string, number>();
    clients.set(row.client_key, of);
    for (const name of ['n', ...bits.map(([name]) => name)]) of.set(name, (of.get(name) ?? 0) + Number(row.n) * weight(row, name, bits.findIndex(([bit]) => bit === name)));
  }
  // A total over no alert at all is a row of zeros, as a count gives it.
  if (!counting.byClient && clients.size === 0) clients.set(null, new Map());
  return [...clients].flatMap(([clientKeyOf, counts]) => {
    const client = clientOf(counting, clientKeyOf);
    const of = (name: string) => counts.get(name) ?? 0;
    return asked.map(([name, [k, n]]) => (COUNTED_ONLY.has(name) ? count : share)(name as CounterId, client, of(k), of(n)));
  });
});
/** How often each alert of a row counts for a condition: those too young are taken away again. */
function weight({ part, code }: Counted, name: string, bit: number): number {
  if (part === 'asked') return name === 'n' || Number(code) & (2 ** bit) ? 1 : 0;
  if (part === 'nobody') return name === 'nobody' ? 1 : 0;
  if (part === 'young') return OF_AGE[name]?.(Number(code)) ? -1 : 0;
  return MARKED[name]!(Number(code)) ? 1 : 0;
}

/** Untracked alerts as sla.adherence counts them. Over no set of its own: where no alert requires a ticket there is nothing to track. */
export const untrackedFamily: Family = counting => overCuts(counting, async cuts => {
  const { reader, request, signal } = counting;
  const { key, grouped } = clientKey(counting.byClient);
  const cases = await untrackedCases(reader, { ...request, options: { clock: 'decide' } }, cuts, signal);
  // Asked only where it decides: which clients there are, or whether nothing untracked is zero or no set at all.
  const required = !counting.byClient && cases.length > 0 ? [] : await reader.query<{ client_key: number | null; n: number }>(sql`select ${key} as client_key, count(*) filter (where a.ticket_required) as n from ${reader.relation('alert')} a where ${alertsIn(reader, request, cuts)} ${grouped}`, signal);
  const clients: (number | null)[] = counting.byClient ? [...new Set([...required.map(r => Number(r.client_key)), ...cases.map(c => c.client)])] : [null];
  return clients.map(client => {
    const k = cases.filter(c => client === null || c.client === client).length;
    const n = required.filter(r => client === null || Number(r.client_key) === client).reduce((sum, r) => sum + Number(r.n), 0);
    const nothing = k === 0 && n === 0;
    return { counter: 'untracked' as const, client: clientOf(counting, client), k, n: null, value: nothing ? null : k, reason: nothing ? 'no_rows' : null };
  });
});
