/**
 * A month that the sync found as it was reported, and that nothing was written to since, is not compared (docs/adr/067). Whatever sources then say, questions get
 * the answer they get where nothing is known of any month: the sync's own writes say which months they reach.
 */
import fc from 'fast-check';
import { metricQuery } from '../../../src/backend/metrics/all';
import { openScope } from '../../../src/backend/scope/gate';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { FACT_PIPELINE } from '../../../src/backend/sync/pipeline';
import { compareReported } from '../../../src/backend/sync/reported/compared';
import { forgetCompared } from '../../../src/backend/sync/reported/written';
import { generatedAlert, generatedTicket, type GeneratorOptions } from '../../../src/backend/sync/testing/generator';
import { runnerOf, testSettings } from '../../../src/backend/sync/testing/harness';
import { CATALOG } from '../../../src/catalog';
import { DAY, HOUR, type AlertRow, type CanonicalRows, type RowKind, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { worldRuns } from '../../worlds/cases';

const T0 = Date.UTC(2026, 2, 10, 12);
const [ALERTS, TICKETS] = [90, 20];
/** Alerts of January, the older of the two frozen months, that no ticket quotes: a verdict, an item and a decision are theirs alone. */
const LOOSE = [42, 43, 46, 47, 50, 51, 54, 55, 58, 59];
const QUERIES = [
  { metric: 'reported.history', groupBy: ['client', 'tier', 'clock'], bucket: 'month' }, { metric: 'reported.rules', groupBy: ['client', 'rule'], bucket: 'month' }, { metric: 'integrity.counters', groupBy: ['client'] },
].map(q => parseQuery({ version: 1, limit: 10_000, ...q }, CATALOG));
const EVERYTHING = new Set([...Array.from({ length: ALERTS }, (_, i) => `A${i}`), ...Array.from({ length: TICKETS }, (_, i) => `T${i}`)]);
const KINDS = ['verdict', 'tier', 'client', 'moved', 'reopened', 'ticket verdict', 'vanish', 'come', 'policy', 'map', 'nothing'] as const;
interface Step { readonly kind: (typeof KINDS)[number]; readonly row: number; readonly how: number }
const step: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom(...KINDS), row: fc.oneof(fc.nat(1_000), fc.constantFrom(...LOOSE)), how: fc.nat(10) });
const VERDICTS = ['true_positive', 'benign_positive', 'false_positive', 'undetermined', null] as const;
const TIERS = ['critical', 'high', 'medium', 'low'] as const;
const CLIENTS = ['acme', 'beta', 'corp'] as const;

/** A source whose rows the test changes: what it says of a row, when it says so, and which rows it lists. */
class Source {
  now = T0;
  version = 1;
  /** It keeps nothing any more, and says nothing of what is gone. */
  silent = false;
  private policy = 4;
  private mapped = false;
  private readonly edits = new Map<string, Partial<AlertRow & TicketRow>>();
  // What is hidden at first comes late.
  private readonly hidden = new Set(['A5', 'A17', 'A44', 'A70', 'T3', 'T11', 'T17']);
  private readonly plain: GeneratorOptions = { source: 'siem', alerts: ALERTS, tickets: TICKETS, until: T0, days: 85, pageSize: 40 };

  world(): GeneratorOptions {
    return { ...this.plain, hooks: { ...(this.silent ? { vanished: EVERYTHING, listIncomplete: true } : { vanished: this.hidden }), edit: row => ({ ...row, ...this.edits.get((row as { nativeId: string }).nativeId) }) as CanonicalRows[RowKind] } };
  }
  settings() {
    const settings = testSettings(['siem'], { policy: { sla: { targets: [{ hours: { critical: { decide: 1, acknowledge: 0.5 }, high: { decide: this.policy }, medium: { decide: 8, resolve: 24 } } }] } } });
    return { ...settings, sources: settings.sources.map(s => ({ ...s, maps: { ...s.maps, ...(this.mapped && { tier: { low: 'high' as const }, client: { acme: 'beta' } }) } })) };
  }
  take({ kind, row, how }: Step): void {
    this.now += HOUR;
    const [alert, ticket] = [generatedAlert(this.plain, row % ALERTS), generatedTicket(this.plain, row % TICKETS)];
    const edit = (id: string, given: Partial<AlertRow & TicketRow>): void => { this.edits.set(id, { ...this.edits.get(id), ...given, changed: this.now - HOUR / 2 }); };
    const verdict = VERDICTS[how % VERDICTS.length]!;
    switch (kind) {
      case 'verdict': return edit(alert.nativeId, { sourceDisposition: verdict, disposition: verdict, dispositionAt: verdict && alert.detected! + HOUR, dispositionBy: verdict && 'human' });
      case 'ticket verdict': return edit(ticket.nativeId, { sourceDisposition: verdict, disposition: verdict, dispositionAt: verdict && ticket.created + HOUR, dispositionBy: verdict && 'human' });
      case 'tier': return edit(how % 2 ? alert.nativeId : ticket.nativeId, { tier: TIERS[how % 4]!, sourceSeverity: TIERS[how % 4]! });
      case 'client': return edit(how % 2 ? alert.nativeId : ticket.nativeId, { client: CLIENTS[how % 3]!, sourceClient: CLIENTS[how % 3]! });
      case 'moved': return edit(alert.nativeId, { detected: alert.detected! - (how - 5) * 9 * DAY, event: null, readable: null });
      case 'reopened': return edit(ticket.nativeId, { timeline: [...ticket.timeline.slice(0, 1), { at: ticket.created + (1 + how) * DAY, type: 'closed', from: 'open', to: 'done', actor: 'human' }], done: true });
      case 'vanish': this.hidden.add(how % 2 ? alert.nativeId : ticket.nativeId); return;
      case 'come': { const id = [...this.hidden][row % Math.max(1, this.hidden.size)]; if (id !== undefined) { this.hidden.delete(id); edit(id, {}); } return; }
      case 'policy': this.policy = 1 + how; this.version++; return;
      case 'map': this.mapped = !this.mapped; this.version++; return;
      default:
    }
  }
}

