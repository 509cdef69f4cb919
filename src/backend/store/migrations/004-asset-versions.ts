import { addColumn, createTable } from '../duckdb/statements';
import { sql } from '../sql';
import { table } from '../table';
import type { Migration } from './types';

/** Older versions of registry records, and what an asset's registration began and ended as. */
export const assetVersions: Migration = {
  number: 4,
  name: 'asset versions',
  async up(execute) {
    await execute(createTable('asset_version'));
    for (const name of ['began_as', 'ended_as', 'past', 'excluded_asked'] as const) await execute(addColumn('asset', name));
    // What the last flush knew: without it the next one judges every day again.
    await execute(sql`delete from ${table('meta')} where name = ${'coverage.state'}`);
  },
};
