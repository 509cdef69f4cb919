import { table, wrapped, type Lead, type Override, type Panel, type Query } from './panels';
import { mapped, textColoured } from './words';

export const STANDING_WORDS = mapped({ measured: { text: 'measured', color: 'green' }, qualified: { text: 'qualified', color: 'orange' }, 'not measured': { text: 'not measured', color: 'purple' } });
/** Standing beside a headline, and the counters or the reason behind it, wrapped so that they are read whole. */
export const standingOverrides: readonly Override[] = [textColoured('Standing', STANDING_WORDS, 105), wrapped('Because', 150)];
export const STANDING_COLUMNS = ['standing', 'standing_why'] as const;

/** Whether a headline may be quoted: its value, its standing and why. */
export const standingTable = (o: { title: string; w: number; h: number; query: Query; leadsTo: Lead; noValue: string; overrides?: readonly Override[] }): Panel => table({
  title: o.title, w: o.w, h: o.h, leadsTo: o.leadsTo, noValue: o.noValue, queries: [{ ...o.query, view: 'table', columns: [...(o.query.columns ?? []), ...STANDING_COLUMNS] }], overrides: [...(o.overrides ?? []), ...standingOverrides],
});
