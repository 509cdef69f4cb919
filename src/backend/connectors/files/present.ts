import { SourceError } from '../http/port';
import type { MappingSeen } from '../stream';
import { FIELDS } from './fields';
import { fileFailure } from './bytes';
import { findFiles, type FoundFile } from './paths';
import type { FilePlan } from './plan';
import { mappedColumns, records } from './records';

/** Exports: assertWritten, missingPaths, noPaths, linesMapped. Whether what the settings map stands in the files at all. */

/** Records of a JSON Lines file in which a mapped path may first appear. */
const LOOK = 200;
type Missing = { readonly read: number; readonly paths: readonly (readonly [field: string, path: string])[] };

/** A CSV file without even a header is an export that failed or has just begun, no list without rows. */
export function assertWritten({ source, stream }: FilePlan, files: readonly FoundFile[]): void {
  if (stream.format === 'csv' && files.every(file => file.size === 0)) throw new SourceError('body', source, `stream ${stream.name}: ${files[0]!.name} is empty.`, 'A CSV file needs a first row with the names of its columns.');
}

/** Mapped paths that none of the first records has. `broken`: what a line that is no object means. */
export async function missingPaths({ source, stream }: FilePlan, file: FoundFile, broken: (line: number, why: string) => void): Promise<Missing> {
  const missing = new Map(mappedColumns(stream).map(([field, path]) => [path, field]));
  let read = 0;
  for await (const record of records(source, file, stream, null)) {
    if (record.broken !== null) broken(record.line, record.broken);
    for (const path of missing.keys()) if (record.get(path) !== undefined) missing.delete(path);
    read += 1;
    if (missing.size === 0 || read >= LOOK) break;
  }
  return { read, paths: read === 0 ? [] : [...missing].map(([path, field]) => [field, path] as const) };
}
export const noPaths = (file: FoundFile, { read, paths }: Missing): string =>
  `none of the first ${read} records of ${file.name} has ${paths.map(([field, path]) => `"${path}" (columns.${field})`).join(', ')}`;

/**
 * JSON Lines has no header that could lack a column, so the newest file's first records are asked. Without a path that rows cannot be made
 * without, all of them would be refused one by one: the stream stops. Any other may be rare: it is read without, and that is said.
 */
export async function linesMapped(plan: FilePlan): Promise<MappingSeen | void> {
  const { source, stream } = plan;
  if (stream.format !== 'jsonl' || plan.problem !== null) return;
  const files = await findFiles(source, stream.name, stream.path, plan.roots);
  const newest = files.reduce((a, b) => (b.mtime > a.mtime ? b : a));
  const found = await missingPaths(plan, newest, () => undefined).catch(error => { throw fileFailure(source, stream.name, newest, error); });
  const lacks = (field: string): boolean => found.paths.some(([missing]) => missing === field);
  const { needed, oneOf } = FIELDS[stream.kind];
  const none = (group: readonly string[]): boolean => group.every(field => stream.columns[field] === undefined || lacks(field));
  if (needed.some(lacks) || (found.paths.length > 0 && oneOf.some(none))) throw new SourceError('body', source, `stream ${stream.name}: ${noPaths(newest, found)}.`, 'Mend the path, or leave the field out.');
  const present = found.read === 0 ? [] : mappedColumns(stream).map(([field]) => field).filter(field => !lacks(field)).map(field => `columns.${field}`);
  return { present, waiting: found.paths.length === 0 ? null : `${noPaths(newest, found)}; it is read without. If a path is wrong, correct it in the settings.` };
}
