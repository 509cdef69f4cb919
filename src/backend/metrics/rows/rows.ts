import { rows } from '../../../catalog/rows';
import { and, sql } from '../../store/sql';
import { defineQuery, type Cell } from '../metric';
import { offsetOf, paged } from '../drill/paged';
import { chosenOf, nameOf, questionOf } from './asked';
import { dressed } from './dress';
import type { Found, Part } from './part';

/** The same order for rows that TypeScript made; those without a key come in an order of their own. */
const newestFirst = (a: Found, b: Found): number =>
  Number(b.counted) - Number(a.counted) || (b.moment ?? 0) - (a.moment ?? 0) || (a.key === null || b.key === null ? 0 : compared(a.key, b.key) || compared(a.counts_as ?? '', b.counts_as ?? ''));
const compared = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** rows (metrics.md, Rule 8): exactly the rows behind a value, a page at a time; parts of different units one after the other. */
export const rowsQuery = defineQuery(rows, async (reader, request, signal) => {
  const { options } = request;
  if (options.asked === '') return { rows: [], notices: [{ severity: 'info', text: 'Follow the link of a value: every value of the other dashboards leads here, to its rows.' }] };
  const chosen = chosenOf(options);
  const leaf = { ...request, options: chosen };
  const { metric, drill, question } = questionOf(request);
  const parts = await drill.parts({ ...question, reader, signal });
  const counts = await Promise.all(parts.map(async (part): Promise<{ n: number; k: number }> => {
    if ('rows' in part) return { n: part.rows.length, k: part.rows.filter(r => r.counted).length };
    const [row] = await reader.query<{ n: number; k: number }>(sql`select count(*) as n, count(*) filter (where counted) as k from (${part.select}) c`, signal);
    return { n: Number(row!.n), k: Number(row!.k) };
  }));
  const ofClass = ({ n, k }: { n: number; k: number }): number => (chosen.class === 'counted' ? k : chosen.class === 'others' ? n - k : n);
  const shown: Record<string, Cell>[] = [];
  let skip = offsetOf(leaf);
  for (const [i, part] of parts.entries()) {
    const here = ofClass(counts[i]!);
    const room = request.limit - shown.length;
    if (room > 0 && skip < here) shown.push(...await dressed(reader, part.unit, await pageOf(part, Math.min(room, here - skip), skip), question.request.asOf, signal));
    skip = Math.max(0, skip - here);
  }
  const [all, counted] = [counts.reduce((sum, c) => sum + c.n, 0), counts.reduce((sum, c) => sum + c.k, 0)];
  const answer = paged(leaf, counts.reduce((sum, c) => sum + ofClass(c), 0), shown.map(r => ({ ...r, in_numerator: counted })));
  const value = nameOf(metric, question.column, question.cell);
  return {
    rows: answer.rows.map(r => ({ ...r, of: all, value })),
    notices: [{ severity: 'info', text: `${all} rows behind this value, ${counted} of them in its numerator.` }, ...parts.flatMap(p => (p.notice ? [{ severity: 'warning' as const, text: p.notice }] : [])), ...(answer.notices ?? []), ...(parts.length === 0 ? [{ severity: 'info' as const, text: 'This value is not made of rows that can be listed.' }] : [])],
  };

  async function pageOf(part: Part, limit: number, offset: number): Promise<readonly Found[]> {
    const wanted = chosen.class === 'all' ? [] : [sql`counted = ${chosen.class === 'counted'}`];
    if ('rows' in part) return [...part.rows].filter(r => chosen.class === 'all' || r.counted === (chosen.class === 'counted')).sort(newestFirst).slice(offset, offset + limit);
    return reader.query<Found & Record<string, never>>(sql`select * from (${part.select}) r where ${and(wanted)} order by counted desc, moment desc nulls last, key, label, counts_as, client_key, weight limit ${limit} offset ${offset}`, signal);
  }
});
