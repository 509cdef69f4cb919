import type { PluginHandlers } from '../host/handlers';
import type { Workspaces } from '../workspace/workspaces';
import { checkHealth } from './check-health';
import { QueryData } from './query-data';
import { callResource } from './resources';
import { runStatusStream, subscribe } from './status-stream';
import { metricsText } from './collect-metrics';

/** One handler per protocol method, all over the same workspaces. */
export function pluginHandlers(workspaces: Workspaces): PluginHandlers {
  const queries = new QueryData(workspaces);
  return {
    checkHealth: (request, signal) => checkHealth(workspaces, request, signal),
    queryData: (request, signal) => queries.answer(request, signal),
    callResource: request => callResource(workspaces, request),
    collectMetrics: () => metricsText(workspaces),
    subscribeStream: request => subscribe(workspaces, request),
    publishStream: async () => ({ status: 'denied' }),
    runStream: (request, signal) => runStatusStream(workspaces, request, signal),
    close: () => workspaces.close(),
  };
}
