import { TABLES, type TableName } from './schema';
import { quoted, type Sql } from './sql';

/** A base table as SQL. Store, sync and scope alone may import this (lint): a metric reads relations of the gate instead. */
export function table(name: TableName): Sql {
  if (!Object.hasOwn(TABLES, name)) throw new Error(`no table ${String(name)}`);
  return quoted(name);
}

const QUOTED = new RegExp(`"(${Object.keys(TABLES).join('|')})"`, 'g');
/** Tables a statement names, as `table` writes them. A column of the same name counts as well: more is found, never less. */
export const tablesIn = (statement: Sql): TableName[] => [...new Set([...statement.text.join(' ').matchAll(QUOTED)].map(m => m[1] as TableName))];
