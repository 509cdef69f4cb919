// @ts-check
// The walk of a person through a real Grafana that has plugin, provisioning and demo (`npm run grafana`, or the compose file).
import { expect, test } from '@grafana/plugin-e2e';

const SOURCE = { uid: 'soc-outcomes', name: 'SOC Outcomes' };
const DASHBOARDS = ['overview', 'coverage', 'rules', 'sla', 'quality', 'clients', 'explain'];
const RULES = ['soc-outcomes-sync-failing', 'soc-outcomes-source-stale', 'soc-outcomes-coverage-fell', 'soc-outcomes-missed-critical', 'soc-outcomes-budget-half', 'soc-outcomes-budget-spent', 'soc-outcomes-join-completeness'];

test('the provisioned data source is healthy', async ({ gotoDataSourceConfigPage, page }) => {
  const config = await gotoDataSourceConfigPage(SOURCE.uid);
  await expect(config.saveAndTest({ path: `/api/datasources/uid/${SOURCE.uid}/health` })).toBeOK();
  await expect(page.getByText('was not found')).toHaveCount(0);
});

test('a panel asks a metric and shows its groups', async ({ panelEditPage }) => {
  await panelEditPage.datasource.set(SOURCE.name);
  await panelEditPage.setVisualization('Table');
  const answer = await panelEditPage.refreshPanel();
  expect(answer.ok()).toBe(true);
  await expect(panelEditPage.panel.getErrorIcon()).toHaveCount(0);
  await expect(panelEditPage.panel.fieldNames.first()).toBeVisible();
});

test('Explore answers', async ({ explorePage }) => {
  await explorePage.datasource.set(SOURCE.name);
  await expect(explorePage.runQuery()).toBeOK();
});

for (const name of DASHBOARDS) {
  test(`the dashboard ${name} opens without an error panel`, async ({ gotoDashboardPage, page }) => {
    await gotoDashboardPage({ uid: `soc-outcomes-${name}` });
    await expect(page.locator('[data-viz-panel-key]').first()).toBeVisible();
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
  });
}

test('every bundled alert rule is evaluated without an error', async ({ request }) => {
  await expect.poll(async () => {
    const answer = await request.get('/api/prometheus/grafana/api/v1/rules');
    const { data } = await answer.json();
    const rules = data.groups.flatMap((/** @type {any} */ group) => group.rules).filter((/** @type {any} */ rule) => RULES.includes(rule.uid));
    return rules.map((/** @type {any} */ rule) => ({ uid: rule.uid, health: rule.health === 'error' ? rule.lastError : 'evaluated', once: rule.lastEvaluation > '0002' })).sort((/** @type {any} */ a, /** @type {any} */ b) => RULES.indexOf(a.uid) - RULES.indexOf(b.uid));
  }, { timeout: 400_000, intervals: [2_000] }).toEqual(RULES.map(uid => ({ uid, health: 'evaluated', once: true })));
});

test('a viewer of another organisation gets nothing', async ({ request }) => {
  const made = await request.post('/api/orgs', { data: { name: `other-${Date.now()}` } });
  const { orgId } = await made.json();
  const answer = await request.post('/api/ds/query', { headers: { 'X-Grafana-Org-Id': String(orgId) }, data: { from: 'now-1d', to: 'now', queries: [{ refId: 'A', datasource: { uid: SOURCE.uid }, version: 1, metric: 'sla.adherence' }] } });
  expect(answer.ok()).toBe(false);
});
