/** What docker-compose.yaml puts together, without Docker: its files exist, and the backend runs on what its demo service writes. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runDirectory, spawnRegistered } from '../../setup/processes';
import { startPlugin, type Caller, type Plugin } from '../host/plugin-client';
import { manifest, provisioned } from './files';

const ROOT = join(__dirname, '..', '..', '..');
interface Service { readonly image: string; readonly command?: readonly string[]; readonly volumes: readonly string[]; readonly network_mode?: string; readonly ports?: readonly string[]; readonly healthcheck?: { readonly test: readonly string[] } }
const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yaml'), 'utf8')) as { services: Readonly<Record<'demo' | 'grafana', Service>> };
/** `[plugin.…]` of the compose file's grafana.ini. */
const server = Object.fromEntries(readFileSync(join(ROOT, 'provisioning', 'grafana.ini'), 'utf8').split(`[plugin.${manifest.id}]\n`)[1]!.split('\n').filter(line => line.includes(' = ')).map(line => line.split(' = ') as [string, string]));

test('its files exist, Grafana shares the demo’s network, nothing but this machine reaches it', () => {
  for (const volume of [...services.grafana.volumes, ...services.demo.volumes].filter(v => v.startsWith('./'))) expect({ volume, there: existsSync(join(ROOT, volume.split(':')[0]!)) }).toEqual({ volume, there: true });
  expect(existsSync(join(ROOT, services.demo.command!.find(word => word.endsWith('.ts'))!))).toBe(true);
  expect(services.grafana).toMatchObject({ image: expect.stringMatching(/-ubuntu$/), network_mode: 'service:demo' });
  expect(services.demo.ports).toEqual(['127.0.0.1:3000:3000']);
  expect(services.demo.healthcheck!.test).toContain(server.config_file);
});

test('the backend, started with its server settings on what the demo writes, reads every source', async () => {
  const out = mkdtempSync(join(runDirectory(), 'compose-'));
  const here = (text: string) => text.replaceAll('/soc-demo', out);
  const [, ...args] = services.demo.command!;
  const demo = spawnRegistered(process.execPath, [...args.map(here), '--scale', '0.01'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  let ended = false;
  demo.once('exit', () => { ended = true; });
  const wait = () => new Promise(done => setTimeout(done, 50));
  let plugin: Plugin | undefined;
  try {
    while (!existsSync(here(server.config_file!)) && !ended) await wait();
    expect(ended).toBe(false);
    plugin = await startPlugin({ env: Object.fromEntries(Object.entries(server).map(([key, value]) => [`GF_PLUGIN_${key.toUpperCase()}`, here(value)])) });
    const { uid, jsonData } = (provisioned('datasources/soc-outcomes.yaml') as { datasources: { uid: string; jsonData: unknown }[] }).datasources[0]!;
    const caller: Caller = { dataSource: { uid, jsonData, lastUpdatedMS: 1 } };
    const streams = async () => (JSON.parse((await plugin!.callResource('status', {}, caller)).body) as { streams?: { source: string; rows: number | null; error: string | null }[] }).streams ?? [];
    const read = (all: Awaited<ReturnType<typeof streams>>) => [...new Set(all.filter(s => Number(s.rows) > 0).map(s => s.source))].sort();
    let all = await streams();
    while (read(all).length < 4 && all.every(s => s.error === null)) { await wait(); all = await streams(); }
    expect(all.filter(s => s.error !== null)).toEqual([]);
    expect(read(all)).toEqual(['cmdb', 'elastic', 'jira', 'netbox']);
    expect(await plugin.checkHealth(caller)).toMatchObject({ status: 'ok' });
  } finally {
    await plugin?.stop();
    const gone = new Promise<void>(done => { if (ended) done(); else demo.once('exit', () => done()); });
    demo.kill('SIGTERM');
    await gone;
  }
}, 240_000);
