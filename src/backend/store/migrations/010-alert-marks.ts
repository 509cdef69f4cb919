import { addColumn } from '../duckdb/statements';
import { sql } from '../sql';
import { table } from '../table';
import type { Migration } from './types';

/** What counters ask of an alert stands beside it as one number. */
export const alertMarks: Migration = {
  number: 10,
  name: 'alert marks',
  async up(execute) {
    await execute(addColumn('alert', 'marks'));
    // Alerts of an older file are asked condition by condition, which is right and slower, until the facts were computed anew.
    await execute(sql`delete from ${table('meta')} where name = ${'facts'}`);
  },
};
