/** Names planted wherever a real system has a person, in every source's answers: no store, frame, log or answer ever holds one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { personNeedles } from '../../demo/upstreams/people';
import { DEMO_ELASTIC_KEY, elasticDemoSource, startElasticUpstream } from '../../demo/upstreams/elasticsearch';
import { DEMO_TOKEN, jiraDemoSource, startJiraUpstream } from '../../demo/upstreams/jira';
import { DEMO_NETBOX_TOKEN, netboxDemoSource, startNetboxUpstream } from '../../demo/upstreams/netbox';
import { CLIENTS as WORLD_CLIENTS } from '../../demo/world/clients';
import { createWorld } from '../../demo/world';
import { ENTRIES } from '../../src/catalog';
import { TABLES } from '../../src/backend/store/schema';
import { pluginContext, type Caller } from '../contract/host/caller';
import { startPlugin, type Plugin } from '../contract/host/plugin-client';
import { everyText } from './support/every-text';
import { peopleFiles } from './support/people-files';
import { newFolder } from './support/soc';
import { securityRow } from './support/matrix';

const CLOCK = Date.UTC(2026, 10, 24, 12);
const needles = personNeedles();
const people = (text: string): string[] => { const lower = text.toLowerCase(); return needles.filter(n => lower.includes(n)); };

securityRow(16, ({ proves, say }) => {
  let plugin: Plugin;
  const closers: (() => Promise<unknown>)[] = [];
  let caller: Caller;
  const [data, exports] = [newFolder('people'), newFolder('people-files')];
  const upstreams: string[] = [];
  beforeAll(async () => {
    const world = createWorld({ anchor: '2026-11-24', scale: 0.01 });
    const options = { world, now: () => CLOCK };
    const jira = await startJiraUpstream(options), elastic = await startElasticUpstream(options), netbox = await startNetboxUpstream(options);
    for (const u of [jira, elastic, netbox]) { closers.push(() => u.close()); upstreams.push(u.url); }
    plugin = await startPlugin({ dataPath: data, env: { GF_PLUGIN_ALLOWED_HOSTS: '127.0.0.1:*', GF_PLUGIN_FILES_ROOT: exports, SOC_OUTCOMES_CLOCK: new Date(CLOCK).toISOString(), GF_PLUGIN_LOG_LEVEL: 'debug' } });
    // October lies whole in it: it closed on 5 November, and is frozen.
    const few = { historyDays: 60 };
    const elasticSource = elasticDemoSource(elastic.url, { clients: WORLD_CLIENTS });
    const settings = {
      clients: WORLD_CLIENTS.map(({ id, name, zone }) => ({ id, name, zone })),
      sources: [{ ...jiraDemoSource(jira.url, { clients: WORLD_CLIENTS }), ...few }, { ...elasticSource, ...few, telemetry: (elasticSource.telemetry ?? []).map(t => ({ ...t, backfillDays: 26 })) }, { ...netboxDemoSource(netbox.url, { clients: WORLD_CLIENTS }), ...few }, peopleFiles(exports, CLOCK)],
    };
    caller = { dataSource: { uid: 'ops', jsonData: { settings }, secrets: { 'jira.secret': DEMO_TOKEN, 'elastic.secret': DEMO_ELASTIC_KEY, 'netbox.secret': DEMO_NETBOX_TOKEN }, lastUpdatedMS: 1 } };
    for (;;) {
      const { status, body } = await plugin.callResource('status', {}, caller);
      if (status === 200) {
        const { streams, closing } = JSON.parse(body) as { streams: { source: string; current: boolean; error: string | null }[]; closing: boolean };
        const failed = streams.find(s => s.error !== null);
        if (failed) throw new Error(`the test's own upstream fails: ${failed.error}`);
        if (streams.length > 0 && streams.every(s => s.current) && !closing) break;
      }
      await new Promise(done => setTimeout(done, 100));
    }
  }, 240_000);
  afterAll(async () => { if (plugin && plugin.child.exitCode === null && plugin.child.signalCode === null) await plugin.kill(); for (const close of closers) await close(); });

  proves('the upstreams do name people, or the search would prove nothing', async () => {
    const jira = await fetch(`${upstreams[0]}/rest/api/3/search/jql?jql=${encodeURIComponent(jiraDemoSource(upstreams[0]!, { clients: WORLD_CLIENTS }).jql)}&fields=*all&maxResults=5`, { headers: { authorization: `Basic ${Buffer.from(`collector@soc.example:${DEMO_TOKEN}`).toString('base64')}` } });
    expect(people(await jira.text()).length).toBeGreaterThan(0);
    const netbox = await fetch(`${upstreams[2]}/api/dcim/devices/?limit=5`, { headers: { authorization: `Token ${DEMO_NETBOX_TOKEN}` } });
    expect(people(await netbox.text()).length).toBeGreaterThan(0);
    for (const name of ['alerts.csv', 'tickets.jsonl', 'audit.csv', 'assets.csv']) expect([name, people(readFileSync(join(exports, name), 'utf8')).length > 0]).toEqual([name, true]);
  });

  proves('files: rows that name people are read, and those that cannot be are set aside with the reason, without the name', async () => {
    const { A } = await plugin.queryData([{ json: { version: 1, metric: 'sources.status', view: 'table' }, fromMs: CLOCK - 30 * 86_400_000, toMs: CLOCK }], caller);
    const text = A!.frames[0]!.fields;
    const column = (name: string): readonly unknown[] => text.find(f => f.name === name)!.values;
    const of = (stream: string): number => column('stream').findIndex((v, i) => v === stream && column('source')[i] === 'people');
    expect(['alerts', 'tickets', 'cards', 'audit', 'assets'].map(stream => [stream, Number(column('rows')[of(stream)]), Number(column('quarantined')[of(stream)])])).toEqual([
      ['alerts', 12, 2], ['tickets', 11, 2], ['cards', 0, 13], ['audit', 12, 0], ['assets', 12, 0],
    ]);
  });

  proves('no person in any frame, resource, health text or stream', async () => {
    const found: string[] = [];
    let frames = 0;
    for (const entry of ENTRIES) for (const view of entry.views) {
      const { responses } = await plugin.rpc.data.queryData({ pluginContext: pluginContext(caller), queries: [{ refId: 'A', json: Buffer.from(JSON.stringify({ version: 1, metric: entry.id, view, ...(view === 'table' && { columns: entry.columns.map(c => c.name) }) })), timeRange: { fromEpochMS: BigInt(CLOCK - 60 * 86_400_000), toEpochMS: BigInt(CLOCK) } }] });
      frames += responses.A!.frames.length;
      found.push(...people([responses.A!.error, ...responses.A!.frames.map(f => Buffer.from(f).toString('latin1'))].join('\n')).map(n => `${entry.id}: ${n}`));
    }
    for (const path of ['catalog', 'status', 'settings/state', 'grants', 'denials', 'accesses', ...['client', 'rule', 'source', 'criticality'].map(d => `suggestions/${d}`)]) found.push(...people((await plugin.callResource(path, {}, caller)).body).map(n => `${path}: ${n}`));
    found.push(...people(JSON.stringify(await plugin.checkHealth(caller))), ...people(JSON.stringify(await plugin.subscribe('status', undefined, caller))));
    expect(found).toEqual([]);
    expect(frames).toBeGreaterThan(20);
  }, 120_000);

  proves('none in the log at its most talkative, nor the login, name and e-mail that Grafana sends', () => {
    expect(plugin.logs().length).toBeGreaterThan(0);
    expect(people(plugin.stderr())).toEqual([]);
    expect(plugin.stderr()).not.toMatch(/jane\.doe|Jane Doe/);
  });

  proves('none in the files of the store', async () => {
    await plugin.stop();
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter(e => e.isFile()).map(e => join(e.parentPath, e.name));
    expect(files.some(f => f.endsWith('outcomes.duckdb'))).toBe(true);
    let bytes = 0;
    const found = files.flatMap(f => { const text = readFileSync(f, 'latin1'); bytes += text.length; return people(text).map(n => `${n} in ${f.slice(data.length)}`); });
    expect(found).toEqual([]);
    expect(readFileSync(files.find(f => f.endsWith('outcomes.duckdb'))!, 'latin1')).not.toMatch(/jane\.doe|Jane Doe/);
    const tables = await everyText(files.find(f => f.endsWith('outcomes.duckdb'))!);
    expect([...tables].flatMap(([name, rows]) => rows.flatMap(row => people(row).map(n => `${n} in ${name}: ${row.slice(0, 300)}`)))).toEqual([]);
    const rows = [...tables.values()].reduce((n, r) => n + r.length, 0);
    expect(tables.get('quarantine')!.length).toBeGreaterThan(3);
    // What is frozen of a closed month is among what was searched.
    for (const name of ['reported_month', 'reported_item', 'reported_part', 'reported_coverage', 'reported_asset', 'reported_rule', 'reported_decision']) expect([name, (tables.get(name) ?? []).length > 0]).toEqual([name, true]);
    say(`${bytes} bytes and ${rows} rows of ${tables.size} tables searched for ${needles.length} names`);
  }, 60_000);

  proves('the schema has no column for one', () => {
    const columns = Object.entries(TABLES).flatMap(([table, { columns: c }]) => Object.keys(c).map(name => `${table}.${name}`));
    expect(columns.filter(c => /assignee|owner|analyst|reporter|closer|author|login|e_?mail|user|person|creator/i.test(c))).toEqual([]);
  });
});
