import { DAY, HOUR, MINUTE, normaliseAlertId, rowId, ruleId, type AlertRow, type AssetRow, type ObservationRow, type TicketRow } from '../../../model';
import type { CanonicalRows, RowKind } from '../../../model';
import type { Connector, Notice, Page, Reject, Stream, Window } from '../../connectors/stream';

/**
 * Exports: generatorConnector, GeneratorOptions. A source without a network for tests of the engine: rows are a pure function of
 * (seed, number), paged by offset, with the traps real sources have as switches.
 */
export interface GeneratorOptions {
  readonly source: string;
  readonly alerts: number;
  readonly tickets: number;
  readonly assets?: number;
  readonly hosts?: number;
  readonly days?: number;
  readonly until: number;
  readonly pageSize?: number;
  /** Called before every page, with the stream's name: may throw, count or change the world. */
  readonly before?: (stream: string, window: Window, cursor: unknown) => void | Promise<void>;
  readonly hooks?: Partial<{ ignoreFilter: boolean; partial: (stream: string, window: Window) => boolean; vanished: ReadonlySet<string>; edit: (row: CanonicalRows[RowKind]) => CanonicalRows[RowKind]; rejects: Reject[]; notices: Notice[]; listIncomplete: boolean; deletions: Stream['deletions']; observe: Stream<'ticket'>['observe']; mapped: Stream['mapped'] }>;
}
const TIERS = ['critical', 'high', 'medium', 'low', 'informational'] as const;
const CLIENTS = ['acme', 'beta', 'corp'] as const;
const VERDICTS = [null, 'true_positive', 'benign_positive', 'false_positive', 'undetermined'] as const;
/** A small integer hash: the world is the same in every process. */
export const mix = (n: number): number => { let x = (n + 0x9e3779b9) | 0; x = Math.imul(x ^ (x >>> 16), 0x85ebca6b); x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35); return (x ^ (x >>> 16)) >>> 0; };

export function generatedAlert(o: GeneratorOptions, i: number): AlertRow {
  const detected = o.until - Math.floor(((i + 1) * (o.days ?? 60) * DAY) / (o.alerts + 1));
  const nativeId = `A${i}`;
  const verdict = VERDICTS[mix(i) % VERDICTS.length]!;
  return {
    id: rowId(o.source, 'alert', nativeId), source: o.source, nativeId, url: null, changed: detected, gone: null, joinId: normaliseAlertId(nativeId)!,
    rule: ruleId('test', `R${mix(i + 7) % 13}`), ruleName: `Rule ${mix(i + 7) % 13}`, ruleRevision: '1', event: detected - MINUTE, detected, readable: detected + 30_000,
    sourceSeverity: TIERS[mix(i + 1) % 5]!, tier: TIERS[mix(i + 1) % 5]!, sourceClient: CLIENTS[mix(i + 2) % 3]!, client: CLIENTS[mix(i + 2) % 3]!,
    sourceStatus: 'open', acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: verdict, disposition: verdict, dispositionAt: verdict ? detected + HOUR : null,
    dispositionBy: verdict ? 'human' : null, closedAt: verdict ? detected + HOUR : null, suppressed: 0,
  };
}

export function generatedTicket(o: GeneratorOptions, i: number): TicketRow {
  const step = Math.max(1, Math.floor(o.alerts / Math.max(1, o.tickets)));
  const alert = generatedAlert(o, Math.min(o.alerts - 1, i * step));
  const created = alert.detected! + 5 * MINUTE;
  const nativeId = `T${i}`;
  const closed = mix(i + 3) % 4 === 0 ? null : created + (1 + (mix(i) % 10)) * 10 * MINUTE;
  const verdict = closed === null ? null : VERDICTS[1 + (mix(i + 5) % 3)]!;
  return {
    id: rowId(o.source, 'ticket', nativeId), source: o.source, nativeId, url: null, changed: Math.max(created, closed ?? 0), gone: null, key: nativeId, title: `Ticket ${i}`, created,
    sourceSeverity: alert.tier, tier: alert.tier, sourceClient: alert.client, client: alert.client, sourceStatus: closed ? 'done' : 'open', done: closed !== null,
    sourceDisposition: verdict, disposition: verdict, dispositionAt: closed, dispositionBy: closed ? 'human' : null, origin: 'alert',
    quotes: [0, 1].map(k => ({ alert: `A${Math.min(o.alerts - 1, i * step + k)}`, found: 'field' as const, linkedAt: created })),
    timeline: [
      { at: created, type: 'created' as const, from: null, to: null, actor: 'automation' as const },
      ...(closed ? [{ at: closed, type: 'disposition_set' as const, from: null, to: verdict, actor: 'human' as const }, { at: closed, type: 'closed' as const, from: 'open', to: 'done', actor: 'human' as const }] : []),
    ],
    mergedInto: null,
  };
}

