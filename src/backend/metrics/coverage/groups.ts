import type { CoverageNullReason } from '../../../catalog/coverage-columns';
import { localDay } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import type { MetricRequest } from '../metric';
import { byText } from '../shared/by-text';
import { zoneCuts } from '../shared/zones';
import { cellClients, dayCells, headOf } from './days';
import { coverageOf, noCounts, whyNot, type Counts, type Member, type Reading } from './shared';

type CellHead = { readonly client_key: number; readonly kind: string; readonly criticality: string | null; readonly requirement: string };
/** Complete local days of one row of an answer, the clients in it, and the local days asked for. */
export interface Group {
  readonly head: Readonly<Record<string, string | null>>;
  readonly kind: string;
  readonly days: Map<number, Counts>;
  readonly clients: Set<number>;
  /** All clients of the row's part of the question. */
  readonly members: readonly Member[];
  readonly from: number;
  readonly to: number;
  readonly zone: string;
}

/**
 * Groups of a request with the complete local days of its range, and `back` days before it. All zones in one statement. With `ends`, only so
 * many days at both ends are read, and every group that has any day stands there all the same.
 */
export async function groupsOf(reader: ScopedReader, request: MetricRequest, all: readonly Member[], back: number, signal?: AbortSignal, ends?: number): Promise<Group[]> {
  const byClient = request.groupBy.includes('client');
  const names = new Map(all.map(m => [m.key, m.id]));
  const nameOf = (key: number): string => names.get(key)!;
  const cuts = zoneCuts(reader, request.range, byClient, request.filters.client).map(cut => ({
    members: all.filter(m => cut.clients === null || cut.clients.includes(m.id)), zone: cut.zone,
    from: localDay(cut.range.from, cut.zone), to: Math.min(localDay(cut.range.to - 1, cut.zone), localDay(request.asOf, cut.zone) - 1),
  }));
  const cutOf = new Map(cuts.flatMap(cut => cut.members.map(m => [m.key, cut] as const)));
  const groups = new Map<string, Group>();
  const groupOf = (cell: CellHead): Group => {
    const key = `${byClient ? cell.client_key : 0}|${cell.kind}|${cell.criticality ?? ''}|${cell.criticality === null}|${cell.requirement}`;
    let group = groups.get(key);
    if (!group) {
      const { members, from, to, zone } = byClient ? cutOf.get(cell.client_key)! : cuts[0]!;
      groups.set(key, group = { head: headOf(request, cell, nameOf), kind: cell.kind, days: new Map(), clients: new Set(), members, from, to, zone });
    }
    return group;
  };
  const asked = cuts.map(({ members, from, to }) => ({ members, days: { from: from - back, to } }));
  const read = ends === undefined ? asked : asked.flatMap(({ members, days: { from, to } }) => (to - from < 2 * ends ? [{ members, days: { from, to } }]
    : [{ members, days: { from, to: from + ends - 1 } }, { members, days: { from: to - ends + 1, to } }]));
  for (const cell of await dayCells(reader, request, read, byClient, signal)) {
    const group = groupOf(cell);
    group.days.set(cell.day, cell.counts);
    if (byClient) group.clients.add(cell.client_key);
  }
  if (!byClient || ends !== undefined) for (const cell of await cellClients(reader, request, asked, signal)) groupOf(cell).clients.add(cell.client_key);
  return [...groups.values()];
}

/** Groups in the order of an answer: no two are even. */
export const byHead = (a: Pick<Group, 'head' | 'kind'>, b: Pick<Group, 'head' | 'kind'>): number =>
  byText(String(a.head.client ?? ''), String(b.head.client ?? '')) || byText(a.kind, b.kind) || byText(JSON.stringify(a.head), JSON.stringify(b.head));

/** The clients whose assets can move a group: an asset and all its spans are of one client. */
export const membersIn = ({ members, clients }: Group): Member[] => members.filter(m => clients.has(m.key));

const NOBODY: Counts = noCounts();
/** Why a day of a group has no value, and its value. A total is measured only where every client in it is: half a sum would look like a fall. */
export function measurer({ clients, kind, days }: Group, readings: readonly Reading[], tolerance: number): { why(day: number): CoverageNullReason | null; valueOn(day: number): number | null } {
  const own = readings.filter(r => clients.has(r.client_key) && r.kind === kind && r.first_day !== null);
  const first = Math.max(...own.map(r => r.first_day!));
  const last = Math.min(...own.map(r => r.last_day!));
  const ended = (day: number): CoverageNullReason | null => (own.find(r => r.last_day! < day && r.reason !== null)?.reason ?? null) as CoverageNullReason | null;
  const why = (day: number): CoverageNullReason | null => (own.length === 0 || day < first ? 'before_telemetry' : day > last ? ended(day) ?? 'not_yet' : whyNot(days.get(day) ?? NOBODY, tolerance));
  return { why, valueOn: day => (why(day) === null ? coverageOf(days.get(day)!, tolerance) : null) };
}
