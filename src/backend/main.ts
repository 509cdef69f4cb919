/** The backend process: wiring only. */
import { dirname, join } from 'node:path';
import { readServerSettings } from '../settings/server';
import { pluginHandlers } from './handlers';
import { createLogger, logLevel, serve } from './host';
import { testClock } from './workspace/clock';
import { Workspaces } from './workspace/workspaces';

const log = createLogger({ level: logLevel(process.env.GF_PLUGIN_LOG_LEVEL) });
const workspaces = new Workspaces({
  server: readServerSettings(process.env),
  env: process.env,
  // Beside Grafana's plugins folder: never the plugin's own, where a written file breaks its signature.
  defaultDataPath: join(dirname(dirname(dirname(process.argv[1] ?? '.'))), 'socoutcomes'),
  now: testClock(process.env),
  log,
  onFatal: error => {
    log.error('the store cannot go on; ending so that Grafana starts this process anew', { error: error.message });
    process.exit(1);
  },
});

void serve(pluginHandlers(workspaces), { log, start: () => workspaces.start() });
