/** What the editors ask of the built backend: catalog, settings looked at by the schema, who may edit, annotations, ad-hoc filters. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlugin, type Caller, type Plugin } from '../host/plugin-client';

const CLOCK = Date.parse('2026-11-24T12:00:00Z');
const range = { fromMs: CLOCK - 30 * 86_400_000, toMs: CLOCK };
const clients = [{ id: 'acme', name: 'Acme', zone: 'Europe/Berlin' }];
const wrong = { clients, sources: [{ id: 'jira', system: 'jira', url: 'http://127.0.0.1:1', auth: { kind: 'bearer' }, jqll: 'project = SOC', jql: 'project = SOC' }] };
const operator = (settings?: unknown): Caller => ({ role: 'Admin', dataSource: { uid: 'ops', jsonData: settings === undefined ? {} : { settings }, lastUpdatedMS: 1 } });

let folder: string;
const plugins: Plugin[] = [];
const start = async (env: Record<string, string> = {}): Promise<Plugin> => {
  const plugin = await startPlugin({ env: { GF_PLUGIN_DATA_PATH: mkdtempSync(join(folder, 'data-')), GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', SOC_OUTCOMES_CLOCK: new Date(CLOCK).toISOString(), ...env } });
  plugins.push(plugin);
  return plugin;
};
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'soc-editors-')); });
afterAll(async () => {
  for (const plugin of plugins) if (plugin.child.exitCode === null && plugin.child.signalCode === null) await plugin.kill();
  rmSync(folder, { recursive: true, force: true });
});

interface Checked { problems: { path: string; message: string }[]; settings?: unknown; yaml?: string }
const check = async (plugin: Plugin, body: object, caller: Caller = operator()): Promise<{ status: number; answer: Checked }> => {
  const { status, body: text } = await plugin.callResource('settings/check', { method: 'POST', body: JSON.stringify(body) }, caller);
  return { status, answer: JSON.parse(text) as Checked };
};

describe('settings carried by the data source', () => {
  let plugin: Plugin;
  beforeAll(async () => { plugin = await start(); });

  test('a wrong key is named by the check and by Save & test; mended, only the connection is left to say', async () => {
    const { answer } = await check(plugin, { settings: wrong });
    expect(answer.problems).toEqual([expect.objectContaining({ path: 'sources[0].jqll' })]);
    expect((await plugin.checkHealth(operator(wrong))).message).toContain('sources[0].jqll: unknown key "jqll"');
    const mended = { ...wrong, sources: wrong.sources.map(({ jqll: _jqll, ...rest }) => ({ ...rest, retries: 0 })) };
    expect((await check(plugin, { settings: mended })).answer.problems).toEqual([]);
    const health = await plugin.checkHealth(operator(mended));
    expect(health.message).toMatch(/jira/);
    expect(health.message).not.toContain('unknown key');
  });

  test('YAML and settings are two forms of one thing', async () => {
    const { answer } = await check(plugin, { settings: { clients } });
    expect((await check(plugin, { yaml: answer.yaml })).answer).toMatchObject({ problems: [], settings: { clients } });
    expect((await check(plugin, { yaml: 'a: "b' })).answer).toMatchObject({ problems: [{ path: expect.stringMatching(/^line/) as string }] });
    expect((await check(plugin, { yaml: 'a: "b' })).answer.settings).toBeUndefined();
  });

  test('only an administrator may ask; a body that is none is refused', async () => {
    for (const role of ['Editor', 'Viewer', 'None'] as const) expect((await check(plugin, { settings: {} }, { ...operator(), role })).status).toBe(403);
    for (const body of ['no json', '{}', '{"yaml":5}', '[]', 'null']) expect([body, (await plugin.callResource('settings/check', { method: 'POST', body }, operator())).status]).toEqual([body, 400]);
  });

  test('state: the operator may edit; another organisation is told why not and sees nothing', async () => {
    const state = async (caller: Caller) => JSON.parse((await plugin.callResource('settings/state', {}, caller)).body) as Record<string, unknown>;
    expect(await state(operator())).toEqual({ carrier: 'data source', operator: true, mayEdit: true, why: null });
    const other = await state({ ...operator(), orgId: 2 });
    expect(other).toMatchObject({ operator: false, mayEdit: false });
    expect(other).not.toHaveProperty('settings');
  });

  test('the catalog gives options as plain data', async () => {
    const { metrics } = JSON.parse((await plugin.callResource('catalog', {}, operator())).body) as { metrics: { id: string; options: { name: string }[] }[] };
    expect(metrics.find(m => m.id === 'sla.adherence')!.options.find(o => o.name === 'clock')).toMatchObject({ kind: 'enum', default: 'decide' });
  });

  test('annotations come as events; an ad-hoc filter a metric does not take is said', async () => {
    const caller = operator({ clients, sources: [] });
    const { A, B, C } = await plugin.queryData([
      { refId: 'A', json: { version: 1, metric: 'coverage.history', view: 'annotation' }, ...range },
      { refId: 'B', json: { version: 1, metric: 'sources.status', adHoc: [{ key: 'client', operator: '=', value: 'acme' }] }, ...range },
      { refId: 'C', json: { version: 1, metric: 'integrity.counters', view: 'annotation' }, ...range },
    ], caller);
    expect(A!.error).toBe('');
    expect(A!.frames[0]!.fields.map(f => f.name)).toEqual(['time', 'timeEnd', 'title', 'text', 'tags']);
    expect(A!.frames[0]!.meta).toMatchObject({ dataTopic: 'annotations' });
    expect(JSON.stringify(B!.frames[0]!.meta)).toContain('cannot be filtered by client');
    expect(C).toMatchObject({ status: 400 });
  });
});

test('settings carried by a file are shown to the operator, read-only', async () => {
  const file = join(folder, 'workspace.yaml');
  writeFileSync(file, 'clients:\n  - { id: acme, name: Acme, zone: Europe/Berlin }\n');
  const plugin = await start({ GF_PLUGIN_CONFIG_FILE: file });
  const { body } = await plugin.callResource('settings/state', {}, operator());
  expect(JSON.parse(body)).toMatchObject({ carrier: 'file', mayEdit: false, why: expect.stringContaining('config_file') as string, settings: { clients } });
});
