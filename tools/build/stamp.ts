/** Remembers what a build read, so that the next one can see that nothing changed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

interface Stamp {
  /** What the build depended on besides files: Node, day, optional files that were absent. */
  setting: string;
  files: Record<string, string>;
  outputs: string[];
}

const FILE = '.build.json';

/** True when a build with this setting is in `out` and no file it read has changed since. */
export function isCurrent(root: string, out: string, setting: string): boolean {
  const path = join(out, FILE);
  if (!existsSync(path)) {
    return false;
  }
  const stamp = JSON.parse(readFileSync(path, 'utf8')) as Stamp;
  return (
    stamp.setting === setting &&
    stamp.outputs.every((name) => existsSync(join(out, name))) &&
    Object.entries(stamp.files).every(([name, hash]) => hashOf(join(root, name)) === hash)
  );
}

/** The stamp's text for a finished build. */
export function stampText(root: string, setting: string, files: string[], outputs: string[]): string {
  const hashes = Object.fromEntries([...new Set(files)].sort().map((name) => [name, hashOf(join(root, name)) ?? '']));
  const stamp: Stamp = { setting, files: hashes, outputs };
  return `${JSON.stringify(stamp, null, 1)}\n`;
}

export const stampFile = FILE;

function hashOf(path: string): string | null {
  if (!existsSync(path)) {
    return null;
  }
  return statSync(path).isDirectory() ? 'folder' : createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}
