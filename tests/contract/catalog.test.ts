import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { CATALOG, ENTRIES } from '../../src/catalog';
import { COUNTERS } from '../../src/catalog/integrity-counter-list';
import { METRIC_IDS, type CatalogEntry } from '../../src/catalog/types';
import { allQueries, metricQuery } from '../../src/backend/metrics/all';
import { MetricRefused, type MetricResult } from '../../src/backend/metrics/metric';
import type { ScopedReader } from '../../src/backend/scope/reader';
import { openDuckDb } from '../../src/backend/store/duckdb';
import { DAY, HOUR } from '../../src/model';
import { parseQuery } from '../../src/query/request';
import { thresholdsSchema } from '../../src/settings/policy';
import { Estate } from '../oracles/coverage/harness';
import { streamState } from '../oracles/integrity/worlds';
import { alert, verdict } from '../oracles/rules/hand';
import { caseWorld } from '../worlds/cases';
import { coverageWorld } from '../worlds/coverage';
import { loadWorld } from '../worlds/load';
import { readerOf } from '../worlds/reader';

/** Catalog, query and tests of a metric belong together: none may exist without the others (metrics.md, Rules for every metric). */
const files = (folder: string): string[] => readdirSync(folder, { withFileTypes: true }).flatMap(f => (f.isDirectory() ? files(join(folder, f.name)) : [join(folder, f.name)]));
const oracles = files(join(__dirname, '../oracles')).filter(f => /\.(test|check)\.ts$/.test(f)).map(f => readFileSync(f, 'utf8'));
/** `sla.at_risk` → `slaAtRisk`, the name its entry and query carry in code. */
const inCode = (id: string): string => id.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());

describe.each(ENTRIES.map(e => [e.id, e] as const))('%s', (id, entry) => {
  it('has exactly one query, of this very entry', () => {
    expect(ENTRIES.filter(e => e.id === id)).toHaveLength(1);
    expect(allQueries().filter(q => q.entry.id === id)).toHaveLength(1);
    expect(metricQuery(id).entry).toBe(entry);
    expect(METRIC_IDS).toContain(id);
  });

  it('is held by a test of tests/oracles', () => {
    const name = new RegExp(`'${id.replace('.', '\\.')}'|\\b${inCode(id)}Query\\b`);
    expect(oracles.filter(text => name.test(text)).length).toBeGreaterThan(0);
  });

  it('is explained: title, definition, formula, section, over-optimisation, every column and every reason', () => {
    for (const text of [entry.title, entry.definition, entry.formula, entry.contract, entry.overOptimisation, ...Object.values(entry.nullReasons)]) expect(text.trim().length).toBeGreaterThan(4);
    expect(entry.contract).toMatch(/^§|^security\.md, /);
    for (const c of entry.columns) expect([c.name, c.title.trim() !== '', c.description.trim().endsWith('.')]).toEqual([c.name, true, true]);
  });

  it('is whole: columns once each, headline among them, defaults among what it takes, options with defaults, known counters', () => {
    const names = entry.columns.map(c => c.name);
    expect(new Set(names).size).toBe(names.length);
    if (entry.headline !== null) expect(['count', 'ratio', 'number', 'seconds']).toContain(entry.columns.find(c => c.name === entry.headline)?.kind);
    for (const d of entry.defaultGroupBy) expect(entry.groupBy).toContain(d);
    expect(entry.views.length).toBeGreaterThan(0);
    expect(entry.buckets.length).toBeGreaterThan(0);
    expect(entry.options.safeParse({}).success).toBe(true);
    for (const c of entry.counters) expect(COUNTERS.map(x => x.id as string)).toContain(c);
  });
});

it('thresholds that counters name exist in the policy', () => {
  const known = Object.keys(thresholdsSchema.parse({}));
  for (const c of COUNTERS) if (c.threshold !== null) expect(known).toContain(c.threshold);
  expect(new Set(COUNTERS.map(c => c.id)).size).toBe(COUNTERS.length);
});

