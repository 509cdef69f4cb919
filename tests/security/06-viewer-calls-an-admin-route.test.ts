/** Grafana lets every viewer call every resource path with every method: each pair of role and route is asked for. */
import { ROUTES } from '../../src/backend/handlers/routes';
import { CLIENTS } from './support/canaries';
import { startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

const ROLES = ['None', 'Viewer', 'Editor', 'Admin', null, 'Wizard'] as const;
const RANK: Record<string, number> = { None: 0, Viewer: 1, Editor: 2, Admin: 3, Wizard: 0 };
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'get', ''];
const pathOf = (route: (typeof ROUTES)[number]): string => route.path.source.replace(/[\^$]/g, '').replace(/\\\//g, '/').replace(/\(.*\)/, 'client');

securityRow(6, ({ proves, say }) => {
  let soc: Soc;
  let asked = 0;
  beforeAll(async () => { soc = await startSoc(); }, 120_000);
  afterAll(() => soc?.stop());

  proves('role × route × method, in the operators\' organisation and in a client\'s', async () => {
    const paths = [...new Set(ROUTES.map(pathOf))];
    for (const [organisation, make] of [['operators', soc.operator], ['client', (more: { role: string | null }) => soc.client(CLIENTS[0]!, more)]] as const) {
      for (const role of ROLES) for (const path of paths) for (const method of METHODS) {
        const { status, body } = await soc.plugin.callResource(path, { method, body: method === 'GET' ? '' : '{}' }, make({ role }));
        const route = ROUTES.find(r => r.path.test(path) && r.method === method.toUpperCase());
        const rank = role === null ? 1 : RANK[role]!;
        const expected = !route ? [405] : rank < RANK[route.role]! ? [403] : route.operators && organisation === 'client' ? [403] : route.method === 'POST' ? [200, 400, 409] : path === 'report' || path === 'explain' ? [200, 400] : [200];
        // Rotating keys works without a body; it is the operators' admin who asked.
        expect([organisation, role, method, path, expected.includes(status) ? expected : [status, body.slice(0, 100)]]).toEqual([organisation, role, method, path, expected]);
        asked++;
      }
    }
    say(`${asked} calls`);
  }, 120_000);

  proves('spellings of an admin path reach no other route', async () => {
    for (const path of ['/grants', 'grants/', 'GRANTS', 'grants/..', 'status/../grants', 'grants%2f', 'grants;x', 'grants\u0000', './grants', 'grants/../denials', 'settings/../grants', '', '/', 'catalog/x', 'suggestions/', 'suggestions/client/x', 'suggestions/CLIENT', 'constructor', '__proto__']) {
      const viewer = await soc.plugin.callResource(path, {}, soc.operator({ role: 'Viewer' }));
      expect([path, [403, 404].includes(viewer.status)]).toEqual([path, true]);
    }
  });
});
