import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { migrate } from '../../../src/backend/store/duckdb/migrate';
import { DuckDbStore } from '../../../src/backend/store/duckdb/store';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { ENTRIES } from '../../../src/catalog';
import { DAY } from '../../../src/model';
import { fillStore } from '../../bench/world/fill';
import { benchReader } from '../../bench/world/reader';
import { NOW } from '../../bench/world/settings';
import { evened } from '../../worlds/even';
import { askEach, differing, type Asked } from './asked';

/** A thread scans one group of rows at a time, in the product 122,880 of them: small groups let several threads scan a store that is made in seconds. */
const ROW_GROUP = 2_048;
const ALERTS = 20_000;
const when = { range: { from: NOW - 90 * DAY, to: NOW }, asOf: NOW };

describe('several threads of the store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'threads-'));
  const path = join(folder, 'soc.duckdb');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The size of groups is an option of attaching a file, not of opening it. */
  async function opened<T>(threads: number, work: (store: Store) => Promise<T>): Promise<T> {
    const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
    const connected = async (...statements: string[]) => { const c = await instance.connect(); for (const s of [...statements, 'use soc']) await c.run(s); return c; };
    const writer = await connected(`set TimeZone = 'UTC'`, `attach '${path}' as soc (row_group_size ${ROW_GROUP})`);
    await migrate(writer, NOW, path);
    const attached: DuckDBInstance = Object.assign(Object.create(instance), { connect: () => connected(), closeSync: () => instance.closeSync() });
    const store = new DuckDbStore({ instance: attached, writer }, path, { memoryMb: 512 });
    try { return await work(store); } finally { await store.close(); }
  }
  const asks = (threads: number, times: number) => opened(threads, async store => {
    expect(await store.query(sql`select current_setting('threads')::integer as threads`)).toEqual([{ threads }]);
    const all: Asked[][] = [];
    for (let time = 0; time < times; time++) all.push(await askEach(benchReader(store), when, ENTRIES, 0));
    return all;
  });

  it('answer what one answers, digit for digit and row for row, each time', async () => {
    await opened(1, async store => {
      await fillStore(store, ALERTS);
      await evened(store, NOW);
      await store.checkpoint();
      expect(await store.query(sql`select count(distinct row_group_id) > 8 as many from pragma_storage_info('alert')`)).toEqual([{ many: true }]);
    });
    const [one] = await asks(1, 1);
    expect(one!.length).toBeGreaterThan(ENTRIES.length * 2);
    for (const four of await asks(4, 2)) expect(differing(one!, four)).toEqual([]);
  }, 600_000);
});
