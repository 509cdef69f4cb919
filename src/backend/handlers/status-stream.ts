import type { StreamItem, StreamRequest, SubscribeResult } from '../host/handlers';
import { table } from '../frames/typed';
import type { Workspaces } from '../workspace/workspaces';
import type { SyncStatus } from '../workspace/sync-runner';

const PATH = 'status';

/** Live sync status on `ds/<uid>/status`, for whoever may read the workspace. */
export async function subscribe(workspaces: Workspaces, request: StreamRequest): Promise<SubscribeResult> {
  if (request.path !== PATH) return { status: 'not found' };
  try {
    await workspaces.open(request.context);
    return { status: 'ok', initial: item((await workspaces.of(request.context)).sync.status()) };
  } catch {
    return { status: 'denied' };
  }
}

/** Sends the status whenever it changes, until nobody listens any more. */
export async function* runStatusStream(workspaces: Workspaces, request: StreamRequest, signal: AbortSignal): AsyncIterable<StreamItem> {
  while (!signal.aborted) {
    await workspaces.open(request.context);
    const { sync } = await workspaces.of(request.context);
    yield item(sync.status());
    await sync.changed(signal);
  }
}

function item(status: SyncStatus): StreamItem {
  const s = status.streams;
  return { frame: table({ name: 'status', fields: [
    { name: 'source', type: 'string', values: s.map(x => x.source) },
    { name: 'stream', type: 'string', values: s.map(x => x.stream) },
    { name: 'rows', type: 'float64', values: s.map(x => x.rows) },
    { name: 'progress', type: 'float64', values: s.map(x => x.progress), config: { unit: 'percentunit' } },
    { name: 'eta', type: 'float64', values: s.map(x => (x.etaMs === null ? null : x.etaMs / 1000)), config: { unit: 's' } },
    { name: 'current', type: 'boolean', values: s.map(x => x.current) },
    { name: 'error', type: 'string', values: s.map(x => x.error) },
  ] }) };
}
