/**
 * The preview over the demo's systems and the built backend, with the SIEM's key wrong at first: `tsx tests/e2e/walk/serve.ts --data DIR`.
 * Prints the page's address and a second one where a test saves the data source, as an administrator does in Grafana: `POST /?key=right|wrong`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startPreview } from '../../../demo/preview/server';
import { type InstanceSettings, pluginContext } from '../../../demo/preview/server/grpc-backend';
import { demoSettings } from '../../../demo/start/demo-settings';
import { startUpstreams } from '../../../demo/start/upstreams';
import { executableName, platformOf } from '../../../tools/build/platform';

const ROOT = resolve(__dirname, '..', '..', '..');
const OPERATOR = { orgId: 1, role: 'Admin' } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  const data = resolve(values.data ?? '');
  // The browser's "now" is the demo's, so that ranges such as now-7d hold its last days.
  const clock = Date.now();
  const upstreams = await startUpstreams({ anchor: new Date(clock).toISOString().slice(0, 10), scale: 0.01, clock });
  const files = join(data, 'files');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'cmdb.csv'), upstreams.cmdb);
  const { settings, secrets } = demoSettings(upstreams, join(files, 'cmdb.csv'));
  const sources = settings.sources!.map(source => ({ ...source, historyDays: 40, intervalSeconds: 5 }));
  let version = 0;
  const instance = (key: string): InstanceSettings => ({
    uid: 'soc-outcomes', name: 'SOC Outcomes', jsonData: { settings: { ...settings, sources } }, lastUpdatedMS: ++version,
    secureJsonData: key === 'right' ? secrets : { ...secrets, 'elastic.secret': 'bm90OnRoZS1rZXk=' },
  });
  const preview = await startPreview({
    dashboardsDir: join(ROOT, 'dashboards'), launcher: join(ROOT, 'dist', executableName(platformOf())), instanceSettings: instance('wrong'), ...OPERATOR, organisation: 'SOC operators', version: 'walk',
    env: { GF_VERSION: '12.4.0', GF_PLUGIN_DATA_PATH: join(data, 'store'), GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', GF_PLUGIN_FILES_ROOT: files, SOC_OUTCOMES_CLOCK: new Date(clock).toISOString() },
  });
  const control = createServer((request, response) => {
    preview.backend.saved(pluginContext(instance(new URL(request.url ?? '/', 'http://control').searchParams.get('key') ?? ''), OPERATOR, 'walk'));
    response.end();
  });
  control.listen(0, '127.0.0.1', () => console.log(`${preview.url} saved at http://127.0.0.1:${(control.address() as AddressInfo).port}/`));
  process.once('SIGTERM', () => { control.close(); control.closeAllConnections(); void Promise.all([preview.close(), upstreams.close()]); });
}

void main();
