import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { openDuckDb } from '../../src/backend/store/duckdb';
import { migrate } from '../../src/backend/store/duckdb/migrate';
import { MIGRATIONS } from '../../src/backend/store/migrations';
import { classify } from '../../src/backend/store/duckdb/classify';
import { sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';
import { keyOf } from '../../src/backend/store/key';
import { storeRow } from '../../src/backend/store/testing/rows';
import { DuckDBInstance } from '@duckdb/node-api';
import { spawnRegistered } from '../setup/processes';

jest.setTimeout(60_000);
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'soc-faults-')); });
afterEach(() => { chmodSync(folder, 0o755); rmSync(folder, { recursive: true, force: true }); });
const file = (): string => join(folder, 'store.duckdb');

test('a second process is refused with who holds the file, after retries that health can show', async () => {
  const script = join(folder, 'child.cjs');
  buildSync({ entryPoints: [join(__dirname, 'child.ts')], outfile: script, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error', external: ['@duckdb/*', '*.node'] });
  const holder = spawnRegistered(process.execPath, [script, folder, 'hold'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_PATH: join(__dirname, '../../node_modules') } });
  try {
    await once(holder.stdout!, 'data');
    const waits: string[] = [];
    let clock = 0;
    await expect(openDuckDb({ path: file(), retryMs: 2_000, now: () => clock, sleep: async ms => { clock += ms; }, onWaiting: message => { waits.push(message); } }))
      .rejects.toThrow(`is held by another process (PID ${holder.pid}). Stop that process, or give this one another data_path.`);
    expect(waits).toHaveLength(4);
    expect(waits[0]).toContain('Trying again for 2 s');
    // A rolling restart: the other lets go while this one still tries.
    let tries = 0;
    const store = await openDuckDb({ path: file(), now: () => 0, sleep: async () => { if (++tries === 2) { const end = once(holder, 'exit'); holder.kill('SIGKILL'); await end; } } });
    expect(tries).toBeGreaterThanOrEqual(2);
    await store.close();
  } finally { if (holder.exitCode === null && holder.signalCode === null) { const end = once(holder, 'exit'); holder.kill('SIGKILL'); await end; } }
});

test('a folder that cannot be made or written names the setting', async () => {
  writeFileSync(join(folder, 'a-file'), '');
  await expect(openDuckDb({ path: join(folder, 'a-file', 'store.duckdb') })).rejects.toMatchObject({ code: 'not_writable', message: expect.stringContaining('Set data_path to a folder this process may write') });
  mkdirSync(file());
  await expect(openDuckDb({ path: file() })).rejects.toMatchObject({ message: expect.stringContaining(file()) });
});

test('a disk that fills up: the writer is told, nothing is half written, the last good data can be read', async () => {
  // A file-size limit of the shell stands in for a full disk: the write fails with the same kind of error.
  const script = join(folder, 'full.cjs');
  buildSync({ entryPoints: [join(__dirname, 'full-child.ts')], outfile: script, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error', external: ['@duckdb/*', '*.node'] });
  const result = spawnSync('/bin/sh', ['-c', `ulimit -f 30000; exec "${process.execPath}" "${script}" "${file()}"`], { encoding: 'utf8', env: { ...process.env, NODE_PATH: join(__dirname, '../../node_modules') }, timeout: 60_000 });
  console.log(result.stdout.slice(0, 400));
  expect(result.stdout).toMatch(/code (fatal|disk_full) \|/);
  expect(result.stdout).not.toContain('no error');
  const store = await openDuckDb({ path: file() });
  const [good] = await store.query(sql`select value from ${table('meta')} where name = 'good'`);
  expect(good).toEqual({ value: 'yes' });
  const [whole] = await store.query<{ n: number }>(sql`select count(*) % 20000 as n from ${table('meta')} where name <> 'good'`);
  expect(whole!.n).toBe(0);
  await store.close();
}, 90_000);

test('messages of a full disk and of an invalidated instance say what to do', () => {
  expect(classify(new Error('IO Error: Could not write all bytes: No space left on device'), '/data/x')).toMatchObject({ code: 'disk_full', message: expect.stringContaining('Free space on that disk') });
  expect(classify(new Error('IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 4'), '/data/x')).toMatchObject({ code: 'broken', message: expect.stringMatching(/the store \/data\/x cannot be read.*put a copy of the file back/) });
  expect(classify(new Error('FATAL Error: Failed: database has been invalidated because of a previous fatal error'), '/data/x')).toMatchObject({ code: 'fatal' });
});

test('one path twice in a process is one instance, by any spelling; the last close lets the file go', async () => {
  const one = await openDuckDb({ path: file() });
  const two = await openDuckDb({ path: join(folder, '.', 'x', '..', 'store.duckdb') });
  await one.transaction(tx => tx.upsert('meta', [{ name: 'a', value: '1' }]));
  await two.transaction(tx => tx.upsert('meta', [{ name: 'b', value: '2' }]));
  await one.close();
  await one.close();
  expect(await two.query(sql`select count(*) as n from ${table('meta')}`)).toEqual([{ n: 2 }]);
  const closing = two.close();
  const three = await openDuckDb({ path: file() });
  await closing;
  expect(await three.query(sql`select count(*) as n from ${table('meta')}`)).toEqual([{ n: 2 }]);
  await three.close();
  await expect(three.query(sql`select 1`)).rejects.toMatchObject({ code: 'closed' });
});

test('migrations: running twice is the same; a file of a newer version is refused', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const tables = async () => (await (await connection.run('select table_name, column_name, data_type from duckdb_columns() order by all')).getRowsJson());
  const all = MIGRATIONS.map((_, i) => i + 1);
  expect(await migrate(connection, 1, 'x')).toEqual(all);
  const before = await tables();
  expect(await migrate(connection, 2, 'x')).toEqual([]);
  // The bookkeeping lost: the steps themselves must be harmless too.
  await connection.run('delete from migration');
  expect(await migrate(connection, 3, 'x')).toEqual(all);
  expect(await tables()).toEqual(before);
  await connection.run(`insert into migration values (999, 'future', 1)`);
  await expect(migrate(connection, 4, 'x')).rejects.toThrow('written by a newer version (schema 999');
  connection.closeSync();
  instance.closeSync();
});

test('a column of another build is said at opening, not at the first write', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await migrate(connection, 1, 'x');
  await connection.run('alter table meta drop column value');
  await expect(migrate(connection, 2, 'x')).rejects.toThrow('has no column meta.value');
  connection.closeSync();
  instance.closeSync();
});

test('settings are locked: no file, no extension, no other database, no change of limits', async () => {
  const store = await openDuckDb({ path: file() });
  writeFileSync(join(folder, 'secret.csv'), 'a\n1\n');
  for (const attempt of [
    sql`select * from read_csv(${join(folder, 'secret.csv')})`, sql`select * from read_text(${'/etc/passwd'})`, sql`copy (select 1) to 'out.csv'`, sql`load httpfs`, sql`install httpfs`,
    sql`set enable_external_access = true`, sql`set memory_limit = '10GB'`, sql`reset lock_configuration`, sql`attach 'other.duckdb'`, sql`select * from glob(${'/etc/*'})`,
  ]) await expect(store.query(attempt)).rejects.toMatchObject({ name: 'StoreError' });
  expect(existsSync(join(folder, 'out.csv'))).toBe(false);
  await store.close();
});

test('a big sort spills into the folder of the store and comes back, with settings locked', async () => {
  const store = await openDuckDb({ path: file(), memoryMb: 64 });
  await store.transaction(tx => tx.execute(sql`insert into ${table('meta')} select md5(x::varchar), md5((x + 1)::varchar) || md5((x + 2)::varchar) || md5((x + 3)::varchar) from range(400000) t(x)`));
  const rows = await store.query<{ name: string }>(sql`select name, value from (select name, value, row_number() over (order by value, name) as n from ${table('meta')}) where n % 100000 = 0 order by n`);
  expect(rows).toHaveLength(4);
  await store.close();
});

test('a row written before a kill with a pending log is found by key after the reopening', async () => {
  const store = await openDuckDb({ path: file() });
  await store.transaction(tx => tx.upsert('alert', Array.from({ length: 500 }, (_, i) => storeRow('alert', { alert_key: keyOf(`a${i}`), id: `a${i}`, changed: i }))));
  // The files as a kill leaves them: copied while the log is pending.
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  for (const name of ['store.duckdb', 'store.duckdb.wal']) if (existsSync(join(folder, name))) writeFileSync(join(copy, name), readFileSync(join(folder, name)));
  expect(existsSync(join(copy, 'store.duckdb.wal'))).toBe(true);
  await store.close();
  const again = await openDuckDb({ path: join(copy, 'store.duckdb') });
  const found = await again.transaction(tx => tx.lookup('alert', 'alert_key', Array.from({ length: 500 }, (_, i) => keyOf(`a${i}`))));
  expect(found).toHaveLength(500);
  await again.close();
});
