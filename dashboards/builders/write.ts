import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL } from './all';
import { CLIENT } from './client/all';

/** Writes dashboards/*.json and dashboards/client/*.json. With --check it writes nothing and fails when a file differs from its builder. */
const check = process.argv.includes('--check');
for (const [folder, dashboards] of [['.', ALL], ['client', CLIENT]] as const) {
  const place = join(__dirname, '..', folder);
  mkdirSync(place, { recursive: true });
  for (const [name, json] of Object.entries(dashboards)) {
    const path = join(place, `${name}.json`);
    const text = `${JSON.stringify(json, null, 2)}\n`;
    if (!check) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) { console.error(`${join(folder, name)}.json differs from its builder; run npm run dashboards`); process.exitCode = 1; }
  }
}
