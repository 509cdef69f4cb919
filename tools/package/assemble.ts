/** Fills a folder with the plugin for one target: what `npm run build` makes, with that platform's Node and DuckDB. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBackend, launcher } from '../build/backend';
import { buildModule } from '../build/module';
import { copyOutput } from '../build/output';
import { executableName, platformOf } from '../build/platform';
import { copyPluginFiles } from '../build/plugin-files';
import type { Fetch } from './npm-package';
import { ownTarget, POSTJECT, targetNamed, type Target } from './targets';
import { writeSingleExecutable } from './windows';
import { filesBelow } from './zip';

export interface Assembly {
  root: string;
  target: Target;
  out: string;
  fetch: Fetch;
  /** Date in plugin.json, YYYY-MM-DD. */
  today: string;
}

/** Throws with every part that cannot be had, and why; nothing half-made is left then. */
export async function assemble({ root, target, out, fetch, today }: Assembly): Promise<void> {
  const parts = await gather(root, target, fetch);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const { platform } = target;
  await buildBackend({ root, entry: 'src/backend/main.ts', out, platform, native: false });
  await buildModule(root, out);
  copyPluginFiles(root, out, today);
  copyOutput(join(root, 'node_modules', '@duckdb', 'node-api'), join(out, 'node_modules', '@duckdb', 'node-api'));
  copyOutput(join(root, 'node_modules', '@duckdb', 'node-bindings'), join(out, 'node_modules', '@duckdb', 'node-bindings'));
  copyOutput(parts.binding, join(out, 'node_modules', '@duckdb', bindingName(target)));
  const executable = join(out, executableName(platform));
  if (platform.os === 'windows') {
    writeSingleExecutable({ builder: parts.builder!, runtime: parts.runtime, postject: parts.postject!, out: executable });
  } else {
    copyFileSync(parts.runtime, join(out, runtimeName(target)));
    chmodSync(join(out, runtimeName(target)), 0o755);
    writeFileSync(executable, launcher(platform));
  }
  chmodSync(executable, 0o755);
  // node.exe comes without its licence; the text is the same for every platform.
  copyFileSync(join(parts.builder ?? parts.runtime, '..', '..', 'LICENSE'), join(out, 'LICENSE.node'));
  writeFileSync(join(out, 'SIGNING.txt'), signingNote());
  writeFileSync(join(out, 'SHA256SUMS'), checksums(out));
}

/** Name of the runtime beside the launcher. Grafana's installer makes only files executable whose name ends like this. */
export const runtimeName = ({ platform: { os, arch } }: Target): string => `node_${os}_${arch}`;

const bindingName = ({ platform: { node } }: Target): string => `node-bindings-${node.platform}-${node.arch}`;

interface Parts {
  runtime: string;
  binding: string;
  postject?: string;
  builder?: string;
}

/** Everything that has to come from the registry, before anything is written. */
async function gather(root: string, target: Target, fetch: Fetch): Promise<Parts> {
  const refused: string[] = [];
  const attempt = async (what: string, get: () => Promise<string>): Promise<string> => {
    try {
      return await get();
    } catch (error) {
      refused.push(`- ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return '';
    }
  };
  const runtime = await attempt(`Node ${target.runtime.version}`, async () => join(await fetch(target.runtime), target.runtime.file));
  const binding = await attempt('DuckDB', () => bindingFolder(root, target, fetch));
  const parts: Parts = { runtime, binding };
  if (target.platform.os === 'windows') {
    parts.postject = await attempt('the tool that puts code into node.exe', () => fetch(POSTJECT));
    parts.builder = await attempt('a Node of this machine that writes that code', () => builderNode(fetch));
  }
  if (refused.length > 0) {
    throw new Error(`no package for ${target.name}:\n${refused.join('\n')}`);
  }
  return parts;
}

/** The installed one where it is this machine's, else the version that the installed loader asks for. */
async function bindingFolder(root: string, target: Target, fetch: Fetch): Promise<string> {
  const installed = join(root, 'node_modules', '@duckdb', bindingName(target));
  if (existsSync(installed)) {
    return installed;
  }
  const loader = JSON.parse(readFileSync(join(root, 'node_modules', '@duckdb', 'node-bindings', 'package.json'), 'utf8')) as { optionalDependencies: Record<string, string> };
  const name = `@duckdb/${bindingName(target)}`;
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { integrity?: string }> };
  return fetch({ name, version: loader.optionalDependencies[name]!, integrity: lock.packages[`node_modules/${name}`]?.integrity });
}

async function builderNode(fetch: Fetch): Promise<string> {
  const own = ownTarget();
  if (own === undefined) {
    throw new Error(`no Node is pinned for ${platformOf().os}/${platformOf().arch}; make this package on another machine`);
  }
  const { runtime } = targetNamed(own);
  return join(await fetch(runtime), runtime.file);
}

function checksums(folder: string): string {
  const line = (path: string) => `${createHash('sha256').update(readFileSync(join(folder, path))).digest('hex')}  ${path}\n`;
  return filesBelow(folder).map(line).join('');
}

function signingNote(): string {
  return [
    'This package is not signed: it holds no MANIFEST.txt.',
    'Allow it by name in grafana.ini: [plugins] allow_loading_unsigned_plugins = socoutcomes-metrics-datasource',
    'or sign it privately for the addresses of your own Grafana servers before it is installed, as the last step:',
    '  npx @grafana/sign-plugin --rootUrls https://grafana.example.org --distDir <this folder>   (GRAFANA_ACCESS_POLICY_TOKEN set)',
    'A signed folder must not change: keep the store (data_path) elsewhere, as is the default.',
    '',
  ].join('\n');
}
