import { createTable } from '../duckdb/statements';
import { sql } from '../sql';
import { table } from '../table';
import type { Migration } from './types';

/** Coverage and verdicts of reported months. What closed before is marked as not kept: today's figures are not what was reported. */
export const reportedParts: Migration = {
  number: 6,
  name: 'reported parts',
  async up(execute) {
    for (const name of ['reported_part', 'reported_coverage', 'reported_asset', 'reported_rule', 'reported_decision'] as const) await execute(createTable(name));
    await execute(sql`
      insert into ${table('reported_part')} (client_key, month, part, closed_at)
      select client_key, month, part, closed_at from ${table('reported_month')}, (select unnest(['coverage', 'verdicts']) as part) parts on conflict do nothing`);
  },
};
