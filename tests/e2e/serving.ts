/** Servers for the browser tests, each a process of its own (vite and the preview are not for jest's module system). */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnRegistered } from '../setup/processes';

const root = join(__dirname, '..', '..');

export interface Serving {
  url: string;
  /** Everything the process printed so far. */
  output(): string;
  /** Ends it (SIGTERM, or SIGINT as Ctrl-C would) and waits for its exit. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<void>;
}

/** Starts a script with tsx and resolves once it has printed an address of 127.0.0.1; rejects with its output if it ends before. */
export async function serve(script: string, args: string[] = [], env: NodeJS.ProcessEnv = process.env): Promise<Serving> {
  const child = spawnRegistered(process.execPath, ['--import', 'tsx', join(root, script), ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as NonNullable<typeof stream> }).on('line', (line) => {
        printed += `${line}\n`;
        const address = /http:\/\/(127\.0\.0\.1|localhost):\d+\S*/.exec(line);
        if (address) {
          resolve(address[0]);
        }
      });
    }
    void exited.then(() => reject(new Error(`${script} ended before it printed an address:\n${printed}`)));
  });
  return {
    url,
    output: () => printed,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await exited;
      }
    },
  };
}
