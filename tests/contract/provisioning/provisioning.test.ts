import { CATALOG } from '../../../src/catalog';
import { parseQuery } from '../../../src/query/request';
import { EXPRESSION, groups, manifest, provisioned, rules } from './files';

test('the data source is the plugin’s, with the uid that rules and dashboards name', () => {
  const { apiVersion, datasources } = provisioned('datasources/soc-outcomes.yaml') as { apiVersion: number; datasources: Record<string, unknown>[] };
  expect(apiVersion).toBe(1);
  expect(datasources).toEqual([expect.objectContaining({ uid: 'soc-outcomes', type: manifest.id, access: 'proxy', orgId: 1 })]);
  expect(datasources[0]).not.toHaveProperty('url');
});

test('dashboards are read from the plugin’s own folder', () => {
  const { providers } = provisioned('dashboards/soc-outcomes.yaml') as { providers: { type: string; options: { path: string } }[] };
  expect(providers).toEqual([expect.objectContaining({ type: 'file', options: { path: `/var/lib/grafana/plugins/${manifest.id}/dashboards` } })]);
});

test('rules have what Grafana 11.6 to 13 ask of a provisioned rule', () => {
  expect(new Set(rules.map(r => r.uid)).size).toBe(rules.length);
  for (const group of groups) expect(group).toMatchObject({ orgId: 1, folder: 'SOC Outcomes', interval: expect.stringMatching(/^\d+m$/) });
  for (const rule of rules) {
    expect(rule.uid).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
    expect(rule.title.length).toBeLessThan(190);
    expect(['OK', 'NoData', 'Alerting', 'KeepLast']).toContain(rule.noDataState);
    expect(rule).toMatchObject({ execErrState: 'Error', for: expect.stringMatching(/^\d+[sm]$/), labels: { severity: expect.any(String), area: expect.any(String) }, annotations: { summary: expect.any(String), description: expect.any(String) } });
    expect(rule.data.map(d => d.refId)).toContain(rule.condition);
    for (const { refId, model, datasourceUid, relativeTimeRange } of rule.data) {
      expect(model.refId).toBe(refId);
      expect(['soc-outcomes', EXPRESSION]).toContain(datasourceUid);
      if (datasourceUid !== EXPRESSION) expect(relativeTimeRange!.from).toBeGreaterThan(relativeTimeRange!.to);
      else expect(rule.data.map(d => d.refId)).toContain(model.expression);
    }
  }
});

test('no value holds a $, which Grafana would replace by an environment variable', () => {
  expect(JSON.stringify([groups, provisioned('dashboards/soc-outcomes.yaml')])).not.toContain('$');
});

test('each rule asks the catalog for one number, in the view for evaluators, by labels it names in its texts', () => {
  for (const rule of rules) {
    for (const { model } of rule.data.filter(d => d.datasourceUid !== EXPRESSION)) {
      const query = parseQuery(model, CATALOG);
      expect(query.view).toBe('alert');
      expect(query.columns).toHaveLength(1);
      const named = [...rule.annotations.summary!.matchAll(/\.Labels\.(\w+)/g)].map(m => m[1]);
      expect(query.groupBy).toEqual(expect.arrayContaining(named));
    }
  }
});
