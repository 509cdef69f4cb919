import { addColumn } from '../duckdb/statements';
import { sql } from '../sql';
import { table } from '../table';
import type { Migration } from './types';

/** What a ticket holds of its own client's alerts stands beside it. */
export const ownAlerts: Migration = {
  number: 11,
  name: 'own alerts of tickets',
  async up(execute) {
    for (const column of ['own_alerts', 'own_rule_key', 'own_first_at', 'own_last_at']) await execute(addColumn('ticket', column));
    // Tickets of an older file are asked by their links, which is right and slower, until the facts were computed anew.
    await execute(sql`delete from ${table('meta')} where name = ${'facts'}`);
  },
};
