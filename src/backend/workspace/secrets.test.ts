import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elasticSource } from '../../settings/sources';
import { createHttpClient } from '../connectors/http/client';
import { secretsOf } from './secrets';

let folder: string;
let server: Server;
let seen: (string | undefined)[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'soc-secrets-'));
  server = createServer((request, response) => { seen.push(request.headers.authorization); response.setHeader('content-type', 'application/json'); response.end('{}'); });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
});
beforeEach(() => { seen = []; });
afterAll(async () => { server.closeAllConnections(); await new Promise(done => server.close(done)); rmSync(folder, { recursive: true, force: true }); });

function source(secret: string, secure: Record<string, string> = {}, env: Record<string, string> = {}) {
  const settings = elasticSource.parse({ id: 'siem', system: 'elasticsearch', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, auth: { kind: 'apikey', secret }, alerts: {} });
  return createHttpClient(settings, secretsOf(settings, secure, env), { sourceId: 'siem', allowedHosts: ['127.0.0.1:*'], now: Date.now });
}
const ask = (http: ReturnType<typeof source>) => http.request({ path: '/' });

test('a file that is missing, empty, there, rotated: each request says or takes what stands there', async () => {
  const path = join(folder, 'key');
  const http = source(`file:${path}`);
  await expect(ask(http)).rejects.toMatchObject({ code: 'unauthorized', message: `siem: the file of its secret "secret" cannot be read (ENOENT): ${path}. Check that it exists and that the account of Grafana may read it; the next run takes it up.` });
  writeFileSync(path, '\n');
  await expect(ask(http)).rejects.toMatchObject({ code: 'unauthorized', message: expect.stringMatching(/is empty: .*key\. Write the secret into it/) as string });
  expect(seen).toEqual([]);
  writeFileSync(path, 'first\n');
  await ask(http);
  writeFileSync(path, 'second\n');
  await ask(http);
  expect(seen).toEqual(['ApiKey first', 'ApiKey second']);
  await http.close();
});

test('a variable that is not set is named; one that is, and what Grafana keeps before it', async () => {
  await expect(ask(source('env:SOC_KEY'))).rejects.toMatchObject({ code: 'unauthorized', message: expect.stringMatching(/^siem: the variable SOC_KEY of its secret "secret" is not set\..*GF_PLUGIN_/) as string });
  await ask(source('env:SOC_KEY', {}, { SOC_KEY: 'variable' }));
  await ask(source('env:SOC_KEY', { 'siem.secret': 'kept' }, { SOC_KEY: 'variable' }));
  expect(seen).toEqual(['ApiKey variable', 'ApiKey kept']);
});
