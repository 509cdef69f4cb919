import type { SyncStatus } from '../../src/backend/workspace/sync-runner';

const BAR = 28;
const duration = (ms: number): string => (ms < 90_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`);

/** Share of all first loads that is done, by rows where a source tells how many it has, else by stream. */
export function overall(status: SyncStatus): number {
  if (status.streams.length === 0) return 0;
  return status.streams.reduce((sum, s) => sum + (s.current ? 1 : Math.min(1, s.progress)), 0) / status.streams.length;
}
export const isCurrent = (status: SyncStatus): boolean => status.streams.length > 0 && status.streams.every(s => s.current) && status.rebuilding === null;

/** Whether a source that goes on failing, while the rest is current, is still waited for. One that moves is: its error may be of an earlier run. */
export class Patience {
  private since: number | null = null;
  private mark = '';
  constructor(private readonly ms: number) {}
  isOver(status: SyncStatus, now: number): boolean {
    const rest = status.streams.filter(s => !s.current);
    const mark = JSON.stringify(rest.map(s => [s.source, s.stream, s.rows, s.progress]));
    if (rest.length === 0 || !rest.every(s => s.error !== null)) this.since = null;
    else if (this.since === null || mark !== this.mark) this.since = now;
    this.mark = mark;
    return this.since !== null && now - this.since >= this.ms;
  }
}

/** One line that a terminal can draw over and over. */
export function progressLine(status: SyncStatus): string {
  const share = overall(status);
  const full = Math.round(share * BAR);
  const rows = status.streams.reduce((n, s) => n + s.rows, 0);
  const left = Math.max(0, ...status.streams.filter(s => !s.current).map(s => s.etaMs ?? 0));
  const failing = status.streams.filter(s => s.error !== null).map(s => s.source);
  return `sync ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${Math.floor(share * 100)} %  ${rows.toLocaleString('en')} rows` +
    `${left > 0 ? `  about ${duration(left)} left` : ''}${failing.length > 0 ? `  failing: ${[...new Set(failing)].join(', ')}` : ''}`;
}
