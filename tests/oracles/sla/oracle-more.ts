import type { Cell } from '../../../src/backend/metrics/metric';

import { oracleItems, oracleOutcome, oraclePeriod, type OracleItem, type Rows } from './oracle';
import { bucketStarts, oracleAdherence, periodOf, sees, zoneFor, type Question } from './oracle-metrics';

/** sla.contributors, .budget, .time_to_decide and .flow in plain loops. */
type Row = Record<string, Cell>;

const mine = (rows: Rows, q: Question): OracleItem[] =>
  oracleItems(rows).filter(i => sees(rows, q, i.client) && q.clocks.includes(i.clock) && (q.tiers === null || q.tiers.includes(i.tier)) && (q.sources === null || q.sources.includes(i.source)));
/** Lower end of Wilson's interval, solved by halving: the smallest p of which k of n is not yet 1.96 standard errors away. */
export function lowerBound(k: number, n: number): number {
  if (k === 0) return 0;
  let low = 0;
  let high = k / n;
  for (let step = 0; step < 200; step++) {
    const p = (low + high) / 2;
    if (k / n - p > 1.959963984540054 * Math.sqrt((p * (1 - p)) / n)) low = p; else high = p;
  }
  return high;
}

export function oracleContributors(rows: Rows, q: Question): Row[] {
  const asked = { ...q, groupBy: ['client'] };
  const fell = mine(rows, asked).filter(i => {
    const { from, to } = periodOf(rows, asked, i.client);
    return i.start <= q.asOf && ['met', 'missed', 'overdue'].includes(oracleOutcome(i, q.asOf)) && oraclePeriod(i) >= from && oraclePeriod(i) < to;
  });
  const miss = (items: OracleItem[]) => items.filter(i => oracleOutcome(i, q.asOf) !== 'met').length;
  const cells = new Map<string, OracleItem[]>();
  for (const i of fell) { const key = `${i.tier}|${i.client}|${i.shift ?? 'none'}`; cells.set(key, [...(cells.get(key) ?? []), i]); }
  const large = [...cells].filter(([, items]) => items.length >= 20);
  const out: Row[] = [];
  for (const [key, items] of large) {
    const [tier, client, shift] = key.split('|') as [string, string, string];
    const all = fell.filter(i => i.tier === tier);
    const rate = miss(all) / all.length;
    if (lowerBound(miss(items), items.length) > rate) out.push({ tier, clock: q.clocks[0]!, client, shift, items: items.length, misses: miss(items), tier_rate: rate, excess: miss(items) - rate * items.length, tried: large.length });
  }
  return out.sort((a, b) => Number(b.excess) - Number(a.excess) || (`${a.tier}|${a.client}|${a.shift}` < `${b.tier}|${b.client}|${b.shift}` ? -1 : 1)).map((r, n) => ({ rank: n + 1, ...r }));
}

export function oracleBudget(rows: Rows, q: Question): Row[] {
  return oracleAdherence(rows, q).flatMap(r => {
    const goal = (rows.settings.policy.sla.goals as Record<string, number | undefined>)[String(r.tier)] ?? null;
    const misses = Number(r.missed) + Number(r.overdue);
    const items = misses + Number(r.met);
    if (items === 0 && r.running === 0) return [];
    const allowed = goal === null ? null : items * (1 - goal);
    const none = allowed === null || allowed < 1e-9;
    const used = none ? null : misses / allowed!;
    const spent = allowed !== null && misses > 0 && misses >= allowed - 1e-9;
    const state = r.tier === 'critical' && misses > 0 ? 'missed critical' : goal === null ? 'no budget' : spent ? 'spent' : used !== null && used >= 0.5 - 1e-9 ? 'half spent' : 'within';
    return [{ ...(r.client !== undefined && { client: r.client }), tier: r.tier!, clock: r.clock!, state, goal, items, misses, allowed, used, remaining: allowed === null ? null : allowed - misses, running: r.running!, reason: !none ? null : goal === null ? 'no_goal' : items === 0 ? 'nothing_due' : 'no_misses_allowed' }];
  });
}

/** Quantile with items of which only a lower bound is known: walk through the times, and keep the share that is left. */
function reached(times: { took: number; decided: boolean }[], left: number): number | null {
  let share = 1;
  for (const at of [...new Set(times.map(t => t.took))].sort((a, b) => a - b)) {
    const still = times.filter(t => t.took >= at).length;
    const now = times.filter(t => t.took === at && t.decided).length;
    share *= (still - now) / still;
    if (share <= left + 1e-9) return at / 1000;
  }
  return null;
}

