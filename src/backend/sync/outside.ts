import type { AlertRow, CanonicalRows, RowKind, TicketRow } from '../../model';
import { MINUTE } from '../../model';
import { SourceError } from '../connectors/http/port';
import type { Page, Stream, Window } from '../connectors/stream';

/**
 * Exports: assertWindow. A filter that a source ignores returns everything, silently (connectors/README, trap 4): rows none of whose
 * own times lies in the asked window are the sign. A few are clock noise and counted; more is an error that names it.
 */
const TOLERANCE = MINUTE;

function timesOf(kind: RowKind, row: CanonicalRows[RowKind]): (number | null)[] {
  if (kind === 'alert') {
    const a = row as AlertRow;
    return [a.changed, a.detected, a.readable, a.event, a.dispositionAt, a.acknowledgedAt, a.closedAt ?? null];
  }
  return kind === 'ticket' ? [row.changed, (row as TicketRow).created] : [row.changed];
}

/** Number of rows outside; throws when they are too many to be noise. `newest`: the window reaches the present, where records change while they are read. */
export function assertWindow(source: string, stream: Stream, page: Page, window: Window, newest: boolean): number {
  if (stream.mode === 'full' || stream.checksWindow) return 0;
  const from = window.from - TOLERANCE;
  const to = newest ? Infinity : window.to + TOLERANCE;
  const inside = (ms: number | null): boolean => ms !== null && ms >= from && ms < to;
  const outside = (page.rows as readonly CanonicalRows[RowKind][]).filter(row => (page.kind === 'observation'
    ? (row as CanonicalRows['observation']).last < from || (row as CanonicalRows['observation']).first >= to
    : !timesOf(page.kind, row).some(inside)));
  if (outside.length > 0 && (outside.length > 5 || outside.length * 10 > page.rows.length)) {
    const sample = outside[0]!;
    throw new SourceError('body', source, `stream ${stream.name} returned ${outside.length} of ${page.rows.length} rows outside the asked window ${new Date(window.from).toISOString()} – ${new Date(window.to).toISOString()}, such as ${sample.nativeId} changed ${new Date(sample.changed).toISOString()}: the source ignores the time filter.`,
      'Check that the field the filter uses exists and may be queried by this account, and that the source version is supported.');
  }
  return outside.length;
}
