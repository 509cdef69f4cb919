import type { EvidenceKind } from '../../../../model';
import { EVIDENCE_KINDS } from '../../../../model';
import type { WorkspaceSettings } from '../../../../settings/schema';
import type { StreamReading } from '../../../facts/coverage/reading';
import type { Transaction } from '../../../store/port';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import type { FactContext } from '../../facts';

interface Expected { readonly source: string; readonly stream: string; readonly evidence: readonly EvidenceKind[] | null; readonly client: string | null }

/** The telemetry streams the settings promise, by source; a stream's stored name may carry a prefix (`telemetry.<name>`). */
export function expectedStreams(settings: WorkspaceSettings): Expected[] {
  return settings.sources.filter(s => s.enabled).flatMap((s): Expected[] => {
    if (s.system === 'elasticsearch') return s.telemetry.map(t => ({ source: s.id, stream: t.name, evidence: [t.evidence], client: t.client.fixed ?? null }));
    if (s.system === 'files') {
      return s.streams.filter(f => f.kind === 'observation').map(f => {
        const constant = f.columns.evidence?.startsWith('=') ? f.columns.evidence.slice(1) : null;
        const client = f.columns.client?.startsWith('=') ? f.columns.client.slice(1) : null;
        return { source: s.id, stream: f.name, evidence: EVIDENCE_KINDS.filter(k => constant === null || k === constant), client };
      });
    }
    return [];
  });
}
export const namesStream = (expected: string, stored: string): boolean => stored === expected || stored.endsWith(`.${expected}`);

/**
 * Every telemetry stream with the days it was read. A stream whose history was read once keeps `loaded` (its depth is known), remembered in
 * `onceCurrent`; one without a stream_state row counts as loaded. Streams of sources that the settings no longer name are left out.
 */
export async function loadStreams(tx: Transaction, context: FactContext, onceCurrent: ReadonlySet<string>): Promise<{ streams: StreamReading[]; current: Set<string> }> {
  const rows = await tx.query<{ source_key: number; stream: string; day: number; read_to: number; hosts: number | null }>(
    sql`select source_key, stream, day, read_to, hosts from ${table('source_day')} where read_to is not null order by source_key, stream, day`);
  const states = await tx.query<{ source: string; stream: string; progress: number | null }>(sql`select source, stream, progress from ${table('stream_state')} where kind = 'observation'`);
  const current = new Set(onceCurrent);
  const loading = new Set<string>();
  for (const s of states) { const id = `${s.source}|${s.stream}`; if (s.progress === 1) current.add(id); else if (!current.has(id)) loading.add(id); }
  const found = new Map<string, { source: string; stream: string; days: Map<number, { readTo: number; hosts: number }> }>();
  for (const row of rows) {
    const source = context.dimensions.sourceId(row.source_key);
    const id = `${source}|${row.stream}`;
    let entry = found.get(id);
    if (!entry) { entry = { source, stream: row.stream, days: new Map() }; found.set(id, entry); }
    entry.days.set(row.day, { readTo: row.read_to, hosts: row.hosts ?? 0 });
  }
  const expected = expectedStreams(context.settings);
  const known = new Set(context.settings.sources.map(s => s.id));
  const streams: StreamReading[] = [];
  for (const [id, entry] of found) {
    const plan = expected.find(e => e.source === entry.source && namesStream(e.stream, entry.stream));
    // A source the settings name, but not this stream of it: switched off. Its evidence stays; it can no longer be waited for.
    if (known.has(entry.source) && !plan) continue;
    streams.push({ ...entry, evidence: plan?.evidence ?? null, client: plan?.client ?? null, loaded: !loading.has(id) });
  }
  for (const e of expected) {
    if (![...found.values()].some(f => f.source === e.source && namesStream(e.stream, f.stream))) streams.push({ ...e, days: new Map(), loaded: false });
  }
  return { streams, current };
}
