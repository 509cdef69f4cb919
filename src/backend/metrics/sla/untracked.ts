import { localDay, MINUTE, type Clock } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { and, sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { isIn, ofClients, within, type Span } from '../shared/conditions';

/** Every zone's offset is a multiple of this, so a bin never straddles a local midnight. */
const BIN = 15 * MINUTE;

export interface UntrackedDay { readonly client: number; readonly rule: number; readonly tier: string; readonly alerts: number; readonly day: number; readonly firstDue: number; readonly start: number | null; /** The alert whose due came first. */ readonly alert: bigint }

/**
 * Untracked alerts past their due, one per rule, client and local day of the due (metrics.md §3, Untracked).
 * By tier, because the tier is never added over. Days are the client's own, whoever looks.
 */
export async function untrackedDays(reader: ScopedReader, request: MetricRequest<{ clock: Clock }>, spans: Span | readonly Span[], signal?: AbortSignal): Promise<UntrackedDay[]> {
  const { filters } = request;
  const rows = await reader.query<{ client_key: number; rule_key: number; tier: string; bin: number; alerts: number; first_due: number; start: number | null; alert: bigint }>(sql`
    select client_key, rule_key, cast(tier as varchar) as tier, cast(floor(untracked_due / ${BIN}) as bigint) as bin, count(*) as alerts, min(untracked_due) as first_due, min(a.at) as start, arg_min(alert_key, untracked_due) as alert
    from ${reader.relation('alert')} a
    where ${and([
      within(reader, spans, sql`untracked_due`), sql`untracked_due < ${request.asOf}`, ofClients(reader, filters.client ?? null),
      filters.tier ? isIn(sql`cast(tier as varchar)`, filters.tier) : sql`true`,
      filters.source ? sql`source_key in (select source_key from ${reader.relation('source')} s where ${isIn(sql`s.id`, filters.source)})` : sql`true`,
    ])} group by all`, signal);
  const days = new Map<string, UntrackedDay>();
  for (const r of rows) {
    const day = localDay(r.bin * BIN, reader.clientOf(r.client_key)?.zone ?? reader.socZone);
    const key = `${r.client_key}|${r.rule_key}|${r.tier}|${day}`;
    const known = days.get(key);
    days.set(key, {
      client: r.client_key, rule: r.rule_key, tier: r.tier, day, alerts: r.alerts + (known?.alerts ?? 0),
      alert: known === undefined || r.first_due < known.firstDue ? r.alert : known.alert,
      firstDue: Math.min(r.first_due, known?.firstDue ?? Infinity), start: known?.start == null ? r.start : r.start === null ? known.start : Math.min(r.start, known.start),
    });
  }
  return [...days.values()];
}
