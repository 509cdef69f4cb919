import type { Cell } from '../../../src/backend/metrics/metric';
import type { CaseWorld } from '../../worlds/cases';
import { local, MIN, nextMidnight } from '../sla/naive-time';
import { oracleItems, oracleOutcome, oraclePeriod, oracleUntracked, type OracleItem } from '../sla/oracle';

/** reported.history in plain loops: a world as it was when the months closed, and as it is now. */
export interface Reported { readonly before: CaseWorld; readonly after: CaseWorld; readonly frozenAt: number; readonly asOf: number; readonly closingDay: number; /** What was done to the world in between. */ readonly done: 'nothing' | 'policy' | 'edit' | 'gone' | 'late' }
interface Month { name: string; client: string; begins: number; ends: number; closes: number; frozen: boolean }

export const zoneOf = (world: CaseWorld, client: string): string => world.settings.clients.find(c => c.id === client)?.zone ?? world.settings.zone;
const known = new Map<string, number[]>();
/** Every month of a client between two instants, found by walking local midnights. */
export function monthsOf(world: CaseWorld, client: string, from: number, to: number, closingDay: number): Omit<Month, 'frozen'>[] {
  const zone = zoneOf(world, client);
  const out: Omit<Month, 'frozen'>[] = [];
  let starts = known.get(zone);
  if (!starts) {
    known.set(zone, starts = []);
    for (let day = nextMidnight(Date.UTC(2024, 11, 1), zone); day < Date.UTC(2027, 11, 1); day = nextMidnight(day, zone)) if (local(day, zone).date.endsWith('-01')) starts.push(day);
  }
  starts.forEach((begins, i) => {
    const ends = starts[i + 1];
    if (ends === undefined || ends <= from || begins >= to) return;
    let closes = ends;
    for (let n = 1; n < closingDay; n++) closes = nextMidnight(closes, zone);
    out.push({ name: local(begins, zone).date.slice(0, 7), client, begins, ends, closes });
  });
  return out;
}
const nameOf = (i: OracleItem): string => `${i.ticket?.id ?? i.alert!.id}|${i.client}|${i.episode}`;
const counted = (outcome: string): string | null => (outcome === 'met' ? 'met' : outcome === 'missed' || outcome === 'overdue' ? 'miss' : null);
const goneNow = (world: CaseWorld, item: OracleItem): boolean => (item.ticket ? world.tickets.find(t => t.id === item.ticket!.id)?.gone != null : item.gone);

