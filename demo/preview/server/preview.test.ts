/** The preview's server against a real plugin process: Grafana's HTTP API in, gRPC out, and back. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { buildConformance } from '../../../tests/contract/host/conformance/build';
import { registerProcess, runDirectory, unregisterProcess } from '../../../tests/setup/processes';
import { BackendProcess } from './backend-process';
import { GrpcBackend, pluginContext, pluginId } from './grpc-backend';
import { type PreviewServer, servePreview } from './http';

interface Raw {
  status: number;
  body: Record<string, never>;
}

let process_: BackendProcess;
let server: PreviewServer;

/** A request with headers that fetch() would not let through. */
function raw(path: string, headers: Record<string, string> = {}, body?: string): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method: body === undefined ? 'GET' : 'POST', headers: { ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)), 'content-type': 'application/json' }), ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Raw['body'] }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const ask = (queries: unknown[]) => raw('/api/ds/query', {}, JSON.stringify({ from: '1700000000000', to: '1700003600000', queries }));
const textOf = (answer: Raw, refId = 'A') => (answer.body as unknown as { results: Record<string, { frames: Array<{ data: { values: string[][] } }> }> }).results[refId]?.frames[0]?.data.values[0]?.[0] ?? '';

beforeAll(async () => {
  process_ = new BackendProcess({ launcher: await buildConformance('preview'), env: { PLUGIN_UNIX_SOCKET_DIR: runDirectory() } });
  registerProcess((await process_.pid()) ?? 0, 'conformance backend of the preview');
  const settings = { uid: 'source-1', name: 'SOC', jsonData: { site: 'a' }, secureJsonData: { token: 'hidden-token-value' }, lastUpdatedMS: 1_700_000_000_000 };
  const backend = new GrpcBackend(process_, pluginContext(settings, { orgId: 7, role: 'Viewer' }, '0.1.0'));
  const dashboardsDir = mkdtempSync(join(runDirectory(), 'dashboards-'));
  mkdirSync(join(dashboardsDir, 'Clients'));
  writeFileSync(join(dashboardsDir, 'one.json'), JSON.stringify({ uid: 'one', title: 'One', tags: ['soc'], panels: [] }));
  writeFileSync(join(dashboardsDir, 'Clients', 'two.json'), JSON.stringify({ uid: 'two', title: 'Two', panels: [] }));
  server = await servePreview({ app: dashboardsDir, dashboardsDir, backend, dataSource: { uid: 'source-1', name: 'SOC', type: pluginId, jsonData: {} }, organisation: { id: 7, name: 'Client seven' }, version: '0.1.0', status: async () => ({ state: 'current' }) });
}, 60_000);

afterAll(async () => {
  const pid = await process_.pid();
  await server.close();
  await process_.stop();
  unregisterProcess(pid ?? 0);
});

test('a query comes back as Grafana writes frames', async () => {
  const answer = await ask([{ refId: 'A', example: 'every-field-type' }, { refId: 'B', example: 'timeseries-multi' }]);
  expect(answer.status).toBe(200);
  const { results } = answer.body as unknown as { results: Record<string, { status: number; frames: Array<{ schema: { fields: Array<{ type: string; labels?: object }> } }> }> };
  expect(results.A?.status).toBe(200);
  expect(new Set(results.A?.frames[0]?.schema.fields.map((field) => field.type))).toEqual(new Set(['string', 'number', 'boolean', 'time', 'enum', 'other']));
  expect(results.B?.frames).toHaveLength(2);
});

test('who asks is decided here: nothing a browser sends changes organisation or role', async () => {
  const body = JSON.stringify({ from: '0', to: '1', orgId: 1, user: { role: 'Admin' }, queries: [{ refId: 'A', show: 'request', orgId: 1, role: 'Admin' }] });
  const seen = JSON.parse(textOf(await raw('/api/ds/query?orgId=1', { 'x-grafana-org-id': '1', 'x-grafana-id': 'forged', cookie: 'grafana_session=1', authorization: 'Bearer x', fromalert: 'true' }, body))) as { context: { orgId: number; role: string; dataSource: { uid: string } }; origin: { fromAlert: boolean } };
  expect(seen.context).toMatchObject({ orgId: 7, role: 'Viewer', dataSource: { uid: 'source-1' } });
  expect(seen.origin.fromAlert).toBe(false);
});

