import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileOf = (data: string) => join(data, 'running.json');

function alive(pid: number): boolean {
  try { process.kill(pid, 0); return true; } catch (error) { return (error as NodeJS.ErrnoException).code === 'EPERM'; }
}

/** Takes the data folder for this process. Throws, naming the first, when another start holds it. */
export function takeFolder(data: string): { announce(url: string): void; release(): void } {
  mkdirSync(data, { recursive: true });
  const file = fileOf(data);
  if (existsSync(file)) {
    let first: { pid: number; url: string | null } | null = null;
    try { first = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; url: string | null }; } catch { first = null; }
    if (first && first.pid !== process.pid && alive(first.pid)) {
      throw new Error(`SOC Outcomes already runs on this folder (process ${first.pid}${first.url ? `, ${first.url}` : ''}). End that one with Ctrl-C, or give this one its own folder with --data DIR.`);
    }
  }
  const write = (url: string | null) => writeFileSync(file, JSON.stringify({ pid: process.pid, url }));
  write(null);
  return { announce: write, release: () => rmSync(file, { force: true }) };
}
