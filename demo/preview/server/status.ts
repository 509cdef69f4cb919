import type { PreviewStatus, StreamStatus } from '../app/data/boot';
import type { SyncStatus } from '../../../src/backend/workspace/sync-runner';
import type { PluginBackend } from './plugin-backend';

type Progress = SyncStatus['streams'][number];
const unknown = { progress: null, etaSeconds: null, streams: [] };

function streamStatus({ source, stream, rows, expected, etaMs, current, error }: Progress): StreamStatus {
  return { source, stream, rows, total: current ? null : expected, etaSeconds: etaMs === null ? null : etaMs / 1000, state: error ? 'trouble' : current ? 'current' : 'reading', ...(error ? { message: error } : {}) };
}

/** The page's banner out of the backend's own status: troubles first, then what is being read, then a rebuild. */
export function toPreviewStatus(status: SyncStatus): PreviewStatus {
  const streams = status.streams.map(streamStatus);
  const reading = status.streams.filter((one) => !one.current && one.error === null);
  const troubled = streams.filter((one) => one.state === 'trouble');
  const share = status.streams.length === 0 ? null : status.streams.reduce((sum, one) => sum + (one.current ? 1 : one.progress), 0) / status.streams.length;
  const etas = reading.flatMap((one) => (one.etaMs === null ? [] : [one.etaMs / 1000]));
  const etaSeconds = etas.length > 0 ? Math.max(...etas) : null;
  if (troubled.length > 0) {
    const [first] = troubled;
    const more = troubled.length > 1 ? ` And ${troubled.length - 1} more.` : '';
    return { state: 'trouble', message: `${first?.source} ${first?.stream}: ${first?.message}${more} Panels show the last good data.`, progress: reading.length > 0 ? share : null, etaSeconds, streams };
  }
  if (reading.length > 0) {
    return { state: 'syncing', message: `Reading ${reading.length} of ${streams.length} streams`, progress: share, etaSeconds, streams };
  }
  if (status.rebuilding !== null) {
    return { state: 'syncing', message: 'Settings have changed: facts are recomputed, panels show the earlier version until then', progress: status.rebuilding / 100, etaSeconds: null, streams };
  }
  return { state: 'current', message: 'All streams are current', progress: 1, etaSeconds: null, streams };
}

/** Asks the plugin how its sync stands. A plugin that does not answer yet is "starting", not an error of the page. */
export async function previewStatus(backend: PluginBackend): Promise<PreviewStatus> {
  try {
    const { status, body } = await backend.resource({ method: 'GET', path: 'status', search: '', headers: {}, body: new Uint8Array() });
    const text = Buffer.from(body).toString('utf8');
    if (status === 200) {
      return toPreviewStatus(JSON.parse(text) as SyncStatus);
    }
    return { state: status === 503 ? 'starting' : 'trouble', message: messageIn(text) || `The backend answered ${status}`, ...unknown };
  } catch (error) {
    return { state: 'starting', message: `The backend is not there yet: ${(error as Error).message}`, ...unknown };
  }
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? '';
  } catch {
    return text.slice(0, 300);
  }
}
