import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { metricPages } from './pages';

/** `npm run docs`: writes docs/metrics/. With --check it writes nothing and fails when a page differs from the catalog. */
const root = resolve(__dirname, '..', '..');
const folder = join(root, 'docs', 'metrics');
const check = process.argv.includes('--check');
const pages = metricPages(root);
if (!check) mkdirSync(folder, { recursive: true });
const complain = (file: string, what: string): void => { console.error(`docs/metrics/${file} ${what}; run npm run docs`); process.exitCode = 1; };
for (const [file, text] of pages) {
  const path = join(folder, file);
  if (!check) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) complain(file, 'differs from the catalog');
}
for (const file of existsSync(folder) ? readdirSync(folder) : []) {
  if (pages.has(file)) continue;
  if (check) complain(file, 'belongs to no metric'); else rmSync(join(folder, file));
}
