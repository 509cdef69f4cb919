import { addColumn, createEnum } from '../duckdb/statements';
import { sql } from '../sql';
import { table } from '../table';
import type { Migration } from './types';

/** What an item settles as stands beside it. */
export const settledItems: Migration = {
  number: 9,
  name: 'settled items',
  async up(execute) {
    await execute(createEnum('outcome'));
    for (const column of ['period_at', 'settled_at', 'settled_as', 'marks']) await execute(addColumn('item', column));
    // Items of an older file are read as not settled, which is right and slower, until the facts were computed anew.
    await execute(sql`delete from ${table('meta')} where name = ${'facts'}`);
  },
};
