import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileOf = (data: string) => join(data, 'running.json');
interface Holder { readonly pid: number; readonly url: string | null }

function alive(pid: number): boolean {
  try { process.kill(pid, 0); return true; } catch (error) { return (error as NodeJS.ErrnoException).code === 'EPERM'; }
}
function holderOf(file: string): Holder | null {
  try { return JSON.parse(readFileSync(file, 'utf8')) as Holder; } catch { return null; }
}

const unusable = (data: string, error: unknown): Error => new Error(`The folder ${data} cannot be used for data (${(error as NodeJS.ErrnoException).code ?? String(error)}). Give --data a folder that this account may write, on a disk with room.`, { cause: error });
function usable(data: string, work: () => void): void {
  try { work(); } catch (error) { throw unusable(data, error); }
}

/** Takes the data folder for this process. Throws, naming the first, when another start holds it; what a killed one left behind is taken over. */
export function takeFolder(data: string): { announce(url: string): void; release(): void } {
  usable(data, () => mkdirSync(data, { recursive: true }));
  const file = fileOf(data);
  const text = (url: string | null): string => JSON.stringify({ pid: process.pid, url } satisfies Holder);
  // Made, not overwritten: of two starts at the same moment one finds the file there.
  try { writeFileSync(file, text(null), { flag: 'wx' }); } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(data, error);
    const first = holderOf(file);
    if (first && first.pid !== process.pid && alive(first.pid)) {
      throw new Error(`SOC Outcomes already runs on this folder (process ${first.pid}${first.url ? `, ${first.url}` : ''}). End that one with Ctrl-C, or give this one its own folder with --data DIR. If process ${first.pid} is something else, remove ${file}.`);
    }
    usable(data, () => writeFileSync(file, text(null)));
  }
  return { announce: url => writeFileSync(file, text(url)), release: () => rmSync(file, { force: true }) };
}
