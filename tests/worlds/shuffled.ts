import type { Store } from '../../src/backend/store/port';
import { TABLES, type TableName } from '../../src/backend/store/schema';
import { integer, sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';

/**
 * Writes every table of a store anew in another order of its rows. Nothing may be seen of it: with several threads an engine gives rows in any order where
 * none is asked for, and so does one thread after rows came in another order.
 */
export async function shuffled(store: Store, seed: number): Promise<void> {
  for (const name of Object.keys(TABLES) as TableName[]) {
    const [count] = await store.query<{ n: number }>(sql`select count(*) as n from ${table(name)}`);
    if (count!.n < 2) continue;
    // Apart, because an index refuses a key that was taken out in the same transaction.
    await store.transaction(tx => tx.execute(sql`create or replace temp table in_order as select * from ${table(name)}`));
    await store.transaction(tx => tx.execute(sql`delete from ${table(name)}`));
    await store.transaction(tx => tx.execute(sql`insert into ${table(name)} select * from in_order o order by hash(o.rowid * 1000003 + ${integer(seed)})`));
    await store.transaction(tx => tx.execute(sql`drop table in_order`));
  }
}