export function oracleTimeToDecide(rows: Rows, q: Question): Row[] {
  const groups = new Map<string, { head: Row; times: { took: number; decided: boolean }[] }>();
  for (const i of mine(rows, { ...q, clocks: ['decide'] })) {
    const { from, to } = periodOf(rows, q, i.client);
    if (i.start < from || i.start >= to || i.start > q.asOf || (i.left !== null && i.left <= q.asOf)) continue;
    const head: Row = { ...(q.groupBy.includes('client') && { client: i.client }), tier: i.tier };
    const key = JSON.stringify(head);
    if (!groups.has(key)) groups.set(key, { head, times: [] });
    const decided = i.stop !== null && i.stop <= q.asOf;
    groups.get(key)!.times.push({ decided, took: Math.max(0, (decided ? i.stop! : q.asOf) - i.start) });
  }
  return [...groups.values()].map(({ head, times }) => {
    const open = times.filter(t => !t.decided);
    const p50 = reached(times, 0.5);
    const p90 = reached(times, 0.1);
    return { ...head, items: times.length, decided: times.length - open.length, open: open.length, p50, p90, oldest: open.length === 0 ? null : Math.max(...open.map(t => t.took)) / 1000, reason: p50 === null || p90 === null ? 'not_reached' : null };
  });
}

/** Linear between neighbours, as percentiles of latency. */
function quantile(sorted: number[], p: number): number {
  const place = (sorted.length - 1) * p;
  const low = Math.floor(place);
  return sorted[low]! + ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!) * (place - low);
}

export function oracleFlow(rows: Rows, q: Question, bucket: string): Row[] {
  const out: Row[] = [];
  const byClient = q.groupBy.includes('client');
  const endOf = (i: OracleItem): number => Math.max(i.start, Math.min(i.stop ?? Infinity, i.left ?? Infinity, (i.ticket ? i.ticket.gone : i.goneAt) ?? Infinity));
  const decide = mine(rows, { ...q, clocks: ['decide'] });
  const alerts = rows.alerts.filter(a => sees(rows, q, a.client) && (q.tiers === null || q.tiers.includes(a.tier)) && (q.sources === null || q.sources.includes(a.source)));
  const detected = (a: (typeof alerts)[number]) => a.detected ?? a.readable ?? a.event ?? a.changed;
  for (const client of byClient ? [...new Set([...decide.map(i => i.client), ...alerts.map(a => a.client)])] : ['']) {
    const range = periodOf(rows, q, client);
    const starts = bucket === 'none' ? [range.from] : bucketStarts(range, bucket, zoneFor(rows, q, client));
    const last = Math.min(range.to, q.asOf);
    const here = decide.filter(i => !byClient || i.client === client);
    const incoming = alerts.filter(a => !byClient || a.client === client);
    const tiers = new Set([...here.filter(i => i.start < last).map(i => i.tier), ...here.filter(i => i.stop !== null && i.stop >= range.from && i.stop < last).map(i => i.tier), ...incoming.filter(a => detected(a) >= range.from && detected(a) < last).map(a => a.tier)]);
    for (const tier of tiers) starts.forEach((from, b) => {
      if (from >= q.asOf) return;
      const end = starts[b + 1] ?? range.to;
      const to = Math.min(end, q.asOf);
      const items = here.filter(i => i.tier === tier);
      const open = items.filter(i => i.start < to && endOf(i) >= to).map(i => to - i.start).sort((x, y) => x - y);
      const within = (at: number | null) => at !== null && at >= from && at < to;
      out.push({
        ...(bucket !== 'none' && { time: from }), ...(byClient && { client }), tier, alerts_in: incoming.filter(a => a.tier === tier && within(detected(a))).length, started: items.filter(i => within(i.start)).length,
        decided: items.filter(i => within(i.stop)).length, open: open.length,
        ...(bucket === 'none' ? { age_p50: open.length ? quantile(open, 0.5) / 1000 : null, age_p90: open.length ? quantile(open, 0.9) / 1000 : null, oldest: open.length ? open[open.length - 1]! / 1000 : null } : { complete: end <= q.asOf }),
        reason: bucket === 'none' && open.length === 0 ? 'none_open' : null,
      });
    });
  }
  return out;
}
