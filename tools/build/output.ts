/** Writing into dist/ while something may be running from it. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Replaces a file in one step; leaves it alone when the content is the same. */
export function writeOutput(path: string, content: string | Uint8Array, mode = 0o644): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
  if (existsSync(path) && readFileSync(path).equals(bytes)) {
    chmodSync(path, mode);
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.next-${process.pid}`;
  writeFileSync(next, bytes);
  chmodSync(next, mode);
  renameSync(next, path);
}

/** Copies a file or a folder; a file of the same size and time is taken for the same (DuckDB's library has 60 MB). */
export function copyOutput(from: string, to: string): void {
  const source = statSync(from);
  if (source.isDirectory()) {
    readdirSync(from).forEach((name) => copyOutput(join(from, name), join(to, name)));
    return;
  }
  const target = existsSync(to) ? statSync(to) : undefined;
  if (target?.size === source.size && Math.abs(target.mtimeMs - source.mtimeMs) < 2) {
    return;
  }
  mkdirSync(dirname(to), { recursive: true });
  const next = `${to}.next-${process.pid}`;
  copyFileSync(from, next);
  utimesSync(next, source.atime, source.mtime);
  renameSync(next, to);
}
