import { addColumn, createTable } from '../duckdb/statements';
import { sql } from '../sql';
import { table } from '../table';
import type { Migration } from './types';

/** Tables of reported months, and the columns of tickets and items they and two integrity counters need. */
export const reportedMonths: Migration = {
  number: 2,
  name: 'reported months',
  async up(execute) {
    for (const name of ['reported_month', 'reported_item', 'reported_untracked'] as const) await execute(createTable(name));
    await execute(addColumn('ticket', 'closing_only'));
    for (const name of ['half_due', 'untouched', 'inputs']) await execute(addColumn('item', name));
    // Facts of an older file lack the new columns: they are computed anew, as after an edit of the policy.
    await execute(sql`delete from ${table('meta')} where name = ${'facts'}`);
  },
};
