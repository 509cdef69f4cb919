import { DAY, HOUR, MINUTE, SECOND } from '../../src/model/time';
import { DECIDE_TARGET, RESOLUTION, pace, type Verdict } from './decide';
import type { Rng } from './rng';
import { SEVERITIES, type Severity } from './rules';
import { AUTOMATION, ESCALATION } from './stories';
import type { WorldTicketChange } from './types';

/** Changes of one ticket in the making; keeps `from` of a field what `to` was before. */
export class History {
  readonly changes: WorldTicketChange[] = [];
  private status: string | null = 'New';
  private resolution: string | null = null;
  private ids: string | null;
  constructor(private severity: string | null, alertIds: readonly string[]) {
    this.ids = alertIds.length ? alertIds.join(';') : null;
  }
  set(at: number, actor: WorldTicketChange['actor'], field: WorldTicketChange['field'], to: string | null): void {
    this.changes.push({ at: Math.floor(at), actor, field, from: this.before(field, to), to });
  }
  private before(field: WorldTicketChange['field'], to: string | null): string | null {
    let from: string | null = null;
    switch (field) {
      case 'status': from = this.status; this.status = to; break;
      case 'severity': from = this.severity; this.severity = to; break;
      case 'resolution': from = this.resolution; this.resolution = to; break;
      case 'alert_ids': from = this.ids; this.ids = to; break;
    }
    return from;
  }
  /** Ordered by time; the sort is stable, so fields set at one instant keep their order. Cut to size: pushes leave room behind. */
  done(): WorldTicketChange[] { return this.changes.sort((a, b) => a.at - b.at).slice(); }
}

export interface Plan {
  readonly client: string; readonly created: number; readonly start: number; readonly severity: Severity;
  readonly natureVerdict: Verdict; readonly otherVerdict: Verdict;
  readonly alertIds: readonly string[]; readonly linkable: boolean;
  readonly forceMiss?: boolean;
}
export interface Worked { readonly history: History; readonly severity: Severity; readonly verdict: Verdict; readonly acknowledgedAt: number; readonly resolvedAt: number | null }

/** The life of an ordinary ticket: acknowledged, worked on, decided, closed; with the detours that real ones take. */
export function work(plan: Plan, rng: Rng): Worked {
  const highest = plan.severity;
  const rank = SEVERITIES.indexOf(highest);
  const detour = rng.next();
  // Opened below its alerts' tier: one in a hundred. Raised later: it opens one tier lower and the target restarts at the raise.
  const raised = detour < 0.03 && rank < 3;
  const downgraded = detour >= 0.03 && detour < 0.04 && rank < 3;
  const opened = raised || downgraded ? SEVERITIES[rank + 1]! : highest;
  const lowered = detour >= 0.04 && detour < 0.06 && rank < 3;
  const speed = pace(opened, plan.client, plan.start, rng);
  if (plan.forceMiss) speed.decide = DECIDE_TARGET[opened] * rng.between(1.2, 1.6);
  const history = new History(opened, plan.alertIds);
  const acknowledged = Math.max(plan.created + rng.between(15, 60) * SECOND, plan.start + speed.acknowledge);
  let decided = Math.max(acknowledged + 40 * SECOND, plan.start + speed.decide);

  if (plan.client === AUTOMATION.client && rng.chance(0.5)) history.set(plan.created + rng.between(4, 12) * SECOND, 'automation', 'status', 'Acknowledged');
  else {
    history.set(acknowledged, 'human', 'status', 'Acknowledged');
  }
  let cursor = acknowledged + Math.min(rng.between(5, 60) * SECOND, (decided - acknowledged) * 0.1);
  history.set(cursor, 'human', 'status', 'In Progress');
  if (raised) {
    cursor += (decided - cursor) * 0.1;
    history.set(cursor, 'human', 'severity', highest);
    const again = pace(highest, plan.client, plan.start, rng);
    decided = Math.min(decided, cursor + again.decide);
  } else if (lowered) {
    cursor += (decided - cursor) * 0.1;
    history.set(cursor, 'human', 'severity', SEVERITIES[rank + 1]!);
  }
  if (rng.chance(0.3)) history.set(cursor + (decided - cursor) * 0.3, 'human', 'comment', null);
  if (rng.chance(0.15)) history.set(cursor + (decided - cursor) * 0.35, 'automation', 'noise', 'RemoteIssueLink');

  const escalateSoon = plan.client === ESCALATION.client && rank <= 1 && rng.chance(ESCALATION.share);
  const verdict = plan.natureVerdict;
  let resolved = decided;
  if (escalateSoon || (verdict === 'true' && rng.chance(0.35)) || rng.chance(0.015)) {
    const at = escalateSoon ? Math.max(Math.min(acknowledged + rng.between(2, 9) * MINUTE, decided), cursor + SECOND) : decided;
    history.set(at, 'human', 'status', 'Escalated');
    resolved = at + rng.lognormal(9, 0.8) * HOUR;
  } else if (rng.chance(highest === 'critical' ? 0.025 : 0.06)) {
    const wait = cursor + (decided - cursor) * rng.between(0.4, 0.8);
    const pause = rng.lognormal(7, 0.9) * HOUR;
    history.set(wait, 'human', 'status', 'Waiting for client');
    history.set(wait + pause, 'human', 'status', 'In Progress');
    decided += pause;
    resolved = decided;
  }
  if (verdict === 'true' && rng.chance(0.5)) {
    const at = resolved > decided ? decided + (resolved - decided) * 0.3 : decided;
    history.set(at, 'human', 'status', 'Contained');
    resolved = Math.max(resolved, at + rng.lognormal(6, 0.7) * HOUR);
  }
  // One in a thousand is forgotten.
  if (highest !== 'critical' && rng.chance(0.001)) return { history, severity: opened, verdict, acknowledgedAt: acknowledged, resolvedAt: null };
  finish(history, resolved, plan, rng);
  return { history, severity: opened, verdict, acknowledgedAt: acknowledged, resolvedAt: resolved };
}

function finish(history: History, resolved: number, plan: Plan, rng: Rng): void {
  if (plan.natureVerdict) history.set(resolved, 'human', 'resolution', RESOLUTION[plan.natureVerdict]);
  history.set(resolved, 'human', 'status', 'Resolved');
  if (rng.chance(0.018)) {
    const again = resolved + rng.between(0.4, 9) * DAY;
    history.set(again, 'human', 'status', 'In Progress');
    if (plan.natureVerdict) history.set(again, 'human', 'resolution', null);
    const end = again + rng.lognormal(5, 0.9) * HOUR;
    const verdict = rng.chance(0.3) ? plan.otherVerdict : plan.natureVerdict;
    if (verdict) history.set(end, 'human', 'resolution', RESOLUTION[verdict]);
    history.set(end, 'human', 'status', 'Closed');
  } else if (rng.chance(0.7)) history.set(resolved + rng.between(10, 12) * DAY, 'automation', 'status', 'Closed');
}

