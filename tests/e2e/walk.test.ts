/** The walk of an engineer who sets it up, and of a manager who reads it: the built backend, the demo's systems, the bundled dashboards, Chromium. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { HealthAnswer } from '../../demo/preview/server/plugin-backend';
import { runDirectory } from '../setup/processes';
import { type Browser, openBrowser, whyNoBrowser } from './browser';
import { serve, type Serving } from './serving';
import { openDashboard, settled } from './visit';

const missing = whyNoBrowser();
if (missing) {
  console.log(`Browser tests of the walk skipped: ${missing}`);
}
const inBrowser = missing ? describe.skip : describe;
/** Which source, what happened, what to do. */
const REFUSED = /^elastic: the key was not accepted by http\S+ \(401\)[\s\S]*Check user, secret/;

inBrowser('a walk through the product', () => {
  let walk: Serving;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    walk = await serve('tests/e2e/walk/serve.ts', ['--data', mkdtempSync(join(runDirectory(), 'walk-'))]);
    browser = await openBrowser();
    context = await browser.context();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await walk?.stop();
  }, 60_000);

  const save = async (key: 'right' | 'wrong') => {
    const address = /saved at (http:\S+)/.exec(walk.output())?.[1] ?? '';
    expect((await fetch(new URL(`?key=${key}`, address), { method: 'POST' })).status).toBe(200);
  };
  /** What "Save & test" asks. */
  const health = async () => (await (await fetch(new URL('/api/datasources/uid/soc-outcomes/health', walk.url))).json()) as HealthAnswer;
  const opened = async (uid: string, search = ''): Promise<Page> => {
    const page = await context.newPage();
    await openDashboard(page, walk.url, uid, 'dark', search);
    return page;
  };
  /** As a person opens it: what is in view is asked for, the rest is not. */
  const glanced = async (uid: string, search = ''): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(new URL(`/d/${uid}?theme=dark${search}`, walk.url).href);
    await page.getByTestId('dashboard-controls').waitFor();
    return page;
  };
  const panel = (page: Page, title: string) => page.locator('[data-viz-panel-key]').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  const cells = async (page: Page, title: string, column: string): Promise<string[]> => {
    const grid = panel(page, title);
    await grid.getByRole('gridcell').first().waitFor();
    const headers = await grid.getByRole('columnheader').allInnerTexts();
    const all = await grid.getByRole('gridcell').allInnerTexts();
    expect(headers).toContain(column);
    return all.filter((_, index) => index % headers.length === headers.indexOf(column)).map((cell) => cell.trim());
  };

  test('a wrong key is said in words a person can act on; mended, the sync goes on by itself and the panels fill', async () => {
    const wrong = await health();
    expect(wrong).toMatchObject({ status: 'ERROR', message: expect.stringMatching(REFUSED) });
    const { sources } = wrong.details as { sources: { source: string; ok: boolean }[] };
    expect(sources.map(({ source, ok }) => [source, ok])).toEqual([['elastic', false], ['jira', true], ['netbox', true], ['cmdb', true]]);

    const page = await opened('soc-outcomes-quality');
    const banner = page.getByTestId('sync-banner');
    await page.waitForFunction(() => /elastic.*key was not accepted.*401.*Check user, secret/s.test(document.querySelector('[data-testid="sync-banner"]')?.textContent ?? ''));
    await page.reload();
    await settled(page);
    expect(await panel(page, 'Source status').innerText()).toMatch(/elastic[\s\S]*failing[\s\S]*key/);

    await save('right');
    // A quick machine is done between two looks of the page; then the banner goes without a bar, and tests/e2e/sample.test.ts holds the bar.
    await page.waitForFunction(() => {
      const shown = document.querySelector('[data-testid="sync-banner"]');
      return shown === null || (shown.querySelector('[role="progressbar"]') !== null && !/not accepted/.test(shown.textContent ?? ''));
    }, undefined, { polling: 50, timeout: 120_000 });
    await banner.waitFor({ state: 'detached', timeout: 120_000 });
    expect(await health()).toMatchObject({ status: 'OK' });
    await page.goto(new URL('/d/soc-outcomes-overview?theme=dark', walk.url).href);
    await panel(page, 'Coverage now').getByText(/\d+(\.\d)?%/).first().waitFor();
    expect(await panel(page, 'Coverage now').innerText()).toMatch(/Endpoints\s+\d/);
    await page.close();
  }, 240_000);

  test('a variable narrows every panel and stays when another dashboard is opened', async () => {
    const page = await glanced('soc-outcomes-coverage');
    expect(new Set(await cells(page, 'Coverage by client and kind', 'Client')).size).toBeGreaterThan(1);
    await page.goto(new URL('/d/soc-outcomes-coverage?theme=dark&var-client=figment&from=now-7d&to=now', walk.url).href);
    expect([...new Set(await cells(page, 'Coverage by client and kind', 'Client'))]).toEqual(['figment']);
    await page.getByTestId('dashboard-controls').getByRole('link', { name: 'SLA', exact: true }).click();
    await page.waitForURL(/soc-outcomes-sla/);
    const address = new URL(page.url()).searchParams;
    expect([address.get('var-client'), address.get('from')]).toEqual(['figment', 'now-7d']);
    await page.close();
  }, 90_000);

  test('an ad-hoc filter is chosen from keys and values the backend offers, and applied by it', async () => {
    const page = await glanced('soc-outcomes-coverage');
    await cells(page, 'Coverage by client and kind', 'Client');
    const filter = page.getByPlaceholder('Filter by label values');
    await filter.click();
    await page.getByRole('option', { name: 'client', exact: true }).click();
    await page.getByRole('option', { name: /^=/ }).first().click();
    const asked = page.waitForRequest((request) => request.url().includes('/api/ds/query') && (request.postData() ?? '').includes('"adHoc"'));
    await page.getByRole('option', { name: /figment/i }).click();
    await asked;
    await page.keyboard.press('Escape'); // the open list hides the rest of the page from assistive technology, and from this test
    await page.waitForFunction(() => !/mythshire/.test(document.querySelector('#main')?.textContent ?? ''));
    expect([...new Set(await cells(page, 'Coverage by client and kind', 'Client'))]).toEqual(['figment']);
    await page.close();
  }, 90_000);

  test('from a value to its rows, and from a row to its source', async () => {
    const page = await glanced('soc-outcomes-overview', '&var-client=mythshire');
    const choose = async (name: string): Promise<void> => {
      await panel(page, 'Coverage now').getByText(/\d%$/).first().click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await choose('Rows behind this value');
    await page.waitForURL(/soc-outcomes-rows\?.*var-column=coverage/);
    expect([...new Set(await cells(page, 'Rows behind the value', 'Client'))]).toEqual(['mythshire']);
    await page.goBack();
    await choose('Coverage');
    await page.waitForURL(/soc-outcomes-coverage.*var-client=mythshire/);
    // A cell of a table: its line is told by a column that nobody sees.
    const dark = panel(page, 'Coverage by client and kind').locator('a[href*="var-column=in_scope"]').first();
    await dark.waitFor();
    const inScope = Number((await dark.innerText()).replaceAll(',', ''));
    await page.goto(new URL((await dark.getAttribute('href'))!, walk.url).href);
    expect([...new Set(await cells(page, 'Rows behind the value', 'Client'))]).toEqual(['mythshire']);
    expect(inScope).toBeGreaterThan(0);
    await openDashboard(page, walk.url, 'soc-outcomes-coverage', 'dark', '&var-client=mythshire&var-kind=network_segment');
    const number = async (column: string) => Number((await cells(page, 'Coverage by client and kind', column))[0]);
    const gaps = await cells(page, 'Assets not covered', 'Asset');
    expect(gaps).toHaveLength((await number('In scope')) - (await number('Covered')));
    const link = panel(page, 'Assets not covered').getByRole('link', { name: 'open' }).first();
    expect(await link.getAttribute('href')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    await page.close();
  }, 90_000);

  /** The words of one mark under a chart. Several may lie over one another: the topmost is read. */
  const wordsOf = async (page: Page): Promise<string> => {
    const marker = page.getByTestId('annotation-marker').last();
    await marker.waitFor({ timeout: 60_000 });
    await marker.hover();
    return page.locator('[data-popper-placement], [role="tooltip"]').first().innerText();
  };
  const marksOff = async (page: Page, name: string): Promise<void> => page.getByLabel(name).uncheck({ force: true });

  test('a fall of coverage marks the chart with its largest part; its switch takes the mark away', async () => {
    const page = await glanced('soc-outcomes-overview');
    expect(await wordsOf(page)).toMatch(/Coverage fell\s[\s\S]*Largest part: went dark \(\d+\)/);
    await marksOff(page, 'Coverage fell');
    await page.getByTestId('annotation-marker').first().waitFor({ state: 'detached' });
    await page.close();
  }, 90_000);

  test('a key that lapses marks the charts from the last success on, with source and reason', async () => {
    await save('wrong');
    const page = await glanced('soc-outcomes-overview', '&from=now-2d&to=now');
    await page.getByTestId('sync-banner').waitFor({ timeout: 60_000 });
    // As high as the whole page: charts below the fold are not drawn.
    await openDashboard(page, walk.url, 'soc-outcomes-overview', 'dark', '&from=now-2d&to=now');
    await page.getByTestId('annotation-marker').first().waitFor({ timeout: 60_000 });
    await marksOff(page, 'Coverage fell');
    expect(await wordsOf(page)).toMatch(/Sync failing\s[\s\S]*elastic[\s\S]*not accepted/);
    await page.close();
  }, 120_000);
});
