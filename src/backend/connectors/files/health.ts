import { SourceError } from '../http/port';
import type { HealthCheck, ReadContext } from '../stream';
import { fileFailure } from './bytes';
import { findFiles, type FoundFile } from './paths';
import type { FilePlan } from './plan';
import { missingPaths, noPaths } from './present';
import { headerOf, requireColumns } from './records';

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

async function checkFile(plan: FilePlan, file: FoundFile): Promise<void> {
  const { source, stream } = plan;
  if (stream.format === 'csv') {
    const header = await headerOf(source, file, stream);
    if (header === null) throw new SourceError('body', source, `stream ${stream.name}: ${file.name} is empty.`, 'A CSV file needs a first row with the names of its columns.');
    return requireColumns(source, stream, file, header.columns);
  }
  const missing = await missingPaths(plan, file, (line, why) => { throw new SourceError('body', source, `stream ${stream.name}: ${file.name} line ${line}: ${why}.`, 'Set format to csv, or mend the line.'); });
  if (missing.paths.length > 0) throw new SourceError('body', source, `stream ${stream.name}: ${noPaths(file, missing)}.`, 'Mend the path, or leave the field out.');
}
