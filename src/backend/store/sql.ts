import type { SqlValue } from './port';
import { TABLES } from './schema';

/**
 * The only way to make SQL. Values become typed parameters; tables, columns and fragments come from closed sets:
 * `sql` accepts only values and other `Sql` objects, and identifiers only through `table()` (store/table.ts: store, sync and scope alone) and `column()`.
 *
 * Idioms, the same for every engine:
 * - a list is one parameter: `client_key = any(${keys})`; an empty list matches nothing, for a column of any type. Not: `not (x = any(…))` on nullable x.
 * - the column "at" is a keyword of DuckDB: write `a.at`, `"at"` or `column('at')`, never bare `at`.
 * - a closed vocabulary compares with its word: `tier = ${'high'}`; an unknown word matches nothing. To order by it: `order by tier` follows the vocabulary's order.
 * - integer parameters are 64 bit; `/` is a real division; `sum` and `count` come back as number, hash keys as bigint.
 * - time buckets: `bucketOf(column, edges)` of store/buckets.ts, never a conversion of zones per row.
 */
declare const brand: unique symbol;
export interface Sql { readonly [brand]: 'sql'; readonly text: readonly string[]; readonly values: readonly SqlValue[] }

const make = (text: string[], values: SqlValue[]): Sql => ({ text, values }) as unknown as Sql;
const isSql = (value: unknown): value is Sql => typeof value === 'object' && value !== null && Array.isArray((value as Sql).text) && Array.isArray((value as Sql).values);

/** Tagged template: `sql\`select … where client_key = ${key}\``. Nested Sql is spliced, anything else is bound. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (SqlValue | Sql)[]): Sql {
  const text: string[] = [strings[0]!];
  const values: SqlValue[] = [];
  parts.forEach((part, i) => {
    const tail = strings[i + 1]!;
    if (isSql(part)) {
      text[text.length - 1] += part.text[0]!;
      for (let k = 1; k < part.text.length; k++) text.push(part.text[k]!);
      values.push(...part.values);
      text[text.length - 1] += tail;
    } else {
      values.push(part);
      text.push(tail);
    }
  });
  return make(text, values);
}

export const join = (parts: readonly Sql[], separator: Sql = sql`, `): Sql =>
  parts.reduce((all, part, i) => (i === 0 ? part : sql`${all}${separator}${part}`), sql``);
export const and = (parts: readonly Sql[]): Sql => (parts.length === 0 ? sql`true` : join(parts.map(p => sql`(${p})`), sql` and `));

/** For store/table.ts only. */
export const quoted = (name: string): Sql => make([`"${name.replace(/"/g, '""')}"`], []);
/** A column that some table of the schema has; anything else throws. */
const COLUMNS = new Set(Object.values(TABLES).flatMap(t => Object.keys(t.columns)));
export function column(name: string): Sql {
  if (!COLUMNS.has(name)) throw new Error(`no column ${name}`);
  return quoted(name);
}
/** A name for a result column: letters, digits, underscore only. */
export function alias(name: string): Sql {
  if (!/^[a-z_][a-z0-9_]{0,62}$/i.test(name)) throw new Error(`not a usable column name: ${name}`);
  return quoted(name);
}
/** An integer as text of the statement, for constants the planner should see (bucket edges). Anything else throws. */
export function integer(value: number): Sql {
  if (!Number.isSafeInteger(value)) throw new Error(`not an integer: ${String(value)}`);
  return make([String(value)], []);
}
/** `$1 … $n` text and its values, as the drivers want it. */
export const render = (statement: Sql): { text: string; values: readonly SqlValue[] } => ({
  text: statement.text.map((piece, i) => (i === 0 ? piece : `$${i}${piece}`)).join(''),
  values: statement.values,
});
