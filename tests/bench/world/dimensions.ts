import { DAY, localDay, MINUTE, UNASSIGNED } from '../../../src/model';
import { recordSettings } from '../../../src/backend/workspace/settings-store';
import { loadDimensions } from '../../../src/backend/sync';
import { factsHash } from '../../../src/backend/sync/edits';
import { coverageFlush, coverageSignature } from '../../../src/backend/sync/recompute/coverage';
import { emptyRow } from '../../../src/backend/sync/rows';
import type { Store } from '../../../src/backend/store/port';
import { benchSettings, CLIENT_KEYS, DAYS, NOW, zoneOf, CLIENTS } from './settings';

const SOURCES = ['siem', 'desk', 'cmdb', 'edr'] as const;
const RULES = 500;
const TIERS = ['critical', 'high', 'medium', 'low'] as const;

/** Sources, clients, rules, the state of the streams, the settings and the mark that facts fit them: what a finished first load leaves. */
export async function writeDimensions(store: Store, alerts: number): Promise<void> {
  await recordSettings(store, benchSettings(), 'data source', 1, NOW);
  await store.transaction(async tx => {
    await tx.upsert('dim_source', SOURCES.map((id, i) => ({ ...emptyRow('dim_source'), source_key: i + 1, id, system: id, name: id })));
    await tx.upsert('dim_client', [...CLIENT_KEYS].map(([id, client_key]) => ({ ...emptyRow('dim_client'), client_key, id, name: id === UNASSIGNED ? id : `Client ${client_key}`, zone: client_key > CLIENTS ? 'Europe/Berlin' : zoneOf(client_key) })));
    await tx.upsert('dim_rule', Array.from({ length: RULES + 1 }, (_, rule_key) => ({
      ...emptyRow('dim_rule'), rule_key, id: rule_key === 0 ? null : `bench:rule-${rule_key}`, source_key: 1, name: rule_key === 0 ? null : `Rule ${rule_key}`, names: '[]', revision: '1', tier: TIERS[rule_key % 4]!,
      attack: '[]', enabled: true, enabled_intervals: '[]', derived: false, changed: NOW - 30 * DAY,
    })));
    await tx.upsert('stream_state', ([['siem', 'alerts', 'alert', alerts], ['desk', 'tickets', 'ticket', Math.floor(alerts * 0.3)], ['cmdb', 'assets', 'asset', 1000], ['edr', 'telemetry', 'observation', 1000]] as const).map(([source, stream, kind, rows]) => ({
      ...emptyRow('stream_state'), source, stream, kind, watermark: NOW - MINUTE, backfilled_to: NOW - (DAYS + 1) * DAY, rows, rejected: 0, last_success: NOW - MINUTE, last_attempt: NOW - MINUTE, progress: 1, current: true,
    })));
  });
  await rememberCoverage(store);
  await markCurrent(store);
}

/**
 * Facts and coverage fit the settings, as this build writes them down: also in a kept store that an older build filled or a migration unmarked. Without the
 * mark the backend computes every fact anew while it is measured, and no answer stands between its commits.
 */
export async function markCurrent(store: Store): Promise<void> {
  const settings = benchSettings();
  const { applied: { version } } = await recordSettings(store, settings, 'data source', 1, NOW);
  await store.transaction(async tx => {
    await tx.upsert('meta', [{ name: 'facts', value: JSON.stringify({ version, target: version, step: 2, before: null, done: 0, total: 0, of: factsHash(settings) }) }]);
    const [row] = await tx.lookup('meta', 'name', ['coverage.state']);
    await tx.upsert('meta', [{ name: 'coverage.state', value: JSON.stringify({ ...JSON.parse(row!.value!) as object, signature: coverageSignature(settings) }) }]);
  });
}

/** The engine remembers the settings that coverage was judged by, and up to which day; without that it would judge the generated estate anew, from no records. */
async function rememberCoverage(store: Store): Promise<void> {
  const dimensions = await loadDimensions(store);
  await store.transaction(async tx => {
    await coverageFlush(tx, { settings: benchSettings(), version: 1, dimensions, now: NOW }, true);
    const [row] = await tx.lookup('meta', 'name', ['coverage.state']);
    const clients = Object.fromEntries([...CLIENT_KEYS.values()].map(key => { const last = localDay(NOW, zoneOf(key)) - 1; return [String(key), { first: last - DAYS, last, reading: '' }]; }));
    await tx.upsert('meta', [{ name: 'coverage.state', value: JSON.stringify({ ...JSON.parse(row!.value!) as object, clients }) }]);
  });
}
