import type { Cell, MetricRequest, MetricResult } from '../metric';

export interface Paged { readonly page: number }
export const offsetOf = (request: MetricRequest<Paged>): number => (request.options.page - 1) * request.limit;

/** Rows of one page with the number of all, and where the reader stands; a page past the end says so instead of looking empty. */
export function paged(request: MetricRequest<Paged>, total: number, rows: readonly Readonly<Record<string, Cell>>[]): MetricResult {
  const pages = Math.ceil(total / request.limit);
  const from = offsetOf(request);
  const text = from >= total && total > 0 ? `There are ${pages} pages of ${request.limit} rows; page ${request.options.page} lies past the end.`
    : `Rows ${from + 1} to ${from + rows.length} of ${total}: page ${request.options.page} of ${pages}.`;
  return { rows: rows.map(row => ({ ...row, of: total })), ...((pages > 1 || (from >= total && total > 0)) && { notices: [{ severity: 'info' as const, text }] }) };
}
