/** This machine's package, started from its own folder as Grafana starts it. */
import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { executableName } from '../../../tools/build/platform';
import { assemble } from '../../../tools/package/assemble';
import { npmFetch, type Fetch } from '../../../tools/package/npm-package';
import { PACKAGE_CACHE } from '../../../tools/package/package';
import { ownTarget, targetNamed } from '../../../tools/package/targets';
import { ROOT } from './plugin-process';
import { startPlugin } from './plugin-client';

const own = ownTarget();

/** The pinned runtime where `npm run package` brought it here before; nothing is downloaded by a test. */
function kept(): Fetch | undefined {
  const { runtime } = targetNamed(own!);
  const folder = join(PACKAGE_CACHE, `${runtime.name}@${runtime.version}`);
  return existsSync(folder) ? npmFetch(PACKAGE_CACHE) : undefined;
}

const fetch = own === undefined || own.startsWith('windows') ? undefined : kept();
if (fetch === undefined) {
  console.log('skipped: the pinned Node runtime of a package is not here; "npm run package" downloads it, then this test starts it');
}

(fetch ? test : test.skip)('the packed runtime and DuckDB answer with no environment but Grafana\'s', async () => {
  const target = targetNamed(own!);
  const out = mkdtempSync(join(tmpdir(), 'soc-packed-'));
  try {
    await assemble({ root: ROOT, target, out, fetch: fetch!, today: '2026-01-31' });
    const plugin = await startPlugin({ executable: join(out, executableName(target.platform)) });
    expect(await plugin.collectMetrics()).toContain(`version="v${target.runtime.version}"`);
    const health = await plugin.checkHealth();
    expect(health.message).not.toBe('');
    expect(statSync(plugin.socket).isSocket()).toBe(true);
    await plugin.stop();
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}, 120_000);
