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
/** Over the wire: as many that are refused, and as many that are understood, as the first of all payloads give. */
const WIRE = { refused: 2_000, understood: 600 };
const PER_REQUEST = 250;

type Understood = ReturnType<typeof parseQuery>;
/** Parses as the backend does. Anything but a refusal in words is a fault. */
function read(text: string): Understood | 'refused' {
  try { return parseQuery(JSON.parse(text), CATALOG); } catch (error) {
    if (error instanceof QueryRefused || error instanceof SyntaxError) return 'refused';
    throw new Error(`${String(error)} for ${text.slice(0, 500)} (SOC_SEED=${SEED})`);
  }
}

securityRow(1, ({ proves, say }) => {
  const fuzz = new Fuzz(random(SEED));
  /** What goes over the wire afterwards. */
  const wire: { refused: string[]; understood: string[] } = { refused: [], understood: [] };

  proves(`${PAYLOADS} payloads: refused in words, or compiled; nothing of a payload is ever in the text of a statement`, async () => {
    const store = await openDuckDb({ path: ':memory:' });
    const settings = workspaceSchema.parse(canarySoc(newFolder('fuzz'), { days: 1 }).settings);
    const texts = new Set<string>();
    let bound = 0, refused = 0, denied = 0, ran = 0;
    const watching: Store = {
      ...store,
      query: (statement, options) => {
        texts.add(statement.text.join('?'));
        if (statement.values.some(v => JSON.stringify(v, (_k, x: unknown) => (typeof x === 'bigint' ? String(x) : x)).includes(MARK))) bound++;
        return store.query(statement, options);
      },
      transaction: () => Promise.reject(new Error('a query may not write')),
    };
    const source = { store: watching, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: (id: string) => settings.clients.findIndex(c => c.id === id) + 1 };
    try {
      for (let i = 0; i < PAYLOADS; i++) {
        const text = fuzz.payload();
        const parsed = read(text);
        if (parsed === 'refused') { refused++; if (wire.refused.length < WIRE.refused) wire.refused.push(text); continue; }
        if (wire.understood.length < WIRE.understood) wire.understood.push(text);
        try {
          const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, source, i % 2 === 0 ? [settings.clients[0]!.id] : undefined);
          ran++;
          await metricQuery(parsed.entry.id).run(reader, { ...parsed, range: { from: range.fromMs, to: range.toMs }, asOf: NOW });
        } catch (error) {
          if (!(error instanceof MetricRefused || error instanceof Denied)) throw new Error(`${String(error)} for ${text.slice(0, 500)} (SOC_SEED=${SEED})`);
          denied++;
        }
      }
      expect([...texts].filter(t => t.toLowerCase().includes(MARK))).toEqual([]);
      // The run means nothing unless payloads were refused, understood, and reached statements as bound values.
      expect([refused > PAYLOADS / 2, ran > PAYLOADS / 50, bound > PAYLOADS / 100, ran > denied]).toEqual([true, true, true, true]);
      say(`${PAYLOADS} payloads, seed ${SEED}: ${refused} refused, ${ran} compiled into ${texts.size} distinct statements, ${bound} with a hostile value bound`);
    } finally { await store.close(); }
  }, 600_000);

  proves('the first of them over the wire, by a viewer of a client: refused, denied or answered within the scope', async () => {
    const soc: Soc = await startSoc({ clients: CLIENTS.slice(0, 1) });
    try {
      const me = CLIENTS[0]!;
      const others = [...CLIENTS.slice(1).map(c => c.canary), UNASSIGNED_CANARY];
      const statuses = new Map<number, number>();
      const context = pluginContext(soc.client(me));
      const everything = () => soc.plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'] }, ...range }], soc.operator());
      const before = await everything();
      const all = [...wire.refused, ...wire.understood];
      for (let sent = 0; sent < all.length; sent += PER_REQUEST) {
        const texts = all.slice(sent, sent + PER_REQUEST);
        const { responses } = await soc.plugin.rpc.data.queryData({ pluginContext: context, queries: texts.map((text, i) => ({ refId: String(i), json: Buffer.from(text), maxDataPoints: 100n, intervalMS: 60_000n, timeRange: { fromEpochMS: BigInt(range.fromMs), toEpochMS: BigInt(range.toMs) } })) });
        texts.forEach((text, i) => {
          const { status, error, frames } = responses[String(i)]!;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          // A fault of our own (500) or silence would be a hole; busy (429) only says "later".
          if (![200, 400, 403, 429].includes(status)) throw new Error(`status ${status} for ${text.slice(0, 500)}: ${error} (SOC_SEED=${SEED})`);
          const rows = frames.map(bytes => Buffer.from(bytes).toString('latin1')).join('\n').toLowerCase();
          // No row of another's, whatever it names; of a refusal only what the payload names itself may come back.
          const foreign = others.find(c => rows.includes(c) || (error.toLowerCase().includes(c) && !text.toLowerCase().includes(c)));
          if (foreign) throw new Error(`${foreign} in the answer to ${text.slice(0, 500)} (SOC_SEED=${SEED})`);
        });
      }
      expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 403]));
      expect(await everything()).toEqual(before);
      say(`${all.length} of them over the wire: ${[...statuses].sort(([a], [b]) => a - b).map(([s, n]) => `${n}× ${s}`).join(', ')}`);
    } finally { await soc.stop(); }
  }, 300_000);
});
