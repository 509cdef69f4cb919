/** The backend process: wiring only. */
import { serve, type PluginHandlers, type QueryResult } from './host';

const NOT_WIRED = 'this build has no workspace wired into it: only the host answers';

const handlers: PluginHandlers = {
  checkHealth: async () => ({ status: 'unknown', message: NOT_WIRED }),
  collectMetrics: async () => '',
  queryData: async ({ queries }) =>
    new Map(queries.map(({ refId }): [string, QueryResult] => [refId, { error: NOT_WIRED, status: 501, errorSource: 'plugin' }])),
  callResource: async () => ({ status: 501, body: NOT_WIRED }),
  subscribeStream: async () => ({ status: 'not found' }),
  publishStream: async () => ({ status: 'denied' }),
  async *runStream() {},
};

void serve(handlers);
