import type { DuckDBConnection } from '@duckdb/node-api';
import { StoreError } from '../errors';
import { MIGRATIONS, type Migration } from '../migrations';
import { TABLES, type ColumnType } from '../schema';
import { render, sql, type Sql } from '../sql';
import { bindValues, readRows } from './values';

/** Exports: migrate. Brings a file to the newest schema; what was applied stands in the table `migration`. */
export async function migrate(connection: DuckDBConnection, now: number, path: string, migrations: readonly Migration[] = MIGRATIONS): Promise<number[]> {
  const execute = async (statement: Sql): Promise<void> => {
    const { text, values } = render(statement);
    const bound = bindValues(values);
    await connection.run(text, bound.values, bound.types);
  };
  await execute(sql`create table if not exists "migration" ("number" integer primary key, "name" varchar, "applied" bigint)`);
  const rows = await readRows(await connection.run('select "number" from "migration"'));
  const done = new Set(rows.map(row => row.number as number));
  const newest = Math.max(0, ...migrations.map(m => m.number));
  const foreign = [...done].filter(n => n > newest);
  if (foreign.length > 0) {
    throw new StoreError('schema', `the store ${path} was written by a newer version (schema ${Math.max(...foreign)}, this version knows ${newest}). Update the plugin, or use another data_path.`);
  }
  const applied: number[] = [];
  for (const migration of migrations) {
    if (done.has(migration.number)) continue;
    await connection.run('begin');
    try {
      await migration.up(execute);
      await execute(sql`insert into "migration" values (${migration.number}, ${migration.name}, ${now})`);
      await connection.run('commit');
    } catch (error) {
      await connection.run('rollback').catch(() => undefined);
      throw new StoreError('schema', `migration ${migration.number} (${migration.name}) of the store ${path} failed and was undone: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    applied.push(migration.number);
  }
  if (migrations === MIGRATIONS) await verify(connection, path);
  return applied;
}

/** A file made by another build of the same number would fail at the first write, far from the cause: said here instead. */
async function verify(connection: DuckDBConnection, path: string): Promise<void> {
  const rows = await readRows(await connection.run(`select table_name, column_name, data_type from duckdb_columns() where schema_name = 'main' and database_name = current_database()`));
  const found = new Map(rows.map(row => [`${row.table_name}.${row.column_name}`, String(row.data_type)]));
  for (const [table, definition] of Object.entries(TABLES)) {
    for (const [column, type] of Object.entries(definition.columns) as [string, ColumnType][]) {
      const stored = found.get(`${table}.${column}`);
      if (!stored || (!type.startsWith('enum:') && stored !== type)) {
        throw new StoreError('schema', `the store ${path} has ${stored ? `${stored} for` : 'no'} column ${table}.${column} (this version needs ${type.replace('enum:', 'the enum ')}). It was made by another build: delete the file and sync again, or use another data_path.`);
      }
    }
  }
}
