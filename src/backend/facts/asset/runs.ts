import type { AssetRow, Ms } from '../../../model';
import { keyed, parts, sets, type Keyed, type MergePolicy } from './join';
import { asItWas, renamings, type Lives } from './lives';
import type { Span } from './parents';

/** Records that stood for one asset from one instant to another, as they were just before its end, most trusted first. */
export interface Stage { readonly from: Ms; readonly to: Ms; readonly rows: readonly Keyed[] }
/** The time through which some records stood for an asset of one id: without its own end the present is its last stage. */
export interface Run { readonly id: string; readonly stages: readonly Stage[]; readonly current: boolean }

/** Renamings and moves of one knot of records that are told apart; before the oldest of them what held just before it holds from ever. */
const MOST = 200;

/**
 * What the records of one client stood for, and when (docs/adr/055): between two instants at which a record of those that name each other
 * was renamed, came to the client or left it, records are joined by the names in force then. An asset that became part of another ends
 * there; one that was part of another begins when it no longer was. While a record is another client's it joins nothing
 * and bears no name here; nor while it is no asset (`hidden`).
 */
export function runsOf(rows: readonly AssetRow[], policy: MergePolicy, extra: ReadonlySet<string>, lives: Lives, hidden: Hidden): Run[] {
  const turned = new Map(rows.flatMap(row => { const at = turns(row.id, lives, hidden); return at.length > 0 ? [[row.id, at] as const] : []; }));
  const still = (list: readonly AssetRow[]): Run[] => parts(list.map(row => keyed(row, extra)), policy).map(part => ({ id: idOf(part), stages: [{ from: -Infinity, to: Infinity, rows: part }], current: true }));
  if (turned.size === 0) return still(rows);
  const [calm, knots] = knotsOf(rows, turned, extra, lives);
  return [...still(calm), ...knots.flatMap(knot => timeline(knot, [...new Set(knot.flatMap(row => turned.get(row.id) ?? []))].sort((a, b) => a - b).slice(-MOST), policy, extra, lives, hidden))];
}
type Hidden = ReadonlyMap<string, readonly Span[]>;
function turns(id: string, lives: Lives, hidden: Hidden): Ms[] {
  const life = lives.get(id);
  return [...(life ? [...renamings(life), life.since, life.until] : []), ...(hidden.get(id) ?? []).flatMap(s => [s.from, s.to])].filter(t => Math.abs(t) !== Infinity);
}
const idOf = (part: readonly Keyed[]): string => `asset:${part[0]!.row.id}`;

/** Records that bore one name at any time, in knots, where one of them turned; and the others. */
function knotsOf(rows: readonly AssetRow[], turned: ReadonlyMap<string, unknown>, extra: ReadonlySet<string>, lives: Lives): [AssetRow[], AssetRow[][]] {
  const together = sets(rows.length);
  const first = new Map<string, number>();
  rows.forEach((row, i) => {
    const ever = turned.has(row.id) ? [row, ...(lives.get(row.id)?.past ?? []).map(p => p.row)] : [row];
    for (const key of ever.flatMap(r => { const k = keyed(r, extra); return k.fqdn === null ? k.strong : [...k.strong, `fqdn:${k.fqdn}`]; })) {
      const one = first.get(key);
      if (one === undefined) first.set(key, i); else together.join(i, one);
    }
  });
  const calm: AssetRow[] = [];
  const knots: AssetRow[][] = [];
  for (const set of together.all()) {
    const list = set.map(i => rows[i]!);
    if (list.some(row => turned.has(row.id))) knots.push(list); else calm.push(...list);
  }
  return [calm, knots];
}

function timeline(rows: readonly AssetRow[], edges: readonly Ms[], policy: MergePolicy, extra: ReadonlySet<string>, lives: Lives, hidden: Hidden): Run[] {
  const open = new Map<string, Stage[]>();
  const ended: { id: string; stages: Stage[] }[] = [];
  for (let i = 0; i <= edges.length; i++) {
    const [from, to] = [edges[i - 1] ?? -Infinity, edges[i] ?? Infinity];
    const here = rows.filter(row => {
      const life = lives.get(row.id);
      return (life === undefined || (life.since < to && from < life.until)) && !hidden.get(row.id)?.some(s => s.from <= from && to <= s.to);
    });
    const now = new Map(parts(here.map(row => keyed(asItWas(row, lives.get(row.id), to), extra)), policy).map(part => [idOf(part), part]));
    for (const [id, stages] of open) if (!now.has(id)) { ended.push({ id, stages }); open.delete(id); }
    for (const [id, part] of now) {
      const stages = open.get(id);
      if (stages) stages.push({ from, to, rows: part }); else open.set(id, [{ from, to, rows: part }]);
    }
  }
  // The id without an instant is that of the newest run.
  const newest = new Map([...ended, ...[...open].map(([id, stages]) => ({ id, stages }))].map(run => [run.id, run.stages]));
  return [
    ...ended.map(({ id, stages }): Run => ({ id: newest.get(id) === stages ? id : `${id}@${stages[stages.length - 1]!.to}`, stages, current: false })),
    ...[...open].map(([id, stages]): Run => ({ id, stages, current: true })),
  ];
}
