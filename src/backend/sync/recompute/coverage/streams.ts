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

interface Found { readonly source: string; readonly stream: string; readonly days: Map<number, { readTo: number; hosts: number }> }

/**
 * Streams that are read no longer, one for each client they carried anything of. Which kinds of evidence is known by source alone: where the source is
 * still read, those of its other streams are theirs.
 */
async function endedStreams(tx: Transaction, context: FactContext, ended: readonly Found[], expected: readonly Expected[]): Promise<StreamReading[]> {
  if (ended.length === 0) return [];
  const sources = [...new Set(ended.map(e => e.source))];
  const carried = await tx.query<{ source_key: number; client_key: number; evidence: EvidenceKind }>(sql`
    select o.source_key, h.client_key, o.evidence from ${table('observation')} o join ${table('seen_host')} h on h.host_key = o.host_key
    where o.source_key in (select unnest(${sources.map(id => context.dimensions.sourceKey(id))}::integer[])) group by o.source_key, h.client_key, o.evidence order by o.source_key, h.client_key, o.evidence`);
  return ended.flatMap(entry => {
    const others = new Set(expected.filter(e => e.source === entry.source).flatMap(e => e.evidence ?? EVIDENCE_KINDS));
    const own = carried.filter(c => context.dimensions.sourceId(c.source_key) === entry.source && !others.has(c.evidence));
    const endedAt = Math.max(...[...entry.days.values()].map(d => d.readTo));
    return [...new Set(own.map(c => c.client_key))].map((key): StreamReading => ({ ...entry, evidence: own.filter(c => c.client_key === key).map(c => c.evidence), client: context.dimensions.clientId(key), loaded: true, endedAt }));
  });
}

/**
 * Every telemetry stream with the days it was read. A stream whose history was read once keeps `loaded` (its depth is known), remembered in
 * `onceCurrent`; one without a stream_state row counts as loaded. What the settings no longer read (a source removed or switched off, a stream
 * taken out of one) ended where it was last read, and could carry what it did carry (docs/adr/045).
 */
export async function loadStreams(tx: Transaction, context: FactContext, onceCurrent: ReadonlySet<string>): Promise<{ streams: StreamReading[]; current: Set<string> }> {
  const rows = await tx.query<{ source_key: number; stream: string; day: number; read_to: number; hosts: number | null }>(
    sql`select source_key, stream, day, read_to, hosts from ${table('source_day')} where read_to is not null order by source_key, stream, day`);
  const states = await tx.query<{ source: string; stream: string; progress: number | null }>(sql`select source, stream, progress from ${table('stream_state')} where kind = 'observation'`);
  const current = new Set(onceCurrent);
  const loading = new Set<string>();
  for (const s of states) { const id = `${s.source}|${s.stream}`; if (s.progress === 1) current.add(id); else if (!current.has(id)) loading.add(id); }
  const found = new Map<string, Found>();
  for (const row of rows) {
    const source = context.dimensions.sourceId(row.source_key);
    const id = `${source}|${row.stream}`;
    let entry = found.get(id);
    if (!entry) { entry = { source, stream: row.stream, days: new Map() }; found.set(id, entry); }
    entry.days.set(row.day, { readTo: row.read_to, hosts: row.hosts ?? 0 });
  }
  const expected = expectedStreams(context.settings);
  const streams: StreamReading[] = [];
  const ended: Found[] = [];
  for (const [id, entry] of found) {
    const plan = expected.find(e => e.source === entry.source && namesStream(e.stream, entry.stream));
    if (plan) streams.push({ ...entry, evidence: plan.evidence, client: plan.client, loaded: !loading.has(id) }); else ended.push(entry);
  }
  streams.push(...await endedStreams(tx, context, ended, expected));
  for (const e of expected) {
    if (![...found.values()].some(f => f.source === e.source && namesStream(e.stream, f.stream))) streams.push({ ...e, days: new Map(), loaded: false });
  }
  return { streams, current };
}
