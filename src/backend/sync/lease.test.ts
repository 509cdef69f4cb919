/** The writer's lease: kept from others while its holder lives, taken over after a crash, and a holder that lost it stops writing. */
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { WriterLease } from './lease';
import { writeMeta } from './meta';
import { fresh, T0 } from './testing/fresh';

const at = fresh();
const { now } = at;
const left = (lease: object) => at.store.transaction(tx => writeMeta(tx, 'writer_lease', lease));
const elsewhere = { holder: 'a', host: 'another-host', pid: 4711, heartbeat: T0 };

test('a holder elsewhere is named while it gives signs, and taken over a minute after its last', async () => {
  await left(elsewhere);
  at.clock = T0 + 60_000;
  await expect(new WriterLease(at.store, now).take()).rejects.toThrow(/PID 4711 on another-host, last sign 60 s ago\)\. Stop it/);
  at.clock += 1;
  await expect(new WriterLease(at.store, now).take()).resolves.toBeUndefined();
});
test('a process of this host that has ended is not waited for; one that lives is', async () => {
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  await left({ ...elsewhere, host: hostname(), pid: process.ppid });
  await expect(new WriterLease(at.store, now).take()).rejects.toThrow(new RegExp(`PID ${process.ppid}`));
  await left({ ...elsewhere, host: hostname(), pid: ended });
  await expect(new WriterLease(at.store, now).take()).resolves.toBeUndefined();
});
test('who was taken over meanwhile stops at its next renewal, and its release takes nothing from the new holder', async () => {
  const [slow, next] = [new WriterLease(at.store, now), new WriterLease(at.store, now)];
  await slow.take();
  await expect(next.take()).rejects.toThrow(/another process syncs/);
  at.clock += 60_001;
  await next.take();
  await expect(slow.renew()).rejects.toThrow(/taken over/);
  await slow.release();
  await expect(next.renew()).resolves.toBeUndefined();
  await next.release();
  await expect(new WriterLease(at.store, now).take()).resolves.toBeUndefined();
});
