import { DAY } from '../../../model';
import { AT_CLOSING, monthDecisions, monthRules } from '../../store/month-verdicts';
import { monthStates } from '../../store/month-coverage';
import { and, column as named, join, sql, type Sql } from '../../store/sql';
import { isIn } from '../shared/conditions';
import { restatedAssets } from '../reported/assets';
import { coverageMonths } from '../reported/coverage';
import { decisionsNow, restatedDecisions } from '../reported/decisions';
import { partMonths, partRows, type PartMonth } from '../reported/months';
import { CAUSES } from '../reported/restated';
import { NO_RULE } from '../rules/counts';
import { lineages } from '../rules/lineage';
import { shape, unite, type Drill, type Found, type Part, type Question } from './part';
import { todays, type Moved } from './todays';

/** Rows behind reported months of coverage and of verdicts: of a frozen month what was frozen, of another what stands. */
const monthOf = (month: unknown): number => { const [y, m] = String(month).split('-').map(Number); return Math.floor(Date.UTC(y!, m! - 1, 1) / DAY); };
const ofCell = (q: Question, months: readonly PartMonth[]): PartMonth[] => months.filter(m => q.cell.month === undefined || m.month === monthOf(q.cell.month));
const causeOf = (column: string): string => (column === 'definition_changed' ? 'definition' : column);
const isCause = (column: string): boolean => column === 'restated' || (CAUSES as readonly string[]).includes(causeOf(column));
const LETTERS: Readonly<Record<string, string>> = { covered: 'c', agent_only: 'a', dark: 'd', absent: 'x', unknown: 'u', excluded: 'e' };
/** "20 covered, 3 not" of a month's letters. */
const told = (states: string | null): string => (states === null ? 'not counted' : `${[...states].filter(s => s === 'c').length} of ${[...states].filter(s => /[cadxu]/.test(s)).length} days covered`);

async function coverageParts(q: Question): Promise<readonly Part[]> {
  const { reader, request, column } = q;
  const months = ofCell(q, await coverageMonths(reader, request, q.signal));
  const { kind } = request.filters;
  if (isCause(column)) {
    const rows = (await restatedAssets(reader, months, q.signal)).filter(a => (!kind || kind.includes(a.kind)) && (column === 'restated' || a.cause === causeOf(column)));
    return [{ unit: 'asset', rows: rows.map((a): Found => ({ key: a.asset_key, client_key: a.client_key, moment: null, counted: true, weight: 1, counts_as: `${a.cause}: ${told(a.was)} → ${told(a.now)}`, label: null })) }];
  }
  const [frozen, open] = [months.filter(m => m.frozen && column !== 'now'), months.filter(m => !m.frozen || column === 'now')];
  const states: Sql[] = [
    ...(frozen.length > 0 ? [sql`select f.client_key, f.month, f.asset_key, f.kind, f.states, c.tolerance from ${reader.relation('reported_asset')} f join ${partRows(frozen)} p on p.client_key = f.client_key and p.month = f.month
      join ${reader.relation('reported_coverage')} c on c.client_key = f.client_key and c.month = f.month and c.kind = f.kind`] : []),
    ...(open.length > 0 ? [sql`select client_key, month, asset_key, kind, states, ${reader.policy.coverage.unknownTolerance}::double as tolerance from (${monthStates(reader.relation('asset_span'), partRows(open))}) s`] : []),
  ];
  if (states.length === 0) return [];
  const atEnd = column.startsWith('end_');
  const ends = sql`(select unnest(${months.map(m => m.client)}::integer[]) as client_key, unnest(${months.map(m => m.month)}::integer[]) as month, unnest(${months.map(m => m.lastDay)}::integer[]) as last_day)`;
  const days = sql`(select *, sum((letter not in ('.', 'e'))::integer) over w as n_scope, sum((letter = 'u')::integer) over w as n_unknown from (
      select client_key, month, asset_key, kind, tolerance, month + i as day, substr(states, i::bigint + 1, 1) as letter from (select *, unnest(range(length(states)))::integer as i from (${unitedStates(states)}) s) d) e window w as (partition by client_key, month, kind, day))`;
  const among: Sql[] = [sql`letter <> '.'`, sql`n_scope > 0 and not n_unknown > tolerance * n_scope`];
  if (kind) among.push(isIn(sql`cast(kind as varchar)`, kind));
  if (LETTERS[column]) among.push(sql`letter = ${LETTERS[column]}`); else among.push(column === 'end_covered' ? sql`letter = 'c'` : sql`letter <> 'e'`);
  if (atEnd) among.push(sql`day = (select last_day from ${ends} x where x.client_key = y.client_key and x.month = y.month)`);
  const word = sql`case letter ${Object.entries(LETTERS).reduce((all, [state, letter]) => sql`${all} when ${letter} then ${state}`, sql``)} end`;
  return [{ unit: 'asset day', select: sql`select ${shape({ key: sql`asset_key`, moment: sql`day * 86400000::bigint`, countsAs: word, counted: column === 'coverage' || column === 'now' ? sql`letter = 'c'` : sql`true` })} from ${days} y where ${and(among)}` }];
}
const unitedStates = (states: readonly Sql[]): Sql => (states.length === 1 ? states[0]! : sql`${states[0]!} union all ${states[1]!}`);

