import { localDay, MINUTE, type Clock } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { isIn, ofClients, within, type Span } from '../shared/conditions';

/** Every zone's offset is a multiple of this, so a bin never straddles a local midnight. */
const BIN = 15 * MINUTE;

/** One untracked case: a rule's alerts of one client and local day of the due. */
export interface UntrackedCase { readonly client: number; readonly rule: number; readonly tier: string; readonly day: number }
export interface UntrackedDay extends UntrackedCase { readonly alerts: number; readonly firstDue: number; readonly start: number | null; /** The alert whose due came first; of several the one with the least key. */ readonly alert: bigint }
interface Bin { readonly client_key: number; readonly rule_key: number; readonly tier: string; readonly bin: number }
interface DueBin extends Bin { readonly alerts: number; readonly first_due: number; readonly start: number | null; readonly alert: bigint }

/** Untracked alerts past their due, by rule, client, tier and bin of the due, with `more` of each bin. */
const binned = <R extends Bin>(reader: ScopedReader, { filters, asOf }: MetricRequest<{ clock: Clock }>, spans: Span | readonly Span[], more: Sql, signal?: AbortSignal): Promise<R[]> => reader.query<R>(sql`
  select client_key, rule_key, cast(tier as varchar) as tier, cast(floor(untracked_due / ${BIN}) as bigint) as bin${more}
  from ${reader.relation('alert')} a
  where ${and([
    within(reader, spans, sql`untracked_due`), sql`untracked_due < ${asOf}`, ofClients(reader, filters.client ?? null),
    filters.tier ? isIn(sql`cast(tier as varchar)`, filters.tier) : sql`true`,
    filters.source ? sql`source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, filters.source)})` : sql`true`,
  ])} group by all`, signal);

const caseOf = (reader: ScopedReader, r: Bin): UntrackedCase =>
  ({ client: r.client_key, rule: r.rule_key, tier: r.tier, day: localDay(r.bin * BIN, reader.clientOf(r.client_key)?.zone ?? reader.socZone) });
const keyOf = (c: UntrackedCase): string => `${c.client}|${c.rule}|${c.tier}|${c.day}`;

/**
 * Untracked alerts past their due, one case per rule, client and local day of the due (metrics.md §3, Untracked).
 * By tier, because the tier is never added over. Days are the client's own, whoever looks.
 */
export async function untrackedCases(reader: ScopedReader, request: MetricRequest<{ clock: Clock }>, spans: Span | readonly Span[], signal?: AbortSignal): Promise<UntrackedCase[]> {
  const rows = await binned(reader, request, spans, sql``, signal);
  return [...new Map(rows.map(r => caseOf(reader, r)).map(c => [keyOf(c), c])).values()];
}

/** The same with what each case holds: how many alerts, the first due and its alert, the earliest start. Four more columns to read. */
export async function untrackedDays(reader: ScopedReader, request: MetricRequest<{ clock: Clock }>, spans: Span | readonly Span[], signal?: AbortSignal): Promise<UntrackedDay[]> {
  const rows = await binned<DueBin>(reader, request, spans, sql`, count(*) as alerts, min(untracked_due) as first_due, min(a.at) as start, arg_min(alert_key, row(untracked_due, alert_key)) as alert`, signal);
  const days = new Map<string, UntrackedDay>();
  for (const r of rows) {
    const of = caseOf(reader, r);
    const key = keyOf(of);
    const known = days.get(key);
    days.set(key, {
      ...of, alerts: r.alerts + (known?.alerts ?? 0),
      alert: known === undefined || r.first_due < known.firstDue ? r.alert : known.alert,
      firstDue: Math.min(r.first_due, known?.firstDue ?? Infinity), start: known?.start == null ? r.start : r.start === null ? known.start : Math.min(r.start, known.start),
    });
  }
  return [...days.values()];
}
