/**
 * `npm run e2e:grafana -- --url http://127.0.0.1:PORT [--password P]`: the walk of tests/e2e/grafana through a Grafana that runs
 * already (`npm run grafana`, or the compose file). Without --url it says that it needs one and ends well; --list only reads the specs.
 * @grafana/plugin-e2e is installed below .cache and is no dependency: it brings no browser, and nothing else here uses it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = resolve(__dirname, '..', '..');
const FOLDER = join(ROOT, '.cache', 'plugin-e2e');
const MANIFEST = JSON.stringify({ private: true, type: 'module', dependencies: { '@grafana/plugin-e2e': '3.14.0', '@playwright/test': '1.65.1' } });

function install(): void {
  const manifest = join(FOLDER, 'package.json');
  if (existsSync(manifest) && readFileSync(manifest, 'utf8') === MANIFEST && existsSync(join(FOLDER, 'node_modules', '@grafana', 'plugin-e2e'))) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(manifest, MANIFEST);
  execFileSync('npm', ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: FOLDER, stdio: 'inherit', shell: process.platform === 'win32' });
}

function main(): number {
  const { values } = parseArgs({ options: { url: { type: 'string' }, password: { type: 'string', default: 'admin' }, list: { type: 'boolean', default: false } } });
  if (values.url === undefined && !values.list) {
    console.log('skipped: these specs need a running Grafana (11.6 to 13) with the plugin; start one with "npm run grafana -- --home DIR" and pass --url and --password as it prints them');
    return 0;
  }
  install();
  // Copied below their packages, so that imports are found there and not in the repository's node_modules.
  for (const name of readdirSync(join(ROOT, 'tests', 'e2e', 'grafana'))) {
    rmSync(join(FOLDER, name), { force: true });
    cpSync(join(ROOT, 'tests', 'e2e', 'grafana', name), join(FOLDER, name));
  }
  const args = [join(FOLDER, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '--config', join(FOLDER, 'playwright.config.mjs'), ...(values.list ? ['--list'] : [])];
  const env = { ...process.env, GRAFANA_URL: values.url ?? 'http://127.0.0.1:3000', GRAFANA_PASSWORD: values.password, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' };
  return spawnSync(process.execPath, args, { cwd: FOLDER, env, stdio: 'inherit' }).status ?? 1;
}

process.exitCode = main();
