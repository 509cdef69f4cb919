import { join } from 'node:path';
import { buildBackend } from '../../../../tools/build/backend';
import { executableName, platformOf } from '../../../../tools/build/platform';
import { runDirectory } from '../../../setup/processes';
import { ROOT } from '../plugin-process';

/** Builds the answering backend with the product's own build, into the folder of this run. Returns its launcher. */
export async function buildConformance(name: string): Promise<string> {
  const out = join(runDirectory(), `conformance-${name}`);
  await buildBackend({ root: ROOT, entry: join(__dirname, 'main.ts'), out, native: false });
  return join(out, executableName(platformOf()));
}
