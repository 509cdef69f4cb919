import type { ScopedReader } from '../../scope/reader';
import { and, column, join, sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import { alertFilters, ofClients } from '../shared/conditions';
import { zoneCuts, type ZoneCut } from '../shared/zones';
import { addRow, groupsOf, KEY_OF, namesOf, noCounts, type Names, type Raw, type RuleCounts } from './counts';
import { windowsOf, type Change } from './windows';

interface Version { readonly revision: string | null; readonly first: number }
interface Versions { readonly of: Pick<RuleCounts, 'group' | 'rule'>; readonly client: number | null; readonly all: Version[] }

/**
 * Changes of revision first seen in the range asked for, with the counts of their windows. The source's rule list knows the revision of
 * today only; when it came is what its alerts say: the first alert of a revision. A successor's first alert is a change like any other.
 */
export async function revisionsIn(reader: ScopedReader, plain: MetricRequest, days: number, signal?: AbortSignal): Promise<Change[]> {
  const named = await namesOf(reader, plain, signal);
  const request = named.rules.widened(plain);
  const cuts = zoneCuts(reader, request.range, groupsOf(request).includes('client'), request.filters.client);
  return (await Promise.all(cuts.map(cut => changesOf(reader, request, cut, days, named, signal)))).flat();
}

async function changesOf(reader: ScopedReader, request: MetricRequest, cut: ZoneCut, days: number, named: Names, signal?: AbortSignal): Promise<Change[]> {
  const groups = groupsOf(request);
  const keys = groups.map(g => column(KEY_OF[g]));
  const rows = await reader.query<Raw>(sql`
    select ${join([...keys, sql`rule_revision`])}, min(a.at) as first_at from ${reader.relation('alert')} a
    where ${and([sql`a.at <= ${request.asOf}`, sql`rule_key <> 0`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)])} group by ${join([...keys, sql`rule_revision`])}`, signal);
  const changes = [...versionsOf(rows, named, groups)].flatMap(v => v.all.slice(1).filter(x => x.first >= cut.range.from && x.first < cut.range.to).map((x): Change & { client: number | null } => {
    const windows = windowsOf(x.first, days, cut.zone);
    const others = v.all.slice(1).filter(o => o !== x && o.first >= windows.before.from && o.first < windows.after.to).length;
    return { of: v.of, client: v.client, at: x.first, revision: x.revision, windows, before: noCounts(v.of.group, v.of.rule), after: noCounts(v.of.group, v.of.rule), others };
  }));
  if (changes.length > 0) await count(reader, request, cut, changes, signal);
  return changes;
}

/** Versions of every group in the order they came. A rule that began to tell its revision later did not change then. */
function versionsOf(rows: readonly Raw[], named: Names, groups: ReturnType<typeof groupsOf>): Iterable<Versions> {
  const told = new Set(rows.filter(r => r.rule_revision !== null).map(r => `${r.rule_key}|${r.client_key ?? ''}`));
  const byGroup = new Map<string, Versions>();
  for (const row of rows) {
    if (row.rule_revision === null && told.has(`${row.rule_key}|${row.client_key ?? ''}`)) continue;
    const of = named.group(row, groups);
    if (!of.rule) continue;
    const key = JSON.stringify(of.group);
    let known = byGroup.get(key);
    if (!known) byGroup.set(key, known = { of, client: row.client_key === undefined ? null : Number(row.client_key), all: [] });
    known.all.push({ revision: row.rule_revision as string | null, first: Number(row.first_at) });
  }
  for (const v of byGroup.values()) v.all.sort((a, b) => a.first - b.first || (String(a.revision) < String(b.revision) ? -1 : 1));
  return byGroup.values();
}

/** Counts both windows of every change in one statement. A window is short: decisions are counted by their keys. */
async function count(reader: ScopedReader, request: MetricRequest, cut: ZoneCut, changes: readonly (Change & { client: number | null })[], signal?: AbortSignal): Promise<void> {
  const windows = changes.flatMap((c, i) => (['before', 'after'] as const).flatMap((side, s) => c.of.rule!.members.map(rule => ({ i: i * 2 + s, rule, client: c.client ?? -1, ...c.windows[side] }))));
  const list = <K extends 'i' | 'rule' | 'client' | 'from' | 'to'>(k: K) => windows.map(w => w[k]);
  const rows = await reader.query<Raw>(sql`
    select w_i, bucket, count(*) as n, count(distinct decision_key) as d from (
      select unnest(${list('i')}::bigint[]) as w_i, unnest(${list('rule')}::bigint[]) as w_rule, unnest(${list('client')}::bigint[]) as w_client, unnest(${list('from')}::bigint[]) as w_from, unnest(${list('to')}::bigint[]) as w_to) w
    join (select rule_key, client_key, a.at as t, bucket, decision_key from ${reader.relation('alert')} a
      where ${and([sql`a.at >= ${Math.min(...list('from'))} and a.at < ${Math.min(Math.max(...list('to')), request.asOf + 1)}`, ofClients(reader, cut.clients), alertFilters(reader, request.filters)])}) x
      on x.rule_key = w_rule and x.t >= w_from and x.t < w_to and (w_client = -1 or x.client_key = w_client)
    group by w_i, bucket`, signal);
  for (const row of rows) {
    const change = changes[Math.floor(Number(row.w_i) / 2)]!;
    addRow(Number(row.w_i) % 2 === 0 ? change.before : change.after, row);
  }
}
