import { dayStart, utcDay, type AssetKind } from '../../../../model';
import { judgeDays, judgeGroup, type DayFact, type MemberDay, type Subject } from '../../../facts/coverage/days';
import { LOOKBACK_DAYS } from '../../../facts/coverage/reading';
import type { Rules } from '../../../facts/coverage/rules';
import type { Transaction } from '../../../store/port';
import type { FactContext } from '../../facts';
import type { RunAsset } from './assets';
import type { ClientHosts } from './hosts';
import type { RollUp } from './rollup';
import { loadSightings } from './sightings';
import { SpanWriter } from './spans';

export interface ClientRun {
  readonly key: number;
  readonly id: string;
  readonly zone: string;
  readonly assets: ReadonlyMap<bigint, RunAsset>;
  readonly hosts: ClientHosts;
  /** As they stand now, or on a local day. */
  rulesFor(kind: AssetKind, role: string | null, day?: number): Rules;
}
const CHUNK = 250;
const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

const subjectOf = (run: RunAsset): Subject => ({
  kind: run.asset!.kind, role: run.asset!.role, criticality: run.asset!.criticality, exclusion: run.asset!.exclusion, past: run.asset!.past,
  group: run.asset!.kind === 'cloud_workload' ? run.asset!.group : null, registeredAt: run.asset!.registeredAt, retiredAt: run.asset!.retiredAt,
});

/**
 * Judges assets on local days [first, last] and writes spans and roll-up. The members of a touched workload group are judged with it.
 * Works in chunks and gives the event loop back between them: the same thread answers panels.
 */
export async function evaluate(tx: Transaction, context: FactContext, run: ClientRun, wanted: Iterable<bigint>, first: number, last: number, rollUp: RollUp, latest: Map<bigint, DayFact | null>): Promise<void> {
  if (last < first) return;
  const groupOf = new Map<bigint, bigint>();
  for (const a of run.assets.values()) if (!a.asset) for (const m of a.members) groupOf.set(m, a.key);
  const keys = new Set<bigint>();
  const groups = new Set<bigint>();
  for (const key of wanted) { const group = run.assets.get(key)?.asset ? groupOf.get(key) : key; if (group !== undefined) groups.add(group); if (run.assets.get(key)?.asset) keys.add(key); }
  for (const group of groups) for (const m of run.assets.get(group)?.members ?? []) keys.add(m);
  const window = Math.max(...(['endpoint', 'cloud_workload', 'network_segment'] as const).flatMap(k => [run.rulesFor(k, null).window, run.rulesFor(k, 'workstation').window]));
  const from = Math.min(utcDay(dayStart(first, run.zone) - window), utcDay(dayStart(first, run.zone)) - LOOKBACK_DAYS) - 2;
  const to = utcDay(dayStart(last + 1, run.zone));
  const members = new Map<bigint, MemberDay[][]>();
  const writer = new SpanWriter(tx, run.key, rollUp);
  const list = [...keys];
  for (let i = 0; i < list.length; i += CHUNK) {
    const chunk = list.slice(i, i + CHUNK);
    const sightings = await loadSightings(tx, context, run.hosts.ties, chunk, from, to);
    const stored = await writer.load(chunk, first, last);
    let since = performance.now();
    for (const key of chunk) {
      const asset = run.assets.get(key)!;
      const days = judgeDays(subjectOf(asset), sightings.get(key) ?? [], run.rulesFor, first, last, run.zone);
      writer.replace(key, stored.get(key) ?? [], days.facts, first);
      latest.set(key, days.facts[days.facts.length - 1] ?? null);
      if (days.member.length > 0) {
        const group = groupOf.get(key)!;
        const table = members.get(group) ?? Array.from({ length: last - first + 1 }, () => []);
        for (const m of days.member) table[m.day - first]!.push(m);
        members.set(group, table);
      }
      if (performance.now() - since > 10) { await pause(); since = performance.now(); }
    }
    await writer.flush();
  }
  const groupKeys = [...groups].filter(g => run.assets.has(g));
  const stored = await writer.load(groupKeys, first, last);
  for (const key of groupKeys) {
    const facts = (members.get(key) ?? Array.from({ length: last - first + 1 }, (): MemberDay[] => [])).map((m, i) => judgeGroup(m, { kind: 'cloud_workload', criticality: run.assets.get(key)!.row.criticality, requirement: run.rulesFor('cloud_workload', null, first + i).requirement.name }));
    writer.replace(key, stored.get(key) ?? [], facts, first);
    latest.set(key, facts[facts.length - 1] ?? null);
  }
  await writer.flush();
}

/** Takes everything away that assets left behind which are no more. */
export async function forget(tx: Transaction, client: number, vanished: readonly bigint[], rollUp: RollUp): Promise<void> {
  if (vanished.length === 0) return;
  const writer = new SpanWriter(tx, client, rollUp);
  const far = 1_000_000;
  const stored = await writer.load(vanished, -far, far);
  for (const [key, rows] of stored) {
    const first = Math.min(...rows.map(r => r.first_day!));
    const last = Math.max(...rows.map(r => r.last_day!));
    writer.replace(key, rows, new Array<DayFact | null>(last - first + 1).fill(null), first);
  }
  await writer.flush();
  await tx.remove('asset', 'asset_key', vanished);
}
