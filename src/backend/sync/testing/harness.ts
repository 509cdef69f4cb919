import { workspaceSchema, type WorkspaceSettings } from '../../../settings/schema';
import type { HttpClient } from '../../connectors/http/port';
import type { Store } from '../../store/port';
import { sql, type Sql } from '../../store/sql';
import { table } from '../../store/table';
import { FACT_PIPELINE } from '../pipeline';
import { createSyncRunner, type SyncRunner, type SyncRunnerOptions } from '../runner';
import { generatorConnector, type GeneratorOptions } from './generator';

/** Exports: testSettings, runnerOf, FACTS, snapshot, reportedRows. Real facts, real store, real engine; only the source is generated. */
export const FACTS = FACT_PIPELINE.recompute;
const noHttp: HttpClient = { request: () => Promise.reject(new Error('the generator has no network')) };

export const testSettings = (sources: readonly string[], given: Record<string, unknown> = {}, telemetry: readonly string[] = []): WorkspaceSettings => workspaceSchema.parse({
  zone: 'UTC', clients: ['acme', 'beta', 'corp'].map(id => ({ id, name: id, zone: 'UTC' })),
  sources: sources.map(id => ({ id, system: 'files', historyDays: 90, streams: [
    { name: 'x', kind: 'alert', path: 'x', format: 'csv', columns: {} },
    // Coverage judges only telemetry that the settings name.
    ...(telemetry.includes(id) ? [{ name: 'telemetry', kind: 'observation', path: 'x', format: 'csv', columns: { evidence: '=agent_events' } }] : []),
  ] })),
  policy: { sla: { targets: [{ hours: { critical: { decide: 1, acknowledge: 0.5 }, high: { decide: 4 }, medium: { decide: 8, resolve: 24 } } }] } }, ...given,
});

export function runnerOf(store: Store, worlds: readonly GeneratorOptions[], options: Partial<SyncRunnerOptions> & { now: () => number }): Promise<SyncRunner> {
  const settings = options.settings ?? testSettings(worlds.map(w => w.source), {}, worlds.filter(w => w.hosts).map(w => w.source));
  return createSyncRunner({
    // The generator's pages are small so that there are many: each its own transaction, unless a test asks otherwise.
    store, settings, version: 1, ...FACT_PIPELINE, gather: 1, ...options,
    sources: worlds.map(world => ({ settings: settings.sources.find(s => s.id === world.source)!, connector: generatorConnector(world), http: noHttp })),
  });
}

/** Rows and facts with integer keys as ids, in one order: two stores that say the same give the same text. */
export async function snapshot(store: Store): Promise<Record<string, unknown[]>> {
  const dims = sql`left join ${table('dim_client')} c on c.client_key = a.client_key left join ${table('dim_source')} s on s.source_key = a.source_key`;
  const read = async (statement: Sql) => (await store.query(statement)).map(row => JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)));
  return {
    alert: await read(sql`select a.* exclude (client_key, source_key, rule_key), c.id as client, s.id as source, r.id as rule from ${table('alert')} a ${dims} left join ${table('dim_rule')} r on r.rule_key = a.rule_key order by a.id`),
    ticket: await read(sql`select a.* exclude (client_key, source_key), c.id as client, s.id as source from ${table('ticket')} a ${dims} order by a.id`),
    link: await read(sql`select * from ${table('link')} order by ticket_key, join_key`),
    item: await read(sql`select a.* exclude (client_key, source_key), c.id as client, s.id as source from ${table('item')} a ${dims} order by item_clock_key`),
    asset_record: await read(sql`select a.* exclude (client_key, source_key), c.id as client from ${table('asset_record')} a ${dims} order by a.id`),
    seen_host: await read(sql`select a.* exclude (client_key, source_key), c.id as client from ${table('seen_host')} a ${dims} order by a.identity`),
    observation: await read(sql`select a.* exclude (source_key) from ${table('observation')} a order by host_key, evidence, day`),
    source_day: await read(sql`select stream, day, read_to, hosts from ${table('source_day')} order by stream, day`),
    asset: await read(sql`select a.* exclude (client_key, source_key), c.id as client, s.id as source from ${table('asset')} a ${dims} order by a.id`),
    asset_span: await read(sql`select a.* exclude (client_key), c.id as client from ${table('asset_span')} a left join ${table('dim_client')} c on c.client_key = a.client_key order by asset_key, first_day`),
    coverage_day: await read(sql`select a.* exclude (client_key, cell_key), c.id as client from ${table('coverage_day')} a left join ${table('dim_client')} c on c.client_key = a.client_key order by all`),
    rule: await read(sql`select * exclude (rule_key, source_key) from ${table('dim_rule')} order by id`),
  };
}

/** What is frozen of the months, likewise: every table of reported months, with the marks that say when. */
export async function reportedRows(store: Store): Promise<Record<string, unknown[]>> {
  const client = sql`left join ${table('dim_client')} c on c.client_key = a.client_key`;
  const rule = sql`left join ${table('dim_rule')} r on r.rule_key = a.rule_key`;
  const read = async (statement: Sql) => (await store.query(statement)).map(row => JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)));
  const plain = (name: 'reported_month' | 'reported_item' | 'reported_untracked' | 'reported_part' | 'reported_coverage' | 'reported_asset') => read(sql`select a.* exclude (client_key), c.id as client from ${table(name)} a ${client} order by all`);
  const byRule = (name: 'reported_rule' | 'reported_decision' | 'reported_untracked_day') => read(sql`select a.* exclude (client_key, rule_key), c.id as client, r.id as rule from ${table(name)} a ${client} ${rule} order by all`);
  return {
    reported_month: await plain('reported_month'), reported_item: await plain('reported_item'), reported_untracked: await plain('reported_untracked'), reported_untracked_day: await byRule('reported_untracked_day'), reported_part: await plain('reported_part'),
    reported_coverage: await plain('reported_coverage'), reported_asset: await plain('reported_asset'), reported_rule: await byRule('reported_rule'), reported_decision: await byRule('reported_decision'),
  };
}