export function generatedAsset(o: GeneratorOptions, i: number): AssetRow {
  const nativeId = `H${i}`;
  return {
    id: rowId(o.source, 'asset', nativeId), source: o.source, nativeId, url: null, changed: o.until - 50 * DAY, gone: null, name: `host-${i}`, kind: 'endpoint', role: i % 4 === 0 ? 'server' : 'workstation',
    hostname: `host-${i}`, fqdn: `host-${i}.example`, identifiers: [{ type: 'agent', value: `agent-${i}` }], addresses: [], prefix: null, vrf: null, container: false, sourceClient: CLIENTS[i % 3]!, client: CLIENTS[i % 3]!,
    criticality: null, group: null, sourceStatus: 'active', registeredAt: o.until - 55 * DAY, retiredAt: null, exclusion: null,
  };
}

function generatedDay(o: GeneratorOptions, day: number, to: number): ObservationRow[] {
  const rows: ObservationRow[] = [];
  for (let i = 0; i < (o.hosts ?? 0); i++) {
    if (mix(day * 1000 + i) % 10 === 0) continue;
    const first = day * DAY + (mix(i + day) % (6 * HOUR));
    if (first >= to) continue;
    const nativeId = `${day}:H${i}`;
    rows.push({
      id: rowId(o.source, 'observation', nativeId), source: o.source, nativeId, url: null, changed: Math.min(to, first + 12 * HOUR), gone: null, evidence: 'agent_events', day, first, last: Math.min(to - 1, first + 12 * HOUR), count: 10,
      sourceClient: CLIENTS[i % 3]!, client: CLIENTS[i % 3]!, hostname: `host-${i}`, fqdn: null, identifiers: [{ type: 'agent', value: `agent-${i}` }], address: null, vrf: null,
    });
  }
  return rows;
}

export function generatorConnector(o: GeneratorOptions): Connector {
  const size = o.pageSize ?? 200;
  const edit = (row: CanonicalRows[RowKind]): CanonicalRows[RowKind] => o.hooks?.edit?.(row) ?? row;
  const pages = <K extends RowKind>(name: string, kind: K, all: (window: Window) => CanonicalRows[K][], mode: Stream['mode'], extra: Partial<Stream<K>> = {}): Stream => ({
    name, kind, mode, overlap: 5 * MINUTE, lag: 0,
    async read(_context: unknown, window: Window, cursor: unknown): Promise<Page> {
      await o.before?.(name, window, cursor);
      const rows = all(window).filter(row => !o.hooks?.vanished?.has(row.nativeId));
      const from = (cursor as number | null) ?? 0;
      const next = from + size;
      return {
        kind, rows: rows.slice(from, next), rejects: from === 0 ? o.hooks?.rejects ?? [] : [], notices: from === 0 ? o.hooks?.notices ?? [] : [],
        cursor: next < rows.length ? next : null, expected: rows.length, complete: !(o.hooks?.partial?.(name, window) ?? false),
      } as Page;
    },
    ...extra,
  }) as unknown as Stream;
  const inside = (window: Window) => (row: { changed: number }) => o.hooks?.ignoreFilter || (row.changed >= window.from && row.changed < window.to);
  const series = <R extends CanonicalRows[RowKind]>(n: number, make: (o: GeneratorOptions, i: number) => R) => Array.from({ length: n }, (_, i) => i).map(i => edit(make(o, i)) as R);
  const byChange = <R extends { changed: number; id: string }>(rows: R[]) => rows.sort((a, b) => a.changed - b.changed || (a.id < b.id ? -1 : 1));
  const ids = (make: () => { nativeId: string }[]) => async (_c: unknown, _w: Window, cursor: unknown) => {
    await o.before?.('listing', _w, cursor);
    return { ids: make().map(r => r.nativeId).filter(id => !o.hooks?.vanished?.has(id)), cursor: null, complete: !o.hooks?.listIncomplete };
  };
  const streams: Stream[] = [
    pages('alerts', 'alert', w => byChange(series(o.alerts, generatedAlert).filter(inside(w))), 'time', { listIds: ids(() => series(o.alerts, generatedAlert)), ...(o.hooks?.mapped ? { mapped: o.hooks.mapped } : {}) }),
    pages('tickets', 'ticket', w => byChange(series(o.tickets, generatedTicket).filter(inside(w))), 'time', { listIds: ids(() => series(o.tickets, generatedTicket)), ...(o.hooks?.observe ? { observe: o.hooks.observe } : {}) }),
  ];
  if (o.assets) streams.push(pages('assets', 'asset', () => series(o.assets!, generatedAsset), 'full', o.hooks?.deletions ? { deletions: o.hooks.deletions } : {}));
  if (o.hosts) streams.push(pages('telemetry', 'observation', w => generatedDay(o, Math.floor(w.from / DAY), w.to), 'day', { history: 10 * DAY }));
  return { sourceId: o.source, system: 'files', streams, health: async () => ({ ok: true, message: 'generated', checks: [] }) };
}
