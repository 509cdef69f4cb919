import { DECISION_GAP, type Ms } from '../../model';
import type { Verdict, VerdictAlert } from './alert';
import { instantOf } from './alert';

/**
 * Decisions (metrics.md §2): alerts of one rule and client with one verdict from one ticket, or own verdicts set within 60 s of
 * each other. "Within 60 s of each other" chains: a gap of more than 60 s between neighbours starts a new decision.
 */
export interface Judged { readonly alert: VerdictAlert; readonly verdict: Verdict }
export interface Decision {
  /** Parts of the key; the store hashes them. Deterministic whatever the order of arrival. */
  readonly name: readonly (string | number)[];
  readonly members: readonly Judged[];
  /** Earliest instant among the members: a range that starts after it may still hold later members. */
  readonly headAt: Ms;
  readonly head: bigint;
}

function toDecision(name: (string | number)[], members: Judged[]): Decision {
  const ordered = [...members].sort((a, b) => instantOf(a.alert) - instantOf(b.alert) || (a.alert.key < b.alert.key ? -1 : 1));
  return { name, members, headAt: instantOf(ordered[0]!.alert), head: ordered[0]!.alert.key };
}

/** Groups judged alerts into decisions; alerts without a determined verdict belong to none. Groups must be given whole. */
export function decisionsOf(judged: readonly Judged[]): Decision[] {
  const byTicket = new Map<string, Judged[]>();
  const own = new Map<string, Judged[]>();
  for (const j of judged) {
    const { bucket, ticket } = j.verdict;
    if (bucket !== 'true' && bucket !== 'benign' && bucket !== 'false') continue;
    const name = `${j.alert.rule}|${j.alert.client}|${bucket}`;
    const [map, key] = ticket ? [byTicket, `${name}|${ticket.id}`] as const : [own, name] as const;
    const group = map.get(key);
    if (group) group.push(j); else map.set(key, [j]);
  }
  const decisions = [...byTicket].map(([name, members]) => toDecision(['ticket', name], members));
  for (const [name, members] of own) {
    // An own verdict whose time the source does not tell stands alone: nothing says it was set together with another.
    for (const m of members.filter(m => m.verdict.at === null)) decisions.push(toDecision(['alone', name, String(m.alert.key)], [m]));
    const timed = members.filter(m => m.verdict.at !== null).sort((a, b) => a.verdict.at! - b.verdict.at!);
    let cluster: Judged[] = [];
    for (const m of timed) {
      if (cluster.length > 0 && m.verdict.at! - cluster[cluster.length - 1]!.verdict.at! > DECISION_GAP) {
        decisions.push(toDecision(['own', name, cluster[0]!.verdict.at!], cluster));
        cluster = [];
      }
      cluster.push(m);
    }
    if (cluster.length > 0) decisions.push(toDecision(['own', name, cluster[0]!.verdict.at!], cluster));
  }
  return decisions;
}
