/** Every bundled dashboard, the operators' and a client's, over names that are markup, script and format strings: nothing runs, nothing is fetched, nothing is drawn as HTML. */
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Page } from 'playwright-core';
import { type Browser, openBrowser, whyNoBrowser } from '../e2e/browser';
import { serve, type Serving } from '../e2e/serving';
import { openDashboard, openRows } from '../e2e/visit';
import { canarySoc, CLIENTS } from './support/canaries';
import { newFolder } from './support/soc';
import { securityRow } from './support/matrix';

const HOSTILE = [
  '<img src=x onerror="window.__ran=1">', '<script>window.__ran=2</script>', '"><svg onload=window.__ran=3>', '<a href="javascript:window.__ran=4">x</a>', '[x](javascript:window.__ran=5)', '<iframe srcdoc="<script>parent.__ran=6</script>">', '{{constructor.constructor("window.__ran=7")()}}', '${window.__ran=8}', '%s%n%x%08x', '<style>*{display:none}</style>',
  '${__data.fields[0]}', '$__all', '<math><mi xlink:href="javascript:window.__ran=9">', '&lt;img src=x onerror=window.__ran=10&gt;', '\u202egnp.exe', '<object data="http://evil.example/x">', '<base href="http://evil.example/">', '<meta http-equiv=refresh content="0;url=http://evil.example">', '`${window.__ran=11}`', '<input autofocus onfocus=window.__ran=12>',
];
const missing = whyNoBrowser();

interface Seen { readonly ran: unknown; readonly tags: string[]; readonly links: string[]; readonly text: string }
async function look(page: Page, root: string): Promise<Seen> {
  return page.evaluate(root => ({
    ran: (window as unknown as { __ran?: unknown }).__ran ?? null,
    tags: [...document.querySelector(root)!.querySelectorAll('img[src="x"], script, iframe, object, base, meta, math, svg[onload], [onerror], [onload], [onfocus], style')].map(e => e.outerHTML.slice(0, 120)),
    links: [...document.querySelector(root)!.querySelectorAll('a[href]')].map(a => a.getAttribute('href')!).filter(h => !/^(https?:|\/|#|\?|\.)/i.test(h)),
    text: (document.querySelector(root) as HTMLElement).innerText,
  }), root);
}

securityRow(12, ({ proves, skips, say }) => {
  if (missing) { console.log(`security 12 not run: ${missing}`); skips('a browser opens every dashboard', missing); return; }
  let soc: Serving;
  let browser: Browser;
  interface Boot { readonly dashboards: { uid: string }[]; readonly organisations: { url: string; name: string; current: boolean }[] }
  let boot: Boot;
  const bootOf = async (url: string) => (await (await fetch(new URL('/api/preview/boot', url))).json()) as Boot;
  beforeAll(async () => {
    const folder = newFolder('markup');
    const clients = CLIENTS.slice(0, 2);
    let n = 0;
    const world = canarySoc(folder, { days: 12, clients, now: Date.now(), text: (canary, what) => `${HOSTILE[n++ % HOSTILE.length]} ${what} ${canary}` });
    const config = join(folder, 'workspace.yaml');
    writeFileSync(config, stringify({ ...world.settings, clients: clients.map((c, i) => ({ id: c.id, name: `${HOSTILE[i]} ${c.name}`, zone: c.zone })) }));
    soc = await serve('demo/start.ts', ['--config', config, '--data', join(folder, 'soc'), '--port', '0'], { ...process.env, GF_PLUGIN_FILES_ROOT: world.files });
    browser = await openBrowser();
    for (const until = AbortSignal.timeout(150_000); ;) {
      const status = (await (await fetch(new URL('/api/preview/status', soc.url))).json()) as { state: string };
      if (status.state === 'current') break;
      if (until.aborted) throw new Error(`never current: ${JSON.stringify(status)}`);
      await new Promise(done => setTimeout(done, 250));
    }
    boot = await bootOf(soc.url);
  }, 200_000);
  afterAll(async () => { await browser?.close(); await soc?.stop(); });

  /** Opens every dashboard at an address; what was seen as text. */
  async function open(url: string): Promise<{ text: string; dashboards: number }> {
    const host = new URL(url).host;
    const context = await browser.context();
    const foreign: string[] = [], dialogs: string[] = [];
    const { dashboards } = await bootOf(url);
    let text = '';
    for (const { uid } of dashboards) {
      const page = await context.newPage();
      page.on('dialog', dialog => { dialogs.push(dialog.message()); void dialog.dismiss(); });
      page.on('request', request => { const to = new URL(request.url()); if (to.host !== host && !['data:', 'blob:'].includes(to.protocol)) foreign.push(request.url()); });
      await openDashboard(page, url, uid, 'dark');
      await openRows(page);
      const seen = await look(page, '#main');
      expect({ uid, ...seen, text: '' }).toEqual({ uid, ran: null, tags: [], links: [], text: '' });
      expect(new URL(page.url()).host).toBe(host);
      text += seen.text;
      await page.close();
    }
    await context.close();
    expect({ foreign, dialogs }).toEqual({ foreign: [], dialogs: [] });
    return { text, dashboards: dashboards.length };
  }
  const shownIn = (text: string): string[] => HOSTILE.filter(h => text.includes(h.slice(0, 14)));

  proves('operators: no script runs, no foreign request is made, no markup is drawn', async () => {
    const { text, dashboards } = await open(soc.url);
    // The hostile names were there, as the text they are.
    expect(shownIn(text).length).toBeGreaterThan(3);
    expect(dashboards).toBe(boot.dashboards.length);
    say(`${dashboards} dashboards of operators, ${shownIn(text).length} of ${HOSTILE.length} payloads shown as text`);
  }, 300_000);

  proves('a client: the same of its dashboards', async () => {
    const client = boot.organisations.find(o => !o.current)!;
    const { text, dashboards } = await open(client.url);
    expect(dashboards).toBe(6);
    expect(shownIn(text).length).toBeGreaterThan(3);
    say(`${dashboards} of a client, ${shownIn(text).length} payloads`);
  }, 300_000);

  proves('a client: its monthly report, a page of its own, runs and fetches nothing', async () => {
    const client = boot.organisations.find(o => !o.current)!;
    const context = await browser.context();
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', request => asked.push(request.url()));
    const month = new Date().toISOString().slice(0, 7);
    const address = new URL(`/api/datasources/uid/soc-outcomes/resources/report?month=${month}`, client.url).href;
    await page.goto(address);
    const seen = await look(page, 'body');
    expect({ ...seen, text: '' }).toEqual({ ran: null, tags: [], links: [], text: '' });
    expect(asked.filter(url => url !== address && !url.endsWith('/favicon.ico'))).toEqual([]);
    expect(shownIn(seen.text).length).toBeGreaterThan(3);
    await context.close();
    say(`the report, ${shownIn(seen.text).length} payloads`);
  }, 60_000);
});
