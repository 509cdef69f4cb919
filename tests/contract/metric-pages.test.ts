import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRIES } from '../../src/catalog';
import { COUNTERS } from '../../src/catalog/integrity-counter-list';
import { metricPages } from '../../tools/metric-pages/pages';

/** The reference pages say what the catalog says, and panels say it too (tests/contract/dashboards.test.ts): one text, three places. */
const root = join(__dirname, '../..');
const folder = join(root, 'docs/metrics');
const pages = metricPages(root);
const written = (file: string): string => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : 'no such page; run npm run docs');

test('there is a page for every metric, the index, and no other', () => {
  expect(readdirSync(folder).sort()).toEqual([...ENTRIES.map(e => `${e.id}.md`), 'README.md'].sort());
});
test.each([...pages])('docs/metrics/%s is what npm run docs writes', (file, text) => { expect(written(file)).toBe(text); });

test.each(ENTRIES.map(e => [e.id, e] as const))('the page of %s has definition, formula, note, every reason, counter, option and column', (id, entry) => {
  const page = written(`${id}.md`);
  const flat = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  for (const text of [entry.title, entry.definition, entry.formula, entry.overOptimisation]) expect(page).toContain(text);
  for (const [reason, sentence] of Object.entries(entry.nullReasons)) expect(page).toContain(`| \`${reason}\` | ${flat(sentence)} |`);
  for (const counter of entry.counters) expect(page).toContain(`| \`${counter}\` | ${COUNTERS.find(c => c.id === counter)!.title} |`);
  for (const column of entry.columns) expect(page).toContain(`| \`${column.name}\` |`);
  for (const option of Object.keys(entry.options.parse({}) as object)) expect(page).toContain(`| \`${option}\` |`);
});