async function sync(store: Store, source: Source, comparing: boolean): Promise<void> {
  const runner = await runnerOf(store, [source.world()], {
    now: () => source.now, settings: source.settings(), version: source.version, reconcileEveryMs: 1, gather: 40, ...(!comparing && { flush: FACT_PIPELINE.flush.filter(f => f !== compareReported) }),
  });
  try {
    await runner.once();
    expect(runner.status().streams.map(s => s.error)).toEqual([null, null]);
  } finally { await runner.stop(); }
}
const compare = async (store: Store, source: Source): Promise<void> => {
  const context = { settings: source.settings(), version: source.version, dimensions: null as never, now: source.now };
  while (await store.transaction(tx => compareReported(tx, context, true)) === 'more');
};
async function answers(store: Store, source: Source): Promise<unknown> {
  const keys = new Map((await store.query<{ id: string; client_key: number }>(sql`select id, client_key from ${table('dim_client')}`)).map(r => [r.id, r.client_key]));
  const scope = { store, settings: source.settings(), settingsVersion: source.version, operatorOrgIds: [1], owner: null, clientKey: (id: string) => keys.get(id) ?? null };
  const out = [];
  for (const only of [undefined, ['beta']]) {
    const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, scope, only);
    for (const q of QUERIES) out.push((await metricQuery(q.entry.id).run(reader, { ...q, range: { from: source.now - 110 * DAY, to: source.now }, asOf: source.now })).rows.map(r => JSON.stringify(r)).sort());
  }
  return out;
}
const known = async (store: Store): Promise<(boolean | null)[]> => (await store.query<{ same: boolean | null }>(sql`
  select same from ${table('reported_month')} union all select same from ${table('reported_part')} where part = 'verdicts'`)).map(r => r.same);

describe('frozen months that nobody needs to compare', () => {
  const stores: Store[] = [];
  const open = async (): Promise<Store> => { const store = await openDuckDb({ path: ':memory:' }); stores.push(store); return store; };
  afterEach(() => Promise.all(stores.splice(0).map(s => s.close())));

  /** Takes a step without comparing, asks, asks again with nothing known, and compares anew. */
  async function held(store: Store, source: Source, one: Step, met: Record<string, number>): Promise<void> {
    source.take(one);
    await sync(store, source, false);
    const marks = await known(store);
    const is = await answers(store, source);
    await store.transaction(forgetCompared);
    expect({ one, answers: is }).toEqual({ one, answers: await answers(store, source) });
    await compare(store, source);
    const after = await known(store);
    for (const [name, n] of [['reached', marks.filter(m => m === null).length], ['left', marks.filter(m => m === true).length], ['differing', after.filter(m => m === false).length]] as const) met[name] = (met[name] ?? 0) + n;
  }

  it('whatever is written after the closing, the answer is the one without that knowledge', async () => {
    const { numRuns, ...runs } = worldRuns();
    const met = { reached: 0, left: 0, differing: 0 };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6, size: 'max' }), async steps => {
      const store = await open();
      const source = new Source();
      await sync(store, source, true);
      expect(new Set(await known(store))).toEqual(new Set([true]));
      for (const one of steps) await held(store, source, one, met);
      await store.close();
      stores.pop();
    }), { ...runs, numRuns: Math.min(12, numRuns) });
     
    console.log('months met', JSON.stringify(met));
    expect(Object.values(met).every(n => n > 0)).toBe(true);
  }, 300_000);

  // Nothing else says where they stood.
  it.each([['client', 1], ['client', 3], ['client', 5], ['moved', 0], ['moved', 10], ['verdict', 4], ['verdict', 0], ['vanish', 1]] as const)('of alerts without a ticket: %s (%i)', async (kind, how) => {
    const store = await open();
    const source = new Source();
    await sync(store, source, true);
    const met = {};
    for (const row of LOOSE) await held(store, source, { kind, how, row }, met);
    expect(met).toMatchObject({ reached: expect.any(Number), differing: expect.any(Number) });
    expect(Object.values(met).every(n => (n as number) > 0)).toBe(true);
  });

  it('of alerts that an edited value map moves to another client, which their source no longer keeps', async () => {
    const store = await open();
    const source = new Source();
    await sync(store, source, true);
    source.silent = true;
    const met: Record<string, number> = {};
    await held(store, source, { kind: 'map', how: 0, row: 0 }, met);
    expect([met.left, met.reached! > 0, met.differing! > 0]).toEqual([0, true, true]);
  });

  it('a day later all are compared again: what was written past the sync is found', async () => {
    const store = await open();
    const source = new Source();
    await sync(store, source, true);
    await store.transaction(tx => tx.execute(sql`update ${table('item')} set "stop" = null, settled_at = null, settled_as = null where "stop" is not null`));
    source.now += HOUR;
    await sync(store, source, true);
    expect(new Set(await known(store))).toEqual(new Set([true]));
    source.now += DAY;
    await sync(store, source, true);
    expect((await known(store)).includes(false)).toBe(true);
  });
});
