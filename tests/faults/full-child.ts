import { openDuckDb } from '../../src/backend/store/duckdb';
import { sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';

/** Writes until the disk (a file-size limit of the shell) is full, and prints the error's code: `full-child.ts <path>`. */
process.on('SIGXFSZ', () => undefined);
async function main(): Promise<void> {
  const store = await openDuckDb({ path: process.argv[2]!, memoryMb: 64, onFatal: () => console.log('fatal') });
  await store.transaction(tx => tx.upsert('meta', [{ name: 'good', value: 'yes' }]));
  await store.checkpoint();
  try {
    for (let i = 0; i < 200; i++) {
      await store.transaction(tx => tx.execute(sql`insert into ${table('meta')} select 'n' || x || ' ' || ${i}, md5(x::varchar || ${i}) from range(20000) t(x)`));
      await store.checkpoint();
    }
    console.log('no error');
  } catch (error) { console.log(`code ${(error as { code?: string }).code} | ${(error as Error).message}`); }
  process.exit(0);
}
void main();
