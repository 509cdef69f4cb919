import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRIES } from '../../src/catalog';
import { parseYamlSettings } from '../../src/settings/yaml';

const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');

test('the configuration in the README is accepted as it stands', () => {
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(readme)!;
  expect(parseYamlSettings(yaml!)).toMatchObject({ ok: true });
});

const connectors = join(__dirname, '../../docs/connectors');
test.each(readdirSync(connectors))('the source in docs/connectors/%s is accepted as it stands', name => {
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(connectors, name), 'utf8'))!;
  expect(parseYamlSettings(`clients: [{ id: acme, name: Acme, zone: UTC }]\nsources:\n${yaml}`)).toMatchObject({ ok: true });
});

test('the scripts that the README names exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm (?:run ([a-z0-9:]+)|(start|test))/g)].map(m => m[1] ?? m[2]!);
  expect(named.length).toBeGreaterThan(2);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

test('there are metrics to describe', () => expect(ENTRIES.length).toBeGreaterThan(10));
