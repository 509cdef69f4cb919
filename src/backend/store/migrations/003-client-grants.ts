import { createTable } from '../duckdb/statements';
import type { Migration } from './types';

/** Grants a workspace knows, and counts of accesses (scope/grants). */
export const clientGrants: Migration = {
  number: 3,
  name: 'client grants',
  async up(execute) {
    await execute(createTable('client_grant'));
    await execute(createTable('access_day'));
  },
};
