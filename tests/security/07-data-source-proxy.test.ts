/** Grafana's data source proxy sends wherever a plugin's url or routes point: there are none, and a url somebody fills in is not used. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../contract/host/plugin-process';
import { CLIENTS } from './support/canaries';
import { range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

securityRow(7, ({ proves }) => {
  let soc: Soc;
  let listener: Server;
  let target: string;
  let connections = 0;
  beforeAll(async () => {
    listener = createServer(socket => { connections++; socket.destroy(); });
    await new Promise<void>(done => { listener.listen(0, '127.0.0.1', done); });
    target = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    soc = await startSoc();
  }, 120_000);
  afterAll(async () => { await soc?.stop(); await new Promise(done => listener.close(done)); });

  proves('plugin.json, as written and as built, has neither routes nor a url', () => {
    for (const file of ['plugin.json', 'dist/plugin.json']) {
      const manifest = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Record<string, unknown>;
      expect(manifest).not.toHaveProperty('routes');
      expect(JSON.stringify(manifest)).not.toMatch(/"(proxy|tokenAuth|jwtTokenAuth|urlParams)"/);
    }
  });

  proves('proxy paths and a filled-in url cause no outbound request', async () => {
    const paths = ['proxy', `proxy/http://${target}/x`, `proxy/${target}`, `../proxy/uid/ops/${target}`, `api/datasources/proxy/1/http://${target}`, `http://${target}/`, `//${target}/x`, `catalog@${target}`, `status?url=http://${target}`, `.%2e/proxy/${target}`, `suggestions/http://${target}`];
    for (const make of [soc.operator, (more: object) => soc.client(CLIENTS[0]!, more)]) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'CONNECT']) for (const path of paths) {
        const caller = make({ role: 'Admin' });
        const answer = await soc.plugin.callResource(path, { method, query: `url=http://${target}`, headers: { host: target, 'x-forwarded-host': target, 'x-ds-url': `http://${target}` } }, { ...caller, dataSource: { ...caller.dataSource!, url: `http://${target}` } });
        expect([method, path, [404, 405].includes(answer.status)]).toEqual([method, path, true]);
      }
      const caller = make({});
      await soc.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], { ...caller, dataSource: { ...caller.dataSource!, url: `http://${target}` } }, { [`http_X-Proxy`]: `http://${target}` });
      await soc.plugin.checkHealth({ ...caller, dataSource: { ...caller.dataSource!, url: `http://${target}` } });
    }
    expect(connections).toBe(0);
  }, 60_000);
});
