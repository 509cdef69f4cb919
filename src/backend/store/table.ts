import { TABLES, type TableName } from './schema';
import { quoted, type Sql } from './sql';

/** A base table as SQL. Store, sync and scope alone may import this (lint): a metric reads relations of the gate instead. */
export function table(name: TableName): Sql {
  if (!Object.hasOwn(TABLES, name)) throw new Error(`no table ${String(name)}`);
  return quoted(name);
}
