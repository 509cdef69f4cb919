import { CATALOG } from '../../../src/catalog';
import { metricQuery } from '../../../src/backend/metrics/all';
import type { MetricResult } from '../../../src/backend/metrics/metric';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import type { AlertRow, Disposition, TicketRow } from '../../../src/model';
import { rowId, ruleId } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import type { CaseWorld } from '../../worlds/cases';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { wilsonByBisection } from './outcomes.oracle';

const ask = async (store: Store, world: CaseWorld, metric: string, groupBy: string[]): Promise<MetricResult> => {
  const reader = readerOf(await loadWorld(store, world));
  return metricQuery(metric as 'rules.backlog').run(reader, { ...parseQuery({ version: 1, metric, groupBy }, CATALOG), range: world.range, asOf: Math.min(world.range.to, world.now) });
};

describe('rules.backlog and rules.unreviewed', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  it('shows the Pareto of a hand case: what the first k remove, and what they put at risk', async () => {
    await clear(store);
    const world = handCase([['noisy', 30, 1], ['loud', 25, 0], ['few', 19, 0], ['good', 5, 20]]);
    const { rows } = await ask(store, world, 'rules.backlog', ['rule']);
    // few has 19 decisions, good is confirmed too often; both stay in the total of 79 alerts that led nowhere.
    expect(rows.map(r => [r.rank, r.rule_name, r.nowhere, r.confirmed, r.removed, r.at_risk])).toEqual([
      [1, 'noisy', 30, '1 of 31', 30 / 79, 1],
      [2, 'loud', 25, '0 of 25', 55 / 79, 1],
    ]);
    expect(rows[0]!.confirmation_high).toBeCloseTo(wilsonByBisection(1, 31)[1], 9);
  });

  it('does not take forty alerts in one ticket for forty decisions', async () => {
    await clear(store);
    const world = handCase([['bundled', 40, 0]]);
    const ticket = { ...emptyTicket, quotes: world.alerts.map(a => ({ alert: a.joinId, found: 'field' as const, linkedAt: null })), disposition: 'false_positive' as const, dispositionAt: T, dispositionBy: 'human' as const, done: true };
    const bundled = { ...world, alerts: world.alerts.map(a => ({ ...a, disposition: null, dispositionAt: null, dispositionBy: null })), tickets: [ticket] };
    const { rows, notices } = await ask(store, bundled, 'rules.backlog', ['rule']);
    expect(rows).toEqual([]);
    expect(notices?.[0]?.text).toContain('at least 20 decisions');
  });
});

const T = Date.UTC(2026, 5, 10, 12);
const emptyTicket: TicketRow = {
  id: rowId('desk', 'ticket', 'T'), source: 'desk', nativeId: 'T', url: null, changed: T, gone: null, key: 'SOC-T', title: null, created: T, sourceSeverity: null, tier: 'high', sourceClient: null,
  client: 'acme', sourceStatus: null, done: false, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'alert', quotes: [], timeline: [{ at: T, type: 'created', from: null, to: null, actor: 'human' }], mergedInto: null,
};

/** Rules with so many alerts found false and so many found true, each an own verdict two minutes after the one before. */
function handCase(rules: readonly (readonly [string, number, number])[]): CaseWorld {
  const settings = workspaceSchema.parse({ zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }] });
  const alerts: AlertRow[] = rules.flatMap(([name, bad, good]) => Array.from({ length: bad + good }, (_, i): AlertRow => {
    const at = T + i * 120_000;
    const nativeId = `${name}${i}`;
    const disposition: Disposition = i < bad ? 'false_positive' : 'true_positive';
    return {
      id: rowId('siem', 'alert', nativeId), source: 'siem', nativeId, url: null, changed: at, gone: null, joinId: nativeId, rule: ruleId('test', name), ruleName: name, ruleRevision: null, event: null, detected: at, readable: null,
      sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: null, disposition, dispositionAt: at, dispositionBy: 'human', suppressed: 0,
    };
  }));
  const named = rules.map(([name]) => ({ id: rowId('siem', 'rule', name), source: 'siem', nativeId: name, url: null, changed: T, gone: null, rule: ruleId('test', name), name, revision: null, tier: 'high' as const, sourceSeverity: null, attack: [], enabled: true, queryHash: null, predecessor: null, derived: false }));
  return { settings, alerts, rules: named, tickets: [], now: T + 10 * 86_400_000, range: { from: T - 86_400_000, to: T + 5 * 86_400_000 } };
}
