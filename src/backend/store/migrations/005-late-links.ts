import { addColumn } from '../duckdb/statements';
import { sql } from '../sql';
import { table } from '../table';
import type { Migration } from './types';

/** Alerts linked too late to start a clock, and tickets opened without the severity their alerts had. */
export const lateLinks: Migration = {
  number: 5,
  name: 'late links',
  async up(execute) {
    await execute(addColumn('alert', 'late_link'));
    // Facts of an older file lack it: they are computed anew, as after an edit of the policy.
    await execute(sql`delete from ${table('meta')} where name = ${'facts'}`);
  },
};
