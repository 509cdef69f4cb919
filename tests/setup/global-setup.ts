import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openRegistry } from './processes';

/**
 * Before any test: one registry for this run and exactly one build of backend and launcher into dist/, which the
 * contract and end-to-end tests start. SOC_SKIP_BUILD=1 uses the dist/ that is there.
 */
export default function globalSetup(): void {
  openRegistry();
  if (process.env.SOC_SKIP_BUILD === '1') {
    return;
  }
  const root = join(__dirname, '..', '..');
  const script = join(root, 'tools', 'build', 'build.ts');
  if (!existsSync(script)) {
    return;
  }
  const build = spawnSync(process.execPath, ['--import', 'tsx', script, '--quiet'], { cwd: root, encoding: 'utf8' });
  if (build.status !== 0) {
    throw new Error(
      `The build that tests run against failed (exit ${build.status ?? build.signal}). Run "npm run build" to see it alone, ` +
        `or set SOC_SKIP_BUILD=1 to test against the dist/ that is there.\n${build.stdout}${build.stderr}`
    );
  }
}
