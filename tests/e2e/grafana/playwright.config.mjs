// @ts-check
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

const here = dirname(fileURLToPath(import.meta.url));
const pluginE2e = dirname(createRequire(import.meta.url).resolve('@grafana/plugin-e2e'));
const storageState = join(here, '.auth', 'admin.json');

// Run by `npm run e2e:grafana -- --url http://127.0.0.1:PORT`, which says so and skips where there is no Grafana.
export default defineConfig({
  testDir: here,
  outputDir: join(here, 'results'),
  reporter: 'list',
  workers: 1,
  use: { baseURL: process.env.GRAFANA_URL, launchOptions: { executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] } },
  projects: [
    { name: 'auth', testDir: join(pluginE2e, 'auth'), testMatch: /.*\.js/, use: /** @type {any} */ ({ user: { user: 'admin', password: process.env.GRAFANA_PASSWORD || 'admin' } }) },
    { name: 'plugin', testMatch: /.*\.spec\.mjs/, dependencies: ['auth'], use: { storageState } },
  ],
});
