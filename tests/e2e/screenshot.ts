/**
 * Pictures of every dashboard of a running preview, dark and light, wide and narrow:
 * `tsx tests/e2e/screenshot.ts --url http://127.0.0.1:PORT --out DIR [--uid UID] [--width 1440] [--theme dark]`
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser, whyNoBrowser } from './browser';
import { type Theme, visit } from './visit';

interface Wanted {
  url: string;
  out: string;
  uids: string[];
  widths: number[];
  themes: Theme[];
}

async function wanted(): Promise<Wanted> {
  const { values } = parseArgs({ options: { url: { type: 'string' }, out: { type: 'string' }, uid: { type: 'string' }, width: { type: 'string' }, theme: { type: 'string' } } });
  if (!values.url || !values.out) {
    throw new Error('--url and --out are needed');
  }
  const boot = (await (await fetch(new URL('/api/preview/boot', values.url))).json()) as { dashboards: Array<{ uid: string }> };
  return {
    url: values.url,
    out: values.out,
    uids: values.uid ? [values.uid] : boot.dashboards.map(({ uid }) => uid),
    widths: values.width ? [Number(values.width)] : [1440, 768],
    themes: values.theme ? [values.theme as Theme] : ['dark', 'light'],
  };
}

/** Takes the pictures and prints what each visit found. */
export async function takeScreenshots({ url, out, uids, widths, themes }: Wanted): Promise<void> {
  mkdirSync(out, { recursive: true });
  const browser = await openBrowser();
  try {
    for (const width of widths) {
      const context = await browser.context({ width });
      for (const [uid, theme] of uids.flatMap((one) => themes.map((name): [string, Theme] => [one, name]))) {
        const { page, ...findings } = await visit(context, url, uid, theme);
        const file = join(out, `${uid}-${theme}-${width}.png`);
        await page.screenshot({ path: file });
        await page.close();
        console.log(file, JSON.stringify(findings));
      }
      await context.close();
    }
  } finally {
    await browser.close();
  }
}

if (require.main === module) {
  const missing = whyNoBrowser();
  if (missing) {
    console.error(missing);
    process.exitCode = 1;
  } else {
    wanted().then(takeScreenshots).catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  }
}
