import type { ChangePart } from '../../../catalog/coverage-change';
import type { CoverageState } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { headOf } from './days';
import type { Member } from './shared';

/** How an asset moved one group between two days: covered by `covered` (−1, 0, 1), in scope by `scope`; `assets` of them moved alike. */
export interface Move {
  readonly head: string;
  readonly part: ChangePart;
  /** The source that lost its hosts, for `dark_with_source`. */
  readonly source: string | null;
  readonly covered: number;
  readonly scope: number;
  readonly assets: number;
  /** Which asset, where they were asked for by name. */
  readonly asset: null | { readonly key: bigint; readonly client_key: number; readonly name: string; readonly before: string | null; readonly after: string | null; readonly url: string | null };
}
interface Side { readonly state: CoverageState | null; readonly kind: string | null; readonly criticality: string | null; readonly requirement: string | null }
interface Row {
  readonly assets: number; readonly asset_key: bigint | null; readonly client_key: number; readonly name: string | null; readonly url: string | null; readonly began_as: string | null; readonly ended_as: string | null; readonly reason1: string | null; readonly policy: boolean;
  readonly state0: CoverageState | null; readonly kind0: string | null; readonly criticality0: string | null; readonly requirement0: string | null;
  readonly state1: CoverageState | null; readonly kind1: string | null; readonly criticality1: string | null; readonly requirement1: string | null;
}
const isIn = (s: Side): 0 | 1 => (s.state !== null && s.state !== 'excluded' ? 1 : 0);
const isCovered = (s: Side): 0 | 1 => (s.state === 'covered' ? 1 : 0);

/** Two days to compare, and the clients whose assets are compared. */
export interface Pair { readonly members: readonly Member[]; readonly from: number; readonly to: number }

/**
 * Every asset that stands otherwise on local day `to` than on `from`, as moves of the request's groups (metrics.md §1, Change), for each of
 * the pairs in their order; equal pairs are asked once, and all of them in one statement. The moves of a group add up to the difference of
 * its counts. By name only where `named`: otherwise assets that moved alike are one move. `policy`: the last day on which it turned was the first under another requirement.
 */
export async function movesOver(reader: ScopedReader, request: Pick<MetricRequest, 'groupBy' | 'filters'>, pairs: readonly Pair[], named: boolean, signal?: AbortSignal): Promise<Move[][]> {
  const distinct = new Map<string, { readonly pair: Pair; readonly at: number }>();
  const places = pairs.map(pair => {
    const key = `${pair.from}|${pair.to}|${pair.members.map(m => m.key).join(',')}`;
    let known = distinct.get(key);
    if (!known) distinct.set(key, known = { pair, at: distinct.size });
    return known.at;
  });
  const asked = [...distinct.values()].flatMap(({ pair, at }) => pair.members.map(m => ({ p: at, client: m.key, from: pair.from, to: pair.to })));
  if (asked.length === 0) return pairs.map(() => []);
  const spans = reader.relation('asset_span');
  const rows = await reader.query<Row & { p: number }>(sql`
    with asked as (select unnest(${asked.map(a => a.p)}::integer[]) as p, unnest(${asked.map(a => a.client)}::integer[]) as member, unnest(${asked.map(a => a.from)}::integer[]) as d0, unnest(${asked.map(a => a.to)}::integer[]) as d1),
    one as (select q.p, s.* from asked q join ${spans} s on s.client_key = q.member and s.first_day <= q.d0 and s.last_day >= q.d0),
    two as (select q.p, s.* from asked q join ${spans} s on s.client_key = q.member and s.first_day <= q.d1 and s.last_day >= q.d1),
    moved as (
      select coalesce(o.p, t.p) as p, coalesce(o.asset_key, t.asset_key) as asset_key, o.state as state0, o.kind as kind0, o.criticality as criticality0, o.requirement as requirement0,
        t.state as state1, t.kind as kind1, t.criticality as criticality1, t.requirement as requirement1, t.reason as reason1
      from one o full join two t on t.asset_key = o.asset_key and t.p = o.p
      where o.state is distinct from t.state or o.kind is distinct from t.kind or o.criticality is distinct from t.criticality or o.requirement is distinct from t.requirement),
    turns as (
      select x.p, x.asset_key, arg_max(x.requirement is distinct from x.earlier_requirement, x.first_day) as policy
      from (select c.p, c.d0, s.asset_key, s.first_day, s.requirement, s.state, lag(s.requirement) over w as earlier_requirement, lag(s.state) over w as earlier
        from (select m.p, m.asset_key, q.d0, q.d1 from moved m join (select distinct p, d0, d1 from asked) q on q.p = m.p where m.requirement0 <> m.requirement1) c
        join ${spans} s on s.asset_key = c.asset_key and s.last_day >= c.d0 and s.first_day <= c.d1 window w as (partition by c.p, s.asset_key order by s.first_day)) x
      where x.first_day > x.d0 and (x.state = 'covered') is distinct from (x.earlier = 'covered') group by x.p, x.asset_key)
    select m.p, ${named ? sql`m.asset_key, a.name, a.url` : sql`null as asset_key, null as name, null as url`}, count(*) as assets, a.client_key, a.began_as, a.ended_as, m.reason1, coalesce(t.policy, false) as policy,
      cast(m.state0 as varchar) as state0, cast(m.kind0 as varchar) as kind0, m.criticality0, m.requirement0, cast(m.state1 as varchar) as state1, cast(m.kind1 as varchar) as kind1, m.criticality1, m.requirement1
    from moved m join ${reader.relation('asset')} a on a.asset_key = m.asset_key left join turns t on t.asset_key = m.asset_key and t.p = m.p
    group by all`, signal);
  const found = [...distinct.values()].map((): Move[] => []);
  const names = [...distinct.values()].map(({ pair }) => new Map(pair.members.map(m => [m.key, m.id])));
  for (const { p, ...row } of rows) found[p]!.push(...movesOf(row, request, key => names[p]!.get(key)!));
  return places.map(at => found[at]!);
}

