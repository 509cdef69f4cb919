import type { ChangePart } from '../../../catalog/coverage-change';
import type { CoverageState } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { isIn as isInList } from '../shared/conditions';
import { headOf } from './days';
import type { Member } from './shared';

/** How one asset moved one group between two days: covered by `covered` (−1, 0, 1), in scope by `scope`. */
export interface Move {
  readonly head: string;
  readonly part: ChangePart;
  /** The source that lost its hosts, for `dark_with_source`. */
  readonly source: string | null;
  readonly covered: number;
  readonly scope: number;
  readonly asset: { readonly client_key: number; readonly name: string; readonly before: string | null; readonly after: string | null; readonly url: string | null };
}
interface Side { readonly state: CoverageState | null; readonly kind: string | null; readonly criticality: string | null; readonly requirement: string | null }
interface Row {
  readonly asset_key: bigint; readonly client_key: number; readonly name: string; readonly url: string | null; readonly began_as: string | null; readonly ended_as: string | null; readonly reason1: string | null; readonly policy: boolean;
  readonly state0: CoverageState | null; readonly kind0: string | null; readonly criticality0: string | null; readonly requirement0: string | null;
  readonly state1: CoverageState | null; readonly kind1: string | null; readonly criticality1: string | null; readonly requirement1: string | null;
}
const isIn = (s: Side): 0 | 1 => (s.state !== null && s.state !== 'excluded' ? 1 : 0);
const isCovered = (s: Side): 0 | 1 => (s.state === 'covered' ? 1 : 0);

/**
 * Every asset that stands otherwise on local day `to` than on `from`, as moves of the request's groups (metrics.md §1, Change). The moves of
 * a group add up to the difference of its counts. `policy`: the last day on which it turned was the first under another requirement.
 */
export async function movesBetween(reader: ScopedReader, request: Pick<MetricRequest, 'groupBy' | 'filters'>, members: readonly Member[], from: number, to: number, signal?: AbortSignal): Promise<Move[]> {
  if (members.length === 0) return [];
  const keys = members.map(m => m.key);
  const spans = reader.relation('asset_span');
  const rows = await reader.query<Row>(sql`
    with one as (select * from ${spans} s where s.first_day <= ${from} and s.last_day >= ${from} and ${isInList(sql`s.client_key`, keys)}),
    two as (select * from ${spans} s where s.first_day <= ${to} and s.last_day >= ${to} and ${isInList(sql`s.client_key`, keys)}),
    moved as (
      select coalesce(o.asset_key, t.asset_key) as asset_key, o.state as state0, o.kind as kind0, o.criticality as criticality0, o.requirement as requirement0,
        t.state as state1, t.kind as kind1, t.criticality as criticality1, t.requirement as requirement1, t.reason as reason1
      from one o full join two t on t.asset_key = o.asset_key
      where o.state is distinct from t.state or o.kind is distinct from t.kind or o.criticality is distinct from t.criticality or o.requirement is distinct from t.requirement),
    turns as (
      select x.asset_key, arg_max(x.requirement is distinct from x.earlier_requirement, x.first_day) as policy
      from (select s.asset_key, s.first_day, s.requirement, s.state, lag(s.requirement) over w as earlier_requirement, lag(s.state) over w as earlier
        from ${spans} s where s.last_day >= ${from} and s.first_day <= ${to} and s.asset_key in (select asset_key from moved where requirement0 <> requirement1) window w as (partition by s.asset_key order by s.first_day)) x
      where x.first_day > ${from} and (x.state = 'covered') is distinct from (x.earlier = 'covered') group by x.asset_key)
    select m.asset_key, a.client_key, a.name, a.url, a.began_as, a.ended_as, m.reason1, coalesce(t.policy, false) as policy,
      cast(m.state0 as varchar) as state0, cast(m.kind0 as varchar) as kind0, m.criticality0, m.requirement0, cast(m.state1 as varchar) as state1, cast(m.kind1 as varchar) as kind1, m.criticality1, m.requirement1
    from moved m join ${reader.relation('asset')} a on a.asset_key = m.asset_key left join turns t on t.asset_key = m.asset_key`, signal);
  const nameOf = (key: number): string => members.find(m => m.key === key)!.id;
  return rows.flatMap(row => movesOf(row, request, nameOf));
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
  const asset = { client_key: row.client_key, name: row.name, before: row.state0, after: row.state1, url: row.url };
  const move = (head: string | null, part: ChangePart, covered: number, scope: number): Move[] =>
    (head === null || (covered === 0 && scope === 0) ? [] : [{ head, part, source: part === 'dark_with_source' ? row.reason1!.slice('with_source:'.length) : null, covered, scope, asset }]);
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
