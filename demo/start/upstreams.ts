import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { UpstreamsMessage, UpstreamsReady } from '../upstreams/protocol';

/** Starts the demo's upstreams beside this process. They end with it, or by close(). */
export async function startUpstreams(message: UpstreamsMessage): Promise<UpstreamsReady & { close(): Promise<void> }> {
  const child = fork(join(__dirname, '..', 'upstreams', 'main.ts'), [], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>(resolve => { child.once('exit', () => resolve()); });
  child.send(message);
  const ready = await new Promise<UpstreamsReady>((resolve, reject) => {
    child.once('message', m => resolve(m as UpstreamsReady));
    child.once('error', reject);
    void ended.then(() => reject(new Error('The demo upstreams ended before they were ready; their messages are above.')));
  });
  return {
    ...ready,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}
