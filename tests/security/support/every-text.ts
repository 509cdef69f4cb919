import { DuckDBInstance } from '@duckdb/node-api';

/** Every value of every table of a store's file, as text: what packing hides from a search of its bytes. Read beside the product, by plain statements. */
export async function everyText(file: string): Promise<Map<string, string[]>> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const found = new Map<string, string[]>();
    const tables = (await connection.runAndReadAll("select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'")).getRows() as [string, string][];
    for (const [schema, name] of tables) {
      const rows = await connection.runAndReadAll(`select to_json(t)::varchar from "${schema}"."${name}" t`);
      found.set(name, rows.getRows().map(r => String(r[0])));
    }
    return found;
  } finally { connection.closeSync(); instance.closeSync(); }
}
