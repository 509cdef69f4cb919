/**
 * Alert rules and public dashboards come without a user: the organisation's scope holds, and only reading is possible. Some Grafanas (10.1
 * was seen) name their scheduler as a user with the role Admin; that widens nothing.
 */
import { ROUTES } from '../../src/backend/handlers/routes';
import { CLIENTS } from './support/canaries';
import { range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

securityRow(5, ({ proves }) => {
  let soc: Soc;
  beforeAll(async () => { soc = await startSoc(); }, 120_000);
  afterAll(() => soc?.stop());

  for (const client of CLIENTS.slice(0, 2)) {
    proves(`an alert rule of ${client.id} gets its own numbers, typed for the evaluator`, async () => {
      const [withUser, without, scheduler] = await Promise.all([soc.client(client), soc.client(client, { role: null }), soc.client(client, { role: 'Admin', person: { login: 'grafana_scheduler', name: '', email: '' } })].map(caller =>
        soc.plugin.queryData([{ refId: 'A', json: { version: 1, metric: 'sla.adherence', view: 'alert' }, ...range }, { refId: 'B', json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'] }, ...range }], caller, { FromAlert: 'true', 'X-Rule-Uid': 'r1' })));
      expect(without!.A).toMatchObject({ error: '', status: 200 });
      expect(without!.A!.frames[0]!.meta?.type).toBe('numeric-multi');
      expect(without).toEqual(withUser);
      expect(scheduler).toEqual(without);
      const text = JSON.stringify(without, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v)).toLowerCase();
      expect(CLIENTS.filter(c => c !== client && text.includes(c.canary))).toEqual([]);
    });
  }

  proves('the operators\' alert rules see the whole', async () => {
    const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'] }, ...range }], soc.operator({ role: null }), { FromAlert: 'true' });
    expect(A).toMatchObject({ error: '' });
    expect(JSON.stringify(A!.frames[0]!.fields.map(f => f.values)).toLowerCase()).toContain(CLIENTS[2]!.canary);
  });

  proves('without a grant, or with a foreign one, nothing', async () => {
    const [alpha, bravo] = [CLIENTS[0]!, CLIENTS[1]!];
    for (const caller of [soc.client(alpha, { role: null, dataSource: { uid: alpha.uid, jsonData: {}, secrets: {} } }), { ...soc.client(bravo, { role: null }), orgId: alpha.orgId }, { ...soc.operator({ role: null }), orgId: alpha.orgId }]) {
      const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence', view: 'alert' }, ...range }], caller, { FromAlert: 'true' });
      expect(A).toMatchObject({ status: 403, frames: [] });
    }
  });

  proves('no route that needs more than a viewer answers, and no channel can be written', async () => {
    for (const caller of [soc.operator({ role: null }), soc.client(CLIENTS[0]!, { role: null })]) {
      for (const route of ROUTES) {
        const path = route.path.source.replace(/[\^$]/g, '').replace(/\\\//g, '/').replace(/\(.*\)/, 'client');
        const { status } = await soc.plugin.callResource(path, { method: route.method, body: '{}' }, caller);
        // A report wants to be told of whom and when, an explanation of what (400); it is no denial.
        const allowed = ['report', 'explain'].includes(path) ? [200, 400] : [200];
        expect([route.method, path, route.role === 'Viewer' ? allowed.includes(status) : status]).toEqual([route.method, path, route.role === 'Viewer' ? true : 403]);
      }
      expect((await soc.plugin.publish('status', {}, caller)).status).not.toBe(0);
    }
  });
});
