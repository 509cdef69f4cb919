import { z } from 'zod';
import { CATALOG } from '../../../catalog';
import { ROW_CLASSES, type RowClass } from '../../../catalog/rows';
import { BUCKETS, DIMENSIONS, type Dimension } from '../../../catalog/types';
import { MetricRefused, type MetricRequest } from '../metric';
import { DRILLS } from './all';
import { isDrill, type Drill, type Question } from './part';
import { fromToken, type CellToken } from './token';

const askedSchema = z.strictObject({
  metric: z.string(), groupBy: z.array(z.enum(DIMENSIONS)).max(12), filters: z.partialRecord(z.enum(DIMENSIONS), z.array(z.string().max(500)).max(500)), bucket: z.enum(BUCKETS), options: z.unknown(), asOf: z.number().int(),
  viewAs: z.array(z.string().max(100)).max(500).optional(),
});
const cellSchema = z.record(z.string().max(100), z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]));
const spoilt = (what: string): never => { throw new MetricRefused(`This link to rows is spoilt: ${what}. Go back to the panel and follow the link of the value again.`); };

/** The drill and its question, checked against the catalog like any other query; the scope is the reader's own. */
export function questionOf(request: MetricRequest<{ asked: string; column: string; cell: string; time: string }>): { metric: string; drill: Drill; question: Omit<Question, 'reader' | 'signal'> } {
  const { options } = request;
  const parsed = askedSchema.safeParse(fromToken(options.asked));
  if (!parsed.success) return spoilt('its question cannot be read');
  const asked = parsed.data;
  const entry = CATALOG.get(asked.metric) ?? spoilt(`there is no metric "${asked.metric.slice(0, 50)}"`);
  const drill = DRILLS[entry.id];
  if (!isDrill(drill)) throw new MetricRefused(`${entry.title}: ${drill.because}`);
  const cell = cellSchema.safeParse(options.cell === '' ? {} : fromToken(options.cell));
  if (!cell.success) return spoilt('its row cannot be read');
  if (!Object.hasOwn(drill.columns, options.column)) throw new MetricRefused(`There are no rows behind the column "${options.column.slice(0, 50)}" of ${entry.title}; there are behind ${Object.keys(drill.columns).join(', ')}.`);
  if ([...asked.groupBy].some(d => !entry.groupBy.includes(d)) || (Object.keys(asked.filters) as Dimension[]).some(d => !entry.filters.includes(d)) || !entry.buckets.includes(asked.bucket)) return spoilt(`${entry.title} is not asked that way`);
  const own = entry.options.safeParse(asked.options ?? {});
  if (!own.success) return spoilt(`${entry.title} has no such options`);
  const time = options.time === '' || !Number.isFinite(Number(options.time)) ? null : Number(options.time);
  const whole = { groupBy: asked.groupBy, filters: asked.filters, bucket: asked.bucket, view: 'table' as const, limit: request.limit, options: own.data as never, range: request.range, asOf: Math.min(request.asOf, asked.asOf) };
  return { metric: entry.id, drill, question: { asked: whole, request: { ...whole, filters: narrowed(asked.filters, cell.data) }, column: options.column, cell: cell.data, time: time ?? (typeof cell.data.time === 'number' ? cell.data.time : null) } };
}

/** The value in words: its metric, its column, and what its row is about. Ids of a row's own (a ticket, a bucket's instant) are left to the rows. */
export function nameOf(metric: string, column: string, cell: CellToken): string {
  const entry = CATALOG.get(metric)!;
  const groups = (DIMENSIONS as readonly string[]).filter(d => typeof cell[d] === 'string' && cell[d] !== '').map(d => String(cell[d]).replaceAll('_', ' '));
  return [entry.title, entry.columns.find(c => c.name === column)?.title ?? column, ...groups].join(' · ');
}

/** What a reader chose beside the value: rows of which class, and which page. Texts, because a dashboard's variables are. */
export function chosenOf({ class: rows, page }: { class: string; page: string | number }): { class: RowClass; page: number } {
  const wanted = rows === '' ? 'all' : rows;
  if (!(ROW_CLASSES as readonly string[]).includes(wanted)) throw new MetricRefused(`Rows are ${ROW_CLASSES.join(', ')}; "${wanted}" is none of them.`);
  const number = Number(page);
  if (!Number.isInteger(number) || number < 1 || number > 1_000_000) throw new MetricRefused(`"${String(page)}" is no page: pages are whole numbers from 1.`);
  return { class: wanted as RowClass, page: number };
}

/** Groups that are filters; shift, weekend and stage are conditions of their metrics. */
const FILTERS: readonly Dimension[] = ['client', 'tier', 'rule', 'source', 'kind', 'criticality', 'requirement', 'clock'];
const narrowed = (filters: MetricRequest['filters'], cell: CellToken): MetricRequest['filters'] => ({ ...filters, ...Object.fromEntries(FILTERS.flatMap(d => (typeof cell[d] === 'string' ? [[d, [cell[d]]]] : []))) });
