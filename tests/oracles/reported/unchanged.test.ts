/** A month is not taken for unchanged by somebody who knows how decisions are numbered and chooses which verdicts to turn. */
import { maybeChanged } from '../../../src/backend/metrics/reported/unchanged';
import type { PartMonth } from '../../../src/backend/metrics/reported/months';
import { openScope } from '../../../src/backend/scope/gate';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { storeRow } from '../../../src/backend/store/testing/rows';
import { DAY } from '../../../src/model';
import { workspaceSchema } from '../../../src/settings/schema';

const settings = workspaceSchema.parse({ clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }] });
const MONTH: PartMonth = {
  client: 1, id: 'acme', zone: 'UTC', month: 0, begins: 0, ends: 31 * DAY, closes: 36 * DAY, at: 36 * DAY, lastDay: 30, kept: true, unkept: false, frozen: { at: 36 * DAY, settingsVersion: 1, definition: 1, items: 0, same: false },
};
/** Seventy numbers of 64 bits: some of them cancel (more than there are bits). */
const KEYS = Array.from({ length: 70 }, (_, i) => BigInt(i + 1));

/** Indices of numbers that cancel when they are put together by exclusive or: elimination, bit by bit. */
function cancelling(numbers: readonly bigint[]): number[] {
  const basis = new Map<number, { value: bigint; of: Set<number> }>();
  for (const [i, number] of numbers.entries()) {
    let value = number;
    const of = new Set([i]);
    while (value !== 0n) {
      const top = value.toString(2).length;
      const known = basis.get(top);
      if (!known) { basis.set(top, { value, of }); break; }
      value ^= known.value;
      for (const k of known.of) if (!of.delete(k)) of.add(k);
    }
    if (value === 0n) return [...of];
  }
  throw new Error('none cancel');
}

describe('a frozen month', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openDuckDb({ path: ':memory:' });
    const decided = { client_key: 1, rule_key: 1 };
    await store.transaction(async tx => {
      await tx.upsert('alert', KEYS.map(k => storeRow('alert', { ...decided, alert_key: k, at: Number(k) * 3_600_000, bucket: 'false', verdict_at: DAY, decision_key: k, decision_head: true })));
      await tx.upsert('reported_decision', KEYS.map(k => storeRow('reported_decision', { ...decided, month: 0, alert_key: k, verdict: 'false', alerts: 1 })));
    });
  });
  afterAll(() => store.close());
  const changed = () => maybeChanged(openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => (id === 'acme' ? 1 : null) }), [MONTH]);

  it('that nothing was turned in is not looked through', async () => {
    expect(await changed()).toEqual([]);
  });
  it('is looked through after verdicts were turned whose numbers cancel', async () => {
    // As the numbers would be without the salt: of alert and verdict alone.
    const numbered = (verdict: string) => sql`hash(xor(alert_key, hash(enum_code(${verdict}::enum_bucket)::bigint + 16 * -1)))`;
    const rows = await store.query<{ k: bigint; d: bigint }>(sql`select alert_key as k, xor(${numbered('false')}, ${numbered('true')}) as d from ${table('alert')} order by alert_key`);
    const turned = cancelling(rows.map(r => r.d)).map(i => rows[i]!.k);
    expect(turned.length).toBeGreaterThan(1);
    expect(turned.map(k => rows.find(r => r.k === k)!.d).reduce((sum, d) => sum ^ d, 0n)).toBe(0n);
    await store.transaction(tx => tx.execute(sql`update ${table('alert')} set bucket = 'true' where alert_key in (select unnest(${turned}::ubigint[]))`));
    expect(await changed()).toEqual([MONTH]);
  });
});
