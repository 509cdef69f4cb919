import type { LatencyStage } from '../../../catalog/pipeline-latency';
import type { ScopedReader } from '../../scope/reader';
import { and, column, join, sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { alertFilters, ofClients, unfiltered } from '../shared/conditions';
import { between, MANY, quantiles } from '../shared/quantiles';
import type { ZoneCut } from '../shared/zones';
import { latencyOf } from './stages';

export const KEY_OF = { source: 'source_key', rule: 'rule_key', client: 'client_key', tier: 'tier' } as const;
export type Group = keyof typeof KEY_OF;
/** About how many groups there are. */
const ABOUT: Readonly<Partial<Record<Group, number>>> = { source: 2, tier: 4 };
export type Raw = Record<string, string | number | null>;
/** One stage of one group; percentiles in ms, null where nothing is measured. `keys` = the row that names the group. */
export interface Counted { readonly stage: LatencyStage; readonly keys: Raw; readonly measured: number; readonly percentiles: readonly (number | null)[]; readonly above: number; readonly negative: number; readonly joined: number; readonly missing: number }
const FRACTIONS = [0.5, 0.9, 0.99] as const;
const grouped = (keys: readonly Sql[]): Sql => (keys.length > 0 ? sql`group by ${join(keys)}` : sql``);

interface Asked { readonly reader: ScopedReader; readonly asOf: number; readonly keys: readonly Sql[]; readonly names: readonly string[]; readonly where: Sql; readonly signal: AbortSignal | undefined }

/**
 * Every stage over the alerts of a cut. Of at least `many` alerts a group the values are counted in bins, which scans twice; others are put in order: those of
 * rules and clients, which are many groups, and what a filter or a client's scope leaves of the many that are scanned.
 */
export async function countStages(reader: ScopedReader, request: MetricRequest, groups: readonly Group[], stages: readonly LatencyStage[], cut: ZoneCut, signal?: AbortSignal, many = MANY): Promise<Counted[]> {
  const { asOf } = request;
  const where = and([sql`a.at >= ${cut.range.from}`, sql`a.at < ${cut.range.to}`, sql`a.at <= ${asOf}`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)]);
  const names = groups.map(g => KEY_OF[g]);
  const asked: Asked = { reader, asOf, keys: names.map(column), names, where, signal };
  const few = unfiltered(reader, request.filters) && !groups.includes('rule') && !groups.includes('client');
  const count = (keys: readonly Sql[]): Promise<Raw[]> => reader.query<Raw>(sql`select ${join([...keys, sql`count(*) as n`])} from ${reader.relation('alert')} a where ${where} ${grouped(keys)}`, signal);
  // Counting all takes a moment, counting by group a scan that runs beside the others.
  const inBins = few && Number((await count([]))[0]!.n) >= many * groups.reduce((n, g) => n * (ABOUT[g] ?? 1), 1);
  const alerts = inBins ? count(asked.keys) : Promise.resolve([]);
  const [, ...counted] = await Promise.all([alerts, ...stages.map(stage => (inBins ? byBins(asked, stage, alerts) : byOrder(asked, stage)))]);
  return counted.flat();
}

/** One statement: one sort serves the three percentiles; the fractions must stand in the statement: an engine takes no parameter there. */
async function byOrder({ reader, asOf, keys, where, signal }: Asked, stage: LatencyStage): Promise<Counted[]> {
  const { value, joinedOlder, targetMs } = latencyOf(reader, stage, asOf);
  const rows = await reader.query<Raw>(sql`
    select ${join([...keys, sql`measured, q[1] as p50, q[2] as p90, q[3] as p99, above, negative, joined, missing`])} from (
      select ${join([...keys, sql`count(*) filter (where v >= 0) as measured, quantile_cont(v, [0.5, 0.9, 0.99]) filter (where v >= 0) as q, count(*) filter (where v > ${targetMs}) as above,
        count(*) filter (where v < 0 and not j) as negative, count(*) filter (where j) as joined, count(*) filter (where v is null) as missing`])}
      from (select ${join([...keys, sql`${value} as v, ${joinedOlder} as j`])} from ${reader.relation('alert')} a where ${where}) x ${grouped(keys)}) y`, signal);
  return rows.map(r => {
    const measured = Number(r.measured);
    return { stage, keys: r, measured, percentiles: [r.p50, r.p90, r.p99].map(p => (measured === 0 || p == null ? null : Number(p))), above: Number(r.above), negative: Number(r.negative), joined: Number(r.joined), missing: Number(r.missing) };
  });
}

/** The same from counts: what has no value is the rest of all alerts, and who joined an older ticket is among the negative ones. */
async function byBins({ reader, asOf, keys, names, where, signal }: Asked, stage: LatencyStage, alerts: Promise<readonly Raw[]>): Promise<Counted[]> {
  const { value, known, joinedOlder, targetMs } = latencyOf(reader, stage, asOf);
  const from = sql`from ${reader.relation('alert')} a where ${where} and ${known}`;
  const found = await reader.query<Raw>(quantiles({ values: sql`select ${join([...keys, sql`${value} as v`])} ${from}`, keys }, FRACTIONS, targetMs), signal);
  const joining = !found.some(r => Number(r.below_0 ?? 0) > 0) ? []
    : await reader.query<Raw>(sql`select ${join([...keys, sql`count(*) as n`])} ${from} and a.first_ticket_created < a.detected and ${joinedOlder} ${grouped(keys)}`, signal);
  const key = (r: Raw): string => names.map(n => r[n]).join('|');
  const [byKey, joinedBy] = [new Map(found.map(r => [key(r), r])), new Map(joining.map(r => [key(r), Number(r.n)]))];
  return (await alerts).map(all => {
    const r = byKey.get(key(all)) ?? {};
    const [measured, below, joined] = [Number(r.at_least_0 ?? 0), Number(r.below_0 ?? 0), joinedBy.get(key(all)) ?? 0];
    const percentiles = FRACTIONS.map((q, i) => (measured === 0 ? null : between(measured, q, Number(r[`lo${i + 1}`]), Number(r[`hi${i + 1}`]))));
    return { stage, keys: all, measured, percentiles, above: Number(r.above ?? 0), negative: below - joined, joined, missing: Number(all.n) - measured - below };
  });
}
