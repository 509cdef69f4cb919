/**
 * `npm run package -- --target linux-amd64 [--target …] [--out DIR] [--unpacked]`: a zip for each target, with the Node and
 * the DuckDB of that platform, and their checksums in SHA256SUMS. Without --target: this machine's. --unpacked leaves the
 * folder as well, as DIR/<os>_<arch>/<plugin id>: what docker-compose.yaml mounts.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildDate } from '../build/plugin-files';
import { assemble } from './assemble';
import { npmFetch, type Fetch } from './npm-package';
import { ownTarget, targetNamed, TARGETS, type Target } from './targets';
import { zipOf } from './zip';

const ROOT = resolve(__dirname, '..', '..');

/** Where downloaded runtimes are kept between runs. */
export const PACKAGE_CACHE = join(ROOT, '.cache', 'packages');

/** Writes the zip of one target into `out` and returns its path. `unpacked`: the folder stays beside it. */
export async function packTarget(target: Target, out: string, fetch: Fetch, today: string, unpacked = false): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'soc-package-'));
  try {
    await assemble({ root: ROOT, target, out: scratch, fetch, today });
    const { id, info } = JSON.parse(readFileSync(join(scratch, 'plugin.json'), 'utf8')) as { id: string; info: { version: string } };
    const platform = `${target.platform.os}_${target.platform.arch}`;
    const path = join(out, `${id}-${info.version}.${platform}.zip`);
    mkdirSync(out, { recursive: true });
    writeFileSync(path, zipOf(scratch, id, today));
    if (unpacked) {
      rmSync(join(out, platform), { recursive: true, force: true });
      cpSync(scratch, join(out, platform, id), { recursive: true });
    }
    return path;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** One line for each zip of the folder, in the form that `sha256sum --check` reads. */
export function writeChecksums(out: string): void {
  const zips = readdirSync(out).filter((name) => name.endsWith('.zip')).sort();
  const lines = zips.map((name) => `${createHash('sha256').update(readFileSync(join(out, name))).digest('hex')}  ${name}\n`);
  writeFileSync(join(out, 'SHA256SUMS'), lines.join(''));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { target: { type: 'string', multiple: true }, out: { type: 'string', default: 'artifacts' }, unpacked: { type: 'boolean', default: false } } });
  const names = values.target ?? [ownTarget() ?? `(no target is this machine's; name one of ${TARGETS.join(', ')})`];
  const targets = names.flatMap((name) => name.split(',')).map(targetNamed);
  const out = resolve(ROOT, values.out);
  for (const target of targets) {
    try {
      const path = await packTarget(target, out, npmFetch(PACKAGE_CACHE), buildDate(), values.unpacked);
      console.log(`${path} (${Math.round(readFileSync(path).length / 1e6)} MB)`);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
  mkdirSync(out, { recursive: true });
  writeChecksums(out);
  console.log('Not signed: SIGNING.txt in each package says how to allow or sign it.');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
