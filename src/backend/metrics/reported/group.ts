import { dayStart } from '../../../model';
import type { PART_STATES } from '../../../catalog/reported-columns';
import type { Cell } from '../metric';
import { byText } from '../shared/by-text';
import { monthName, type PartMonth } from './months';
import { CAUSES, type Cause } from './restated';

/** What rows of reported coverage and of reported verdicts have in common. */
type State = (typeof PART_STATES)[number];
const LEAST_FINAL: readonly State[] = ['under way', 'provisional', 'not kept', 'frozen'];
const stateOf = (m: PartMonth, asOf: number): State => (m.frozen ? 'frozen' : m.ends > asOf ? 'under way' : m.unkept ? 'not kept' : 'provisional');

/** A row to be: a group's months, of one name. */
export interface MonthGroup<T> { readonly head: Readonly<Record<string, string>>; readonly months: Set<PartMonth>; readonly of: T }
export class MonthGroups<T> {
  private readonly groups = new Map<string, MonthGroup<T>>();
  constructor(private readonly months: readonly PartMonth[], private readonly make: () => T) {}
  private readonly byKey = new Map<string, PartMonth>();
  /** The group of a row of the store; null for a month that was not asked. */
  at(row: { client_key: number; month: number }, headOf: (month: PartMonth) => Readonly<Record<string, string>>): MonthGroup<T> | null {
    if (this.byKey.size === 0) for (const m of this.months) this.byKey.set(`${m.client}|${m.month}`, m);
    const month = this.byKey.get(`${row.client_key}|${row.month}`);
    if (!month) return null;
    const head = headOf(month);
    const key = JSON.stringify([month.month, head]);
    let group = this.groups.get(key);
    if (!group) this.groups.set(key, group = { head, months: new Set(), of: this.make() });
    group.months.add(month);
    return group;
  }
  all(): MonthGroup<T>[] {
    return [...this.groups.values()].map(group => ({ group, month: firstOf(group).month, head: JSON.stringify(group.head) })).sort((a, b) => a.month - b.month || byText(a.head, b.head)).map(({ group }) => group);
  }
}
const firstOf = (g: MonthGroup<unknown>): PartMonth => [...g.months][0]!;

/** Columns before the figures. `zone` = the SOC's, or that of the one client asked. */
export function freezeCells(group: MonthGroup<unknown>, asOf: number, zone: string): Record<string, Cell> {
  const months = [...group.months];
  const { month, begins } = months[0]!;
  const state = LEAST_FINAL[Math.min(...months.map(m => LEAST_FINAL.indexOf(stateOf(m, asOf))))]!;
  const frozen = state === 'frozen' ? months.map(m => m.frozen!) : null;
  return {
    time: group.head.client === undefined ? dayStart(month, zone) : begins, month: monthName(month), ...group.head, state, closes: Math.max(...months.map(m => m.closes)),
    frozen_at: frozen && Math.max(...frozen.map(f => f.at)), definition: frozen && Math.max(...frozen.map(f => f.definition)), policy_version: frozen && Math.max(...frozen.map(f => f.settingsVersion)),
  };
}
/** Restatements by cause; empty where no month is frozen, or rows of one were removed with age. */
export function causeCells(group: MonthGroup<unknown>, causes: readonly Cause[]): Record<string, Cell> {
  const said = isCompared(group);
  return {
    restated: said ? causes.length : null,
    ...Object.fromEntries(CAUSES.map(c => [c === 'definition' ? 'definition_changed' : c, said ? causes.filter(x => x === c).length : null])),
  };
}
export const isCompared = ({ months }: MonthGroup<unknown>): boolean => { const frozen = [...months].filter(m => m.frozen); return frozen.length > 0 && frozen.every(m => m.kept); };
/** Why a month is not frozen or not compared; null where there is nothing to explain. */
export function freezeReason(group: MonthGroup<unknown>, asOf: number): 'not_kept' | 'not_read' | 'too_old' | null {
  const months = [...group.months];
  if (months.some(m => stateOf(m, asOf) === 'not kept')) return 'not_kept';
  if (months.some(m => !m.frozen && m.closes <= asOf)) return 'not_read';
  return months.some(m => m.frozen) && !isCompared(group) ? 'too_old' : null;
}
