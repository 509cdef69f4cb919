import type { SeverityTier } from '../../../model';
import { instantOf, type Verdict } from '../../facts/alert';
import { slaPolicy } from '../../facts/sla-policy';
import type { FactContext } from '../facts';
import type { AlertStoreRow } from './linked';

/**
 * Untracked (metrics.md §3): an alert of a ticket-required tier past its due with neither ticket nor human verdict. The due is that
 * of the decide clock from the alert's own start. An alert that a human acknowledged in the SIEM is an SLA item already and would
 * count twice in the floor, so it is tracked (docs/adr/005-untracked.md). Null due: tracked, not required, or no target.
 */
export function untrackedOf(row: AlertStoreRow, verdict: Verdict, hasTicket: boolean, context: FactContext): { ticket_required: boolean; untracked_due: number | null } {
  const tier = row.tier as SeverityTier;
  const required = context.settings.policy.sla.ticketRequired.includes(tier);
  const acknowledged = row.acknowledged_at !== null && row.acknowledged_by !== 'automation';
  const human = verdict.bucket === 'conflict' || verdict.inherited !== null || (row.disposition !== null && row.disposition_by !== 'automation');
  if (!required || hasTicket || human || acknowledged) return { ticket_required: required, untracked_due: null };
  return { ticket_required: required, untracked_due: ownDue(row, context) };
}

/** When the decide target of an alert's tier passes, from the alert's own instant; null: no target. */
export function ownDue(row: AlertStoreRow, context: FactContext): number | null {
  const start = instantOf({ detected: row.detected, readable: row.readable, event: row.event, changed: row.changed! });
  const targets = slaPolicy(context.settings).targetsFor(context.dimensions.clientId(row.client_key!), start);
  const target = targets.target(row.tier as SeverityTier, 'decide');
  return target === null ? null : targets.calendar.add(start, target);
}