test('one failed query makes the answer a 400 that still holds the others', async () => {
  const answer = await ask([{ refId: 'A', fail: { status: 502, errorSource: 'downstream', error: 'the store is away' } }, { refId: 'B', bytes: 3 }]);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ results: { A: { status: 502, error: 'the store is away', errorSource: 'downstream' }, B: { status: 200 } } });
});

test.each([
  ['no JSON', 'nonsense', /not JSON/],
  ['no refId', JSON.stringify({ from: '0', to: '1', queries: [{}] }), /refId/],
  ['a relative time', JSON.stringify({ from: 'now-6h', to: 'now', queries: [{ refId: 'A' }] }), /epoch milliseconds/],
])('%s is refused with what is wrong', async (_case, body, message) => {
  const answer = await raw('/api/ds/query', {}, body);
  expect(answer.status).toBe(400);
  expect(answer.body.message).toMatch(message);
});

test.each([
  ['another host (DNS rebinding)', { host: 'evil.example:80' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['another site without an origin', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
])('%s is refused', async (_case, headers: Record<string, string>) => {
  const answer = await raw('/api/ds/query', headers, JSON.stringify({ from: '0', to: '1', queries: [{ refId: 'A' }] }));
  expect(answer.status).toBe(403);
});

test('a form of another page cannot post', async () => {
  expect((await raw('/api/ds/query', { 'content-type': 'text/plain' }, '{}')).status).toBe(403);
});

test('dashboards are listed by folder and read by uid; files outside the app are not served', async () => {
  const boot = await raw('/api/preview/boot');
  expect(boot.body).toMatchObject({ dashboards: [{ uid: 'two', folder: 'Clients' }, { uid: 'one', folder: 'SOC Outcomes', tags: ['soc'] }], organisation: { id: 7 } });
  expect(JSON.stringify(boot.body)).not.toContain('hidden-token-value');
  expect((await raw('/api/dashboards/uid/two')).body).toMatchObject({ dashboard: { title: 'Two' }, meta: { folderTitle: 'Clients' } });
  expect((await raw('/api/dashboards/uid/none')).status).toBe(404);
  expect((await raw('/../../../package.json')).status).toBe(404);
  expect((await raw('/..%2f..%2fpackage.json')).status).toBe(404);
});

test('another data source is not there', async () => {
  expect((await raw('/api/datasources/uid/other/health')).status).toBe(404);
});

test('a killed backend is started again, and queries wait for it', async () => {
  const before = await process_.pid();
  const ended = new Promise<void>((resolve) => {
    const look = () => (process_.restarts > 0 ? resolve() : setTimeout(look, 5));
    look();
  });
  process.kill(before ?? 0, 'SIGKILL');
  await ended;
  unregisterProcess(before ?? 0);
  const answer = await ask([{ refId: 'A', bytes: 4 }]);
  expect(textOf(answer)).toBe('xxxx');
  const after = await process_.pid();
  registerProcess(after ?? 0, 'conformance backend of the preview, second');
  expect(after).not.toBe(before);
}, 20_000);

test('an address that cannot be read and times that are none are the asker\'s mistake, and named', async () => {
  for (const path of ['/api/datasources/uid/%E0%A4%A/resources/x', '/api/dashboards/uid/%E0%A4%A']) expect(await raw(path)).toEqual({ status: 400, body: { message: `The address ${path} cannot be read.` } });
  for (const from of ['', 'NaN', 'now-6h', '1.5']) {
    expect(await raw('/api/ds/query', {}, JSON.stringify({ from, to: '1700003600000', queries: [{ refId: 'A' }] }))).toEqual({ status: 400, body: { message: `"from" must be epoch milliseconds, got ${JSON.stringify(from)}` } });
  }
});

test('a body that is too large is refused, and the connection ends with it', async () => {
  const closed = await new Promise<string | undefined>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path: '/api/ds/query', method: 'POST', headers: { 'content-type': 'application/json' } }, response => { response.resume(); resolve(`${response.statusCode} ${response.headers.connection}`); });
    sent.on('error', reject);
    sent.end('x'.repeat(4 * 1024 * 1024 + 1));
  });
  expect(closed).toBe('413 close');
});
