import { changeOver, coverageChangeQuery } from '../../../src/backend/metrics/coverage/change';
import { coverageExclusionsQuery } from '../../../src/backend/metrics/coverage/exclusions';
import { DAY, dayStart, localDay } from '../../../src/model';
import { random, type CoverageWorld } from '../../worlds/coverage';
import { changeOracle, counts, measuredEnds } from './change.oracle';
import type { Estate } from './harness';
import type { Estate as Lives, OracleDay } from './oracle';

/** coverage.change and coverage.exclusions on one random estate: every part is the oracle's, and the parts sum to the difference. */
const all = { show: 'parts', part: 'all' } as never;

export async function checkChange(estate: Estate, world: CoverageWorld, seed: number, lives: Lives, days: readonly OracleDay[], seen: Map<string, number>): Promise<void> {
  const next = random(seed);
  const first = Math.min(...days.map(d => d.day));
  const [from, to] = [first + Math.floor(next() * 4), first + 6 + Math.floor(next() * 8)];
  for (const { id: client, zone } of world.settings.clients) {
    const range = { from: dayStart(from + 1, zone), to: dayStart(to + 1, zone) };
    const asOf = Math.min(range.to, world.now);
    const { rows } = await coverageChangeQuery.run(estate.reader(), estate.request({ range, asOf, filters: { client: [client] }, options: all }));
    const last = Math.min(to, localDay(asOf, zone) - 1);
    for (const kind of ['endpoint', 'cloud_workload', 'network_segment']) {
      const ends = measuredEnds(days, client, kind, from, last);
      const own = rows.filter(r => r.kind === kind);
      const found = own.filter(r => r.part !== null).map(r => ({ part: r.part, source: r.source, assets: r.assets, covered: r.delta_covered, scope: r.delta_scope }));
      const by = (a: { part: unknown; source: unknown }, b: { part: unknown; source: unknown }) => (`${a.part}|${a.source}` < `${b.part}|${b.source}` ? -1 : 1);
      const expected = ends ? changeOracle(days, lives.lives, client, kind, ...ends) : [];
      expect({ seed, client, kind, parts: found.sort(by) }).toEqual({ seed, client, kind, parts: expected.sort(by) });
      for (const p of expected) seen.set(p.part, (seen.get(p.part) ?? 0) + 1);
      if (!ends) { for (const r of own) expect([seed, r.contribution, typeof r.reason]).toEqual([seed, null, 'string']); continue; }
      const [a, b] = [counts(days, client, kind, ends[0]), counts(days, client, kind, ends[1])];
      const rate = (a.c / a.n + b.c / b.n) / 2;
      for (const r of own) {
        expect([r.from, r.to]).toEqual([dayStart(ends[0] + 1, zone), dayStart(ends[1] + 1, zone)]);
        expect(r.change).toBeCloseTo(b.c / b.n - a.c / a.n, 10);
        expect(r.contribution).toBeCloseTo((Number(r.delta_covered) - rate * Number(r.delta_scope)) / ((a.n + b.n) / 2), 10);
      }
      expect(own.reduce((n, r) => n + Number(r.contribution), 0)).toBeCloseTo(b.c / b.n - a.c / a.n, 10);
    }
  }
  // The parts sum to the difference however it is grouped, and each part lists its assets.
  for (const groupBy of [['kind'], ['client', 'kind', 'criticality'], ['client', 'kind', 'requirement']] as const) {
    const asked = { groupBy, range: { from: from * DAY + DAY, to: to * DAY + DAY }, asOf: world.now };
    const { rows } = await coverageChangeQuery.run(estate.reader(), estate.request({ ...asked, options: all }));
    const assets = (await coverageChangeQuery.run(estate.reader(), estate.request({ ...asked, options: { show: 'assets', part: 'all' } as never }))).rows;
    // However few of the days between are read.
    expect((await changeOver(estate.reader(), estate.request({ ...asked, options: all }), 0)).rows).toEqual(rows);
    const groups = new Map<string, { sum: number; change: unknown; listed: number; counted: number }>();
    const head = (r: (typeof rows)[number]) => `${r.client}|${r.kind}|${r.criticality}|${r.requirement}`;
    for (const r of rows.filter(r => r.change !== null)) { const g = groups.get(head(r)) ?? { sum: 0, change: r.change, listed: 0, counted: 0 }; g.sum += Number(r.contribution); g.counted += Number(r.assets); groups.set(head(r), g); }
    for (const r of assets) groups.get(head(r))!.listed++;
    for (const g of groups.values()) { expect(g.sum).toBeCloseTo(Number(g.change), 10); expect([seed, g.listed]).toEqual([seed, g.counted]); }
  }
  // Exclusions at the end of a complete day: those of the records as they are now.
  for (const { id: client, zone } of world.settings.clients) {
    const day = localDay(world.now, zone) - 1;
    const asOf = dayStart(day + 1, zone);
    const { rows } = await coverageExclusionsQuery.run(estate.reader(), estate.request({ asOf, range: { from: 0, to: asOf }, filters: { client: [client] } }));
    const expected = lives.lives.filter(l => l.client === client && l.at.has(lives.edges.length) && l.ended === null && l.to > asOf).flatMap(l => {
      const records = l.at.get(lives.edges.length)!.records;
      const e = records.map(r => r.exclusion).find(x => x !== null);
      if (!e || e.from > asOf || e.to <= asOf) return [];
      const on = days.find(d => d.asset === l.id && d.client === client && d.day === day && d.state === 'excluded');
      return [{ name: records[0]!.name, until: Math.min(e.to, e.from + 90 * DAY), too_long: e.to - e.from > 90 * DAY, would_be_covered: on ? on.otherwise === 'covered' : null }];
    });
    const by = (a: { name: unknown }, b: { name: unknown }) => (String(a.name) < String(b.name) ? -1 : 1);
    expect({ seed, rows: rows.map(({ name, until, too_long, would_be_covered }) => ({ name, until, too_long, would_be_covered })).sort(by) }).toEqual({ seed, rows: expected.sort(by) });
  }
}
