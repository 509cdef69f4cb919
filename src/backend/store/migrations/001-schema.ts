import { createEnum, createTable } from '../duckdb/statements';
import { ENUMS, TABLES, type EnumName, type TableName } from '../schema';
import type { Migration } from './types';

/** Everything of schema.ts. After the first release a changed column needs a migration of its own; this one then stays as it is. */
export const schema: Migration = {
  number: 1,
  name: 'schema',
  async up(execute) {
    for (const name of Object.keys(ENUMS) as EnumName[]) await execute(createEnum(name));
    for (const name of Object.keys(TABLES) as TableName[]) await execute(createTable(name));
  },
};
