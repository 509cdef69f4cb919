import type { StreamItem, StreamRequest, SubscribeResult } from '../host/handlers';
import { table } from '../frames/typed';
import type { Opened, Workspaces } from '../workspace/workspaces';
import type { SyncStatus } from '../workspace/sync-runner';
import { said } from './errors';

const PATH = 'status';

/** Live sync status on `ds/<uid>/status`, for whoever may read the workspace; a client's holds its own sources only. */
export async function subscribe(workspaces: Workspaces, request: StreamRequest): Promise<SubscribeResult> {
  if (request.path !== PATH) return { status: 'not found' };
  try {
    const { reader, workspace } = await workspaces.open(request.context);
    return { status: 'ok', initial: item(await workspace.status(reader)) };
  } catch {
    return { status: 'denied' };
  }
}

/** Sends the status whenever it changes, until nobody listens any more. The scope is opened anew for each: a revoked grant ends it. */
export async function* runStatusStream(workspaces: Workspaces, request: StreamRequest, signal: AbortSignal): AsyncIterable<StreamItem> {
  while (!signal.aborted) {
    let opened: Opened;
    try { opened = await workspaces.open(request.context); } catch (error) {
      throw new Error((await said(workspaces, request.context, error)).message);
    }
    yield item(await opened.workspace.status(opened.reader));
    await opened.workspace.changed(signal);
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
