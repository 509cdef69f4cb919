import { readdirSync, statSync, type Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { SourceError } from '../http/port';

/** Exports: findFiles, newestWriting, signatureOf, FoundFile. Files below an allowed root and nothing else: what a path means is judged after all links are followed. */
export interface FoundFile { readonly path: string; /** For messages: never the whole path. */ readonly name: string; readonly size: number; readonly mtime: number; readonly inode: number; readonly changed: number }

const inside = (root: string, path: string): boolean => { const way = relative(root, path); return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way); };
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? 'unknown');

/**
 * The files that a stream's path or glob (`*` in the last part) names, in order of name. A relative path is looked for below each root
 * in turn; the first root that has it counts. Throws SourceError where no root is configured, nothing is there, or a file lies outside.
 */
export async function findFiles(source: string, stream: string, path: string, roots: readonly string[]): Promise<FoundFile[]> {
  const fail = (code: 'forbidden' | 'not_found', message: string, remedy: string): SourceError => new SourceError(code, source, `stream ${stream}: ${message}`, remedy);
  if (roots.length === 0) throw fail('forbidden', 'no folder may be read.', 'Set files_root of this plugin to the folder of the files (in grafana.ini, or GF_PLUGIN_FILES_ROOT).');
  if (path.includes('\0') || dirname(path).includes('*')) throw fail('not_found', `the path "${path.replace(/\0/g, '')}" cannot be read.`, 'Use * in the last part of the path only.');
  let refused = 0;
  const unreadable: string[] = [];
  for (const given of roots) {
    const root = await realpath(given).catch(error => { unreadable.push(`${given} (${codeOf(error)})`); return null; });
    if (root === null) continue;
    const files: FoundFile[] = [];
    for (const candidate of await candidates(isAbsolute(path) ? path : join(root, path), unreadable)) {
      const real = await realpath(candidate).catch(error => { if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') unreadable.push(`${basename(candidate)} (${codeOf(error)})`); return null; });
      if (real === null) continue;
      if (!inside(root, real)) { refused++; continue; }
      const seen: Stats = await stat(real);
      if (seen.isFile()) files.push({ path: real, name: basename(candidate), size: seen.size, mtime: seen.mtimeMs, inode: seen.ino, changed: seen.ctimeMs });
    }
    if (files.length > 0) return files;
  }
  if (refused > 0) throw fail('forbidden', `"${path}" lies outside the folders of files_root (links are followed).`, 'Move the file below files_root, or add its folder to files_root.');
  if (unreadable.length > 0) throw fail('forbidden', `"${path}" could not be looked up: ${unreadable.join(', ')}.`, 'Check that files_root exists and that the account of Grafana may read it.');
  throw fail('not_found', `there is no file "${path}" below files_root.`, 'Check the path and that the export ran; what was read before stays as it is.');
}

const fits = (glob: string, name: string): boolean => !name.startsWith('.') && new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*')}$`).test(name);

/** When the newest of a stream's files was written, epoch ms; null where there is none. Looks at times only and opens nothing. */
export function newestWriting(path: string, roots: readonly string[]): number | null {
  for (const root of roots) {
    const full = isAbsolute(path) ? path : join(root, path);
    const glob = basename(full);
    let newest: number | null = null;
    try {
      const names = glob.includes('*') ? readdirSync(dirname(full)).filter(name => fits(glob, name)) : [glob];
      for (const name of names) newest = Math.max(newest ?? 0, Math.floor(statSync(join(dirname(full), name)).mtimeMs));
    } catch { continue; }
    if (newest !== null) return newest;
  }
  return null;
}

async function candidates(full: string, unreadable: string[]): Promise<string[]> {
  const name = basename(full);
  if (!name.includes('*')) return [full];
  const entries = await readdir(dirname(full)).catch(error => { if (codeOf(error) !== 'ENOENT') unreadable.push(`${basename(dirname(full))} (${codeOf(error)})`); return []; });
  return entries.filter(entry => fits(name, entry)).sort().map(entry => join(dirname(full), entry));
}

/** One text per state of the files: differs when any was replaced, rewritten, touched or grew. */
export const signatureOf = (files: readonly FoundFile[]): string => files.map(f => `${f.path}|${f.size}|${f.mtime}|${f.changed}|${f.inode}`).join('\n');
