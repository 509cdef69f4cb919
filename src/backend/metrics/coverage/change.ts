import { CHANGE_PARTS, coverageChange, type ChangePart } from '../../../catalog/coverage-change';
import { DAY, dayStart } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { defineQuery, type Cell, type MetricRequest, type MetricResult } from '../metric';
import { byText } from '../shared/by-text';
import { byHead, groupsOf, measurer, membersIn, type Group } from './groups';
import { movesOver, type Move, type Pair } from './moves';
import { inScope, membersOf, readingsOf, type Counts, type Reading } from './shared';

/** What a move is worth in points of coverage between two days (metrics.md §1, Change): exact, additive, independent of order. */
export function contribution(before: Counts, after: Counts): (m: Pick<Move, 'covered' | 'scope'>) => number {
  const [n0, n1] = [inScope(before), inScope(after)];
  const rate = (before.covered / n0 + after.covered / n1) / 2;
  return m => (m.covered - rate * m.scope) / ((n0 + n1) / 2);
}
export interface Part { readonly part: ChangePart; readonly source: string | null; readonly moves: readonly Move[] }
/** Moves by part, and by source where a source took assets with it; in the catalog's order. */
export function partsOf(moves: readonly Move[]): Part[] {
  const parts = new Map<string, { part: ChangePart; source: string | null; moves: Move[] }>();
  for (const m of moves) {
    const key = `${m.part}|${m.source ?? ''}`;
    const part = parts.get(key);
    if (part) part.moves.push(m); else parts.set(key, { part: m.part, source: m.source, moves: [m] });
  }
  return [...parts.values()].sort((a, b) => CHANGE_PARTS.indexOf(a.part) - CHANGE_PARTS.indexOf(b.part) || byText(String(a.source), String(b.source)));
}
export const sum = (moves: readonly Move[], of: 'covered' | 'scope'): number => moves.reduce((n, m) => n + m.assets * m[of], 0);
export const assetsOf = (moves: readonly Move[]): number => moves.reduce((n, m) => n + m.assets, 0);

type Asked = MetricRequest<{ readonly show: 'parts' | 'assets'; readonly part: 'all' | ChangePart }>;
/** Days at each end of a long range that are read first. */
const ENDS = 4;
const LONG = 90 * DAY;
/** A group with its first and last measured day; where they are not two, `first` is not before `last`. */
interface Compared extends ReturnType<typeof measurer> { readonly group: Group; readonly first: number; readonly last: number }
function comparedOf(groups: Group[], readings: readonly Reading[], tolerance: number): Compared[] {
  groups.sort(byHead);
  return groups.map(group => {
    const { why, valueOn } = measurer(group, readings, tolerance);
    let [first, last] = [group.from - 1, group.to];
    while (first < last && why(first) !== null) first++;
    while (last > first && why(last) !== null) last--;
    return { group, first, last, why, valueOn };
  });
}
/** Both days lie where every day was read: no day outside them is measured. */
const found = ({ group: { from, to }, first, last }: Compared): boolean => first < last && first < from - 1 + ENDS && last > to - ENDS;

/** coverage.change (metrics.md §1): spans of two days compared; without two measured days nothing is said. */
export const coverageChangeQuery = defineQuery(coverageChange, (reader, request, signal) => changeOver(reader, request, LONG, signal));

