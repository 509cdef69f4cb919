import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logTo } from './log';

const folder = mkdtempSync(join(tmpdir(), 'soc-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const until = async (is: () => boolean): Promise<void> => { while (!is()) await new Promise(done => setTimeout(done, 5)); };

test('lines are appended', async () => {
  const path = join(folder, 'backend.log');
  for (const line of ['one', 'two']) { logTo(path)(line); await until(() => { try { return readFileSync(path, 'utf8').endsWith(`${line}\n`); } catch { return false; } }); }
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
});

test('a log that cannot be written is said once and ends nothing', async () => {
  const said: string[] = [];
  const path = join(folder, 'gone', 'backend.log');
  const log = logTo(path, line => said.push(line));
  log('one');
  log('two');
  await until(() => said.length > 0);
  log('three');
  await new Promise(done => setTimeout(done, 20));
  expect(said).toEqual([`The log ${path} cannot be written (ENOENT); what the backend says from now on is lost. Everything else goes on.`]);
});
