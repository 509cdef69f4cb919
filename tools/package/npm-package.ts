/** Packages of other platforms, by npm's own client: `npm ci` leaves those out that do not fit this machine. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Wanted {
  name: string;
  version: string;
  /** Checked where it is known; a package of the lock file without one is only checked by npm against its registry. */
  integrity?: string;
}

/** Gives the folder of an unpacked package. */
export type Fetch = (wanted: Wanted) => Promise<string>;

/**
 * A fetch that keeps what it got below `cache`. Nothing of a package is run (no install scripts), and a package for
 * another platform is taken as it is. Throws with what could not be had and what npm said.
 */
export function npmFetch(cache: string, env: NodeJS.ProcessEnv = process.env): Fetch {
  return async (wanted) => {
    const kept = join(cache, `${wanted.name.replace('/', '+')}@${wanted.version}`);
    if (!existsSync(kept)) {
      mkdirSync(cache, { recursive: true });
      const scratch = mkdtempSync(join(cache, 'next-'));
      try {
        await install(wanted, scratch, env);
        renameSync(scratch, kept);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    }
    checkIntegrity(wanted, kept);
    return join(kept, 'node_modules', wanted.name);
  };
}

async function install({ name, version }: Wanted, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const options = ['--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--force', '--omit=optional', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', ['install', ...options, `${name}@${version}`], { env: { ...env, npm_config_engine_strict: 'false' }, shell: process.platform === 'win32' });
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error);
    const missing = /E404|ETARGET|No matching version/.test(said);
    throw new Error(missing ? `the npm registry in use has no ${name} ${version}` : `npm could not install ${name} ${version}:\n${said.trim()}`);
  }
}

function checkIntegrity({ name, version, integrity }: Wanted, folder: string): void {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8')) as { packages: Record<string, { integrity?: string }> };
  const found = lock.packages[`node_modules/${name}`]?.integrity;
  if (integrity !== undefined && found !== integrity) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`${name} ${version} has the checksum ${found}, but ${integrity} is pinned: not used`);
  }
}
