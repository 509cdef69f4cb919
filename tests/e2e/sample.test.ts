/** Every panel type in a real browser, over constant answers in Grafana's own form. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { runDirectory } from '../setup/processes';
import { type Browser, openBrowser, whyNoBrowser } from './browser';
import { serve, type Serving } from './serving';
import { openDashboard, type Theme, visit } from './visit';

const missing = whyNoBrowser();
if (missing) {
  console.log(`Browser tests of the preview skipped: ${missing}`);
}
const inBrowser = missing ? describe.skip : describe;

inBrowser('the preview shows every panel type', () => {
  let sample: Serving;
  let browser: Browser;

  beforeAll(async () => {
    sample = await serve('tests/e2e/sample/serve.ts');
    browser = await openBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await sample.stop();
  });

  const opened = async (search = ''): Promise<Page> => {
    const page = await (await browser.context()).newPage();
    await openDashboard(page, sample.url, 'sample', 'dark', search);
    return page;
  };

  test.each<[number, Theme]>([[1440, 'dark'], [1440, 'light'], [768, 'dark'], [768, 'light']])('without an error, a foreign request or an overflow: %d px, %s', async (width, theme) => {
    const context = await browser.context({ width });
    try {
      const { page, panels, ...findings } = await visit(context, sample.url, 'sample', theme, 'open');
      expect(findings).toEqual({ consoleErrors: [], foreignRequests: [], failedRequests: [], errorPanels: [], overflow: [] });
      expect(panels).toBe(13); // one of them in a row that was closed
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme);
      const text = await page.locator('#main').innerText();
      for (const shown of ['98%', '61%', 'Aurelia Bank', 'not covered', 'Impossible travel', 'not measured', 'Not measured', 'true positive']) {
        expect(text).toContain(shown);
      }
      const headers = await page.locator('[data-viz-panel-key="panel-7"] [role="columnheader"]').allInnerTexts();
      expect(headers).toEqual(expect.arrayContaining(['rule', 'client', 'precision']));
      expect(headers).not.toContain('open'); // hidden by an override
      expect(await page.locator('.uplot canvas').count()).toBeGreaterThanOrEqual(2);
    } finally {
      await context.close();
    }
  }, 60_000);

  test('the notices of a frame are told beside the title, and an empty panel says why', async () => {
    const page = await opened();
    // An icon's drawing arrives by a request of its own; until then a mute placeholder stands in its place.
    const notice = page.getByTestId('panel-notice');
    await notice.and(page.getByLabel('warning: Connector "jira" was last read 41 minutes ago.', { exact: true })).waitFor();
    await notice.and(page.getByLabel('info: 12 rows were quarantined: unknown severity.', { exact: true })).waitFor();
    expect(await page.getByTestId('panel-empty').first().innerText()).toMatch(/Not measured\s+No client of this organisation has a grant/);
    await page.context().close();
  }, 60_000);

  test('links carry variables and time range, also after a variable changes without a new query', async () => {
    const page = await opened('&from=now-2d&to=now&var-client=borealis%20energy');
    const link = page.getByRole('link', { name: 'Impossible travel' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toMatch(/var-search=Impossible%20travel&from=now-2d&to=now/);
    const panelLink = page.locator('[data-viz-panel-key="panel-5"] a[href*="var-client"]');
    expect(await panelLink.getAttribute('href')).toContain('var-severity=high');
    await page.getByText('high', { exact: true }).click({ force: true });
    await page.getByRole('option', { name: 'critical' }).click();
    await page.waitForFunction(() => document.querySelector('[data-viz-panel-key="panel-5"] a[href*="var-severity=critical"]') !== null);
    expect(new URL(page.url()).searchParams.get('var-severity')).toBe('critical');
    await page.context().close();
  }, 60_000);

  test('"All" asks without a filter, a choice asks for it', async () => {
    const filtersAsked = async (search: string) => {
      const page = await (await browser.context()).newPage();
      const asked = page.waitForRequest((request) => request.url().includes('/api/ds/query') && (request.postData() ?? '').includes('rules.outcomes'));
      await openDashboard(page, sample.url, 'sample', 'dark', search);
      const body = (await asked).postDataJSON() as { queries: Array<{ filters?: unknown }> };
      const address = new URL(page.url()).searchParams.get('var-client');
      await page.context().close();
      return { filters: body.queries[0]?.filters, address };
    };
    expect(await filtersAsked('')).toEqual({ filters: undefined, address: '$__all' });
    expect(await filtersAsked('&var-client=borealis%20energy')).toEqual({ filters: { client: ['borealis energy'] }, address: 'borealis energy' });
  }, 60_000);

  test('the time zone of the viewer changes no value', async () => {
    const valuesIn = async (zone: string) => {
      const abroad = await browser.context({ timezoneId: zone });
      try {
        const page = await abroad.newPage();
        await openDashboard(page, sample.url, 'sample', 'dark', '&from=1700000000000&to=1700600000000');
        const cells = await page.locator('[data-viz-panel-key="panel-7"] [role="gridcell"]').allInnerTexts();
        const stat = await page.locator('[data-viz-panel-key="panel-2"]').innerText();
        return { stat, numbers: cells.filter((cell) => /^[\d.,]+ ?%?$/.test(cell.trim())), times: cells.filter((cell) => /^\d{4}-/.test(cell)) };
      } finally {
        await abroad.close();
      }
    };
    const utc = await valuesIn('UTC');
    const tokyo = await valuesIn('Asia/Tokyo');
    expect(utc.numbers.length).toBeGreaterThan(3);
    expect(tokyo.numbers).toEqual(utc.numbers);
    expect(tokyo.stat).toBe(utc.stat);
    expect(tokyo.times).not.toEqual(utc.times); // the clock on the wall does differ
  }, 90_000);

  test('the theme switch redraws in the other theme and is remembered', async () => {
    const page = await opened();
    await page.goto(new URL('/d/sample', sample.url).href);
    await page.getByTestId('theme-switch').click();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    await page.reload();
    await page.getByTestId('dashboard-controls').waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    await page.context().close();
  }, 60_000);
});

inBrowser('what is broken shows as broken', () => {
  test('a failed query, an unknown panel, another data source: said in the panel, and found by the visit; a script never runs', async () => {
    const sample = await serve('tests/e2e/sample/serve.ts', ['--dashboards', join(__dirname, 'sample', 'failing')]);
    const browser = await openBrowser();
    try {
      const { page, errorPanels, failedRequests } = await visit(await browser.context(), sample.url, 'failing', 'dark');
      const text = await page.locator('#main').innerText();
      expect(text).toContain('ClickHouse refused the connection; check the host setting.');
      expect(text).toContain('no panel of type "heatmap"');
      expect(text).toContain('The preview has one data source');
      expect(errorPanels.length).toBeGreaterThanOrEqual(4);
      expect(failedRequests.some((line) => line.startsWith('400 '))).toBe(true);
      expect(await page.evaluate(() => 'injected' in window)).toBe(false);
    } finally {
      await browser.close();
      await sample.stop();
    }
  }, 120_000);

  test('the banner follows a sync and goes when all is current', async () => {
    const file = join(mkdtempSync(join(runDirectory(), 'status-')), 'status.json');
    const status = { state: 'syncing', message: 'Reading 2 of 5 streams', progress: 0.42, etaSeconds: 75, streams: [{ source: 'elastic', stream: 'alerts', state: 'reading', rows: 84_000, total: 200_000, etaSeconds: 75 }] };
    writeFileSync(file, JSON.stringify(status));
    const sample = await serve('tests/e2e/sample/serve.ts', ['--status', file]);
    const browser = await openBrowser();
    try {
      const page = await (await browser.context()).newPage();
      await openDashboard(page, sample.url, 'sample', 'dark');
      const banner = page.getByTestId('sync-banner');
      expect(await banner.innerText()).toMatch(/Reading 2 of 5 streams\s+elastic alerts 84,000 of 200,000 · about 1 min left/);
      expect(await page.getByRole('progressbar').first().getAttribute('aria-valuenow')).toBe('42');
      const refreshed = page.waitForRequest((request) => request.url().includes('/api/ds/query'));
      writeFileSync(file, JSON.stringify({ ...status, state: 'current', progress: 1 }));
      await banner.waitFor({ state: 'detached' });
      await refreshed; // the panels ask again for what the sync has brought
    } finally {
      await browser.close();
      await sample.stop();
    }
  }, 120_000);
});
