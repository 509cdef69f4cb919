import { LiveChannelScope, StreamingFrameAction, type DataFrame } from '@grafana/data';
import { getGrafanaLiveSrv } from '@grafana/runtime';
import { catchError, defer, map, of, type Observable } from 'rxjs';
import { messageOf } from '../use-catalog';

export interface StreamStatus { readonly source: string; readonly stream: string; readonly rows: number; /** 0..1 of the first load. */ readonly progress: number; /** Seconds; null: unknown or done. */ readonly eta: number | null; readonly current: boolean; readonly error: string | null }
export interface LiveStatus { readonly streams: readonly StreamStatus[]; readonly problem: string | null }

/** The sync's status as it changes, by Grafana Live from the backend's channel `ds/<uid>/status`. Never errors: what hinders is said. */
export const liveStatus = (uid: string): Observable<LiveStatus> => defer(() => {
  const live = getGrafanaLiveSrv();
  if (!live) return of({ streams: [], problem: 'Grafana Live is switched off, so there is no live status. The dashboard "Data quality" shows the sources’ state.' });
  // `namespace` is what Grafana up to 12 calls `stream`.
  const addr = { scope: LiveChannelScope.DataSource, namespace: uid, stream: uid, path: 'status' };
  return live.getDataStream({ addr, buffer: { action: StreamingFrameAction.Replace, maxLength: 1_000 } }).pipe(
    map(response => (response.error ? { streams: [], problem: messageOf(response.error) } : { streams: streamsOf(response.data?.[0] as DataFrame | undefined), problem: null })));
}).pipe(catchError((error: unknown) => of({ streams: [], problem: messageOf(error) })));

/** The newest row of each stream: a listener that joins late may hold several packets. */
export function streamsOf(frame: DataFrame | undefined): StreamStatus[] {
  if (!frame) return [];
  const newest = new Map<string, StreamStatus>();
  const read = (name: string, row: number): unknown => frame.fields.find(f => f.name === name)?.values[row];
  for (let row = 0; row < frame.length; row++) {
    const [source, stream] = [String(read('source', row)), String(read('stream', row))];
    newest.set(JSON.stringify([source, stream]), {
      source, stream, rows: Number(read('rows', row) ?? 0), progress: Number(read('progress', row) ?? 0), eta: (read('eta', row) ?? null) as number | null,
      current: read('current', row) === true, error: (read('error', row) ?? null) as string | null,
    });
  }
  return [...newest.values()];
}

/** "3 min", "2 h 5 min": seconds for people. */
export function spoken(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