/** From `long` on, the days between the ends of a range are read only where they are needed. */
export async function changeOver(reader: ScopedReader, request: Asked, long: number, signal?: AbortSignal): Promise<MetricResult> {
  const all = membersOf(reader, request);
  const { show, part: wanted } = request.options;
  const readings = await readingsOf(reader, all, signal);
  const tolerance = reader.policy.coverage.unknownTolerance;
  // The two days mostly lie at the very ends of the range; only where some group's do not, every day between is read. Of a short range all are read at once.
  const near = request.range.to - request.range.from < long ? null : comparedOf(await groupsOf(reader, request, all, 1, signal, ENDS), readings, tolerance);
  const compared = near?.every(found) ? near : comparedOf(await groupsOf(reader, request, all, 1, signal), readings, tolerance);
  // Groups of one zone mostly compare the same two days: those are asked for once, and all in one statement.
  const pairs = compared.map(({ group, first, last }): Pair => ({ members: first < last ? membersIn(group) : [], from: first, to: last }));
  const moves = await movesOver(reader, request, pairs, false, signal);
  const partsIn = (of: readonly Move[][], i: number): Part[] => {
    const head = JSON.stringify(compared[i]!.group.head);
    return partsOf(of[i]!.filter(m => m.head === head)).filter(p => wanted === 'all' || p.part === wanted);
  };
  if (show === 'assets') return assetsBehind(reader, request, compared, pairs, i => partsIn(moves, i), partsIn, signal);
  const rows: Record<string, Cell>[] = [];
  for (const [i, { group, first, last, why, valueOn }] of compared.entries()) {
    const empty = { ...group.head, part: null, source: null, contribution: null };
    if (first >= last) {
      rows.push({ ...empty, assets: null, delta_covered: null, delta_scope: null, change: null, coverage_before: null, coverage_after: null, from: null, to: null, reason: why(last) ?? 'one_day' });
      continue;
    }
    const worth = contribution(group.days.get(first)!, group.days.get(last)!);
    const parts = partsIn(moves, i);
    const [before, after] = [valueOn(first)!, valueOn(last)!];
    const whole = { change: after - before, coverage_before: before, coverage_after: after, from: dayStart(first + 1, group.zone), to: dayStart(last + 1, group.zone), reason: null };
    if (parts.length === 0) rows.push({ ...empty, contribution: 0, assets: 0, delta_covered: 0, delta_scope: 0, ...whole });
    for (const p of parts) {
      const [covered, scope] = [sum(p.moves, 'covered'), sum(p.moves, 'scope')];
      rows.push({ ...group.head, part: p.part, source: p.source, contribution: worth({ covered, scope }), assets: assetsOf(p.moves), delta_covered: covered, delta_scope: scope, ...whole });
    }
  }
  return shown(rows, rows.length, request.limit);
}
const shown = (rows: Record<string, Cell>[], of: number, limit: number): MetricResult =>
  ({ rows: rows.slice(0, limit), ...(of > limit && { notices: [{ severity: 'warning' as const, text: `${of - limit} further rows are not shown; filter by client, kind or part.` }] }) });

/** Two assets may bear one name: their keys tell them apart. */
const byName = ({ asset: a }: Move, { asset: b }: Move): number => byText(a!.name, b!.name) || (a!.key < b!.key ? -1 : 1);

/** The assets of each part by name. How many there are is counted already; names and links are read of the groups alone that are shown. */
async function assetsBehind(reader: ScopedReader, request: Asked, compared: readonly Compared[], pairs: readonly Pair[], countedIn: (i: number) => Part[], partsIn: (of: readonly Move[][], i: number) => Part[], signal?: AbortSignal): Promise<MetricResult> {
  let total = 0;
  const asked = pairs.map((pair, i): Pair => {
    const isShown = total < request.limit;
    total += countedIn(i).reduce((n, p) => n + assetsOf(p.moves), 0);
    return isShown ? pair : { ...pair, members: [] };
  });
  const named = await movesOver(reader, request, asked, true, signal);
  const rows = compared.flatMap(({ group, first, last }, i) => {
    if (asked[i]!.members.length === 0) return [];
    const worth = contribution(group.days.get(first)!, group.days.get(last)!);
    return partsIn(named, i).flatMap(p => [...p.moves].sort(byName)
      .map((m): Record<string, Cell> => ({ ...group.head, part: p.part, source: p.source, contribution: worth(m), name: m.asset!.name, before: m.asset!.before, after: m.asset!.after, link: m.asset!.url })));
  });
  return shown(rows, total, request.limit);
}
