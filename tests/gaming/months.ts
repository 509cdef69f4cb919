import type { Store } from '../../src/backend/store/port';
import { sql } from '../../src/backend/store/sql';
import { table } from '../../src/backend/store/table';
import { freezeReported } from '../../src/backend/sync/reported/freeze';
import { DAY, HOUR } from '../../src/model';
import type { WorkspaceSettings } from '../../src/settings/schema';
import { streamState } from '../oracles/integrity/worlds';
import type { CaseWorld } from '../worlds/cases';
import { clear, loadWorld } from '../worlds/load';
import { readerOf } from '../worlds/reader';
import { HEADLINES, readHeadlines, type Headline, type Reading } from './read';
import { judged, onTicket, withEvents } from './play';
import { event, FROM, honest, late, NOW, SETTINGS, type Case } from './world';

/** Exports: MONTH_STRATEGIES, monthReading, MONTH_HEADLINES. What is done to June after June was frozen on 5 July: the honest month is loaded and frozen, then the gamed one takes its place. */
const JUNE = { from: FROM, to: FROM + 30 * DAY };
const CLOSING = FROM + 34 * DAY;
export const MONTH_HEADLINES: readonly Headline[] = [
  ...HEADLINES.filter(h => h.metric === 'sla.adherence' || h.metric === 'rules.outcomes'),
  { name: 'June as reported, high', metric: 'reported.history', query: { groupBy: ['tier'], bucket: 'month' }, pick: rows => (rows.find(r => r.tier === 'high')?.adherence ?? null) as number | null, better: 'up' },
  { name: 'June as reported, confirmation rate', metric: 'reported.rules', query: { groupBy: [], bucket: 'month' }, pick: rows => (rows[0]?.confirmation ?? null) as number | null, better: 'up' },
];

export async function monthReading(store: Store, world: CaseWorld): Promise<Reading> {
  await clear(store);
  await store.transaction(async tx => {
    for (const name of ['reported_month', 'reported_item', 'reported_untracked', 'reported_untracked_day', 'reported_part', 'reported_rule', 'reported_decision', 'stream_state'] as const) await tx.execute(sql`delete from ${table(name)}`);
    const read = { backfilled_to: 0, watermark: NOW, current: true };
    await tx.upsert('stream_state', [streamState('siem', 'alerts', read), streamState('desk', 'tickets', { ...read, kind: 'ticket' })]);
  });
  const before = await loadWorld(store, honest());
  const sources = [{ id: 'siem', enabled: true }, { id: 'desk', enabled: true }] as unknown as WorkspaceSettings['sources'];
  await store.transaction(tx => freezeReported(tx, { settings: { ...before.settings, sources }, version: 1, dimensions: before.dimensions, now: CLOSING }, true));
  await clear(store);
  return readHeadlines(readerOf(await loadWorld(store, world)), MONTH_HEADLINES, JUNE, NOW);
}

export interface MonthStrategy { readonly name: string; readonly aims: readonly string[]; readonly play: () => CaseWorld }
const VERDICTS = ['confirmation rate', 'false-positive share', 'June as reported, confirmation rate'];
const wrong = (c: Case): boolean => c.ticket.disposition === 'false_positive';
const AIMS = ['decide critical', 'decide high', 'June as reported, high'];
export const MONTH_STRATEGIES: readonly MonthStrategy[] = [
  { name: 'Reclassify last month', aims: AIMS, play: () => onTicket((t, c) => (late(c) ? withEvents(t, [...t.timeline, event(t.created + 30 * 60_000, 'disposition_set', t.disposition)]) : t)) },
  { name: 'Edit a policy backwards', aims: AIMS, play: () => {
    const targets = SETTINGS.policy.sla.targets.map(t => ({ ...t, hours: { ...t.hours, critical: { ...t.hours.critical, decide: 24 }, high: { ...t.hours.high, decide: 48 } } }));
    return { ...honest(), settings: { ...SETTINGS, policy: { ...SETTINGS.policy, sla: { ...SETTINGS.policy.sla, targets } } } };
  } },
  { name: 'Call last month’s false positives benign', aims: VERDICTS, play: () => onTicket((t, c, i) => (wrong(c) && i % 3 === 0 ? judged(t, 'benign_positive', CLOSING + HOUR) : t)) },
  { name: 'Take last month’s false verdicts back', aims: VERDICTS, play: () => onTicket((t, c, i) => (wrong(c) && i % 3 === 0 ? judged(t, null, null) : t)) },
  { name: 'Map last month’s false verdicts to another word', aims: VERDICTS, play: () => onTicket((t, c) => (wrong(c) ? { ...t, disposition: 'true_positive' } : t)) },
  { name: 'Delete last month’s misses', aims: AIMS, play: () => onTicket((t, c) => (late(c) ? { ...t, gone: CLOSING + HOUR } : t)) },
];
