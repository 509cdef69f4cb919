import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL } from './all';

/** Writes dashboards/*.json. With --check it writes nothing and fails when a file differs from its builder. */
const folder = join(__dirname, '..');
const check = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
for (const [name, json] of Object.entries(ALL)) {
  const path = join(folder, `${name}.json`);
  const text = `${JSON.stringify(json, null, 2)}\n`;
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) { console.error(`${name}.json differs from its builder; run npm run dashboards`); process.exitCode = 1; }
}
