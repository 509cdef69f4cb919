/**
 * plugin.json held sentence by sentence against Grafana's public plugin.schema.json (no copy of it here, and no network), and the
 * browser module against what create-plugin promises: an AMD module of our own code only, small, with Grafana's packages outside.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { CATALOG } from '../../src/catalog';
import { buildModule } from './module';
import { executableName, platformOf } from './platform';
import { copyPluginFiles, dashboardFiles } from './plugin-files';

const ROOT = join(__dirname, '..', '..');
const svg = z.string().regex(/\.svg$/);
const schema = z.strictObject({
  $schema: z.string(),
  type: z.literal('datasource'),
  name: z.string().min(1),
  id: z.string().regex(/^[0-9a-z]+-([0-9a-z]+-)?(app|panel|datasource|secretsmanager|transformer)$/),
  executable: z.string().min(1),
  backend: z.literal(true),
  alerting: z.boolean(), annotations: z.boolean(), metrics: z.boolean(), streaming: z.boolean(),
  multiValueFilterOperators: z.boolean(),
  category: z.enum(['tsdb', 'logging', 'cloud', 'tracing', 'profiling', 'sql', 'enterprise', 'iot', 'other']),
  queryOptions: z.strictObject({ maxDataPoints: z.boolean().optional(), minInterval: z.boolean().optional(), cacheTimeout: z.boolean().optional() }),
  info: z.strictObject({
    description: z.string().min(1),
    author: z.strictObject({ name: z.string().optional(), email: z.email().optional(), url: z.url().optional() }),
    keywords: z.array(z.string()).min(1),
    logos: z.strictObject({ small: svg, large: svg }),
    links: z.array(z.strictObject({ name: z.string(), url: z.url() })),
    screenshots: z.array(z.strictObject({ name: z.string(), path: z.string() })),
    version: z.string().regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)|%VERSION%$/),
    updated: z.string().regex(/^(\d{4}-\d{2}-\d{2}|%TODAY%)$/),
  }),
  dependencies: z.strictObject({ grafanaDependency: z.string().regex(/^(<=|>=|<|>|=|~|\^)?([0-9]+)(\.[0-9x*]+)(\.[0-9x*]+)?$/), plugins: z.array(z.never()) }),
  includes: z.array(z.strictObject({ type: z.enum(['dashboard', 'page', 'panel', 'datasource', 'secretsmanager']), name: z.string().min(1), path: z.string() })).optional(),
});
type Manifest = z.infer<typeof schema>;
const read = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

let out: string;
beforeAll(() => { out = mkdtempSync(join(tmpdir(), 'soc-manifest-')); });
afterAll(() => rmSync(out, { recursive: true, force: true }));

test('plugin.json says what Grafana’s schema allows, with placeholders', () => {
  const manifest = schema.parse(read(join(ROOT, 'plugin.json')));
  expect([manifest.info.version, manifest.info.updated]).toEqual(['%VERSION%', '%TODAY%']);
});

test('named as its executable, with an alert view for the alerting it claims', () => {
  const manifest = read(join(ROOT, 'plugin.json'));
  expect(executableName(platformOf('linux', 'x64'))).toBe(`${manifest.executable}_linux_amd64`);
  expect([manifest.alerting, [...CATALOG.values()].some((entry) => entry.views.includes('alert'))]).toEqual([true, true]);
  expect([manifest.annotations, [...CATALOG.values()].some((entry) => entry.annotation !== undefined)]).toEqual([true, true]);
  expect([manifest.metrics, manifest.streaming, manifest.dependencies.grafanaDependency]).toEqual([true, true, '>=11.6.0']);
});

test('the schema check refuses what Grafana’s does', () => {
  const good = read(join(ROOT, 'plugin.json'));
  for (const bad of [{ ...good, id: 'SOC' }, { ...good, routes: [] }, { ...good, category: 'security' }, { ...good, info: { ...good.info, keywords: [] } }, { ...good, dependencies: { ...good.dependencies, grafanaDependency: 'latest' } }]) {
    expect(schema.safeParse(bad).success).toBe(false);
  }
});

test('built, it is filled in, every dashboard is included and every file it names is there', () => {
  copyPluginFiles(ROOT, out, '2026-11-24');
  const manifest = schema.parse(read(join(out, 'plugin.json')));
  expect(manifest.info.updated).toBe('2026-11-24');
  expect(JSON.stringify(manifest)).not.toMatch(/%[A-Z]+%/);
  expect(dashboardFiles(ROOT).length).toBeGreaterThan(0);
  expect(manifest.includes?.map((one) => one.path).sort()).toEqual(dashboardFiles(ROOT));
  for (const { path, type, name } of manifest.includes!) {
    expect([path, type, name]).toEqual([path, 'dashboard', (JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as { title: string }).title]);
  }
  for (const path of [...manifest.includes!.map((one) => one.path), ...manifest.info.screenshots.map((one) => one.path), manifest.info.logos.small, manifest.info.logos.large]) {
    expect([path, existsSync(join(out, path))]).toEqual([path, true]);
  }
});

test('logos are drawings that load nothing from elsewhere', () => {
  for (const path of Object.values(read(join(ROOT, 'plugin.json')).info.logos)) {
    const text = readFileSync(join(ROOT, path), 'utf8');
    expect(text.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<image|href=/);
    expect(text.length).toBeLessThan(8_000);
  }
});

test('module.js: our own code only, Grafana’s packages outside, at most 150 kB gzipped', async () => {
  const meta = await buildModule(ROOT, out);
  const foreign = Object.keys(meta!.inputs).filter((file) => file.includes('node_modules'));
  expect(foreign).toEqual([]); // no third-party React component, no zod, no yaml
  const code = readFileSync(join(out, 'module.js'));
  expect(code.toString('utf8', 0, 200)).toContain('define(["@grafana/data","@grafana/runtime","@grafana/ui","react","rxjs"],');
  expect(code.toString('utf8')).not.toMatch(/react\/jsx-runtime/); // React 18 and 19 alike
  expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThanOrEqual(150_000);
}, 60_000);
