/**
 * `npm run screenshots [-- --scale X] [--out DIR] [--date DAY] [--url URL]`: pictures for README, manifest and docs. Starts the demo on data of its
 * own (or takes the one that runs at URL), waits until it is current, and takes the top of every dashboard; the overview in both themes. JPEG, because the pictures are kept in the repository.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PreviewStatus } from '../../demo/preview/app/data/boot';
import { openBrowser, whyNoBrowser } from '../../tests/e2e/browser';
import { serve } from '../../tests/e2e/serving';
import { type Theme, visit } from '../../tests/e2e/visit';
import { emptyRegistry } from '../../tests/setup/processes';

const ROOT = resolve(__dirname, '..', '..');
const WIDTH = 1440;
const TALLEST = 1150;
const QUALITY = 72;

async function whenCurrent(url: string): Promise<void> {
  for (let said = ''; ; ) {
    const status = (await (await fetch(new URL('/api/preview/status', url))).json()) as PreviewStatus;
    if (status.state === 'current') return;
    const now = JSON.stringify(status).slice(0, 150);
    if (now !== said) console.log(now);
    said = now;
    await new Promise(done => setTimeout(done, 2_000));
  }
}

async function take(url: string, out: string): Promise<void> {
  const { dashboards } = (await (await fetch(new URL('/api/preview/boot', url))).json()) as { dashboards: { uid: string }[] };
  const browser = await openBrowser();
  try {
    const context = await browser.context({ width: WIDTH });
    for (const { uid } of dashboards) {
      for (const theme of (uid.endsWith('-overview') ? ['dark', 'light'] : ['dark']) as Theme[]) {
        const { page, errorPanels } = await visit(context, url, uid, theme);
        if (errorPanels.length > 0) throw new Error(`${uid} has error panels: ${errorPanels.join(', ')}`);
        const path = join(out, `${uid.replace('soc-outcomes-', '')}-${theme}.jpg`);
        const height = Math.min(TALLEST, page.viewportSize()?.height ?? TALLEST);
        await page.screenshot({ path, type: 'jpeg', quality: QUALITY, clip: { x: 0, y: 0, width: WIDTH, height } });
        console.log(`${path} (${Math.round(statSync(path).size / 1000)} kB)`);
        await page.close();
      }
    }
  } finally {
    await browser.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { scale: { type: 'string', default: '0.2' }, out: { type: 'string', default: 'docs/img' }, date: { type: 'string' }, url: { type: 'string' } } });
  const missing = whyNoBrowser();
  if (missing) throw new Error(missing);
  const out = resolve(ROOT, values.out);
  mkdirSync(out, { recursive: true });
  if (values.url !== undefined) {
    await whenCurrent(values.url);
    return take(values.url, out);
  }
  const data = mkdtempSync(join(tmpdir(), 'soc-screenshots-'));
  try {
    const demo = await serve('demo/start.ts', ['--data', data, '--port', '0', '--scale', values.scale, ...(values.date ? ['--date', values.date] : [])]);
    try {
      await whenCurrent(demo.url);
      await take(demo.url, out);
    } finally {
      await demo.stop();
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
    emptyRegistry();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
