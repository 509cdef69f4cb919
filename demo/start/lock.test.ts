import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeFolder } from './lock';

const folders: string[] = [];
const folder = (): string => { const f = mkdtempSync(join(tmpdir(), 'soc-lock-')); folders.push(f); return f; };
afterAll(() => { for (const f of folders) rmSync(f, { recursive: true, force: true }); });

test('a living holder is named, with its address once it has one', () => {
  const data = folder();
  // Process 1 always lives, and is not ours.
  writeFileSync(join(data, 'running.json'), JSON.stringify({ pid: 1, url: 'http://127.0.0.1:3300' }));
  expect(() => takeFolder(data)).toThrow(/already runs on this folder \(process 1, http:\/\/127\.0\.0\.1:3300\)\. End that one with Ctrl-C, or give this one its own folder with --data DIR\. If process 1 is something else, remove .*running\.json\.$/);
  writeFileSync(join(data, 'running.json'), JSON.stringify({ pid: 1, url: null }));
  expect(() => takeFolder(data)).toThrow(/\(process 1\)/);
  // A refused start leaves the holder's file alone.
  expect(JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'))).toEqual({ pid: 1, url: null });
});

test.each([['a process that ended', JSON.stringify({ pid: 2 ** 22 + 7, url: null })], ['half a file', '{"pid": 1']])('what %s left behind is taken over, and released', (_, left) => {
  const data = join(folder(), 'new');
  takeFolder(data).release();
  writeFileSync(join(data, 'running.json'), left);
  const taken = takeFolder(data);
  taken.announce('http://127.0.0.1:9');
  expect(JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'))).toEqual({ pid: process.pid, url: 'http://127.0.0.1:9' });
  taken.release();
  expect(existsSync(join(data, 'running.json'))).toBe(false);
});

test('a folder that is a file, or below one, is named with what to do', () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  for (const data of [file, join(file, 'below')]) expect(() => takeFolder(data)).toThrow(new RegExp(`^The folder ${data} cannot be used for data \\((EEXIST|ENOTDIR)\\)\\. Give --data a folder that this account may write`));
});
