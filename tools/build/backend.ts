/** The backend: one CommonJS file, DuckDB's native packages beside it, and the launcher that Grafana starts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { copyOutput, writeOutput } from './output';
import { executableName, platformOf, type Platform } from './platform';

export interface BackendOptions {
  root: string;
  /** Entry file; the product's own is src/backend/main.ts, contract tests bring one that answers in every way. */
  entry: string;
  out: string;
  platform?: Platform;
  /** False leaves DuckDB's packages out, for a backend that opens no store. */
  native?: boolean;
}

/** Builds the backend into `out`. Returns what esbuild read, for the look whether anything changed. */
export async function buildBackend({ root, entry, out, platform = platformOf(), native = true }: BackendOptions): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile: join(out, 'backend.js'),
    external: ['@duckdb/*'],
    legalComments: 'none',
    logLevel: 'silent',
    // In CommonJS import.meta is empty: code that needs it would only fail when it runs.
    logOverride: { 'empty-import-meta': 'error' },
    metafile: true,
    write: false,
  });
  for (const file of outputFiles) {
    writeOutput(file.path, file.contents);
  }
  if (native) {
    copyNativePackages(root, out, platform);
  }
  writeOutput(join(out, executableName(platform)), launcher(platform, process.execPath), 0o755);
  return metafile;
}

/** Native code cannot be bundled; Node finds it in node_modules beside the bundle. */
function copyNativePackages(root: string, out: string, { node }: Platform): void {
  for (const name of ['node-api', 'node-bindings', `node-bindings-${node.platform}-${node.arch}`]) {
    const from = join(root, 'node_modules', '@duckdb', name);
    if (!existsSync(from)) {
      throw new Error(`@duckdb/${name} is not installed; run "npm ci" on this platform`);
    }
    copyOutput(from, join(out, 'node_modules', '@duckdb', name));
  }
}

/**
 * A sync makes garbage by the gigabyte, in pieces that live a few milliseconds: with Node's 16 MB nursery a fifth of its time went into
 * copying them (MB). What outlives the nursery is mostly rows of one batch: left to itself the heap grows to three times what is alive
 * before it is swept, here to one and a half (percent).
 */
const FLAGS = '--max-semi-space-size=32 --heap-growing-percent=80';

/**
 * Grafana starts this with nearly no environment, no PATH among it: only what the shell itself can do, and absolute
 * names. A runtime that was packed beside it goes before the Node of the build; a package names no Node of the machine
 * it was made on, and says which file is missing.
 */
export function launcher({ os, arch }: Platform, builtWith?: string): string {
  const otherwise =
    builtWith === undefined
      ? [`echo "$packed is missing or not executable: unpack the package anew, with its file modes" >&2`, 'exit 1']
      : [`exec '${builtWith.replaceAll("'", `'\\''`)}' ${FLAGS} "$here/backend.js"`];
  return [
    '#!/bin/sh',
    'here=${0%/*}',
    `packed="$here/node_${os}_${arch}"`,
    'if [ -x "$packed" ]; then',
    `  exec "$packed" ${FLAGS} "$here/backend.js"`,
    'fi',
    ...otherwise,
    '',
  ].join('\n');
}
