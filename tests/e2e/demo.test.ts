/** The real demo in a real browser: `npm start`, and every bundled dashboard as a person would open it. */
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { PreviewStatus } from '../../demo/preview/app/data/boot';
import { runDirectory } from '../setup/processes';
import { type Browser, openBrowser, whyNoBrowser } from './browser';
import { serve, type Serving } from './serving';
import { type Theme, visit } from './visit';

const script = 'demo/start.ts';
const missing = existsSync(join(__dirname, '..', '..', script)) ? whyNoBrowser() : `there is no ${script}`;
if (missing) {
  console.log(`Browser tests of the demo skipped: ${missing}`);
}
const inBrowser = missing ? describe.skip : describe;

/** Asks until every stream is current; the time limit of the test bounds it, and the last answer is in the message. */
async function whenCurrent(base: string, signal: AbortSignal): Promise<PreviewStatus> {
  for (;;) {
    const status = (await (await fetch(new URL('/api/preview/status', base))).json()) as PreviewStatus;
    if (status.state === 'current') {
      return status;
    }
    if (signal.aborted) {
      throw new Error(`The demo did not become current; its last status: ${JSON.stringify(status)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

inBrowser('the demo', () => {
  let demo: Serving;
  let browser: Browser;
  let uids: string[];

  beforeAll(async () => {
    demo = await serve(script, ['--data', mkdtempSync(join(runDirectory(), 'demo-')), '--port', '0', '--scale', process.env.SOC_DEMO_SCALE ?? '0.03']);
    browser = await openBrowser();
    await whenCurrent(demo.url, AbortSignal.timeout(400_000));
    uids = ((await (await fetch(new URL('/api/preview/boot', demo.url))).json()) as { dashboards: Array<{ uid: string }> }).dashboards.map(({ uid }) => uid);
  }, 440_000);

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  test.each<[Theme, number]>([['dark', 1440], ['light', 1440], ['dark', 768], ['light', 768]])('every dashboard opens without an error panel, a console error, a foreign request or an overflow: %s, %d px', async (theme, width) => {
    const context = await browser.context({ width });
    try {
      expect(uids.length).toBeGreaterThan(0);
      for (const uid of uids) {
        const { page, panels, ...findings } = await visit(context, demo.url, uid, theme, 'open');
        expect({ uid, ...findings }).toEqual({ uid, consoleErrors: [], foreignRequests: [], failedRequests: [], errorPanels: [], overflow: [] });
        const empty = await page.getByTestId('panel-empty').count();
        expect({ uid, drawn: panels - empty > 0 }).toEqual({ uid, drawn: true });
        await page.close();
      }
    } finally {
      await context.close();
    }
  }, 120_000);

  test.each<[Theme, number]>([['dark', 1440], ['light', 768]])('a client’s organisation: its dashboards and its report, and no word of another client: %s, %d px', async (theme, width) => {
    const { organisations } = (await (await fetch(new URL('/api/preview/boot', demo.url))).json()) as { organisations: Array<{ name: string; url: string }> };
    const [, own, ...others] = organisations;
    expect(others.length).toBeGreaterThan(0);
    const { dashboards } = (await (await fetch(new URL('/api/preview/boot', own?.url))).json()) as { dashboards: Array<{ uid: string }> };
    expect(dashboards.map(({ uid }) => uid.startsWith('soc-outcomes-client-'))).toEqual([true, true, true, true, true, true]);
    const context = await browser.context({ width });
    try {
      for (const { uid } of dashboards) {
        const { page, panels, ...findings } = await visit(context, own?.url ?? '', uid, theme, 'open');
        expect({ uid, ...findings }).toEqual({ uid, consoleErrors: [], foreignRequests: [], failedRequests: [], errorPanels: [], overflow: [] });
        const empty = await page.getByTestId('panel-empty').count();
        expect({ uid, drawn: panels - empty > 0 }).toEqual({ uid, drawn: true });
        const text = (await page.locator('#main').textContent()) ?? '';
        expect(others.filter(({ name }) => text.includes(name))).toEqual([]);
        await page.close();
      }
      const report = await context.newPage();
      await report.goto(new URL('/api/datasources/uid/soc-outcomes/resources/report', own?.url).href);
      expect(await report.locator('h1').textContent()).toBe(own?.name);
      expect(await report.locator('section').count()).toBeGreaterThan(8);
      const text = (await report.locator('body').textContent()) ?? '';
      expect(others.filter(({ name }) => text.includes(name))).toEqual([]);
      const tooWide = () => report.evaluate(() => [...document.querySelectorAll('table')].filter((t) => t.getBoundingClientRect().right > window.innerWidth).map((t) => t.closest('section')?.id));
      expect(await tooWide()).toEqual([]);
      // A4 less its margins, at 96 dots per inch.
      await report.emulateMedia({ media: 'print' });
      await report.setViewportSize({ width: 702, height: 1000 });
      expect(await tooWide()).toEqual([]);
    } finally {
      await context.close();
    }
  }, 120_000);

  test('Ctrl-C ends it', async () => {
    await demo.stop('SIGINT');
    await expect(fetch(demo.url)).rejects.toThrow();
  }, 30_000);
});
