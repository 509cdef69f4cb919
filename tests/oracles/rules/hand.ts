import { metricQuery } from '../../../src/backend/metrics/all';
import type { MetricResult } from '../../../src/backend/metrics/metric';
import type { Store } from '../../../src/backend/store/port';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { storeRow } from '../../../src/backend/store/testing/rows';
import { CATALOG } from '../../../src/catalog';
import type { MetricId } from '../../../src/catalog/types';
import { rowId, ruleId, type AlertRow, type Disposition, type RuleRow, type TicketEvent, type TicketRow } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { workspaceSchema } from '../../../src/settings/schema';
import type { CaseWorld } from '../../worlds/cases';
import { clear, loadWorld } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

/** Worlds written by hand: rows with what a case is about, everything else plain. Times are ISO instants. */
export const settings = workspaceSchema.parse({ zone: 'Europe/Berlin', clients: [{ id: 'acme', name: 'Acme', zone: 'Europe/Berlin' }, { id: 'bravo', name: 'Bravo', zone: 'America/New_York' }] });
export const at = (iso: string): number => Date.parse(iso);
let serial = 0;

export function alert(rule: string | null, when: number, more: Partial<AlertRow> = {}): AlertRow {
  const nativeId = more.nativeId ?? `h${serial++}`;
  return {
    id: rowId('siem', 'alert', nativeId), source: 'siem', nativeId, url: null, changed: when, gone: null, joinId: nativeId, rule: rule === null ? null : ruleId('test', rule), ruleName: rule, ruleRevision: null, event: null, detected: when, readable: null,
    sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme', sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, suppressed: 0, ...more,
  };
}
/** An own verdict of a human, by default one hour after the alert. */
export const verdict = (to: Disposition, when: number, after = 3_600_000): Partial<AlertRow> => ({ disposition: to, dispositionAt: when + after, dispositionBy: 'human' });

export function ticket(id: string, created: number, alerts: readonly AlertRow[], more: Partial<TicketRow> = {}, events: readonly TicketEvent[] = []): TicketRow {
  return {
    id: rowId('desk', 'ticket', id), source: 'desk', nativeId: id, url: null, changed: created, gone: null, key: id, title: null, created, sourceSeverity: null, tier: 'high', sourceClient: null, client: 'acme', sourceStatus: null, done: true,
    sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, origin: 'alert', quotes: alerts.map(a => ({ alert: a.joinId, found: 'field' as const, linkedAt: created })),
    timeline: [{ at: created, type: 'created', from: null, to: null, actor: 'human' }, ...events], mergedInto: null, ...more,
  };
}
export const rule = (name: string, more: Partial<RuleRow> = {}): RuleRow => ({
  id: rowId('siem', 'rule', name), source: 'siem', nativeId: name, url: null, changed: at('2026-01-01T00:00:00Z'), gone: null, rule: ruleId('test', name), name, revision: null, tier: 'high', sourceSeverity: null, attack: [], enabled: true, queryHash: null,
  predecessor: null, derived: false, ...more,
});

export interface Asked { /** Between which instants alerts were read; everything unless given. */ readonly read?: { readonly begins: number; readonly to: number }; readonly groupBy?: string[]; readonly filters?: Record<string, string[]>; readonly options?: Record<string, unknown>; readonly bucket?: string; readonly only?: string[] }
/** Loads a world and asks one metric; rules are those the alerts name unless given. */
export async function ask(store: Store, metric: MetricId, world: Partial<CaseWorld> & Pick<CaseWorld, 'alerts' | 'range' | 'now'>, asked: Asked = {}): Promise<MetricResult> {
  await clear(store);
  const names = [...new Set(world.alerts.map(a => a.ruleName).filter(n => n !== null))];
  const whole: CaseWorld = { settings, tickets: [], rules: names.map(n => rule(n)), ...world };
  const reader = readerOf(await loadWorld(store, whole), asked.only);
  await store.transaction(async tx => {
    await tx.execute(sql`delete from ${table('stream_state')}`);
    if (asked.read) await tx.upsert('stream_state', [storeRow('stream_state', { source: 'siem', stream: 'alerts', kind: 'alert', backfilled_to: asked.read.begins, watermark: asked.read.to })]);
  });
  const query = parseQuery({ version: 1, metric, view: 'table', ...(asked.groupBy && { groupBy: asked.groupBy }), ...(asked.filters && { filters: asked.filters }), ...(asked.options && { options: asked.options }), ...(asked.bucket && { bucket: asked.bucket }) }, CATALOG);
  return metricQuery(metric).run(reader, { ...query, range: whole.range, asOf: Math.min(whole.range.to, whole.now) });
}
