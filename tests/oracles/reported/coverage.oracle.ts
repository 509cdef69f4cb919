import type { Cell } from '../../../src/backend/metrics/metric';
import type { OracleDay } from '../coverage/oracle';

/** reported.coverage in plain loops over what every asset was on every day, at the freezing and now. */
export interface Month { readonly client: string; readonly name: string; readonly days: readonly number[]; readonly frozen: boolean }
const STATES = ['covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded'];
const date = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Months of a client between two local days, each with its days up to the last complete one. */
export function monthsOfDays(client: string, from: number, last: number, frozen: (name: string) => boolean): Month[] {
  const out = new Map<string, number[]>();
  let first = from;
  while (!date(first).endsWith('-01')) first--;
  for (let day = first; day <= last; day++) out.set(date(day).slice(0, 7), [...(out.get(date(day).slice(0, 7)) ?? []), day]);
  return [...out].map(([name, days]) => ({ client, name, days, frozen: frozen(name) }));
}

interface Figures { days: number; measured: number; states: Record<string, number> }
function figures(facts: readonly OracleDay[], m: Month, kind: string, tolerance: number): Figures {
  const of: Figures = { days: m.days.length, measured: 0, states: Object.fromEntries(STATES.map(s => [s, 0])) };
  for (const day of m.days) {
    const there = facts.filter(f => f.client === m.client && f.kind === kind && f.day === day);
    const scope = there.filter(f => f.state !== 'excluded').length;
    if (scope === 0 || there.filter(f => f.state === 'unknown').length > tolerance * scope) continue;
    of.measured++;
    for (const f of there) of.states[f.state]!++;
  }
  return of;
}
const klass = (f: OracleDay | undefined): string => (!f ? '.' : f.state === 'covered' ? 'c' : f.state === 'unknown' ? 'u' : f.state === 'excluded' ? 'e' : 'n');
/** Assets that count otherwise on some day of the month, in one kind. */
export function changedAssets(before: readonly OracleDay[], after: readonly OracleDay[], m: Month, kind: string): string[] {
  const mine = (list: readonly OracleDay[]) => list.filter(f => f.client === m.client && f.kind === kind && m.days.includes(f.day));
  const [was, now] = [mine(before), mine(after)];
  const word = (list: readonly OracleDay[], asset: string): string => m.days.map(day => klass(list.find(f => f.asset === asset && f.day === day))).join('');
  return [...new Set([...was, ...now].map(f => f.asset))].filter(asset => word(was, asset) !== word(now, asset));
}

export function oracleReportedCoverage(before: readonly OracleDay[], after: readonly OracleDay[], months: readonly Month[], kinds: readonly string[], tolerance: number, byClient: boolean): Record<string, Cell>[] {
  const rows = new Map<string, { head: Record<string, Cell>; months: Month[]; said: Figures[]; now: Figures[]; restated: number }>();
  for (const m of months) for (const kind of kinds) {
    const has = (list: readonly OracleDay[]) => list.some(f => f.client === m.client && f.kind === kind && m.days.includes(f.day));
    if (!(m.frozen && has(before)) && !has(after)) continue;
    const head = { ...(byClient && { client: m.client }), kind };
    const key = JSON.stringify([m.name, head]);
    if (!rows.has(key)) rows.set(key, { head, months: [], said: [], now: [], restated: 0 });
    const row = rows.get(key)!;
    row.months.push(m);
    if (!m.frozen || has(before)) row.said.push(figures(m.frozen ? before : after, m, kind, tolerance));
    if (has(after)) row.now.push(figures(after, m, kind, tolerance));
    if (m.frozen) row.restated += changedAssets(before, after, m, kind).length;
  }
  return [...rows.values()].map(({ head, months: of, said, now, restated }) => {
    const sum = (list: Figures[], state: string) => list.reduce((n, f) => n + f.states[state]!, 0);
    const scope = (list: Figures[]) => STATES.filter(s => s !== 'excluded').reduce((n, s) => n + sum(list, s), 0);
    const ratio = (list: Figures[]) => (scope(list) === 0 ? null : sum(list, 'covered') / scope(list));
    const measured = said.reduce((n, f) => n + f.measured, 0);
    return {
      month: of[0]!.name, ...head, days: said.reduce((n, f) => n + f.days, 0), days_measured: measured, in_scope: measured > 0 ? scope(said) : null, ...Object.fromEntries(STATES.map(s => [s, measured > 0 ? sum(said, s) : null])),
      coverage: ratio(said), now: ratio(now), restated: of.some(m => m.frozen) ? restated : null,
    };
  });
}
