import { IDENTITY } from '../identity';
import { ENUMS, TABLES, type ColumnType, type EnumName, type TableDefinition, type TableName } from '../schema';
import type { SqlValue } from '../port';
import { join, quoted, sql, type Sql } from '../sql';

/** Exports: createEnum, createTable, addColumn, createStage, insertStage, mergeStage, mergeColumns, mergeFew, Widen, collisions, clearStage, stageName, columnTypeSql. Every statement the engine writes itself. */
const def = (table: TableName): TableDefinition => TABLES[table];
const names = (table: TableName): string[] => Object.keys(def(table).columns);
const word = (text: string): Sql => quoted(text);

const PLAIN: Record<string, Sql> = { UBIGINT: sql`UBIGINT`, BIGINT: sql`BIGINT`, INTEGER: sql`INTEGER`, DOUBLE: sql`DOUBLE`, BOOLEAN: sql`BOOLEAN`, VARCHAR: sql`VARCHAR` };
export const columnTypeSql = (type: ColumnType): Sql => (type.startsWith('enum:') ? word(`enum_${type.slice(5)}`) : PLAIN[type]!);

/** A literal of a closed vocabulary (DDL takes no parameters): letters and underscore only. */
function literal(value: string): Sql {
  if (!/^[a-z_]+$/.test(value)) throw new Error(`not a vocabulary word: ${value}`);
  const template = [`'${value}'`] as unknown as TemplateStringsArray;
  return sql(template);
}

export const createEnum = (name: EnumName): Sql => sql`create type if not exists ${word(`enum_${name}`)} as enum (${join(ENUMS[name].map(literal))})`;

const columnList = (table: TableName): Sql =>
  join(Object.entries(def(table).columns).map(([name, type]) => sql`${word(name)} ${columnTypeSql(type)}`));
export const createTable = (table: TableName): Sql =>
  sql`create table if not exists ${word(table)} (${columnList(table)}, primary key (${join(def(table).key.map(word))}))`;

/** For migrations: columns of the schema that an older file lacks. */
export const addColumn = (table: TableName, name: string): Sql => {
  const type = (def(table).columns as Record<string, ColumnType>)[name];
  if (!type) throw new Error(`no column ${table}.${name}`);
  return sql`alter table ${word(table)} add column if not exists ${word(name)} ${columnTypeSql(type)}`;
};

export const stageName = (table: TableName): string => `stage_${table}`;
export const createStage = (table: TableName): Sql => sql`create temp table if not exists ${word(stageName(table))} (${columnList(table)})`;
export const clearStage = (table: TableName): Sql => sql`truncate ${word(stageName(table))}`;

/** What a row already stored does with a column of a new one; columns not named stay as they are. Default: every column is replaced. */
export type Widen = Readonly<Record<string, 'least' | 'greatest' | 'replace'>>;

/** Stage → table. A row whose id differs from the stored one of the same key is left out: the count then tells of a collision. */
export const mergeStage = (table: TableName, widen?: Widen): Sql => insertFrom(table, sql`select ${allOf(table)} from ${word(stageName(table))}`, widen);
/** Stage → table, where none of the keys stands. */
export const insertStage = (table: TableName): Sql => sql`insert into ${word(table)} (${allOf(table)}) select ${allOf(table)} from ${word(stageName(table))}`;
/** Some columns of rows that exist: the rest of a wide row is neither carried nor written. */
export function mergeColumns(table: TableName, columns: readonly string[]): Sql {
  const all = join([...def(table).key, ...columns].map(word));
  return sql`insert into ${word(table)} (${all}) select ${all} from ${word(stageName(table))} on conflict (${join(def(table).key.map(word))}) do update set ${join(columns.map(name => sql`${word(name)} = excluded.${word(name)}`))}`;
}
/** A handful of rows as parameters: no stage is filled and emptied for them. */
export const mergeFew = (table: TableName, rows: readonly (readonly SqlValue[])[]): Sql =>
  insertFrom(table, sql`values ${join(rows.map(row => sql`(${join(row.map(value => sql`${value}`))})`))}`);

/** By name: a column that a migration added stands last in an older file, wherever the schema lists it. */
const allOf = (table: TableName): Sql => join(names(table).map(word));

function insertFrom(table: TableName, rows: Sql, widen?: Widen): Sql {
  const keys = def(table).key;
  const rest = names(table).filter(name => !keys.includes(name) && (!widen || widen[name]));
  const identity = IDENTITY[table];
  const guard = identity ? sql` where ${word(table)}.${word(identity)} = excluded.${word(identity)}` : sql``;
  const value = (name: string): Sql => {
    const rule = widen?.[name] ?? 'replace';
    return rule === 'replace' ? sql`excluded.${word(name)}` : rule === 'least' ? sql`least(${word(table)}.${word(name)}, excluded.${word(name)})` : sql`greatest(${word(table)}.${word(name)}, excluded.${word(name)})`;
  };
  const update = rest.length === 0 ? sql`do nothing` : sql`do update set ${join(rest.map(name => sql`${word(name)} = ${value(name)}`))}${guard}`;
  return sql`insert into ${word(table)} (${allOf(table)}) ${rows} on conflict (${join(keys.map(word))}) ${update}`;
}

export function collisions(table: TableName): Sql {
  const identity = word(IDENTITY[table]!);
  const on = join(def(table).key.map(key => sql`s.${word(key)} = t.${word(key)}`), sql` and `);
  return sql`select s.${identity} as id, t.${identity} as stored from ${word(stageName(table))} s join ${word(table)} t on ${on} where s.${identity} is distinct from t.${identity}`;
}
