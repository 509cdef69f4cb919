import type { SqlRow, SqlValue } from '../port';
import { TABLES, type TableName } from '../schema';
import { column, integer, join, sql, type Sql } from '../sql';
import { table as tableSql } from '../table';

/**
 * Exports: lookupRows, TableSizes. Rows by key, by the cheapest of three ways (docs/adr/003). One scan with `= any(list)` reads every
 * column of the table: 37 ms at 200,000 alerts, 2.5 s at 10 M. `in ($1 …)` on the primary key goes through its index: about 0.3 ms a row
 * whatever the table's size. A scan of the key column alone (4 ms at 200,000, 0.1 s at 10 M) tells whether there is anything to read, as
 * of a first load there is not, and the stretch of the table worth reading: rows of one window were written together.
 */
type Run = (statement: Sql) => Promise<SqlRow[]>;
type Key = bigint | number | string;
const GROUP = 122_880;
/** Up to here the index beats two scans of one column; its reads are row by row, and random ones on a cold file cost 4 ms each. */
const FEW = 200;
/** Below this a scan of everything costs no more than asking first. */
const SMALL = 4_000;

export class TableSizes {
  private sizes = new Map<string, number>();
  private age = Infinity;
  /** Rows by the catalogue's own estimate, asked for again every 100 look-ups. */
  async of(table: TableName, run: Run): Promise<number> {
    if (this.age >= 100) {
      this.sizes = new Map((await run(sql`select table_name as t, estimated_size as n from duckdb_tables() where not internal and not temporary`)).map(r => [String(r.t), Number(r.n)]));
      this.age = 0;
    }
    this.age++;
    return this.sizes.get(table) ?? 0;
  }
}

export async function lookupRows(run: Run, sizes: TableSizes, table: TableName, keyColumn: string, keys: readonly Key[], large = 500_000, columns?: readonly string[]): Promise<SqlRow[]> {
  const name = tableSql(table);
  const wanted = columns ? join(columns.map(column)) : sql`*`;
  const all = (): Promise<SqlRow[]> => run(sql`select ${wanted} from ${name} where ${column(keyColumn)} = any(${keys as SqlValue})`);
  const rows = await sizes.of(table, run);
  if (rows < Math.min(SMALL, large)) return all();
  const unique = [...new Set(keys)];
  // Of half a table the places tell nothing.
  if (rows < large && unique.length * 2 > rows) return all();
  const primary = TABLES[table].key as readonly string[];
  if (primary.length === 1 && primary[0] === keyColumn && rows >= large && unique.length <= FEW) {
    return run(sql`select ${wanted} from ${name} where ${column(keyColumn)} in (${join(unique.map(key => sql`${key}`))})`);
  }
  const places = (await run(sql`select rowid as r from ${name} where ${column(keyColumn)} = any(${unique as SqlValue})`)).map(row => Number(row.r));
  if (places.length === 0) return [];
  // Rows this very transaction wrote have places past 2^55, which no number holds and no row group has.
  if (places.some(place => !Number.isSafeInteger(place))) return all();
  const between = (list: readonly number[]): Promise<SqlRow[]> => {
    const [first, last] = extent(list);
    return run(sql`select ${wanted} from ${name} where rowid >= ${integer(first)} and rowid <= ${integer(last)} and rowid = any(${list})`);
  };
  if (rows < large) {
    const [first, last] = extent(places);
    return (last - first) * 2 > rows ? all() : between(places);
  }
  const groups = new Map<number, number[]>();
  for (const place of places) { const group = Math.floor(place / GROUP); const list = groups.get(group); if (list) list.push(place); else groups.set(group, [place]); }
  // Touching most of the table group by group is slower than one scan.
  if (groups.size * 4 * GROUP > rows) return all();
  const found: SqlRow[] = [];
  for (const list of groups.values()) found.push(...await between(list));
  return found;
}

function extent(places: readonly number[]): [number, number] {
  let first = Infinity;
  let last = -Infinity;
  for (const place of places) { if (place < first) first = place; if (place > last) last = place; }
  return [first, last];
}
