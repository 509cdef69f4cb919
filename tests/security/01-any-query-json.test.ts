/** Any JSON as a query: refused or answered within the scope, never a fault, and nothing of it in the text of a statement. */
import { CATALOG } from '../../src/catalog';
import { parseQuery, QueryRefused } from '../../src/query/request';
import { metricQuery } from '../../src/backend/metrics/all';
import { MetricRefused } from '../../src/backend/metrics/metric';
import { openScope } from '../../src/backend/scope/gate';
import { Denied } from '../../src/backend/scope/reader';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import { workspaceSchema } from '../../src/settings/schema';
import { pluginContext } from '../contract/host/caller';
import { canarySoc, CLIENTS, NOW, UNASSIGNED_CANARY } from './support/canaries';
import { Fuzz, MARK, random } from './support/fuzz';
import { newFolder, range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

/** The contract's number in CI; fewer while developing, by SOC_FUZZ. */
const PAYLOADS = Number(process.env.SOC_FUZZ ?? (process.env.CI === 'true' ? 100_000 : 20_000));
const SEED = Number(process.env.SOC_SEED ?? 20261124);
const PER_REQUEST = 250;

securityRow(1, ({ proves, say }) => {
  let soc: Soc;
  beforeAll(async () => { soc = await startSoc({ clients: CLIENTS.slice(0, 1) }); }, 120_000);
  afterAll(() => soc?.stop());

  proves(`${PAYLOADS} payloads of a client's viewer, over the wire`, async () => {
    const fuzz = new Fuzz(random(SEED));
    const me = CLIENTS[0]!;
    const others = [...CLIENTS.slice(1).map(c => c.canary), UNASSIGNED_CANARY];
    const statuses = new Map<number, number>();
    const context = pluginContext(soc.client(me));
    const before = await soc.plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'] }, ...range }], soc.operator());
    for (let sent = 0; sent < PAYLOADS; sent += PER_REQUEST) {
      const texts = Array.from({ length: Math.min(PER_REQUEST, PAYLOADS - sent) }, () => fuzz.payload());
      const { responses } = await soc.plugin.rpc.data.queryData({ pluginContext: context, queries: texts.map((text, i) => ({ refId: String(i), json: Buffer.from(text), maxDataPoints: 100n, intervalMS: 60_000n, timeRange: { fromEpochMS: BigInt(range.fromMs), toEpochMS: BigInt(range.toMs) } })) });
      texts.forEach((text, i) => {
        const { status, error, frames } = responses[String(i)]!;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // A fault of our own (500) or silence would be a hole; busy (429) only says "later".
        if (![200, 400, 403, 429].includes(status)) throw new Error(`status ${status} for ${text.slice(0, 500)}: ${error} (SOC_SEED=${SEED})`);
        for (const bytes of frames) {
          const shown = Buffer.from(bytes).toString('latin1').toLowerCase();
          const foreign = others.find(c => shown.includes(c));
          if (foreign) throw new Error(`${foreign} in the answer to ${text.slice(0, 500)} (SOC_SEED=${SEED})`);
        }
      });
    }
    // The run means nothing unless payloads were refused, denied and answered.
    expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 403]));
    const after = await soc.plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'] }, ...range }], soc.operator());
    expect(after).toEqual(before);
    say(`${PAYLOADS} payloads, seed ${SEED}: ${[...statuses].sort(([a], [b]) => a - b).map(([s, n]) => `${n}× ${s}`).join(', ')}`);
  }, 600_000);

  proves('only compiled statements reach the store: nothing of a payload is ever in their text', async () => {
    const store = await openDuckDb({ path: ':memory:' });
    const settings = workspaceSchema.parse(canarySoc(newFolder('fuzz'), { days: 1 }).settings);
    const texts = new Set<string>();
    let bound = 0;
    const watching: Store = {
      ...store,
      query: (statement, options) => {
        texts.add(statement.text.join('?'));
        if (statement.values.some(v => JSON.stringify(v, (_k, x: unknown) => (typeof x === 'bigint' ? String(x) : x)).includes(MARK))) bound++;
        return store.query(statement, options);
      },
      transaction: () => Promise.reject(new Error('a query may not write')),
    };
    try {
      const fuzz = new Fuzz(random(SEED + 1));
      let ran = 0;
      for (let i = 0; i < 30_000 && ran < 1_500; i++) {
        try {
          const parsed = parseQuery(JSON.parse(fuzz.payload()), CATALOG);
          const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, { store: watching, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => settings.clients.findIndex(c => c.id === id) + 1 }, i % 2 === 0 ? [settings.clients[0]!.id] : undefined);
          ran++;
          await metricQuery(parsed.entry.id).run(reader, { ...parsed, range: { from: range.fromMs, to: range.toMs }, asOf: NOW });
        } catch (error) {
          if (!(error instanceof QueryRefused || error instanceof MetricRefused || error instanceof Denied || error instanceof SyntaxError)) throw error;
        }
      }
      expect(ran).toBeGreaterThan(500);
      expect(bound).toBeGreaterThan(100);
      expect([...texts].filter(t => t.toLowerCase().includes(MARK))).toEqual([]);
      say(`${texts.size} distinct statements, ${bound} with a hostile value bound`);
    } finally { await store.close(); }
  }, 120_000);
});
