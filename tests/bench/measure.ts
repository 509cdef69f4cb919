import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Store } from '../../src/backend/store/port';
import { sql } from '../../src/backend/store/sql';

setFlagsFromString('--expose-gc');
/** Collects the young garbage, so that what one run left behind is not paid by the next. */
export const collectGarbage = runInNewContext('() => gc({ type: "minor" })') as () => void;

/** `cpuMs`: least processor time of the runs, user and system: what other work on the machine took is not in it. */
export interface Timing { readonly ms: number; readonly slowest: number; readonly runs: number; readonly cpuMs: number }

/** Median of the runs after two that warm up; asked for one run it is just that, a look. Beyond a second the second run is taken: more are not worth the minutes. */
export async function median(work: () => Promise<unknown>, runs: number): Promise<Timing> {
  const times: number[] = [];
  let cpuMs = Infinity;
  const warm = runs === 1 ? 0 : 2;
  for (let i = 0; i < runs + warm; i++) {
    const start = performance.now();
    const before = process.cpuUsage();
    await work();
    const used = process.cpuUsage(before);
    cpuMs = Math.min(cpuMs, (used.user + used.system) / 1000);
    const ms = performance.now() - start;
    if (ms > 1_000 && i > 0) return { ms, slowest: ms, runs: 1, cpuMs };
    if (i >= warm) times.push(ms);
  }
  times.sort((a, b) => a - b);
  return { ms: times[Math.floor(times.length / 2)]!, slowest: times[times.length - 1]!, runs, cpuMs };
}

/** Resident megabytes of a process now and at its peak; null where there is no /proc. */
export function memoryOf(pid: number | 'self'): { now: number; peak: number } | null {
  let status: string;
  try { status = readFileSync(`/proc/${pid}/status`, 'utf8'); } catch { return null; }
  const of = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
  return { now: of('VmRSS'), peak: of('VmHWM') };
}
/** Seconds of processor a process has used; null where there is no /proc. */
export function processorOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch { return null; }
}

export interface Machine { readonly cores: number; readonly model: string; readonly memoryGb: number; readonly platform: string; readonly node: string; readonly duckdb: string; readonly date: string; /** Mean number of processes that ran or waited in the minute before. */ readonly load?: number }
/** What the numbers were measured on. No name, no path. */
export async function machineOf(store: Pick<Store, 'query'>): Promise<Machine> {
  const [row] = await store.query<{ v: string }>(sql`select version() as v`);
  return { cores: cpus().length, model: cpus()[0]?.model.trim() ?? 'unknown', memoryGb: Math.round(totalmem() / 2 ** 30), platform: `${platform()} ${arch()}`, node: process.version, duckdb: row!.v, date: new Date().toISOString().slice(0, 10), load: loadavg()[0]! };
}
