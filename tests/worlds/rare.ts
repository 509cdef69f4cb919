import fc from 'fast-check';
import { DAY, MINUTE, ruleId, type AlertRow, type RuleRow, type TicketRow } from '../../src/model';
import type { OneWorld } from './one';
import { seldomRight } from './rules';
import { workspaceSchema, type WorkspaceSettings } from '../../src/settings/schema';

/** Days that begin at one o'clock (Beirut, Azores in spring), midnights that come twice (Azores in autumn), hours of the day before that do (Beirut), half an hour more or less, quarters of an hour. */
const AT_MIDNIGHT = ['Asia/Beirut', 'Atlantic/Azores', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Chatham'] as const;

/**
 * What random rows almost never do by themselves, put into a fifth of the worlds each: tickets closed together, a rule that seldom
 * speaks and is right, and zones whose clocks change at midnight. Drawn after everything else, so that the other worlds stay what their seed made them.
 */
export const rarity = fc.record({
  /** Minutes between one close and the next: within ten minutes, at the tenth, and past it. */
  rush: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.array(fc.constantFrom(0, 1, 4, 5, 9, 10), { minLength: 8, maxLength: 8 }) }),
  sure: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.integer({ min: 3, max: 5 }) }),
  clocks: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.shuffledSubarray([...AT_MIDNIGHT], { minLength: 4, maxLength: 4 }) }),
});
type Rarity = typeof rarity extends fc.Arbitrary<infer T> ? T : never;

export function withRarity(one: OneWorld, { rush, sure, clocks }: Rarity): OneWorld {
  const settings = clocks === null ? one.world.settings : inZones(one.world.settings, clocks);
  const tickets = rush === null ? one.world.tickets : closedTogether(one.world.tickets, rush);
  const { alerts, rules } = sure === null ? one.world : seldom(one, sure);
  return { ...one, world: { ...one.world, settings, tickets, alerts, rules }, late: { ...one.late, settings, tickets, alerts, rules } };
}

/** The SOC, the clients and the calendars in zones given in turn. */
function inZones(settings: WorkspaceSettings, [soc, ...others]: readonly string[]): WorkspaceSettings {
  const { sla } = settings.policy;
  const of = (i: number): string => others[i % others.length]!;
  return workspaceSchema.parse({
    ...settings, zone: soc, clients: settings.clients.map((c, i) => ({ ...c, zone: of(i) })),
    policy: { ...settings.policy, sla: { ...sla, calendars: Object.fromEntries(Object.entries(sla.calendars).map(([name, c], i) => [name, { ...c, zone: of(i) }])) } },
  });
}

/** Whatever was still open is closed, one after the other, after the last of their events. */
function closedTogether(tickets: readonly TicketRow[], gaps: readonly number[]): TicketRow[] {
  const open = tickets.filter(t => !t.timeline.some(e => e.type === 'resolved' || e.type === 'closed'));
  let at = Math.max(0, ...open.flatMap(t => t.timeline.map(e => e.at)));
  const closed = new Map(open.map((t, i) => { at += gaps[i % gaps.length]! * MINUTE; return [t.id, at]; }));
  return tickets.map(t => {
    const when = closed.get(t.id);
    return when === undefined ? t : { ...t, changed: when, done: true, sourceStatus: 'done', timeline: [...t.timeline, { at: when, type: 'closed' as const, from: null, to: null, actor: 'human' as const }] };
  });
}

/** The last rule stands alone, with a few true positives from the first day of the question on; what it had raised is another rule's. */
function seldom(one: OneWorld, n: number): { alerts: AlertRow[]; rules: RuleRow[] } {
  const [busy, rare] = [ruleId('test', 'r0'), ruleId('test', 'r3')];
  return {
    rules: one.world.rules.map(r => (r.rule === rare ? { ...r, predecessor: null, queryHash: null } : r.predecessor === rare ? { ...r, predecessor: null } : r)),
    alerts: [...one.world.alerts.map(a => (a.rule === rare ? { ...a, rule: busy, ruleName: 'Rule 0' } : a)), ...seldomRight({ rule: 3, n, wrong: false }, one.late.range.from + DAY, 'rare')],
  };
}