export const reportedCoverageDrill: Drill = {
  keys: ['month'],
  columns: { ...Object.fromEntries(['in_scope', ...Object.keys(LETTERS), 'end_covered', 'end_in_scope', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed'].map(c => [c, 'count' as const])), coverage: 'share', now: 'share' },
  parts: coverageParts,
};

async function rulesParts(q: Question): Promise<readonly Part[]> {
  const { reader, request, column } = q;
  const months = ofCell(q, await partMonths(reader, 'verdicts', request.range, request.asOf, request.filters.client ?? null, q.signal));
  const wanted = request.filters.rule;
  const rules = await lineages(reader, q.signal);
  const isMine = (key: number): boolean => { const rule = rules.of(key); return !wanted || (rule ? rules.ids.get(rule)!.some(id => wanted.includes(id)) : wanted.includes(NO_RULE)); };
  if (isCause(column)) {
    const rows = (await restatedDecisions(reader, months, q.signal)).filter(d => isMine(d.rule_key) && (column === 'restated' || d.cause === causeOf(column)));
    return [{ unit: 'decision', rows: rows.map((d): Found => ({ key: d.alert_key, client_key: d.client_key, moment: null, counted: true, weight: 1, counts_as: `${d.cause}: ${d.was ?? 'not reported'} → ${d.now ?? 'no decision'}`, label: null })) }];
  }
  if (months.length === 0) return [];
  const known = new Set(rules.all.flatMap(l => l.members));
  const mine = (name: Sql): Sql => (!wanted ? sql`true` : wanted.includes(NO_RULE) ? sql`not ${isIn(name, [...known])}` : isIn(name, [...known].filter(isMine)));
  const [frozen, open] = [months.filter(m => m.frozen), months.filter(m => !m.frozen)];
  const alerts = reader.relation('alert');
  if (!(column in NUMERATOR)) {
    // Single alerts are not frozen: the rows are today's, sorted as of the closing, and the answer says how far they are what was reported.
    const bucket = column.startsWith('bucket_') ? column.slice(7) : null;
    const said = sql`case when a.bucket in ('true', 'benign', 'false') and coalesce(a.verdict_at > p.judged_at, false) then 'later' else cast(a.bucket as varchar) end`;
    const among = bucket !== null ? sql`${said} = ${bucket}` : column === 'review' ? sql`a.bucket not in ('duplicate', 'test')` : sql`true`;
    return [{ unit: 'alert', notice: todays('alert', await movedAlerts(q, frozen, mine, column)), select: sql`select ${shape({ key: sql`a.alert_key`, client: sql`a.client_key`, moment: sql`a."at"`, countsAs: said, counted: column === 'review' ? sql`${said} in ('true', 'benign', 'false')` : sql`true` })}
      from ${alerts} a join ${partRows(months)} p on p.client_key = a.client_key and a."at" >= p.begins and a."at" < p.ends and a."at" <= p.judged_at where ${mine(sql`a.rule_key`)} and ${among}` }];
  }
  const numerator = NUMERATOR[column]!;
  const row = (verdict: Sql, from: Sql): Sql => sql`select ${shape({ key: sql`d.alert_key`, client: sql`d.client_key`, moment: sql`null::bigint`, countsAs: verdict, counted: numerator === '' ? sql`true` : sql`${verdict} = ${numerator}` })} from ${from} d where ${mine(sql`d.rule_key`)}`;
  const now = column === 'now' || column === 'decisions_now';
  return [{ unit: 'decision', select: unite([
    ...(frozen.length === 0 ? [] : now ? [row(sql`cast(d."now" as varchar)`, sql`(select * from (${decisionsNow(reader, frozen)}) x where "now" is not null)`)]
      : [row(sql`cast(d.verdict as varchar)`, sql`(select f.* from ${reader.relation('reported_decision')} f join ${partRows(frozen)} p on p.client_key = f.client_key and p.month = f.month)`)]),
    ...(open.length === 0 ? [] : [row(sql`cast(d.verdict as varchar)`, sql`(${monthDecisions(alerts, partRows(open))})`)]),
  ]) }];
}
/** Alerts of frozen months by rule and by what they count as in a column, then and now. Null: no month of the value is frozen. */
async function movedAlerts({ reader, signal }: Question, frozen: readonly PartMonth[], mine: (name: Sql) => Sql, column: string): Promise<Moved | null> {
  if (frozen.length === 0) return null;
  const sum = (of: Sql, buckets: readonly string[]): Sql => join(buckets.map(b => sql`coalesce(${of}.${named(`bucket_${b}`)}, 0)`), sql` + `);
  // Of a share, an alert that went from one class to the other left the one and came to the other.
  const classes: readonly (readonly string[])[] = column === 'alerts' ? [AT_CLOSING] : column === 'review' ? [DETERMINED, AT_CLOSING.filter(b => !['duplicate', 'test', ...DETERMINED].includes(b))] : [[column.slice('bucket_'.length)]];
  const diff = classes.map(of => sql`(${sum(sql`n`, of)}) - (${sum(sql`f`, of)})`);
  const [row] = await reader.query<{ more: number | null; fewer: number | null }>(sql`
    select ${join(diff.map(d => sql`sum(greatest(${d}, 0))`), sql` + `)} as more, ${join(diff.map(d => sql`sum(greatest(-(${d}), 0))`), sql` + `)} as fewer
    from (select r.* from ${reader.relation('reported_rule')} r join ${partRows(frozen)} p on p.client_key = r.client_key and p.month = r.month) f
    full join (${monthRules(reader.relation('alert'), partRows(frozen))}) n on n.client_key = f.client_key and n.month = f.month and n.rule_key = f.rule_key
    where ${mine(sql`coalesce(f.rule_key, n.rule_key)`)}`, signal);
  return { more: Number(row?.more ?? 0), fewer: Number(row?.fewer ?? 0) };
}
const DETERMINED = ['true', 'benign', 'false'];
/** Verdict that is the numerator of a column over decisions; empty: each is. */
const NUMERATOR: Readonly<Record<string, string>> = { decisions: '', decisions_now: '', confirmation: 'true', now: 'true', false_share: 'false' };

export const reportedRulesDrill: Drill = {
  keys: ['month'],
  columns: {
    alerts: 'made of', ...Object.fromEntries(AT_CLOSING.map(b => [`bucket_${b}`, 'made of' as const])), review: 'made of', decisions: 'count', decisions_now: 'count', confirmation: 'share', now: 'share', false_share: 'share',
    ...Object.fromEntries(['restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed'].map(c => [c, 'count' as const])),
  },
  parts: rulesParts,
};