function movesOf(row: Row, request: Pick<MetricRequest, 'groupBy' | 'filters'>, nameOf: (key: number) => string): Move[] {
  const was: Side = { state: row.state0, kind: row.kind0, criticality: row.criticality0, requirement: row.requirement0 };
  const is: Side = { state: row.state1, kind: row.kind1, criticality: row.criticality1, requirement: row.requirement1 };
  const { filters } = request;
  /** The group a side stands in; null where it is in none that was asked for. */
  const headOn = (s: Side): string | null => {
    if (s.state === null || (['kind', 'criticality', 'requirement'] as const).some(d => filters[d] && !filters[d].includes(s[d] ?? ''))) return null;
    return JSON.stringify(headOf(request as MetricRequest, { client_key: row.client_key, kind: s.kind!, criticality: request.groupBy.includes('criticality') ? s.criticality : null, requirement: request.groupBy.includes('requirement') ? s.requirement! : '' }, nameOf));
  };
  const { assets } = row;
  const asset = row.name === null ? null : { key: row.asset_key!, client_key: row.client_key, name: row.name, before: row.state0, after: row.state1, url: row.url };
  const move = (head: string | null, part: ChangePart, covered: number, scope: number): Move[] =>
    (head === null || (covered === 0 && scope === 0) ? [] : [{ head, part, source: part === 'dark_with_source' ? row.reason1!.slice('with_source:'.length) : null, covered, scope, assets, asset }]);
  const [before, after] = [headOn(was), headOn(is)];
  if (was.state !== null && is.state !== null && before !== after) {
    const part = was.kind === is.kind && was.criticality === is.criticality ? 'policy' : 'reclassified';
    return [...move(before, part, -isCovered(was), -isIn(was)), ...move(after, part, isCovered(is), isIn(is))];
  }
  return move(before ?? after, partOf(was, is, row), isCovered(is) - isCovered(was), isIn(is) - isIn(was));
}

/** The part a move within one group belongs to. */
function partOf(was: Side, is: Side, row: Row): ChangePart {
  if (isIn(was) && isIn(is)) {
    if (row.policy) return 'policy';
    if (was.state === 'unknown' || is.state === 'unknown') return 'not_read';
    return isCovered(is) ? 'came_back' : row.reason1?.startsWith('with_source:') ? 'dark_with_source' : 'went_dark';
  }
  if (isIn(was)) {
    if (is.state === 'excluded') return 'excluded';
    return row.ended_as === 'moved_client' || row.ended_as === 'merged' ? (row.ended_as === 'merged' ? 'merged' : 'moved_client') : isCovered(was) ? 'retired_covered' : 'retired_uncovered';
  }
  if (was.state === 'excluded') return 'un_excluded';
  return row.began_as === 'moved_client' ? 'moved_client' : isCovered(is) ? 'registered_covered' : 'registered_uncovered';
}
