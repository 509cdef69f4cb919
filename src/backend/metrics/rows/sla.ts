import { bucketEdges, OUTCOMES } from '../../../model';
import { and, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { EXTRA, GROUP_SQL } from '../sla/adherence';
import { cutEdges, ends } from '../sla/flow';
import { has, itemFilters, itemsAt } from '../sla/outcomes';
import { untrackedDays } from '../sla/untracked';
import { shape, text, unite, type Drill, type Found, type Part, type Question } from './part';

/** Drills of the SLA metrics: items by the conditions of the metrics, and the days of untracked alerts beside them. */
type Request = MetricRequest<{ clock: 'decide' }>;
const FELL = sql`x.outcome in ('met', 'missed', 'overdue')`;
interface Choice { readonly among: Sql; readonly counted?: Sql }
const COLUMNS: Readonly<Record<string, Choice>> = {
  ...Object.fromEntries(OUTCOMES.map(o => [o, { among: sql`x.outcome = ${o}` }])), ...Object.fromEntries(EXTRA.map(n => [n, { among: sql`${FELL} and ${has(n)}` }])),
  adherence: { among: FELL, counted: sql`x.outcome = 'met'` }, floor: { among: FELL, counted: sql`x.outcome = 'met'` },
  gross_adherence: { among: sql`${FELL} or x.outcome = 'on_hold'`, counted: sql`${FELL} and ${has('gross_met')}` }, first_close_adherence: { among: FELL, counted: has('first_met') },
  items: { among: FELL }, misses: { among: sql`x.outcome in ('missed', 'overdue')` }, miss_rate: { among: FELL, counted: sql`x.outcome in ('missed', 'overdue')` },
};
const itemShape = (counted?: Sql): Sql => shape({ key: sql`x.item_clock_key`, client: sql`x.client_key`, moment: sql`x.start`, countsAs: sql`x.outcome`, counted });
const cutsOf = (q: Question): ZoneCut[] => zoneCuts(q.reader, q.request.range, q.request.groupBy.includes('client'), q.request.filters.client);

/** Items of a period of every cut: those whose period has come, and those that run (`whole`: whatever their period). */
function items(q: Question, choice: Choice, period: (cut: ZoneCut) => ZoneCut['range'], whole: boolean, cuts = cutsOf(q)): Part {
  const { asOf } = q.request;
  const groups = (['shift', 'weekend'] as const).filter(g => q.cell[g] !== undefined).map(g => sql`${GROUP_SQL[g]} = ${text(q.cell[g])}`);
  return { unit: 'item', select: unite(cuts.map(cut => {
    const { from, to } = period(cut);
    const inside = sql`x.period_at >= ${from} and x.period_at < ${to}`;
    return sql`select ${itemShape(choice.counted)} from ${itemsAt(q.reader, itemFilters(q.reader, q.request as unknown as Request, cut.clients), asOf, { from, to })} x
      where ${and([whole ? sql`(${inside} and x.period_at < ${asOf}) or x.outcome = 'running'` : sql`${inside} and (x.period_at < ${asOf} or x.outcome = 'running')`, choice.among, ...groups])}`;
  })) };
}
/** One row a rule, client and local day, named by the alert whose due came first; the label says how many alerts it is. */
async function untracked(q: Question, counted: boolean): Promise<Part> {
  const days = await untrackedDays(q.reader, q.request as unknown as Request, cutsOf(q), q.signal);
  return { unit: 'untracked', rows: days.map((d): Found => ({ key: d.alert, client_key: d.client, moment: d.firstDue, counted, weight: 1, counts_as: 'untracked', label: `${d.alerts}` })) };
}
const range = (cut: ZoneCut): ZoneCut['range'] => cut.range;
async function adherence(q: Question): Promise<readonly Part[]> {
  if (q.column === 'untracked') return [await untracked(q, true)];
  const part = items(q, COLUMNS[q.column] ?? COLUMNS.adherence!, range, true);
  return q.column === 'floor' ? [await untracked(q, false), part] : [part];
}
const outcomes = Object.fromEntries(OUTCOMES.map(o => [o, 'count' as const]));
const ratios = { adherence: 'share', gross_adherence: 'share', first_close_adherence: 'share' } as const;
export const adherenceDrill: Drill = { columns: { ...outcomes, ...ratios, floor: 'share', untracked: 'count', ...Object.fromEntries(EXTRA.map(n => [n, 'count' as const])) }, parts: adherence };
export const trendDrill: Drill = {
  columns: { ...outcomes, ...ratios },
  parts: q => [items(q, COLUMNS[q.column]!, cut => { const edges = bucketEdges(cut.range, q.request.bucket === 'none' ? 'day' : q.request.bucket, cut.zone); const at = Math.max(0, edges.indexOf(q.time ?? -1)); return { from: edges[at]!, to: edges[at + 1]! }; }, false)],
};
/** Always by client and shift; the tier's rate is over all its cells. */
export const contributorsDrill: Drill = {
  keys: ['client', 'shift', 'clock'], columns: { items: 'count', misses: 'count', miss_rate: 'share', lower: 'made of', tier_rate: 'share', excess: 'made of' },
  parts: q => {
    const tier = q.column === 'tier_rate';
    const asked: Question = tier ? { ...q, cell: {}, request: { ...q.asked, filters: { ...q.asked.filters, tier: q.request.filters.tier ?? [], ...(q.request.filters.clock && { clock: q.request.filters.clock }) } } } : q;
    return [items(asked, COLUMNS[q.column === 'items' || q.column === 'misses' ? q.column : 'miss_rate']!, range, true, zoneCuts(q.reader, q.request.range, true, asked.request.filters.client))];
  },
};
export const budgetDrill: Drill = {
  columns: { items: 'count', misses: 'count', running: 'count', allowed: 'made of', used: 'made of', remaining: 'made of' },
  parts: q => adherence({ ...q, column: q.column in COLUMNS ? q.column : 'miss_rate' }),
};

export const timeToDecideDrill: Drill = {
  columns: { items: 'count', decided: 'count', open: 'count', p50: 'made of', p90: 'made of', oldest: 'made of' },
  parts: q => {
    const { asOf } = q.request;
    const decided = sql`i.stop is not null and i.stop <= ${asOf}`;
    const among = q.column === 'decided' ? decided : q.column === 'open' || q.column === 'oldest' ? sql`not (${decided})` : sql`true`;
    return [{ unit: 'item', select: unite(cutsOf(q).map(cut => sql`
      select ${shape({ key: sql`i.item_clock_key`, client: sql`i.client_key`, moment: sql`i.start`, countsAs: sql`case when ${decided} then 'decided' else 'open' end`, counted: decided })} from ${q.reader.relation('item')} i
      where ${and([itemFilters(q.reader, { ...(q.request as unknown as Request), options: { clock: 'decide' } }, cut.clients), sql`i.start >= ${cut.range.from} and i.start < ${cut.range.to} and i.start <= ${asOf}`, sql`i.left_at is null or i.left_at > ${asOf}`, among])}`)) }];
  },
};

export const flowDrill: Drill = {
  columns: { alerts_in: 'count', started: 'count', decided: 'count', open: 'count', age_p50: 'made of', age_p90: 'made of', oldest: 'made of' },
  parts: q => {
    const selects = cutsOf(q).flatMap(cut => {
      const { edges } = cutEdges(q.request, cut);
      const at = q.time === null ? 0 : Math.max(0, edges.indexOf(q.time));
      const [from, to] = [edges[at], edges[at + 1]];
      if (from === undefined || to === undefined) return [];
      if (q.column === 'alerts_in') return [sql`select ${shape({ key: sql`a.alert_key`, client: sql`a.client_key`, moment: sql`a.at`, countsAs: sql`cast(a.bucket as varchar)` })} from ${q.reader.relation('alert')} a where ${and([sql`a.at >= ${from} and a.at < ${to}`, ofClients(q.reader, cut.clients), alertFilters(q.reader, q.request.filters)])}`];
      const within = { started: sql`i.start >= ${from} and i.start < ${to}`, decided: sql`i.stop >= ${from} and i.stop < ${to}` }[q.column] ?? sql`i.start < ${to} and (${ends} is null or greatest(i.start, ${ends}) >= ${to})`;
      return [sql`select ${shape({ key: sql`i.item_clock_key`, client: sql`i.client_key`, moment: sql`i.start`, countsAs: sql`case when i.stop < ${to} then 'decided' else 'open' end` })} from ${q.reader.relation('item')} i
        where ${and([itemFilters(q.reader, { ...(q.request as unknown as Request), options: { clock: 'decide' } }, cut.clients), within])}`];
    });
    return selects.length === 0 ? [] : [{ unit: q.column === 'alerts_in' ? 'alert' : 'item', select: unite(selects) }];
  },
};