describe('columns of answers', () => {
  /** The default grouping in every view and bucket, every other in the first view: each column that comes back is declared, each that is not optional comes back. */
  async function check(reader: ScopedReader, entry: CatalogEntry, range: { from: number; to: number }, asOf: number): Promise<number> {
    let rows = 0;
    for (const groupBy of [entry.defaultGroupBy, [], ...entry.groupBy.map(d => [...new Set([...entry.defaultGroupBy, d])])]) for (const view of groupBy === entry.defaultGroupBy ? entry.views : entry.views.slice(0, 1)) for (const bucket of view === 'series' ? entry.buckets.filter(b => b !== 'none') : entry.buckets) {
      const query = parseQuery({ version: 1, metric: entry.id, groupBy: [...groupBy], view, bucket }, CATALOG);
      const answer = await metricQuery(entry.id).run(reader, { ...query, range, asOf }).catch((error: unknown): MetricResult => { if (error instanceof MetricRefused) return { rows: [] }; throw error; });
      for (const row of answer.rows) {
        const declared = entry.columns.map(c => c.name);
        for (const name of Object.keys(row)) expect([entry.id, groupBy, view, name, declared.includes(name)]).toEqual([entry.id, groupBy, view, name, true]);
        for (const c of entry.columns) {
          if (!c.optional && !(c.name in row)) expect([entry.id, groupBy, view, c.name]).toBe('present');
          const value = row[c.name];
          if (c.kind === 'enum' && c.values && value != null) expect([entry.id, c.name, c.values.includes(String(value)), value]).toEqual([entry.id, c.name, true, value]);
          if (c.kind === 'ratio' && typeof value === 'number') expect([entry.id, c.name, value >= 0 && value <= 1]).toEqual([entry.id, c.name, true]);
        }
        rows++;
      }
    }
    return rows;
  }

  it('are those the catalog declares: alerts, tickets, clocks and sources', async () => {
    const store = await openDuckDb({ path: ':memory:' });
    try {
      const drawn = fc.sample(caseWorld, { numRuns: 20, seed: 7 }).sort((a, b) => b.alerts.length + b.tickets.length - a.alerts.length - a.tickets.length)[0]!;
      // A rare rule that is right beside common ones, one switched off and new revisions, so that every list has a row.
      const more = ['sure', 'r0', 'r1', 'r2', 'r3'].flatMap(name => Array.from({ length: name === 'sure' ? 3 : 6 }, (_, i) => alert(name, drawn.range.from + i * HOUR, name === 'sure' ? verdict('true_positive', drawn.range.from + i * HOUR) : { ruleRevision: i < 3 ? '1' : '2' })));
      const rules = drawn.rules.map((r, i) => ({ ...r, enabled: i > 0 }));
      // Lost in the last days before the instant asked for.
      const lost = alert('r1', drawn.range.from + 118 * DAY, { tier: 'critical', ruleRevision: '2' });
      const world = { ...drawn, rules, alerts: [...drawn.alerts, ...more, lost], settings: { ...drawn.settings, policy: { ...drawn.settings.policy, tuning: { minDecisions: 1, upperBound: 1.1, minAlerts: 1, reviewBelow: 1.1 } } } };
      const range = { from: world.range.from - 30 * DAY, to: world.range.from + 120 * DAY };
      const reader = readerOf(await loadWorld(store, world));
      await store.transaction(async tx => { 
        await tx.upsert('stream_state', [streamState('siem', 'alerts', { backfilled_to: range.from, watermark: range.to })]);
        await tx.upsert('client_grant', [{ grant_id: 'g0000000000000001', org_id: 2, uid: 'x', clients: '["acme"]', not_before: 0, expires: range.to * 2, key_id: 'k', minted: 0, last_used: null, revoked: null, revoked_reason: null, replaced_by: null }]);
        await tx.upsert('access_day', [{ access_key: 1n, day: Math.floor(range.from / DAY), org_id: 2, role: 'Viewer', result: 'expired', count: 3, first: range.from, last: range.from }]);
      });
      // Cells of twenty items: no small world has one; their rows are held by tests/oracles/sla/more.property.test.ts.
      // 'explain' and 'rows' have rows only of what is named: tests/oracles/drill.
      for (const entry of ENTRIES.filter(e => e.area !== 'coverage' && e.id !== 'assets' && e.id !== 'reported.coverage' && e.id !== 'explain' && e.id !== 'rows' && e.id !== 'sla.contributors')) expect([entry.id, (await check(reader, entry, range, range.to)) > 0]).toEqual([entry.id, true]);
    } finally { await store.close(); }
  }, 120_000);

  it('are those the catalog declares: coverage', async () => {
    const world = coverageWorld(3);
    const estate = await Estate.open(world.settings, world.now);
    try {
      await estate.assets(world.assets);
      await estate.telemetry(world.days);
      await estate.flush();
      const range = { from: world.now - 20 * DAY, to: world.now };
      for (const entry of ENTRIES.filter(e => e.area === 'coverage' || e.id === 'assets' || e.id === 'reported.coverage' || e.id === 'integrity.counters')) expect([entry.id, (await check(estate.reader(), entry, range, world.now)) > 0]).toEqual([entry.id, true]);
    } finally { await estate.store.close(); }
  }, 120_000);
});
