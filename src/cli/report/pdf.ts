import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliError } from '../command';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'msedge'];
const LONGEST_MS = 60_000;

/** The browser that prints: CHROMIUM names it, else the first one on the path. */
export function browserOf(env: Readonly<Record<string, string | undefined>>): string {
  if (env.CHROMIUM) return env.CHROMIUM;
  for (const folder of (env.PATH ?? '').split(delimiter)) for (const name of NAMES) {
    const path = join(folder, name);
    try { accessSync(path, constants.X_OK); return path; } catch { /* not here */ }
  }
  throw new CliError('There is no Chromium on this machine, so no PDF was made; the HTML page prints the same from any browser. Install Chromium, or name it with the variable CHROMIUM.');
}

/** Prints a page to PDF with a browser profile of its own, offline. Throws CliError when the browser fails. */
export async function printPdf(html: string, pdf: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const browser = browserOf(env);
  const profile = mkdtempSync(join(tmpdir(), 'soc-outcomes-print-'));
  try {
    await new Promise<void>((done, fail) => {
      execFile(browser, ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-extensions', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, '--no-pdf-header-footer', `--print-to-pdf=${resolve(pdf)}`, pathToFileURL(resolve(html)).href],
        { timeout: LONGEST_MS, env: { PATH: env.PATH, HOME: profile } }, (error, _out, errors) => (error || !existsSync(pdf) ? fail(new CliError(`${browser} made no PDF: ${error?.message.split('\n')[0] ?? errors.slice(-200)}`)) : done()));
    });
  } finally { rmSync(profile, { recursive: true, force: true }); }
}
