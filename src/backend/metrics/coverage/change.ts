import { CHANGE_PARTS, coverageChange, type ChangePart } from '../../../catalog/coverage-change';
import { dayStart } from '../../../model';
import { defineQuery, type Cell } from '../metric';
import { groupsOf, measurer, membersIn } from './groups';
import { movesOver, type Move } from './moves';
import { inScope, membersOf, readingsOf, type Counts } from './shared';

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
  return [...parts.values()].sort((a, b) => CHANGE_PARTS.indexOf(a.part) - CHANGE_PARTS.indexOf(b.part) || String(a.source).localeCompare(String(b.source)));
}
const sum = (moves: readonly Move[], of: 'covered' | 'scope'): number => moves.reduce((n, m) => n + m.assets * m[of], 0);
export const assetsOf = (moves: readonly Move[]): number => moves.reduce((n, m) => n + m.assets, 0);

/** coverage.change (metrics.md §1): spans of two days compared; without two measured days nothing is said. */
export const coverageChangeQuery = defineQuery(coverageChange, async (reader, request, signal) => {
  const all = membersOf(reader, request);
  const { show, part: wanted } = request.options;
  const readings = await readingsOf(reader, all, signal);
  const groups = await groupsOf(reader, request, all, 1, signal);
  groups.sort((a, b) => String(a.head.client ?? '').localeCompare(String(b.head.client ?? '')) || a.kind.localeCompare(b.kind) || JSON.stringify(a.head).localeCompare(JSON.stringify(b.head)));
  const compared = groups.map(group => {
    const { why, valueOn } = measurer(group, readings, reader.policy.coverage.unknownTolerance);
    let [first, last] = [group.from - 1, group.to];
    while (first < last && why(first) !== null) first++;
    while (last > first && why(last) !== null) last--;
    return { group, first, last, why, valueOn };
  });
  // Groups of one zone mostly compare the same two days: those are asked for once, and all in one statement.
  const moves = await movesOver(reader, request, compared.map(({ group, first, last }) => ({ members: first < last ? membersIn(group) : [], from: first, to: last })), show === 'assets', signal);
  const rows: Record<string, Cell>[] = [];
  for (const [i, { group, first, last, why, valueOn }] of compared.entries()) {
    const empty = { ...group.head, part: null, source: null, contribution: null };
    if (first >= last) {
      if (show === 'parts') rows.push({ ...empty, assets: null, delta_covered: null, delta_scope: null, change: null, coverage_before: null, coverage_after: null, from: null, to: null, reason: why(last) ?? 'one_day' });
      continue;
    }
    const head = JSON.stringify(group.head);
    const worth = contribution(group.days.get(first)!, group.days.get(last)!);
    const parts = partsOf(moves[i]!.filter(m => m.head === head)).filter(p => wanted === 'all' || p.part === wanted);
    if (show === 'assets') {
      for (const p of parts) for (const m of [...p.moves].sort((a, b) => a.asset!.name.localeCompare(b.asset!.name))) {
        rows.push({ ...group.head, part: p.part, source: p.source, contribution: worth(m), name: m.asset!.name, before: m.asset!.before, after: m.asset!.after, link: m.asset!.url });
      }
      continue;
    }
    const [before, after] = [valueOn(first)!, valueOn(last)!];
    const whole = { change: after - before, coverage_before: before, coverage_after: after, from: dayStart(first + 1, group.zone), to: dayStart(last + 1, group.zone), reason: null };
    if (parts.length === 0) rows.push({ ...empty, contribution: 0, assets: 0, delta_covered: 0, delta_scope: 0, ...whole });
    for (const p of parts) {
      const [covered, scope] = [sum(p.moves, 'covered'), sum(p.moves, 'scope')];
      rows.push({ ...group.head, part: p.part, source: p.source, contribution: worth({ covered, scope }), assets: assetsOf(p.moves), delta_covered: covered, delta_scope: scope, ...whole });
    }
  }
  return { rows: rows.slice(0, request.limit), ...(rows.length > request.limit && { notices: [{ severity: 'warning' as const, text: `${rows.length - request.limit} further rows are not shown; filter by client, kind or part.` }] }) };
});
