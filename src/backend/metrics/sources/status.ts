import { sourcesStatus } from '../../../catalog/sources-status';
import { MINUTE, SECOND } from '../../../model';
import { sql } from '../../store/sql';
import { isIn } from '../shared/conditions';
import { defineQuery, type Cell } from '../metric';
import { remarksOf } from './remarks';

interface StreamState {
  source: string; stream: string; system: string | null; watermark: number | null; rows: number | null; rejected: number | null; last_success: number | null;
  last_attempt: number | null; error: string | null; remedy: string | null; progress: number | null; eta_ms: number | null; current: boolean | null;
  waiting: string | null; unlisted: string | null;
}

/** Reasons of a stream that are told. */
const REASONS = 3;

/** sources.status (metrics.md §5): one row per stream, failing first. Operators only; `asOf` decides the lag. */
export const sourcesStatusQuery = defineQuery(sourcesStatus, async (reader, request, signal) => {
  const wanted = request.filters.source;
  const rows = await reader.query<StreamState>(sql`
    select st.source, st.stream, s.system, st.watermark, st.rows, st.rejected, st.last_success, st.last_attempt, st.error, st.remedy, st.progress, st.eta_ms, st.current, st.waiting, st.unlisted
    from ${reader.relation('stream_state')} st left join ${reader.relation('source')} s on s.id = st.source
    where ${wanted ? isIn(sql`st.source`, wanted) : sql`true`} order by st.source, st.stream`, signal);
  // A client learns of no record that was refused: it may hold another's values.
  const reasons = !reader.operator ? [] : await reader.query<{ source: string; stream: string; reason: string; field: string; count: number }>(sql`
    select q.source, q.stream, q.reason, q.field, q.count from ${reader.relation('quarantine')} q order by q.count desc, q.reason, q.field`, signal);
  const refused = (r: StreamState): string | null => {
    const own = reasons.filter(q => q.source === r.source && q.stream === r.stream);
    if (own.length === 0) return null;
    const told = own.slice(0, REASONS).map(q => `${q.field ? `${q.field}: ` : ''}${q.reason} (${q.count})`);
    return `${told.join('; ')}${own.length > REASONS ? `; ${own.length - REASONS} more` : ''}. Mend the records at ${r.source}, or the mapping of this stream in the settings.`;
  };
  const remarks = await remarksOf(reader, signal);
  const allowed = reader.policy.thresholds.sourceLagMinutes * MINUTE;
  const out = rows.map((r): Record<string, Cell> => {
    const lag = r.watermark === null ? null : Math.max(0, request.asOf - r.watermark);
    const state = r.error !== null ? 'failing' : r.last_success === null && r.watermark === null ? (r.rows ? 'loading' : 'never read') : r.current !== true ? 'loading' : lag !== null && lag > allowed ? 'stale' : 'current';
    return {
      source: r.source, system: r.system, stream: r.stream, state, last_success: r.last_success, read_to: r.watermark, lag: lag === null ? null : lag / SECOND,
      failing: r.error === null ? 0 : 1, late: lag === null ? null : Number(lag > allowed), progress: r.progress, eta: r.eta_ms === null || r.current === true ? null : r.eta_ms / SECOND, rows: r.rows, quarantined: r.rejected, refused: refused(r),
      remarks: [r.waiting, r.unlisted, ...remarks(r.source, r.stream)].filter(remark => remark !== null).join(' ') || null,
      // Most errors end with their remedy already.
      error: r.error === null ? null : r.remedy === null || r.error.includes(r.remedy) ? r.error : `${r.error} ${r.remedy}`,
    };
  });
  if (request.view === 'alert') return { rows: worstOfEach(out) };
  const rank = ['failing', 'stale', 'never read', 'loading', 'current'];
  return { rows: out.sort((a, b) => rank.indexOf(String(a.state)) - rank.indexOf(String(b.state))) };
});

/** One row per source: an alert rule tells its instances apart by labels, and a stream is none. The longest lag, any flag. */
function worstOfEach(streams: readonly Record<string, Cell>[]): Record<string, Cell>[] {
  return [...new Set(streams.map(s => s.source))].map(source => {
    const worst = (column: string): number | null => {
      const values = streams.flatMap(s => (s.source === source && typeof s[column] === 'number' ? [s[column]] : []));
      return values.length === 0 ? null : Math.max(...values);
    };
    return { source: source!, lag: worst('lag'), failing: worst('failing'), late: worst('late') };
  });
}
