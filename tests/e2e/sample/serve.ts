/** The preview over constant answers: `tsx tests/e2e/sample/serve.ts [--port N] [--dashboards DIR] [--status FILE.json]`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildPreview } from '../../../demo/preview/build';
import { servePreview } from '../../../demo/preview/server/http';
import { sampleBackend } from './backend';

const quiet = { state: 'current', message: '', progress: null, etaSeconds: null, streams: [] };

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, dashboards: { type: 'string', default: path.join(__dirname, 'dashboards') }, status: { type: 'string' } } });
  const server = await servePreview(
    {
      app: await buildPreview(),
      dashboardsDir: values.dashboards,
      backend: sampleBackend,
      dataSource: { uid: 'sample-source', name: 'Sample', type: 'socoutcomes-metrics-datasource', jsonData: {} },
      organisation: { id: 1, name: 'Sample organisation' },
      version: 'sample',
      // Read at every question, so that a test can let a sync go on.
      status: async () => (values.status ? (JSON.parse(readFileSync(values.status, 'utf8')) as unknown) : quiet),
    },
    Number(values.port)
  );
  console.log(server.url);
}

void main();
