import { bucketDay, dayStart, type Bucket } from '../../../model';
import { and, join, sql, type Sql } from '../../store/sql';
import { isIn } from '../shared/conditions';
import { coverageChangeQuery } from '../coverage/change';
import { groupsOf, measurer, membersIn } from '../coverage/groups';
import { SIGNAL } from '../coverage/history';
import { assetFilters, daysAt, membersOf, readingsOf, runningStates } from '../coverage/shared';
import { retiredSeen, seenHosts } from '../coverage/unregistered';
import { shape, text, type Drill, type Found, type Part, type Question } from './part';

/** Drills of the coverage metrics: assets in the states that are counted, at the same instant; over days, an asset on each day. */
const IN_SCOPE = sql`state <> 'excluded'`;
const COVERED = sql`state = 'covered'`;
interface Choice { readonly among?: Sql; readonly counted?: Sql }
const STATES = ['covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded'] as const;
const COLUMNS: Readonly<Record<string, Choice>> = {
  ...Object.fromEntries(STATES.map(s => [s, { among: sql`state = ${s}` }])), in_scope: { among: IN_SCOPE }, coverage: { among: IN_SCOPE, counted: COVERED }, weak_share: { among: COVERED, counted: sql`weak` },
  degraded: { among: sql`${COVERED} and degraded` }, coverage_without_exclusions: { counted: sql`${COVERED} or (state = 'excluded' and otherwise = 'covered')` },
};
/** The same as shares of others: what the counters of the estate are made of. */
const COUNTERS: Readonly<Record<string, Choice>> = {
  weak: { among: sql`${COVERED} and weak` }, all: {}, unknown_share: { among: IN_SCOPE, counted: sql`state = 'unknown'` }, agent_only_share: { among: IN_SCOPE, counted: sql`state = 'agent_only'` },
  excluded_share: { counted: sql`state = 'excluded'` }, degraded_share: { among: COVERED, counted: sql`degraded` },
};
const shares = { coverage: 'share', weak_share: 'share', coverage_without_exclusions: 'share' } as const;
const counts = Object.fromEntries([...STATES, 'in_scope', 'degraded'].map(s => [s, 'count' as const]));
/** A group without criticality is one of its own: no filter says that. */
const unnamed = (q: Question): Sql => (q.cell.criticality === null && q.request.groupBy.includes('criticality') ? sql`criticality is null` : sql`true`);
const narrowed = (q: Question): Question['request'] => { const { criticality, ...rest } = q.request.filters; return q.cell.criticality === null && criticality === undefined ? { ...q.request, filters: rest } : q.request; };

const spans = (q: Question, of: readonly { key: number; day: number }[], where: Sql): Sql => sql`
  select s.asset_key, s.client_key, cast(s.kind as varchar) as kind, s.criticality, s.requirement, cast(s.state as varchar) as state, cast(s.otherwise as varchar) as otherwise, s.weak, s.degraded, d.day, null::varchar as label
  from ${q.reader.relation('asset_span')} s join (select unnest(${of.map(o => o.key)}::integer[]) as client_key, unnest(${of.map(o => o.day)}::integer[]) as day) d on d.client_key = s.client_key and s.first_day <= d.day and s.last_day >= d.day where ${where}`;
const chosen = (q: Question, all: Sql, { among, counted }: Choice, unit: 'asset' | 'asset day', moment: Sql): Part =>
  ({ unit, select: sql`select ${shape({ key: sql`asset_key`, client: sql`client_key`, moment, countsAs: sql`state`, counted, label: sql`label` })} from (${all}) g where ${and([among ?? sql`true`, unnamed(q)])}` });

async function now(q: Question): Promise<readonly Part[]> {
  const request = narrowed(q);
  const members = membersOf(q.reader, request);
  if (members.length === 0) return [];
  const { dayOf, complete, running } = await daysAt(q.reader, members, request.asOf, q.signal);
  const filters = assetFilters(request);
  if (q.column === 'depth') {
    return [{ unit: 'asset', select: sql`select ${shape({ key: sql`asset_key`, moment: sql`last_any`, countsAs: sql`depth_seen || ' of ' || depth_registered`, weight: sql`depth_seen` })} from ${q.reader.relation('asset')} a
      where ${and([sql`kind = 'network_segment' and retired_at is null and depth_registered > 0`, isIn(sql`client_key`, members.map(m => m.key)), filters, unnamed(q)])}` }];
  }
  const choice = COLUMNS[q.column] ?? COUNTERS[q.column] ?? COLUMNS.coverage!;
  const parts: Sql[] = [];
  if (complete.length > 0) parts.push(spans(q, complete.map(m => ({ key: m.key, day: dayOf.get(m.key)! })), filters));
  // Degraded is a matter of whole days: the last complete one's.
  if (q.column === 'degraded' || q.column === 'degraded_share') {
    for (const r of await readingsOf(q.reader, running, q.signal)) if (r.last_day !== null) parts.push(spans(q, [{ key: r.client_key, day: r.last_day }], and([filters, sql`cast(s.kind as varchar) = ${r.kind}`])));
  } else if (running.length > 0) {
    parts.push(sql`select asset_key, client_key, kind, criticality, requirement, state, otherwise, weak, false as degraded, null::integer as day, name as label from ${runningStates(q.reader, running, request.asOf)} s where ${filters}`);
  }
  return parts.length === 0 ? [] : [chosen(q, join(parts, sql` union all `), choice, 'asset', sql`null::bigint`)];
}
export const nowDrill: Drill = { columns: { ...counts, ...shares, depth: 'made of', last_measured: 'made of' }, parts: now };

