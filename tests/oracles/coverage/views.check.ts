import { coverageGapsQuery } from '../../../src/backend/metrics/coverage/gaps';
import { coverageHistoryQuery } from '../../../src/backend/metrics/coverage/history';
import { coverageNowQuery } from '../../../src/backend/metrics/coverage/now';
import { coverageUnregisteredQuery } from '../../../src/backend/metrics/coverage/unregistered';
import { integrityCountersQuery } from '../../../src/backend/metrics/integrity/counters';
import { dayStart, HOUR, localDay } from '../../../src/model';
import { random, type CoverageWorld } from '../../worlds/coverage';
import type { Estate } from './harness';
import type { Estate as Lives, OracleDay } from './oracle';
import { figuresOf, largestPart, seenHosts, signalOf, UNCOVERED, type Figures } from './views.oracle';

/** coverage.now, .history, .gaps, .unregistered and the estate's counters on one random estate, at the ends of complete days. */
const KINDS = ['endpoint', 'cloud_workload', 'network_segment'];
const FIGURES = ['in_scope', 'covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded', 'degraded', 'weak_share', 'coverage', 'coverage_without_exclusions'] as const;
type Row = Readonly<Record<string, unknown>>;
const shown = (row: Row): Figures => Object.fromEntries(FIGURES.map(f => [f, row[f]])) as unknown as Figures;
const pair = (row: Row | undefined) => ({ k: row?.k, n: row?.n });

