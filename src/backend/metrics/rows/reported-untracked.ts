import { and, sql, type Sql } from '../../store/sql';
import { asRows } from '../../store/month-items';
import type { ClientMonth } from '../reported/months';
import { isIn } from '../shared/conditions';
import { untrackedDays, type UntrackedDay } from '../sla/untracked';
import { shape, type Found, type Part, type Question } from './part';
import { todays, type Moved } from './todays';

/** Exports: reportedUntracked. Days of untracked alerts of frozen months: as they were kept; of months frozen when only their number was, those of today, which the answer says. */
export async function reportedUntracked(q: Question, frozen: readonly ClientMonth[]): Promise<Part[]> {
  const { reader, request, signal } = q;
  const tiers = (row: Sql): Sql => (request.filters.tier ? isIn(sql`cast(${row}.tier as varchar)`, request.filters.tier) : sql`true`);
  const mine = (row: Sql): Sql => sql`join ${asRows(frozen)} p on p.client_key = ${row}.client_key and p.month = ${row}.month`;
  if (frozen.length === 0) return [];
  const numbers = await reader.query<{ client_key: number; month: number; tier: string; n: number }>(sql`select u.client_key, u.month, cast(u.tier as varchar) as tier, u.n from ${reader.relation('reported_untracked')} u ${mine(sql`u`)} where ${tiers(sql`u`)}`, signal);
  const kept = new Set((await reader.query<{ client_key: number; month: number }>(sql`select distinct u.client_key, u.month from ${reader.relation('reported_untracked_day')} u ${mine(sql`u`)}`, signal)).map(u => `${u.client_key}|${u.month}`));
  const counted = q.column === 'untracked';
  const parts: Part[] = [{ unit: 'untracked', select: sql`select ${shape({ key: sql`u.alert_key`, client: sql`u.client_key`, moment: sql`u.first_due`, countsAs: sql`'untracked'`, counted: counted ? sql`true` : sql`false`, label: sql`cast(u.alerts as varchar)` })}
    from ${reader.relation('reported_untracked_day')} u ${mine(sql`u`)} where ${and([tiers(sql`u`)])}` }];
  // A number above nought without a row: its month was frozen before the days were kept.
  const bare = frozen.filter(m => !kept.has(`${m.client}|${m.month}`) && numbers.some(n => n.client_key === m.client && n.month === m.month && n.n > 0));
  if (bare.length === 0) return parts;
  const now = await Promise.all(bare.map(m => untrackedDays(reader, { ...request, asOf: m.at } as never, { clients: [m.id], range: { from: m.begins, to: m.ends } }, signal)));
  const rows = now.flat().map((d): Found => ({ key: d.alert, client_key: d.client, moment: d.firstDue, counted, weight: 1, counts_as: 'untracked', label: `${d.alerts}` }));
  return [...parts, { unit: 'untracked', notice: todays('day of untracked alerts', moved(numbers, bare, now)), rows }];
}

/** Days by client, month and tier, then and now. */
function moved(numbers: readonly { client_key: number; month: number; tier: string; n: number }[], months: readonly ClientMonth[], now: readonly (readonly UntrackedDay[])[]): Moved {
  const cells = new Map<string, number>();
  const add = (client: number, month: number, tier: string, n: number): void => { const key = `${client}|${month}|${tier}`; cells.set(key, (cells.get(key) ?? 0) + n); };
  months.forEach((m, i) => {
    for (const k of numbers) if (k.client_key === m.client && k.month === m.month) add(m.client, m.month, k.tier, -k.n);
    for (const d of now[i]!) add(d.client, m.month, d.tier, 1);
  });
  const all = [...cells.values()];
  return { more: all.reduce((sum, n) => sum + Math.max(0, n), 0), fewer: all.reduce((sum, n) => sum + Math.max(0, -n), 0) };
}
