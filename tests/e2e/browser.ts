/** Chromium for the end-to-end tests: the machine's own, never downloaded. */
import { existsSync } from 'node:fs';
import { type BrowserContext, chromium } from 'playwright-core';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why the browser tests cannot run here; undefined when they can. With CI=true a missing browser is a failure instead. */
export function whyNoBrowser(): string | undefined {
  if (existsSync(executable)) {
    return undefined;
  }
  const reason = `no Chromium at ${executable} (set CHROMIUM to its path)`;
  if (process.env.CI === 'true') {
    throw new Error(`The browser tests must run with CI=true, but there is ${reason}`);
  }
  return reason;
}

export interface Browser {
  /** A window with storage of its own. */
  context(options?: { width?: number; timezoneId?: string }): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** A browser with a new profile that makes no request of its own accord. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: executable,
    headless: true,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  });
  return {
    context: ({ width = 1440, timezoneId = 'UTC' } = {}) => browser.newContext({ viewport: { width, height: 900 }, timezoneId, locale: 'en-GB' }),
    close: () => browser.close(),
  };
}