export async function checkViews(estate: Estate, world: CoverageWorld, seed: number, lives: Lives, days: readonly OracleDay[], saw: (what: string, n?: number) => void): Promise<void> {
  const next = random(seed + 7);
  const reader = estate.reader();
  for (const { id: client, zone } of world.settings.clients) {
    const own = days.filter(d => d.client === client);
    const on = (kind: string, day: number): Figures => figuresOf(own.filter(d => d.kind === kind && d.day === day));
    const [first, last] = [Math.min(...own.map(d => d.day)), Math.min(Math.max(...own.map(d => d.day)), localDay(world.now, zone) - 1)];
    const filters = { client: [client] };

    // History, day by day: figures, the change against seven days before, the signal; a day without value says why.
    const from = first + Math.floor(next() * 3);
    const range = { from: dayStart(from, zone), to: dayStart(last + 1, zone) };
    const history = (await coverageHistoryQuery.run(reader, estate.request({ range, asOf: range.to, filters, bucket: 'day', view: 'series', options: { only: 'all' } as never }))).rows;
    const fallen: { kind: string; day: number; change: number }[] = [];
    for (const kind of KINDS) for (let day = from; day <= last; day++) {
      const row = history.find(r => r.kind === kind && r.time === dayStart(day, zone));
      const [now, before] = [on(kind, day), on(kind, day - 7)];
      const measured = now.coverage !== null;
      if (!row) { expect([seed, client, kind, day, measured]).toEqual([seed, client, kind, day, false]); continue; }
      expect([seed, client, kind, day, row.coverage === null, row.reason !== null, row.days_measured]).toEqual([seed, client, kind, day, !measured, !measured, measured ? 1 : 0]);
      if (!measured) { saw('day without value'); continue; }
      expect({ seed, client, kind, day, ...shown(row) }).toEqual({ seed, client, kind, day, ...now });
      expect([seed, kind, day, row.change === null ? null : Number(row.change).toFixed(9), row.signal]).toEqual([seed, kind, day, signalOf(now, before).change?.toFixed(9) ?? null, signalOf(now, before).signal]);
      saw('day'); saw('degraded', now.degraded); saw('change', row.change === null ? 0 : 1); saw('signal', Number(row.signal ?? 0));
      if (row.signal === 0 && Number(row.change) <= -0.03) saw('a fall of fewer than five: no signal');
      if (row.signal === 1) fallen.push({ kind, day, change: Number(row.change) });
    }
    // The annotation: the days that fell and no others, each naming the part that took most away.
    const marks = (await coverageHistoryQuery.run(reader, estate.request({ range, asOf: range.to, filters, bucket: 'day', options: { only: 'signals' } as never }))).rows;
    expect({ seed, client, marks: marks.map(m => `${m.kind} ${m.time}`).sort() }).toEqual({ seed, client, marks: fallen.map(f => `${f.kind} ${dayStart(f.day, zone)}`).sort() });
    for (const f of fallen) {
      const { largest_part } = marks.find(m => m.kind === f.kind && m.time === dayStart(f.day, zone))!;
      expect([seed, f.kind, f.day, largestPart(days, lives.lives, client, f.kind, f.day)]).toEqual([seed, f.kind, f.day, expect.arrayContaining([largest_part])]);
      if (String(largest_part).startsWith('dark with source')) saw('a signal that names the source');
    }

    const day = first + Math.floor(next() * (last - first + 1));
    const asOf = dayStart(day + 1, zone);
    const request = { filters, asOf, range: { from: dayStart(Math.max(first, day - 6), zone), to: asOf } };
    const now = (await coverageNowQuery.run(reader, estate.request(request))).rows;
    for (const kind of KINDS) {
      const [row, expected] = [now.find(r => r.kind === kind), on(kind, day)];
      if (row) { expect({ seed, client, kind, day, ...shown(row) }).toEqual({ seed, client, kind, day, ...expected }); saw('now'); } else expect([seed, kind, day, expected.in_scope + expected.excluded]).toEqual([seed, kind, day, 0]);
    }
    // Later that day, which is not over: the newest day before it that has a value, and how many of the range have one.
    const noon = asOf + Math.floor(next() * (dayStart(day + 2, zone) - asOf));
    const lately = (await coverageNowQuery.run(reader, estate.request({ ...request, asOf: noon, range: { from: request.range.from, to: noon } }))).rows;
    for (const kind of KINDS) {
      const row = lately.find(r => r.kind === kind);
      if (!row) continue;
      const measured: number[] = [];
      for (let d = first; d <= day; d++) if (on(kind, d).coverage !== null) measured.push(d);
      const newest = measured.at(-1);
      expect({ seed, client, kind, day, noon, last: row.last_measured, age: row.last_measured_age, days: row.days_measured }).toEqual({
        seed, client, kind, day, noon, last: newest === undefined ? null : on(kind, newest).coverage, age: newest === undefined ? null : (noon - dayStart(newest + 1, zone)) / 1000, days: measured.filter(d => d >= Math.max(first, day - 6)).length,
      });
      saw('last measured', newest === undefined ? 0 : 1); if (newest !== undefined && newest < day) saw('last measured days ago');
    }
    const text = (r: { kind: unknown; criticality: unknown; state: unknown; reason: unknown }): string => `${r.kind} ${r.criticality} ${r.state} ${r.reason}`;
    const gaps = (await coverageGapsQuery.run(reader, estate.request(request))).rows;
    const open = own.filter(d => d.day === day && UNCOVERED.includes(d.state));
    expect({ seed, client, day, gaps: gaps.map(g => text(g as never)).sort() }).toEqual({ seed, client, day, gaps: open.map(text).sort() });
    saw('gap', gaps.length);

    // Counters over all kinds of that day.
    const counters = (await integrityCountersQuery.run(reader, { ...estate.request({ ...request, groupBy: ['client'] }), options: { counter: 'all' } })).rows;
    const total = figuresOf(own.filter(d => d.day === day));
    const weak = own.filter(d => d.day === day && d.state === 'covered' && d.weak).length;
    const expected = { exclusion_share: [total.excluded, total.in_scope + total.excluded], weak_matches: [weak, total.covered], unknown_assets: [total.unknown, total.in_scope], degraded: [total.degraded, total.covered], heartbeat_only: [total.agent_only, total.in_scope] };
    for (const [counter, [k, n]] of Object.entries(expected)) if (now.length > 0) expect({ seed, client, day, counter, ...pair(counters.find(r => r.counter === counter)) }).toEqual({ seed, client, day, counter, k, n });

    // The last week, or some days long past: who was silent then was not seen. Asked from any hour of a day to any of another.
    const [a, b] = next() < 0.5 ? [last - 6, last] : [first, first + 2].map(d => d + Math.floor(next() * 3)) as [number, number];
    const week = { from: dayStart(a, zone), to: dayStart(b + 1, zone) };
    const asked = { from: week.from + Math.floor(next() * HOUR), to: week.to - Math.floor(next() * HOUR) };
    const hosts = seenHosts(world, lives, client, week.from, week.to);
    const ask = async (view: 'stat' | 'table') => (await coverageUnregisteredQuery.run(reader, estate.request({ filters, range: asked, asOf: week.to, view }))).rows;
    // What an address alone was when its lease was over has cases by hand (facts/asset): here hosts that bear a name.
    const listed = await ask('table');
    const named = (names: readonly string[]): string[] => names.filter(n => !/^\d+\./.test(n)).sort();
    expect({ seed, client, strangers: named(listed.map(r => String(r.name))) }).toEqual({ seed, client, strangers: named(hosts.strangers) });
    const [stat] = await ask('stat');
    expect({ seed, client, registered: stat!.registered, seen: stat!.seen }).toEqual({ seed, client, registered: hosts.registered, seen: hosts.registered + listed.length });
    expect([seed, client, stat!.ambiguous]).toEqual([seed, client, listed.filter(r => r.match === 'ambiguous').length]);
    saw('stranger', hosts.strangers.length); saw('registered host', hosts.registered);
  }
}
export const VIEWS_MUST = ['signal', 'a fall of fewer than five: no signal', 'a signal that names the source', 'day', 'day without value', 'change', 'now', 'last measured', 'last measured days ago', 'gap', 'degraded', 'stranger', 'registered host'];