export function oracleReported(r: Reported, clients: readonly string[], clocks: readonly string[], range: { from: number; to: number }, byClient: boolean): Record<string, Cell>[] {
  const groups = new Map<string, { head: Record<string, Cell>; months: Set<Month>; said: string[]; now: string[]; causes: string[]; untracked: number }>();
  const group = (month: Month, tier: string, clock: string) => {
    const head = { ...(byClient && { client: month.client }), tier, clock };
    const key = JSON.stringify([month.name, head]);
    if (!groups.has(key)) groups.set(key, { head, months: new Set(), said: [], now: [], causes: [], untracked: 0 });
    const g = groups.get(key)!;
    g.months.add(month);
    return g;
  };
  const everFrozen = new Set<string>();
  const all = clients.flatMap(client => monthsOf(r.after, client, range.from, range.to, r.closingDay).filter(m => m.begins <= r.asOf).map((m): Month => ({ ...m, frozen: m.closes <= r.frozenAt && m.closes <= r.asOf })));
  const within = (world: CaseWorld, m: Month, at: number) => oracleItems(world).filter(i => i.client === m.client && oraclePeriod(i) >= m.begins && oraclePeriod(i) < m.ends && i.start <= at);
  // Every month that could have been frozen, in the range or not: an item known from another month is no late data.
  for (const client of ['acme', 'bravo', 'coast', 'empty', 'unassigned']) {
    for (const m of monthsOf(r.before, client, r.before.range.from - 400 * 1440 * MIN, r.frozenAt, r.closingDay)) if (m.closes <= r.frozenAt) for (const i of within(r.before, { ...m, frozen: true }, m.closes)) everFrozen.add(nameOf(i));
  }
  for (const m of all) {
    const at = Math.min(m.closes, r.asOf);
    const now = within(r.after, m, at).filter(i => oraclePeriod(i) < at);
    for (const i of now) if (clocks.includes(i.clock)) { const g = group(m, i.tier, i.clock); g.now.push(oracleOutcome(i, at)); if (!m.frozen) g.said.push(oracleOutcome(i, at)); }
    if (!m.frozen) continue;
    const was = within(r.before, m, m.closes);
    for (const i of was) if (clocks.includes(i.clock)) group(m, i.tier, i.clock).said.push(oracleOutcome(i, m.closes));
    for (const name of new Set([...was, ...now].map(i => `${nameOf(i)}#${i.clock}`))) {
      const a = was.find(i => `${nameOf(i)}#${i.clock}` === name);
      const b = now.find(i => `${nameOf(i)}#${i.clock}` === name);
      const x = a ? counted(oracleOutcome(a, m.closes)) : null;
      const y = b ? counted(oracleOutcome(b, at)) : null;
      const item = (a ?? b)!;
      const vanished = a !== undefined && !a.gone && goneNow(r.after, a);
      if (!clocks.includes(item.clock) || !(vanished || x !== y || (x !== null && a!.tier !== b!.tier))) continue;
      group(m, item.tier, item.clock).causes.push(vanished ? 'gone' : !a && !everFrozen.has(nameOf(item)) ? 'late_data' : r.done === 'policy' ? 'policy' : 'source_edit');
    }
    if (!clocks.includes('decide')) continue;
    const seen = new Set<string>();
    for (const { alert, due } of oracleUntracked(r.before)) {
      if (alert.client !== m.client || due < m.begins || due >= m.ends) continue;
      const key = `${alert.rule}|${alert.tier}|${local(due, zoneOf(r.before, m.client)).date}`;
      if (!seen.has(key)) { seen.add(key); group(m, alert.tier, 'decide').untracked++; }
    }
  }
  return [...groups.values()].map(({ head, months, said, now, causes, untracked }) => {
    const n = (of: string[], ...names: string[]) => of.filter(o => names.includes(o)).length;
    const list = [...months];
    const frozen = list.every(m => m.frozen);
    const some = list.some(m => m.frozen);
    const state = frozen ? 'frozen' : list.every(m => m.frozen || m.ends <= r.asOf) ? 'provisional' : 'under way';
    const ratio = (of: string[], more: number) => (n(of, 'met', 'missed', 'overdue') + more === 0 ? null : n(of, 'met') / (n(of, 'met', 'missed', 'overdue') + more));
    const tracked = frozen && head.clock === 'decide';
    return {
      // Clients that are added up stand at the beginning of the SOC's own month of that name.
      time: byClient ? list[0]!.begins : monthsOf(r.after, 'unassigned', list[0]!.begins - 3 * 1440 * MIN, list[0]!.begins + 3 * 1440 * MIN, r.closingDay).find(m => m.name === list[0]!.name)!.begins, month: list[0]!.name, ...head, state, closes: Math.max(...list.map(m => m.closes)), frozen_at: frozen ? r.frozenAt : null, definition: frozen ? 1 : null, policy_version: frozen ? 1 : null,
      met: n(said, 'met'), missed: n(said, 'missed', 'overdue'), on_hold: n(said, 'on_hold'), left: n(said, 'left'), no_target: n(said, 'no_target'),
      untracked: tracked ? untracked : null, adherence: ratio(said, 0), floor: tracked ? ratio(said, untracked) : null, now: ratio(now, 0),
      restated: some ? causes.length : null, late_data: some ? n(causes, 'late_data') : null, source_edit: some ? n(causes, 'source_edit') : null, gone: some ? n(causes, 'gone') : null,
      policy: some ? n(causes, 'policy') : null, definition_changed: some ? 0 : null,
      reason: state === 'provisional' && list.some(m => !m.frozen && m.closes <= r.asOf) ? 'not_read' : ratio(said, 0) === null ? 'nothing_due' : null,
    };
  });
}
