/** Identity comes from the context alone: whatever body, variable, header or namespace say beside it changes nothing, or is refused. */
import type { Caller } from '../contract/host/plugin-client';
import { CLIENTS, type CanaryClient } from './support/canaries';
import { range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

const [ALPHA, BRAVO] = [CLIENTS[0]!, CLIENTS[1]!];
const FORGED = { orgId: 1, org_id: 1, namespace: 'default', scope: 'all', clients: CLIENTS.map(c => c.id), client: BRAVO.id, grant: 'socg1.x', operator: true, tenant: BRAVO.id, role: 'Admin' };
const HEADERS: Record<string, string> = {
  'X-Grafana-Org-Id': '1', 'http_X-Grafana-Org-Id': '1', 'http_X-Grafana-Id': 'eyJhbGciOiJub25lIn0.eyJvcmciOjF9.', 'X-Grafana-Id': 'eyJhbGciOiJub25lIn0.eyJvcmciOjF9.', 'http_X-Scope-OrgID': '1', 'X-Tenant': BRAVO.id, Authorization: 'Bearer admin', Cookie: 'grafana_session=admin',
  'http_X-Dashboard-Uid': 'operators', FromAlert: 'true',
};

securityRow(4, ({ proves }) => {
  let soc: Soc;
  beforeAll(async () => { soc = await startSoc(); }, 120_000);
  afterAll(() => soc?.stop());
  const seen = async (caller: Caller, json: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'], ...json }, ...range }], caller, headers);
    return { status: A!.status, text: JSON.stringify([A!.error, A!.frames], (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v)).toLowerCase() };
  };
  const foreign = (text: string, of: CanaryClient) => CLIENTS.filter(c => c !== of && text.includes(c.canary)).map(c => c.id);

  proves('in the body: unknown keys are refused, filters and variables can only take away', async () => {
    for (const [key, value] of Object.entries(FORGED)) expect([key, (await seen(soc.client(ALPHA), { [key]: value })).status]).toEqual([key, 400]);
    for (const filters of [{ client: [BRAVO.id] }, { client: CLIENTS.map(c => c.id) }, { client: ['$__all'] }, { client: ['*'] }, { client: [] }, { source: [`src-${BRAVO.canary}`] }]) {
      const { text, status } = await seen(soc.client(ALPHA), { filters });
      expect([filters, status, foreign(text, ALPHA)]).toEqual([filters, 200, []]);
    }
    const none = await seen(soc.client(ALPHA), { filters: { client: [BRAVO.id] } });
    expect(none.text).not.toContain(ALPHA.canary);
  });

  proves('"view as client" narrows an operator and is refused to a client, whatever it names', async () => {
    const operator = await seen(soc.operator(), {});
    expect(foreign(operator.text, ALPHA)).toHaveLength(2);
    const narrowed = await seen(soc.operator(), { viewAs: [ALPHA.id] });
    expect(narrowed.status).toBe(200);
    expect(narrowed.text).toContain(ALPHA.canary);
    expect(foreign(narrowed.text, ALPHA)).toEqual([]);
    expect((await seen(soc.operator(), { viewAs: ['nobody', '*', 'unassigned'] })).text).not.toMatch(/cnr(alpha|bravo|charlie|nobody)xq/);
    // As a client sees it: nothing that belongs to operators alone.
    const quarantine = await soc.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence', groupBy: ['shift'], viewAs: [ALPHA.id] }, ...range }], soc.operator());
    expect(quarantine.A!.status).toBe(400);
    for (const viewAs of [[ALPHA.id], [BRAVO.id], [], ['*']]) expect([viewAs, (await seen(soc.client(ALPHA), { viewAs })).status]).toEqual([viewAs, 403]);
  });

  proves('in headers: nothing is read from them', async () => {
    const plain = await seen(soc.client(ALPHA), {});
    for (const [name, value] of Object.entries(HEADERS)) expect([name, (await seen(soc.client(ALPHA), {}, { [name]: value })).text]).toEqual([name, plain.text]);
    for (const path of ['suggestions/client', 'status', 'grants', 'denials']) {
      const without = await soc.plugin.callResource(path, {}, soc.client(ALPHA, { role: 'Admin' }));
      const withAll = await soc.plugin.callResource(path, { headers: HEADERS, query: 'orgId=1&client=*&viewAs=' + BRAVO.id }, soc.client(ALPHA, { role: 'Admin' }));
      expect([path, withAll.status, withAll.body]).toEqual([path, without.status, without.body]);
    }
  });

  proves('an organisation named twice and differently is refused', async () => {
    for (const namespace of ['default', 'org-1', 'org-12', 'stacks-1', 'org-11 ', 'org--11', 'ORG-11', 'org-011x', '../org-11']) {
      const { status } = await seen(soc.client(ALPHA, { namespace }), {});
      expect([namespace, status]).toEqual([namespace, 403]);
    }
    expect((await seen(soc.client(ALPHA, { namespace: `org-${ALPHA.orgId}` }), {})).status).toBe(200);
    expect((await seen(soc.operator({ namespace: 'default' }), {})).status).toBe(200);
    for (const orgId of [0, -1, 2]) expect((await seen({ ...soc.operator(), orgId }, {})).status).toBe(403);
  });

  proves('a data source\'s plain settings widen nothing', async () => {
    for (const jsonData of [{ workspace: 'main', ...FORGED }, { workspace: 'main', operator_org_ids: [ALPHA.orgId], allowed_hosts: ['*'] }, { workspace: 'main', grant_key: 'env:HOME', config_file: '/etc/passwd' }]) {
      const { text } = await seen(soc.client(ALPHA, { dataSource: { uid: ALPHA.uid, jsonData, secrets: { grant: soc.tokens.get(ALPHA.id)! } } }), {});
      expect(foreign(text, ALPHA)).toEqual([]);
      expect(text).toContain(ALPHA.canary);
    }
  });
});
