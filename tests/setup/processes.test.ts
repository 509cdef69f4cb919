import { once } from 'node:events';
import { isAlive, leftovers, registerProcess, spawnRegistered, unregisterProcess } from './processes';

test('a child is on the registry while it runs and off it after its exit', async () => {
  const child = spawnRegistered(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const pid = child.pid!;
  expect(leftovers().map((entry) => entry.pid)).toContain(pid);
  child.stdin!.end();
  await once(child, 'exit');
  expect(leftovers().map((entry) => entry.pid)).not.toContain(pid);
  expect(isAlive(pid)).toBe(false);
});

test('a process that nobody took off the registry but has ended is no leftover', async () => {
  const child = spawnRegistered(process.execPath, ['-e', ''], { stdio: 'ignore' });
  const pid = child.pid!;
  await once(child, 'exit');
  registerProcess(pid, 'ended long ago');
  expect(leftovers().map((entry) => entry.pid)).not.toContain(pid);
  unregisterProcess(pid);
});
