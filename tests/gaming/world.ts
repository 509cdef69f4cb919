import { DAY, HOUR, MINUTE, type AlertRow, type Disposition, type SeverityTier, type TicketEvent, type TicketRow } from '../../src/model';
import { workspaceSchema, type WorkspaceSettings } from '../../src/settings/schema';
import type { CaseWorld } from '../worlds/cases';
import { alert, at, rule, ticket } from '../oracles/rules/hand';

/**
 * Exports: honest, everything, cases, storm, worldOf, event, late, SETTINGS. An ordinary month of one client, the world every strategy starts from: 4 rules, 160 alerts, one ticket each,
 * most decided in time, some missed, verdicts of every kind. Nobody games here, and no counter is past its threshold.
 */
export const SETTINGS: WorkspaceSettings = workspaceSchema.parse({
  zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }],
  policy: { sla: { targets: [{ client: '*', hours: { critical: { acknowledge: 0.5, decide: 2, resolve: 24 }, high: { acknowledge: 1, decide: 8, resolve: 48 }, medium: { acknowledge: 4, decide: 24, resolve: 120 } } }], allowedPauses: ['waiting for client'] } },
});
export const FROM = at('2026-06-01T00:00:00Z');
export const NOW = FROM + 40 * DAY;
const RULES = ['powershell', 'beacon', 'noisy', 'phish'] as const;
const TIERS: SeverityTier[] = ['critical', 'high', 'high', 'medium'];

export interface Case { readonly alert: AlertRow; readonly ticket: TicketRow }
/** Deterministic, without chance: what happens to case i follows from i. */
export function cases(): Case[] {
  return Array.from({ length: 160 }, (_, i) => {
    const tier = TIERS[i % 4]!;
    const name = RULES[(i + Math.floor(i / 4)) % 4]!;
    const start = FROM + Math.floor(i * (29 * DAY) / 160) + (i % 7) * 11 * MINUTE;
    const target = { critical: 2, high: 8, medium: 24 }[tier as 'high'] * HOUR;
    const missed = i % 8 === 5 || i % 16 === 4;
    const decided = start + Math.round(target * (missed ? 1.6 : 0.5));
    const verdict: Disposition = name === 'noisy' ? (i % 9 === 0 ? 'benign_positive' : 'false_positive') : name === 'beacon' ? (i % 3 === 0 ? 'false_positive' : 'true_positive') : i % 2 === 0 ? 'true_positive' : 'benign_positive';
    const a = alert(name, start, { nativeId: `A${i}`, tier });
    const events: TicketEvent[] = [
      event(start + 12 * MINUTE, 'acknowledged'), event(start + Math.round((decided - start) * 0.6), 'touched'),
      event(decided, 'disposition_set', verdict), event(decided + HOUR, 'touched'), event(decided + 2 * HOUR, 'closed'),
    ];
    return { alert: a, ticket: { ...ticket(`T${i}`, start + 5 * MINUTE, [a], { tier, disposition: verdict, sourceDisposition: verdict, dispositionAt: decided, dispositionBy: 'human' }, events), changed: decided + 2 * HOUR } };
  });
}
/** A storm on one afternoon: 40 alerts of a rule in two hours, half of them decided too late. */
export function storm(): Case[] {
  const begin = FROM + 15 * DAY + 13 * HOUR;
  return Array.from({ length: 40 }, (_, i) => {
    const start = begin + i * 3 * MINUTE;
    const decided = start + (i % 2 === 0 ? 4 * HOUR : 13 * HOUR) + (i % 5) * 23 * MINUTE;
    const a = alert('phish', start, { nativeId: `S${i}`, tier: 'high' });
    const verdict: Disposition = i % 3 === 0 ? 'true_positive' : 'benign_positive';
    const events = [event(start + 20 * MINUTE + i * 2 * MINUTE, 'acknowledged'), event(start + 2 * HOUR, 'touched'), event(start + 3 * HOUR, 'touched'), event(decided, 'disposition_set', verdict), event(decided + (i + 1) * 31 * MINUTE, 'closed')];
    return { alert: a, ticket: { ...ticket(`TS${i}`, start + 5 * MINUTE, [a], { tier: 'high', disposition: verdict, sourceDisposition: verdict, dispositionAt: decided, dispositionBy: 'human' }, events), changed: events.at(-1)!.at } };
  });
}
export const event = (when: number, type: TicketEvent['type'], to: string | null = null, actor: TicketEvent['actor'] = 'human', more: Partial<TicketEvent> = {}): TicketEvent => ({ at: when, type, from: null, to, actor, ...more });

export function worldOf(list: readonly Case[], more: Partial<CaseWorld> = {}): CaseWorld {
  return { settings: SETTINGS, alerts: list.map(c => c.alert), tickets: list.map(c => c.ticket), rules: RULES.map(n => rule(n)), now: NOW, range: { from: FROM, to: FROM + 35 * DAY }, ...more };
}
export const everything = (): Case[] => [...cases(), ...storm()];
export const honest = (): CaseWorld => worldOf(everything());
export const decidedAt = (c: Case): number => c.ticket.dispositionAt!;
/** Whether the honest month missed the decide clock. */
export const late = (c: Case): boolean => decidedAt(c) - c.alert.detected! > { critical: 2, high: 8, medium: 24 }[c.alert.tier as 'high'] * HOUR;
