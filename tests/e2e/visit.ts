/** Opens dashboards and says what is wrong with them. */
import type { BrowserContext, Page } from 'playwright-core';

export type Theme = 'dark' | 'light';

/** What a visit found. Empty lists mean a dashboard in order. */
export interface Findings {
  consoleErrors: string[];
  foreignRequests: string[];
  failedRequests: string[];
  errorPanels: string[];
  panels: number;
  /** Pixels by which the page or a panel is wider than its room. */
  overflow: string[];
}

/** Opens a dashboard at its full height, so that every lazily loaded panel is in view, and waits until no panel is loading. */
export async function openDashboard(page: Page, base: string, uid: string, theme: Theme, search = ''): Promise<void> {
  await page.goto(new URL(`/d/${uid}?theme=${theme}${search}`, base).href);
  await page.getByTestId('dashboard-controls').waitFor({ timeout: 20_000 });
  await fitHeight(page);
  await settled(page);
}

/** Opens the rows that are closed: what they hold can be broken too. */
export async function openRows(page: Page): Promise<void> {
  const closed = page.getByRole('button', { name: 'Expand row' });
  while ((await closed.count()) > 0) {
    await closed.first().click();
  }
  await fitHeight(page);
  await settled(page);
}

/** Makes the window as high as the dashboard; a scrolling area would hide panels from a screenshot. */
async function fitHeight(page: Page): Promise<void> {
  const { width } = page.viewportSize() ?? { width: 1440 };
  await page.locator('.react-grid-layout').first().waitFor({ timeout: 20_000 });
  const height = await page.evaluate(() => {
    const main = document.querySelector('#main');
    const above = main ? main.getBoundingClientRect().top : 0;
    return Math.ceil((main?.scrollHeight ?? document.body.scrollHeight) + above);
  });
  await page.setViewportSize({ width, height: Math.min(Math.max(height, 600), 12_000) });
}

/** Until every panel shows something and none shows a loading bar. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const panels = [...document.querySelectorAll('[data-viz-panel-key]')];
      const filled = panels.every((panel) => panel.querySelector('[data-testid="data-testid panel content"], [class*="panel-content"]')?.hasChildNodes() ?? panel.hasChildNodes());
      return panels.length > 0 && filled && !document.querySelector('[aria-label="Panel loading bar"], [data-testid="Spinner"] ~ [role="progressbar"]');
    },
    undefined,
    { timeout: 60_000, polling: 100 }
  );
  await page.evaluate(() => document.fonts.ready.then(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))));
}

/** Visits one dashboard and collects what a person would call broken. */
export async function visit(context: BrowserContext, base: string, uid: string, theme: Theme, rows: 'as they are' | 'open' = 'as they are'): Promise<Findings & { page: Page }> {
  const page = await context.newPage();
  const findings: Findings = { consoleErrors: [], foreignRequests: [], failedRequests: [], errorPanels: [], panels: 0, overflow: [] };
  const host = new URL(base).host;
  page.on('console', (message) => message.type() === 'error' && findings.consoleErrors.push(message.text()));
  page.on('pageerror', (error) => findings.consoleErrors.push(String(error)));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.host !== host && !['data:', 'blob:'].includes(url.protocol)) {
      findings.foreignRequests.push(request.url());
    }
  });
  page.on('response', (response) => response.status() >= 400 && findings.failedRequests.push(`${response.status()} ${response.url()}`));
  await openDashboard(page, base, uid, theme);
  if (rows === 'open') {
    await openRows(page);
  }
  const seen = await page.evaluate(() => {
    const failed = [...document.querySelectorAll('[data-testid="panel-error"], [data-testid="data-testid Panel status error"], [data-testid="data-testid Alert error"]')];
    const titles = failed.map((element) => element.closest('section, [data-viz-panel-key]')?.textContent?.slice(0, 200) ?? element.textContent ?? '');
    const wide = [document.documentElement, ...document.querySelectorAll('#main')].filter((element) => element.scrollWidth > element.clientWidth + 1);
    return { titles, panels: document.querySelectorAll('[data-viz-panel-key]').length, wide: wide.map((element) => `${element.tagName} is ${element.scrollWidth - element.clientWidth} px wider than its room`) };
  });
  return { ...findings, errorPanels: seen.titles, panels: seen.panels, overflow: seen.wide, page };
}
