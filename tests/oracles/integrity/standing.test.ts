import { CATALOG } from '../../../src/catalog';
import { resultFrames } from '../../../src/backend/handlers/result-frames';
import { metricQuery } from '../../../src/backend/metrics/all';
import { findings, withStanding } from '../../../src/backend/metrics/standing';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { DAY, HOUR, MINUTE, rowId, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema, type WorkspaceSettings } from '../../../src/settings/schema';
import { loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';
import { fresh, streamState } from './worlds';

/** Standing of a real headline over real counters: what a panel gets. */
const T = Date.UTC(2026, 5, 10, 12);
const range = { from: T - DAY, to: T + 5 * DAY };
const settings = (thresholds: object = {}): WorkspaceSettings => workspaceSchema.parse({
  zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }, { id: 'bravo', name: 'Bravo', zone: 'UTC' }],
  policy: { sla: { targets: [{ hours: { high: { decide: 4 } } }], allowedPauses: ['waiting for client'] }, thresholds },
});
/** Decided after an hour, of which acme's waited half for the client. */
const ticket = (n: number, client: string): TicketRow => ({
  id: rowId('desk', 'ticket', `S${n}`), source: 'desk', nativeId: `S${n}`, url: null, changed: T, gone: null, key: `S-${n}`, title: null, created: T, sourceSeverity: null, tier: 'high', sourceClient: null, client,
  sourceStatus: null, done: false, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'user', quotes: [], mergedInto: null,
  timeline: [
    { at: T, type: 'created', from: null, to: null, actor: 'automation' },
    ...(client === 'acme' ? [{ at: T + 10 * MINUTE, type: 'paused' as const, from: null, to: null, actor: 'human' as const, reason: 'waiting for client' }, { at: T + 40 * MINUTE, type: 'resumed' as const, from: null, to: null, actor: 'human' as const }] : []),
    { at: T + HOUR, type: 'disposition_set', from: null, to: 'true_positive', actor: 'human' },
  ],
});
const tickets = [ticket(1, 'acme'), ticket(2, 'bravo'), ticket(3, 'bravo')];

describe('standing of a headline', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());
  const load = async (given: WorkspaceSettings) => { await fresh(store, range.from, []); return loadWorld(store, { settings: given, alerts: [], rules: [], tickets }); };
  async function ask(reader: ScopedReader, query: object) {
    const parsed = parseQuery({ version: 1, metric: 'sla.adherence', ...query }, CATALOG);
    const request = { ...parsed, range, asOf: range.to };
    return { parsed, result: withStanding(parsed.entry, await metricQuery('sla.adherence').run(reader, request), await findings(reader, parsed.entry, request)) };
  }

  it('is qualified, naming the counter with its value and what was agreed; by client only where it concerns that client', async () => {
    const loader = await load(settings());
    // One of three items was paused: 33.3 % of all, all of acme's, none of bravo's; ten per cent is agreed.
    expect((await ask(readerOf(loader), { view: 'stat' })).result.rows).toEqual([expect.objectContaining({ tier: 'high', adherence: 1, standing: 'qualified', standing_why: 'Paused 33.3 %, agreed at most 10.0 %' })]);
    expect((await ask(readerOf(loader), { groupBy: ['client', 'tier'] })).result.rows.map(r => [r.client, r.standing, r.standing_why])).toEqual([['acme', 'qualified', 'Paused 100.0 %, agreed at most 10.0 %'], ['bravo', 'measured', null]]);
    expect((await ask(readerOf(loader, ['bravo']), { view: 'stat' })).result.rows.map(r => r.standing)).toEqual(['measured']);
  });

  it('follows the policy: another threshold, another standing', async () => {
    expect((await ask(readerOf(await load(settings({ pausedShare: 0.5 }))), { view: 'stat' })).result.rows.map(r => r.standing)).toEqual(['measured']);
  });

  it('reaches the panel: columns of a table, settings of a single value, the frame’s meta and its notice', async () => {
    const loader = await load(settings());
    const stat = await ask(readerOf(loader), { view: 'stat' });
    const [frame] = resultFrames('A', stat.parsed, stat.result, range.to);
    expect(frame!.meta!.custom).toMatchObject({ standing: { state: 'qualified', why: ['Paused 33.3 %, agreed at most 10.0 %'] } });
    expect(frame!.meta!.notices).toEqual([{ severity: 'warning', text: 'Qualified: Paused 33.3 %, agreed at most 10.0 %.' }]);
    expect(frame!.fields[0]!.config!.custom).toEqual({ standing: 'qualified', because: 'Paused 33.3 %, agreed at most 10.0 %' });
    const table = await ask(readerOf(loader), { view: 'table', columns: ['tier', 'adherence', 'standing', 'standing_why'] });
    const [shown] = resultFrames('A', table.parsed, table.result, range.to);
    expect(shown!.fields.map(f => [f.name, f.values[0]])).toEqual([['tier', 'high'], ['adherence', 1], ['standing', 'qualified'], ['standing_why', 'Paused 33.3 %, agreed at most 10.0 %']]);
    expect(shown!.meta!.notices).toBeUndefined();
  });

  it('carries what concerns all sources to every client’s row, for operators', async () => {
    const loader = await load(settings({ pausedShare: 1 }));
    await store.transaction(tx => tx.upsert('stream_state', [streamState('siem', 'alerts', { watermark: range.to - DAY, last_success: range.to - DAY, last_attempt: range.to, current: true })]));
    const entry = CATALOG.get('pipeline.latency')!;
    const found = await findings(readerOf(loader), entry, { groupBy: ['client'], filters: {}, range, asOf: range.to });
    expect(found.past.map(p => [p.counter, p.client])).toEqual([['source_lag', null]]);
    expect((await findings(readerOf(loader, ['acme']), entry, { groupBy: ['client'], filters: {}, range, asOf: range.to })).past).toEqual([]);
  });
});
