/** Chromium for the end-to-end tests: the machine's own, never downloaded. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  context: BrowserContext;
  close(): Promise<void>;
}

/** A browser with a profile of its own that makes no request of its own accord. */
export async function openBrowser(viewport = { width: 1440, height: 900 }, timezoneId = 'UTC'): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'soc-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    viewport,
    timezoneId,
    locale: 'en-GB',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
