import { addColumn } from '../duckdb/statements';
import type { Migration } from './types';

/** What a stream has to say that is no error: fields waited for, and a listing that was refused. */
export const streamRemarks: Migration = {
  number: 7,
  name: 'stream remarks',
  async up(execute) {
    await execute(addColumn('stream_state', 'waiting'));
    await execute(addColumn('stream_state', 'unlisted'));
  },
};
