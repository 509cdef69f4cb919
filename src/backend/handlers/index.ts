import type { PluginHandlers } from '../host/handlers';
import type { Workspaces } from '../workspace/workspaces';
import { checkHealth } from './check-health';
import { queryData } from './query-data';
import { callResource } from './resources';
import { runStatusStream, subscribe } from './status-stream';
import { metricsText } from './collect-metrics';

/** One handler per protocol method, all over the same workspaces. */
export const pluginHandlers = (workspaces: Workspaces): PluginHandlers => ({
  checkHealth: (request, signal) => checkHealth(workspaces, request, signal),
  queryData: (request, signal) => queryData(workspaces, request, signal),
  callResource: request => callResource(workspaces, request),
  collectMetrics: () => metricsText(),
  subscribeStream: request => subscribe(workspaces, request),
  publishStream: async () => ({ status: 'denied' }),
  runStream: (request, signal) => runStatusStream(workspaces, request, signal),
  close: () => workspaces.close(),
});
