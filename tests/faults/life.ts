import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { spawnRegistered } from '../setup/processes';

/** Exports: Child, Life, random, mk, lengthOf, reached. A child process of this folder, started, watched by the files it writes, and killed. */
export interface Life { readonly child: ChildProcess; readonly output: () => string; readonly ended: Promise<void> }

export function random(seed: number): () => number {
  let x = seed >>> 0 || 1;
  return () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x / 2 ** 32; };
}
export const mk = (path: string): string => { mkdirSync(path, { recursive: true }); return path; };
/** Bytes of a file that the child appends one to at a time; 0 before the first. */
export const lengthOf = (file: string): number => { try { return readFileSync(file).length; } catch { return 0; } };

export class Child {
  readonly folder = mkdtempSync(join(tmpdir(), 'soc-kills-'));
  private readonly script = join(this.folder, 'child.cjs');
  constructor() {
    buildSync({ entryPoints: [join(__dirname, 'child.ts')], outfile: this.script, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error', alias: { '@duckdb/node-api': require.resolve('@duckdb/node-api') }, external: ['@duckdb/*', '*.node'] });
  }
  live(data: string, mode: string): Life {
    const child = spawnRegistered(process.execPath, [this.script, data, mode], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_PATH: join(__dirname, '../../node_modules') } });
    let output = '';
    child.stdout!.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    child.stderr!.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    return { child, output: () => output, ended: once(child, 'exit').then(() => undefined) };
  }
  /** To its end, which must be a good one. */
  async whole(data: string, mode: string): Promise<void> {
    const life = this.live(data, mode);
    await life.ended;
    if (!life.output().includes('done')) throw new Error(`the child did not end well: ${life.output()}`);
  }
}

/** Resolves when the file holds so many bytes, or the child has ended. */
export async function reached(life: Life, file: string, target: number): Promise<void> {
  let over = false;
  void life.ended.then(() => { over = true; });
  while (!over && lengthOf(file) < target) await new Promise(resolve => setTimeout(resolve, 1));
}
