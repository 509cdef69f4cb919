/** Starts a built backend exactly as Grafana does: its executable, the few variables Grafana sets, nothing else. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { executableName, platformOf } from '../../../tools/build/platform';
import { runDirectory, spawnRegistered } from '../../setup/processes';

export const ROOT = join(__dirname, '..', '..', '..');
/** The product's own backend, built by the global set-up; SOC_BACKEND names another, such as that of an unpacked package. */
export const BUILT = process.env.SOC_BACKEND ?? join(ROOT, 'dist', executableName(platformOf()));

export interface StartOptions {
  /** Launcher to start; the product's built one unless told. */
  executable?: string;
  /** More variables, such as GF_PLUGIN_CONFIG_FILE; undefined takes one of Grafana's away. */
  env?: Record<string, string | undefined>;
  /** Folder of the store (GF_PLUGIN_DATA_PATH); a new one of this test run unless told. */
  dataPath?: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface PluginProcess {
  child: ChildProcess;
  pid: number;
  /** The first line on stdout, without its end. */
  firstLine: string;
  /** All of stdout and stderr so far. */
  stdout(): string;
  stderr(): string;
  exited: Promise<Exit>;
}

/** Resolves with the first line on stdout; rejects with what stderr says if the process ends before, or after 60 s. */
export async function startProcess({ executable = BUILT, env = {}, dataPath }: StartOptions = {}): Promise<PluginProcess> {
  const child = spawnRegistered(executable, [], { env: environment(env, dataPath), stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Exit);
  let over = false;
  const ended = exited.then(({ code, signal }) => {
    over = true;
    if (!stdout.includes('\n')) {
      throw new Error(`the backend ended (${code ?? signal}) before its first line; stderr:\n${stderr}`);
    }
  });
  await Promise.race([within(60_000, until(() => over || stdout.includes('\n')), 'a first line on stdout'), ended]);
  return { child, pid: child.pid!, firstLine: stdout.slice(0, stdout.indexOf('\n')), stdout: () => stdout, stderr: () => stderr, exited };
}

/** What Grafana 12.4 sets; no PATH, no HOME. */
function environment(more: Record<string, string | undefined>, dataPath?: string): Record<string, string> {
  const env: Record<string, string | undefined> = {
    grafana_plugin_type: 'datasource',
    PLUGIN_PROTOCOL_VERSIONS: '2',
    PLUGIN_MIN_PORT: '10000',
    PLUGIN_MAX_PORT: '25000',
    GF_VERSION: '12.4.0',
    GF_EDITION: 'Open Source',
    PLUGIN_UNIX_SOCKET_DIR: runDirectory(), // So that what a killed backend leaves goes with the run.
    GF_PLUGIN_DATA_PATH: dataPath ?? mkdtempSync(join(runDirectory(), 'data-')),
    ...more,
  };
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Resolves when the condition holds. It is looked at often and the time never decides a result; `within` bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The promise's result, or an error that names what did not come in time. */
export async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
