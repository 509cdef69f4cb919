import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRIES } from '../../src/catalog';
import { parseYamlSettings } from '../../src/settings/yaml';

const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');

test('the configuration in the README is accepted as it stands', () => {
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(readme)!;
  expect(parseYamlSettings(yaml!)).toMatchObject({ ok: true });
});

test('the scripts that the README names exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm (?:run ([a-z]+)|(start|test))/g)].map(m => m[1] ?? m[2]!);
  expect(named.length).toBeGreaterThan(2);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

test('there are metrics to describe', () => expect(ENTRIES.length).toBeGreaterThan(10));
