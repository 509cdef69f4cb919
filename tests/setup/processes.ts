/**
 * Registry of the processes that tests start.
 *
 * Each registration is one small file named by the pid, in a folder of this test run. A file and not a variable,
 * because jest's workers, its global teardown and the tests share no memory. The teardown empties the registry:
 * whatever still runs is killed, and the run fails, because a test that leaves a process is a broken test.
 */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUN_DIR = 'SOC_TEST_RUN_DIR';

export interface RegisteredProcess {
  pid: number;
  label: string;
  /** Start time in clock ticks since boot where /proc offers it: tells a reused pid from the process we started. */
  startTicks: string | null;
}

/** Makes the folder of this run and hands it to the workers by the environment. Called by the global set-up. */
export function openRegistry(): string {
  const dir = mkdtempSync(join(tmpdir(), 'soc-test-run-'));
  process.env[RUN_DIR] = dir;
  return dir;
}

/** The folder of this run; outside jest (a script that uses a test client) one is made on first use. */
export function runDirectory(): string {
  return process.env[RUN_DIR] ?? openRegistry();
}

/** Notes that this run started `pid`. The label appears in the message if the process is left behind. */
export function registerProcess(pid: number, label: string): void {
  const dir = join(runDirectory(), 'processes');
  mkdirSync(dir, { recursive: true });
  const entry: RegisteredProcess = { pid, label, startTicks: startTicks(pid) };
  writeFileSync(join(dir, `${pid}.json`), JSON.stringify(entry));
}

/** Notes that `pid` has ended. */
export function unregisterProcess(pid: number): void {
  rmSync(join(runDirectory(), 'processes', `${pid}.json`), { force: true });
}

/** `child_process.spawn` that registers the child and takes it off the registry when it exits. */
export function spawnRegistered(command: string, args: string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, options);
  const { pid } = child;
  if (pid !== undefined) {
    registerProcess(pid, [command, ...args].join(' '));
    child.once('exit', () => unregisterProcess(pid));
  }
  return child;
}

/** Registered processes that still run. */
export function leftovers(): RegisteredProcess[] {
  const dir = join(runDirectory(), 'processes');
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    return [];
  }
  return names
    .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as RegisteredProcess)
    .filter((entry) => isAlive(entry.pid) && startTicks(entry.pid) === entry.startTicks);
}

/** True while a process with this pid exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return procStat(pid)?.state !== 'Z';
}

/** Kills what is left, removes the folder of the run, and returns what had to be killed. */
export function emptyRegistry(): RegisteredProcess[] {
  const left = leftovers();
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended between the look and the kill: still reported, because nobody took it off the registry.
    }
  }
  rmSync(runDirectory(), { recursive: true, force: true });
  delete process.env[RUN_DIR];
  return left;
}

function startTicks(pid: number): string | null {
  return procStat(pid)?.startTicks ?? null;
}

/** Fields of /proc/<pid>/stat; null where there is no /proc (macOS, Windows) or no such process. */
function procStat(pid: number): { state: string; startTicks: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
  } catch {
    return null;
  }
}
