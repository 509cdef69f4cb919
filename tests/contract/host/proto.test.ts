/** The committed TypeScript is what the .proto files generate, and the field numbers are those that Grafana speaks. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { file_grafana_pluginv2 } from '../../../src/backend/host/gen/grafana/pluginv2_pb';
import { ROOT } from './plugin-process';

const COMMITTED = join(ROOT, 'src', 'backend', 'host', 'gen');

test('generating again gives the committed files (UPDATE_GOLDEN=1 replaces them)', () => {
  const out = mkdtempSync(join(tmpdir(), 'soc-proto-'));
  try {
    generate(out);
    if (process.env.UPDATE_GOLDEN === '1') {
      rmSync(COMMITTED, { recursive: true, force: true });
      cpSync(out, COMMITTED, { recursive: true });
    }
    expect(contents(COMMITTED)).toEqual(contents(out));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}, 60_000);

test.each([
  ['PluginContext', 'orgId 1, pluginId 2, user 3, appInstanceSettings 4, dataSourceInstanceSettings 5, grafanaConfig 6, pluginVersion 7, userAgent 8, apiVersion 9, namespace 10'],
  ['User', 'role 4'],
  ['DataSourceInstanceSettings', 'id 1, name 2, url 3, user 4, database 5, basicAuthEnabled 6, basicAuthUser 7, jsonData 8, decryptedSecureJsonData 9, lastUpdatedMS 10, uid 11, apiVersion 12'],
  ['QueryDataRequest', 'pluginContext 1, headers 2, queries 3'],
  ['DataQuery', 'refId 1, maxDataPoints 2, intervalMS 3, timeRange 4, json 5, queryType 6'],
  ['TimeRange', 'fromEpochMS 1, toEpochMS 2'],
  ['DataResponse', 'frames 1, error 2, jsonMeta 3, status 4, errorSource 5'],
  ['CheckHealthRequest', 'pluginContext 1, headers 2'],
  ['CheckHealthResponse', 'status 1, message 2, jsonDetails 3'],
  ['CollectMetricsResponse', 'metrics 1'],
  ['CallResourceRequest', 'pluginContext 1, path 2, method 3, url 4, headers 5, body 6'],
  ['CallResourceResponse', 'code 1, headers 2, body 3'],
  ['SubscribeStreamRequest', 'pluginContext 1, path 2, data 3, headers 4'],
  ['PublishStreamRequest', 'pluginContext 1, path 2, data 3, headers 4'],
  ['RunStreamRequest', 'pluginContext 1, path 2, data 3, headers 4'],
  ['StreamPacket', 'data 1'],
])('%s has the fields of the wire contract', (name, fields) => {
  const message = file_grafana_pluginv2.messages.find((one) => one.name === name);
  expect(message?.fields.map((field) => `${field.name} ${field.number}`).join(', ')).toBe(fields);
});

function generate(out: string): void {
  const node = process.execPath;
  const plugin = join(ROOT, 'node_modules', '@bufbuild', 'protoc-gen-es', 'bin', 'protoc-gen-es');
  const template = { version: 'v2', plugins: [{ local: [node, plugin], out, opt: ['target=ts', 'import_extension=none'] }] };
  // An own template and not proto/buf.gen.yaml, whose output folder is the committed one.
  execFileSync(node, [join(ROOT, 'node_modules', '@bufbuild', 'buf', 'bin', 'buf'), 'generate', '--template', JSON.stringify(template)], {
    cwd: join(ROOT, 'proto'), stdio: 'pipe', env: { PATH: process.env.PATH, HOME: out, BUF_CACHE_DIR: join(out, '.cache') },
  });
  rmSync(join(out, '.cache'), { recursive: true, force: true });
}

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
