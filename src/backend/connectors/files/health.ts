import { SourceError } from '../http/port';
import type { HealthCheck, ReadContext } from '../stream';
import { fileFailure } from './bytes';
import { findFiles, type FoundFile } from './paths';
import type { FilePlan } from './plan';
import { headerOf, mappedColumns, records, requireColumns } from './records';

/** Records of a JSON Lines file in which a mapped path may first appear. */
const LOOK = 200;

/** Each stream: its settings can be used, its files are there and readable, and what is mapped stands in them. */
export async function filesHealth(plans: readonly FilePlan[], _context: ReadContext): Promise<HealthCheck> {
  const checks: HealthCheck['checks'][number][] = [];
  for (const plan of plans) {
    const name = `stream ${plan.stream.name}`;
    try { checks.push({ name, ok: true, message: await checkStream(plan) }); }
    catch (error) { checks.push({ name, ok: false, message: error instanceof SourceError ? error.message : `${plan.source}: ${name}: ${(error as Error).message}` }); }
  }
  const wrong = checks.filter(c => !c.ok);
  return { ok: wrong.length === 0, message: (wrong.length === 0 ? checks : wrong).map(c => c.message).join(' '), checks };
}

async function checkStream(plan: FilePlan): Promise<string> {
  const { source, stream } = plan;
  if (plan.problem !== null) throw new SourceError('body', source, `stream ${stream.name}: ${plan.problem}`, 'Mend the settings of this stream.');
  const files = await findFiles(source, stream.name, stream.path, plan.roots);
  for (const file of files) {
    try { await checkFile(plan, file); } catch (error) { throw fileFailure(source, stream.name, file, error); }
  }
  const newest = files.reduce((a, b) => (b.mtime > a.mtime ? b : a));
  return `${stream.name}: ${files.length === 1 ? newest.name : `${files.length} files, the newest ${newest.name}`}, written ${new Date(newest.mtime).toISOString()}.`;
}

async function checkFile({ source, stream }: FilePlan, file: FoundFile): Promise<void> {
  if (stream.format === 'csv') {
    const header = await headerOf(source, file, stream);
    if (header === null) throw new SourceError('body', source, `stream ${stream.name}: ${file.name} is empty.`, 'A CSV file needs a first row with the names of its columns.');
    return requireColumns(source, stream, file, header.columns);
  }
  const missing = new Map(mappedColumns(stream).map(([field, path]) => [path, field]));
  let read = 0;
  for await (const record of records(source, file, stream, null)) {
    if (record.broken !== null) throw new SourceError('body', source, `stream ${stream.name}: ${file.name} line ${record.line}: ${record.broken}.`, 'Set format to csv, or mend the line.');
    for (const path of missing.keys()) if (record.get(path) !== undefined) missing.delete(path);
    if (missing.size === 0 || ++read >= LOOK) break;
  }
  if (read > 0 && missing.size > 0) {
    throw new SourceError('body', source, `stream ${stream.name}: none of the first ${read} records of ${file.name} has ${[...missing].map(([path, field]) => `"${path}" (columns.${field})`).join(', ')}.`, 'Mend the path, or leave the field out.');
  }
}
