/** The preview over constant answers: `tsx tests/e2e/sample/serve.ts [--port N]`, or from a test. */
import path from 'node:path';
import { buildPreview } from '../../../demo/preview/build';
import { type PreviewServer, servePreview } from '../../../demo/preview/server/http';
import { sampleBackend } from './backend';

/** Serves the sample dashboard; `status` is what the banner shows. */
export async function serveSample(port = 0, status: () => unknown = () => ({ state: 'current', message: '', progress: null, etaSeconds: null, streams: [] })): Promise<PreviewServer> {
  return servePreview(
    {
      app: await buildPreview(),
      dashboardsDir: path.join(__dirname, 'dashboards'),
      backend: sampleBackend,
      dataSource: { uid: 'sample-source', name: 'Sample', type: 'socoutcomes-metrics-datasource', jsonData: {} },
      organisation: { id: 1, name: 'Sample organisation' },
      version: 'sample',
      status: async () => status(),
    },
    port
  );
}

if (require.main === module) {
  void serveSample(Number(process.argv[process.argv.indexOf('--port') + 1] ?? 0)).then(({ url }) => console.log(url));
}
