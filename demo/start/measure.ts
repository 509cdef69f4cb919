import { readFileSync } from 'node:fs';
import { createClient } from '@connectrpc/connect';
import { Diagnostics } from '../../src/backend/host/gen/grafana/pluginv2_pb';
import type { BackendProcess } from '../preview/server/backend-process';
import type { GrpcBackend } from '../preview/server/grpc-backend';
import { sleep } from '../../src/backend/sync/sleep';

const DAY = 86_400_000;
const EVERY = 500;

/** Seconds from `started` until a panel of the last 30 days (verdicts of all rules) has a number; null when the watch ends before. */
export async function measureFirst(backend: GrpcBackend, started: number, clock: number, signal: AbortSignal): Promise<number | null> {
  while (!signal.aborted) {
    const now = clock + Date.now() - started;
    const answers = await backend.query({ from: String(now - 30 * DAY), to: String(now), queries: [{ refId: 'A', version: 1, metric: 'rules.outcomes', groupBy: [], view: 'table' }] } as never, {}).catch(() => null);
    const frame = (answers?.['A'] as { frames?: { schema: { fields: { name: string }[] }; data: { values: unknown[][] } }[] } | undefined)?.frames?.[0];
    const alerts = frame && frame.data.values[frame.schema.fields.findIndex(f => f.name === 'alerts')]?.[0];
    if (typeof alerts === 'number' && alerts > 0) return (Date.now() - started) / 1000;
    await sleep(EVERY, signal);
  }
  return null;
}

export interface ProcessLoad {
  /** Resident megabytes at the peak and seconds of processor used (user and system); null where there is no /proc. */
  readonly peakMb: number | null; readonly processorSeconds: number | null;
  /** Milliseconds an event waits for the loop at most in 99 of 100 cases, the median and the worst of the 2-second windows looked at; null without any. */
  readonly loopDelayP99Ms: { readonly median: number; readonly worst: number } | null;
}

/** Watches the backend until the signal: memory and processor from /proc, the loop's delay from its own metrics. The histogram there starts anew at every look. */
export async function measureProcess(child: BackendProcess, signal: AbortSignal): Promise<ProcessLoad> {
  const p99: number[] = [];
  while (!signal.aborted) {
    const text = await child.transport().then(transport => createClient(Diagnostics, transport).collectMetrics({})).then(answer => Buffer.from(answer.metrics?.prometheus ?? new Uint8Array()).toString('utf8')).catch(() => '');
    const seconds = /^soc_outcomes_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1];
    if (seconds !== undefined && Number.isFinite(Number(seconds))) p99.push(Number(seconds) * 1000);
    await sleep(2_000, signal);
  }
  const pid = await child.pid();
  const sorted = p99.slice(1).sort((a, b) => a - b);
  return {
    ...usage(pid),
    loopDelayP99Ms: sorted.length === 0 ? null : { median: Math.round(sorted[Math.floor(sorted.length / 2)]!), worst: Math.round(sorted[sorted.length - 1]!) },
  };
}

function usage(pid: number | undefined): { peakMb: number | null; processorSeconds: number | null } {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { peakMb: peak === undefined ? null : Math.round(Number(peak) / 1024), processorSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch { return { peakMb: null, processorSeconds: null }; }
}