/** The measured days of the bucket; where none was, those that make the reason. A bucket of several days counts an asset on each. */
export const historyDrill: Drill = {
  columns: { ...counts, ...shares, change: 'made of', signal: 'made of' },
  parts: async q => {
    const request = narrowed(q);
    const all = membersOf(q.reader, request);
    const bucket: Bucket = request.bucket === 'none' ? 'day' : request.bucket;
    const [readings, groups] = await Promise.all([readingsOf(q.reader, all, q.signal), groupsOf(q.reader, request, all, SIGNAL.days, q.signal)]);
    const group = groups.find(g => Object.entries(g.head).every(([d, v]) => text(q.cell[d]) === v));
    if (!group) return [];
    const { why } = measurer(group, readings, q.reader.policy.coverage.unknownTolerance);
    const days: number[] = [];
    for (let day = group.from; day <= group.to; day++) if (dayStart(Math.max(group.from, bucketDay(day, bucket)), group.zone) === q.time) days.push(day);
    const measured = days.filter(day => why(day) === null);
    const taken = measured.length > 0 ? measured : days;
    const of = membersIn(group).flatMap(m => taken.map(day => ({ key: m.key, day })));
    return of.length === 0 ? [] : [chosen(q, spans(q, of, assetFilters(request)), COLUMNS[q.column] ?? COLUMNS.coverage!, 'asset day', sql`g.day * 86400000::bigint`)];
  },
};

/** Assets of a part, as the metric lists them; counted: what it adds to the covered. */
export const changeDrill: Drill = {
  keys: ['part', 'source'], columns: { contribution: 'made of', assets: 'count', delta_covered: 'made of', delta_scope: 'made of', change: 'made of', coverage_before: 'made of', coverage_after: 'made of' },
  parts: async q => {
    const own = ['contribution', 'assets', 'delta_covered', 'delta_scope'].includes(q.column);
    const { rows } = await coverageChangeQuery.run(q.reader, { ...narrowed(q), view: 'table', limit: 100_000, options: { show: 'assets', part: 'all' } } as never, q.signal);
    const mine = rows.filter(r => Object.keys(q.cell).every(k => (k === 'part' || k === 'source' ? !own || (r[k] ?? null) === q.cell[k] : r[k] === q.cell[k])));
    return [{ unit: 'asset', rows: mine.map((r): Found => ({ key: null, client_key: q.reader.clientKey(String(r.client)) ?? -1, moment: null, link: text(r.link), counted: r.after === 'covered', weight: 1, counts_as: `${text(r.before) ?? 'not in scope'} → ${text(r.after) ?? 'not in scope'}`, label: text(r.name) })) }];
  },
};

export const unregisteredDrill: Drill = {
  columns: { seen: 'count', registered: 'count', ambiguous: 'count', retired_seen: 'count', completeness: 'share' },
  parts: async q => {
    if (membersOf(q.reader, q.request).length === 0) return [];
    if (q.column === 'retired_seen') {
      const seen = (await retiredSeen(q.reader, q.request, q.signal)).map(a => a.asset_key);
      return [{ unit: 'asset', select: sql`select ${shape({ key: sql`asset_key`, moment: sql`last_any`, countsAs: sql`'retired, seen'` })} from ${q.reader.relation('asset')} a
        where asset_key in (select unnest(${seen}::ubigint[]))` }];
    }
    const among = { registered: sql`asset_key is not null`, ambiguous: sql`match = 'ambiguous'` }[q.column] ?? sql`true`;
    return [{ unit: 'host', select: sql`select ${shape({ key: sql`asset_key`, moment: sql`last`, countsAs: sql`match`, counted: sql`asset_key is not null`, label: sql`name` })}
      from (select client_key, asset_key, min(name) as name, min(match) as match, max(last) as last from (select client_key, name, match, last, unnest(case when len(assets) > 0 then assets else [null] end) as asset_key from ${await seenHosts(q.reader, q.request, q.signal)} a) h where asset_key is not null or match in ('none', 'ambiguous') group by client_key, asset_key, case when asset_key is null then name end) g where ${among}` }];
  },
};
