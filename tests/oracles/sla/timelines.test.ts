import { ticketItems, type HeldAlert, type ItemFact, type ItemTicket } from '../../../src/backend/facts/item';
import { chains, siemItems, type LooseAlert } from '../../../src/backend/facts/siem-item';
import { slaPolicy } from '../../../src/backend/facts/sla-policy';
import type { TimelineTicket } from '../../../src/backend/facts/timeline';
import type { Clock, TicketEvent, TicketEventType } from '../../../src/model';
import { workspaceSchema } from '../../../src/settings/schema';

/**
 * Timelines worked out by hand from metrics.md §3. Monday 8 June 2026, all clocks in UTC; `t('10:15')` is that day.
 * Targets: critical decide 1 h, acknowledge 15 min, resolve 8 h; high decide 4 h, acknowledge 30 min, resolve 24 h; no other.
 */
const settings = (sla: object = {}) => workspaceSchema.parse({
  zone: 'UTC', clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }, { id: 'bravo', name: 'Bravo', zone: 'UTC' }],
  policy: { sla: {
    targets: [{ hours: { critical: { decide: 1, acknowledge: 0.25, resolve: 8 }, high: { decide: 4, acknowledge: 0.5, resolve: 24 } } }],
    calendars: { office: { zone: 'Europe/Berlin', hours: { mon: [{ from: '09:00', to: '17:00' }], fri: [{ from: '09:00', to: '17:00' }] } } },
    allowedPauses: ['waiting for client'], ...sla,
  } },
});
const t = (time: string, day = 8): number => Date.parse(`2026-06-${String(day).padStart(2, '0')}T${time}Z`);
const clock = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString().slice(8, 16).replace('T', ' '));
const e = (at: number, type: TicketEventType, more: Partial<TicketEvent> = {}): TicketEvent => ({ at, type, from: null, to: null, actor: 'human', ...more });
const ticket = (created: number, timeline: TicketEvent[], more: Partial<ItemTicket> = {}): ItemTicket => ({ created, tier: 'high', client: 'acme', timeline: [e(created, 'created', { actor: 'automation' }), ...timeline], ...more });
const alert = (detected: number | null, linkedAt: number | null, more: Partial<HeldAlert> = {}): HeldAlert => ({ client: 'acme', tier: 'high', detected, linkedAt, first: true, continues: false, ...more });
const items = (tk: ItemTicket, alerts: HeldAlert[] = [], sla: object = {}, later: readonly TimelineTicket[] = []): ItemFact[] => ticketItems(tk, alerts, () => later, slaPolicy(settings(sla)));
const one = (all: ItemFact[], which: Clock = 'decide', episode = 0): ItemFact => all.find(i => i.clock === which && i.episode === episode)!;
const verdict = (at: number, to = 'true_positive', more: Partial<TicketEvent> = {}) => e(at, 'disposition_set', { to, ...more });

describe('hand-computed timelines', () => {
  it('1: starts at detection, not at the ticket: detected 08:50, decided 12:50 exactly at the due', () => {
    const i = one(items(ticket(t('09:00'), [verdict(t('12:50'))]), [alert(t('08:50'), t('09:00'))]));
    expect([clock(i.start), clock(i.due), clock(i.stop), i.startFromCreation]).toEqual(['08 08:50', '08 12:50', '08 12:50', false]);
  });
  it('2: without an alert the start is the creation, flagged', () => {
    const i = one(items(ticket(t('09:00'), [])));
    expect([clock(i.start), clock(i.due), i.stop, i.startFromCreation]).toEqual(['08 09:00', '08 13:00', null, true]);
  });
  it('3: evidence linked after the first human action does not move the start', () => {
    const i = one(items(ticket(t('09:00'), [e(t('09:10'), 'acknowledged')]), [alert(t('08:00'), t('09:11')), alert(t('08:55'), t('09:10'))]));
    // 09:10 is "no later than" the action at 09:10, 09:11 is later: start is 08:55.
    expect([clock(i.start), i.alerts]).toEqual(['08 08:55', 2]);
  });
  it('4: link time unknown: 24 h before creation counts, a minute more does not', () => {
    expect(clock(one(items(ticket(t('09:00', 9), []), [alert(t('09:00'), null)])).start)).toBe('08 09:00');
    expect(one(items(ticket(t('09:01', 9), []), [alert(t('09:00'), null)]))).toMatchObject({ start: t('09:01', 9), startFromCreation: true });
  });
  it('5: an alert that was ticketed elsewhere first gives no start', () => {
    expect(one(items(ticket(t('09:00'), []), [alert(t('08:00'), t('09:00'), { first: false })]))).toMatchObject({ start: t('09:00'), startFromCreation: true });
  });
  it('6: automation stops nothing, an unknown actor does and is flagged', () => {
    const i = one(items(ticket(t('09:00'), [verdict(t('09:05'), 'false_positive', { actor: 'automation' }), verdict(t('10:00'), 'false_positive', { actor: 'unknown' })])));
    expect([clock(i.stop), i.stopUnknownActor]).toEqual(['08 10:00', true]);
  });
  it('7: raising starts the new target at that instant: high from 09:00 (13:00), critical from 10:00 (11:00)', () => {
    const i = one(items(ticket(t('09:00'), [e(t('10:00'), 'severity_changed', { from: 'high', to: 'critical' })], { tier: 'critical' })));
    expect([i.tier, clock(i.due), i.targetMs]).toEqual(['critical', '08 11:00', 3_600_000]);
  });
  it('7b: a tier that came with the stop was not held before it: decided and raised at 10:00 stays high, due 13:00', () => {
    const raised = e(t('10:00'), 'severity_changed', { from: 'high', to: 'critical' });
    for (const events of [[verdict(t('10:00')), raised], [raised, verdict(t('10:00'))]]) {
      const i = one(items(ticket(t('09:00'), events, { tier: 'critical' })));
      expect([i.tier, clock(i.due), i.targetMs, clock(i.stop)]).toEqual(['high', '08 13:00', 4 * 3_600_000, '08 10:00']);
    }
    expect(one(items(ticket(t('09:00'), [e(t('09:59'), 'severity_changed', { from: 'high', to: 'critical' }), verdict(t('10:00'))], { tier: 'critical' }))).tier).toBe('critical');
  });
  it('8: raised late, the first due still governs: critical from 12:30 would be 13:30', () => {
    expect(clock(one(items(ticket(t('09:00'), [e(t('12:30'), 'severity_changed', { from: 'high', to: 'critical' })], { tier: 'critical' }))).due)).toBe('08 13:00');
  });
  it('9: lowering never postpones: critical 09:00 → due 10:00, although high since 09:30', () => {
    const i = one(items(ticket(t('09:00'), [e(t('09:30'), 'severity_changed', { from: 'critical', to: 'high' })])));
    expect([i.tier, clock(i.due)]).toEqual(['critical', '08 10:00']);
  });
  it('10: lowered and raised again counts from the first time it was held', () => {
    const i = one(items(ticket(t('09:00'), [e(t('09:30'), 'severity_changed', { from: 'critical', to: 'high' }), e(t('09:40'), 'severity_changed', { from: 'high', to: 'critical' })], { tier: 'critical' })));
    expect(clock(i.due)).toBe('08 10:00');
  });
  it('11: a tier raised after the stop is nothing to this clock, but to the one still open', () => {
    const all = items(ticket(t('09:00'), [e(t('09:20'), 'acknowledged'), e(t('10:00'), 'severity_changed', { from: 'high', to: 'critical' })], { tier: 'critical' }));
    expect([one(all, 'acknowledge').tier, one(all, 'decide').tier]).toEqual(['high', 'critical']);
  });
  it('12: an allowed pause of 2 h moves the net due from 13:00 to 15:00, not the gross one', () => {
    const i = one(items(ticket(t('09:00'), [e(t('10:00'), 'paused', { reason: 'Waiting for client' }), e(t('12:00'), 'resumed')])));
    expect([clock(i.due), clock(i.grossDue), i.pausedMs, i.pausedSince]).toEqual(['08 15:00', '08 13:00', 7_200_000, null]);
  });
  it('13: a pause for another reason moves nothing, and acknowledge is never paused', () => {
    expect(clock(one(items(ticket(t('09:00'), [e(t('10:00'), 'paused', { reason: 'lunch' }), e(t('12:00'), 'resumed')]))).due)).toBe('08 13:00');
    expect(one(items(ticket(t('09:00'), [e(t('09:05'), 'paused', { reason: 'waiting for client' })])), 'acknowledge')).toMatchObject({ due: t('09:30'), pausedSince: null });
  });
  it('14: paused at the end of what is known: no net due, the gross one stays (on hold once it passes)', () => {
    expect(one(items(ticket(t('09:00'), [e(t('10:00'), 'paused', { reason: 'waiting for client' })])))).toMatchObject({ due: null, grossDue: t('13:00'), pausedSince: t('10:00'), targetMs: 14_400_000 });
  });
  it('15: a pause begun at the due or later saves nothing', () => {
    expect(one(items(ticket(t('09:00'), [e(t('13:00'), 'paused', { reason: 'waiting for client' })])))).toMatchObject({ due: t('13:00') });
  });
  it('16: decided while paused: the pause ends with the stop. 1 h used by 10:00, stop 16:00, 3 h left: 19:00', () => {
    expect(one(items(ticket(t('09:00'), [e(t('10:00'), 'paused', { reason: 'waiting for client' }), verdict(t('16:00'))])))).toMatchObject({ due: t('19:00'), stop: t('16:00'), pausedSince: null });
  });
  it('17: reopened within 14 days: same due, the stop is the second close, the first is kept', () => {
    const i = one(items(ticket(t('09:00'), [e(t('10:00'), 'resolved'), e(t('10:00', 10), 'reopened'), e(t('12:00', 10), 'resolved')])));
    expect([clock(i.due), clock(i.stop), clock(i.firstStop), i.reopened, i.episode]).toEqual(['08 13:00', '10 12:00', '08 10:00', 1, 0]);
  });
  it('18: an escalation or an acknowledgement stays true after a reopen, a verdict does not', () => {
    const all = items(ticket(t('09:00'), [e(t('09:05'), 'acknowledged'), e(t('09:30'), 'escalated'), verdict(t('10:00'), 'false_positive'), e(t('10:00'), 'closed'), e(t('10:00', 9), 'reopened')]));
    expect([clock(one(all, 'acknowledge').stop), clock(one(all, 'decide').stop), one(all, 'resolve').stop]).toEqual(['08 09:05', '08 09:30', null]);
    expect(one(items(ticket(t('09:00'), [verdict(t('10:00'), 'false_positive'), e(t('10:00'), 'closed'), e(t('10:00', 9), 'reopened')])))).toMatchObject({ stop: null, firstStop: t('10:00') });
  });
  it('19: exactly 14 days is the same item, a minute later a new one that starts at the reopen', () => {
    expect(items(ticket(t('09:00'), [e(t('10:00'), 'closed'), e(t('10:00', 22), 'reopened')])).some(i => i.episode === 1)).toBe(false);
    const late = items(ticket(t('09:00'), [e(t('10:00'), 'closed'), e(t('10:01', 22), 'reopened')]));
    expect(one(late)).toMatchObject({ stop: t('10:00') });
    expect(one(late, 'decide', 1)).toMatchObject({ start: t('10:01', 22), due: t('14:01', 22), stop: null, startFromCreation: false });
  });
  it('20: resolved by the robot on the 8th, closed on the 13th: the done state began on the 8th', () => {
    const i = items(ticket(t('09:00'), [e(t('10:00'), 'resolved'), e(t('10:00', 13), 'closed', { actor: 'automation' }), e(t('10:00', 23), 'reopened')]));
    expect(i.some(x => x.episode === 1)).toBe(true);
  });
  it('21: a new ticket for the alert reopens the first: its verdict stops the first item, and it has none of its own', () => {
    const first = ticket(t('09:00'), [verdict(t('10:00'), 'false_positive'), e(t('10:00'), 'closed')]);
    const second = ticket(t('09:00', 9), [verdict(t('11:00', 9))]);
    expect(one(items(first, [alert(t('09:00'), t('09:00'))], {}, [second]))).toMatchObject({ due: t('13:00'), stop: t('11:00', 9), firstStop: t('10:00'), reopened: 1 });
    expect(items(second, [alert(t('09:00'), t('09:00', 9), { first: false, continues: true })])).toEqual([]);
    // With an alert of its own beside it, the second ticket stays an item: hiding new work in a reopened case gains nothing.
    expect(one(items(second, [alert(t('09:00'), t('09:00', 9), { first: false, continues: true }), alert(t('08:30', 9), t('09:00', 9))]))).toMatchObject({ start: t('08:30', 9) });
  });
  it('22: a human duplicate before the due leaves the count, at the due or later it does not', () => {
    expect(one(items(ticket(t('09:00'), [verdict(t('12:59'), 'duplicate')])))).toMatchObject({ leftAt: t('12:59'), leftAs: 'duplicate' });
    expect(one(items(ticket(t('09:00'), [verdict(t('13:00'), 'duplicate')])))).toMatchObject({ leftAt: null, stop: t('13:00') });
    expect(one(items(ticket(t('09:00'), [verdict(t('10:00'), 'duplicate', { actor: 'automation' })])))).toMatchObject({ leftAt: null, stop: null });
  });
  it('23: a duplicate taken back, or reopened, counts again', () => {
    expect(one(items(ticket(t('09:00'), [verdict(t('10:00'), 'duplicate'), verdict(t('15:00'))])))).toMatchObject({ leftAt: null });
    expect(one(items(ticket(t('09:00'), [verdict(t('10:00'), 'test'), e(t('10:00'), 'closed'), e(t('16:00'), 'reopened')])))).toMatchObject({ leftAt: null, stop: null });
  });
  it('24: a human merge acknowledges and leaves before the due; after it, the miss stays', () => {
    const early = items(ticket(t('09:00'), [e(t('09:20'), 'merged')]));
    expect(one(early, 'acknowledge')).toMatchObject({ stop: t('09:20'), leftAt: t('09:20') });
    expect(one(early)).toMatchObject({ stop: null, leftAt: t('09:20'), leftAs: 'merged' });
    expect(one(items(ticket(t('09:00'), [e(t('13:30'), 'merged')])))).toMatchObject({ stop: null, leftAt: null });
  });
  it('25: a shared ticket is one item per client, each with its own start; the own client has none without alerts', () => {
    const all = items(ticket(t('09:00'), []), [alert(t('08:00'), t('09:00'), { client: 'bravo' }), alert(t('08:30'), t('09:00'), { client: 'unassigned' })]);
    expect(all.filter(i => i.clock === 'decide').map(i => [i.client, clock(i.start), i.alerts])).toEqual([['bravo', '08 08:00', 1], ['unassigned', '08 08:30', 1]]);
  });
  it('26: no target is a state: medium has none, so no due of any kind', () => {
    expect(one(items(ticket(t('09:00'), [], { tier: 'medium' })))).toMatchObject({ tier: 'medium', targetMs: null, due: null, grossDue: null });
  });
  it('27: opened below the tier of its alert is a downgrade; an untiered one is not', () => {
    expect(one(items(ticket(t('09:00'), []), [alert(t('09:00'), t('09:00'), { tier: 'critical' })])).downgraded).toBe(true);
    expect(one(items(ticket(t('09:00'), [], { tier: 'untiered' }), [alert(t('09:00'), t('09:00'), { tier: 'critical' })])).downgraded).toBe(true);
    expect(one(items(ticket(t('09:00'), [], { tier: 'untiered' }), [alert(t('09:00'), t('09:00'), { tier: 'untiered' })])).downgraded).toBe(false);
  });
  it('28: targets by effective date and client: the version at the start governs, also after a change', () => {
    const targets = [{ hours: { high: { decide: 4 } } }, { effectiveFrom: '2026-06-09', hours: { high: { decide: 2 } } }, { client: 'bravo', effectiveFrom: '2026-06-10', hours: { high: { decide: 1 } } }];
    const due = (client: string, start: number) => clock(one(items(ticket(start, [], { client }), [], { targets })).due);
    expect([due('acme', t('23:59')), due('acme', t('00:00', 9)), due('bravo', t('09:00', 9)), due('bravo', t('09:00', 10))]).toEqual(['09 03:59', '09 02:00', '09 11:00', '10 10:00']);
  });
  it('29: business hours: Friday 5 June 16:30 Berlin + 4 h is Monday 12:30', () => {
    const i = one(items(ticket(t('14:30', 5), []), [], { targets: [{ calendar: 'office', hours: { high: { decide: 4 } } }] }));
    expect([clock(i.due), i.weekend, i.shift]).toEqual(['08 10:30', false, 'day']);
  });
  it('30: contract dates: before onboarding and from the day of leaving there is no target', () => {
    const base = settings();
    const contracted = { ...base, clients: [{ ...base.clients[0]!, onboarded: '2026-06-08', left: '2026-06-10' }] };
    const due = (start: number) => ticketItems(ticket(start, []), [], () => [], slaPolicy(contracted)).find(i => i.clock === 'decide')!.due;
    expect([due(t('23:59', 7)), clock(due(t('00:00'))), clock(due(t('23:59', 9))), due(t('00:00', 10))]).toEqual([null, '08 04:00', '10 03:59', null]);
  });
  it('32: an item nobody stopped does not take the tier of the one that followed it', () => {
    const all = items(ticket(t('09:00'), [e(t('10:00'), 'closed', { actor: 'automation' }), e(t('10:01', 22), 'reopened'), e(t('11:00', 22), 'severity_changed', { from: 'high', to: 'critical' })], { tier: 'critical' }));
    expect([one(all).tier, one(all).stop, one(all, 'decide', 1).tier]).toEqual(['high', null, 'critical']);
  });
  it('31: decided in the SIEM without a ticket: one item for the decision, from the earliest detection', () => {
    const loose = (detected: number, at: number): LooseAlert => ({ id: `a${at}`, client: 'acme', tier: 'high', detected, acknowledgedAt: t('09:10'), acknowledgedBy: 'human', disposition: 'false_positive', dispositionAt: at, dispositionBy: 'human' });
    const all = siemItems([loose(t('09:00'), t('09:30')), loose(t('08:45'), t('09:31'))], slaPolicy(settings()));
    expect(all.map(i => [i.clock, clock(i.start), clock(i.due), clock(i.stop), i.alerts])).toEqual([['acknowledge', '08 08:45', '08 09:15', '08 09:10', 2], ['decide', '08 08:45', '08 12:45', '08 09:30', 2]]);
  });
  it('31b: acts in the SIEM exactly 60 s apart are one item, a millisecond more makes two', () => {
    const sizes = (gap: number) => chains([0, gap, 2 * gap].map(at => ({ at }))).map(c => c.length);
    expect([sizes(60_000), sizes(60_001)]).toEqual([[3], [1, 1, 1]]);
  });
  const pausedFor = (from: string, to: string | null) => [e(t(from), 'paused', { reason: 'waiting for client' }), ...(to === null ? [] : [e(t(to), 'resumed')])];
  const five = { targets: [{ hours: { high: { decide: 4, notify: 2, contain: 6 }, critical: { decide: 1, notify: 1 } } }] };
  it('33: a holiday is no working day: Friday 16:30 + 4 h over a Monday off goes on to the next Friday 12:30', () => {
    // The office opens on Mondays and Fridays. Friday gives 30 min, Monday 8 June is off, Friday the 12th from 09:00 gives 3.5 h: 12:30 Berlin = 10:30 UTC.
    const calendars = { office: { zone: 'Europe/Berlin', hours: { mon: [{ from: '09:00', to: '17:00' }], fri: [{ from: '09:00', to: '17:00' }] }, holidays: ['2026-06-08'] } };
    const sla = { calendars, targets: [{ calendar: 'office', hours: { high: { decide: 4 } } }] };
    expect(clock(one(items(ticket(t('14:30', 5), []), [], sla)).due)).toBe('12 10:30');
    // Started on the holiday itself (by the client's day): flagged, and the clock begins on Friday: 13:00 Berlin.
    expect(one(items(ticket(t('09:00'), []), [], sla))).toMatchObject({ holiday: true, due: t('11:00', 12) });
  });
  it('34: around the clock is real time over both changes of clocks', () => {
    const due = (start: string) => new Date(one(items(ticket(Date.parse(start), []))).due!).toISOString();
    expect(due('2026-03-29T00:30:00+01:00')).toBe(new Date('2026-03-29T05:30:00+02:00').toISOString());
    expect(due('2026-10-25T00:30:00+02:00')).toBe(new Date('2026-10-25T03:30:00+01:00').toISOString());
  });
  it('35: notify stops at the notification alone, which acknowledges too and decides nothing', () => {
    const all = items(ticket(t('09:00'), [e(t('10:00'), 'escalated'), e(t('11:00'), 'notified')]), [], five);
    expect([clock(one(all, 'notify').due), clock(one(all, 'notify').stop)]).toEqual(['08 11:00', '08 11:00']);
    const told = items(ticket(t('09:00'), [e(t('09:10'), 'notified')]), [], five);
    expect([clock(one(told, 'acknowledge').stop), one(told, 'decide').stop]).toEqual(['08 09:10', null]);
  });
  it('36: containment stops contain and decides; a resolution does not contain', () => {
    const all = items(ticket(t('09:00'), [e(t('12:00'), 'contained'), e(t('16:00'), 'resolved')]), [], five);
    expect([clock(one(all, 'contain').due), clock(one(all, 'contain').stop), clock(one(all, 'decide').stop), clock(one(all, 'resolve').stop)]).toEqual(['08 15:00', '08 12:00', '08 12:00', '08 16:00']);
    expect(one(items(ticket(t('09:00'), [e(t('10:00'), 'resolved')]), [], five), 'contain').stop).toBeNull();
  });
  it('37: a clock that no tier has a target for has no rows; one that another tier has is "no target" here', () => {
    expect(items(ticket(t('09:00'), [])).map(i => i.clock)).toEqual(['acknowledge', 'decide', 'resolve']);
    expect(one(items(ticket(t('09:00'), [], { tier: 'critical' }), [], five), 'contain')).toMatchObject({ targetMs: null, due: null });
  });
  it('38: a merge by automation takes nothing out; one by an unknown actor does', () => {
    expect(one(items(ticket(t('09:00'), [e(t('09:20'), 'merged', { actor: 'automation' })])))).toMatchObject({ leftAt: null, stop: null });
    expect(one(items(ticket(t('09:00'), [e(t('09:20'), 'merged', { actor: 'unknown' })])))).toMatchObject({ leftAt: t('09:20'), leftAs: 'merged' });
  });
  it('39: merged a minute before the due it leaves, at the due it stays a miss', () => {
    expect(one(items(ticket(t('09:00'), [e(t('12:59'), 'merged')]))).leftAt).toBe(t('12:59'));
    expect(one(items(ticket(t('09:00'), [e(t('13:00'), 'merged')]))).leftAt).toBeNull();
  });
  it('40: raised during a pause: critical from 10:00, paused until 10:30, is due 11:30; high would be 14:00', () => {
    const i = one(items(ticket(t('09:00'), [...pausedFor('09:30', '10:30'), e(t('10:00'), 'severity_changed', { from: 'high', to: 'critical' })], { tier: 'critical' })));
    expect([i.tier, clock(i.due), clock(i.grossDue)]).toEqual(['critical', '08 11:30', '08 11:00']);
  });
  it('41: raised while on hold: the earliest gross due stands, and there is no net one', () => {
    const i = one(items(ticket(t('09:00'), [...pausedFor('09:30', null), e(t('10:00'), 'severity_changed', { from: 'high', to: 'critical' })], { tier: 'critical' })));
    expect([i.due, clock(i.grossDue), clock(i.pausedSince)]).toEqual([null, '08 11:00', '08 09:30']);
  });
  it('42: closing ends a pause for good: 1 h of it counts, the reopened hours do not wait', () => {
    const i = one(items(ticket(t('09:00'), [...pausedFor('10:00', null), e(t('11:00'), 'closed'), e(t('12:00'), 'reopened')])));
    expect([clock(i.due), i.stop, i.pausedSince, i.pausedMs]).toEqual(['08 14:00', null, null, 3_600_000]);
  });
  it('42b: so does a merge, whoever merges: paused 10:00 to 12:00, the due moves from 13:00 to 15:00', () => {
    for (const [actor, leftAt] of [['automation', null], ['human', t('12:00')]] as const) {
      expect(one(items(ticket(t('09:00'), [...pausedFor('10:00', null), e(t('12:00'), 'merged', { actor })])))).toMatchObject({ due: t('15:00'), pausedSince: null, pausedMs: 7_200_000, leftAt });
    }
  });
  it('43: lowered, closed and reopened late: the second life has the tier it reopened with', () => {
    const all = items(ticket(t('09:00', 1), [e(t('10:00', 1), 'closed'), e(t('11:00', 1), 'severity_changed', { from: 'high', to: 'critical' }), e(t('10:00', 20), 'reopened')], { tier: 'critical' }));
    expect([one(all).tier, one(all, 'decide', 1).tier, clock(one(all, 'decide', 1).due)]).toEqual(['high', 'critical', '20 11:00']);
  });
  it('44: acknowledged at 09:10 and left: half of 4 h is over at 11:10, an act at that minute still counts', () => {
    const left = (...more: TicketEvent[]) => { const i = one(items(ticket(t('09:00'), [e(t('09:10'), 'acknowledged'), ...more]))); return [clock(i.halfDue), i.untouched]; };
    expect(left()).toEqual(['08 11:10', true]);
    expect(left(e(t('11:10'), 'touched'))).toEqual(['08 11:10', false]);
    expect(left(e(t('11:11'), 'touched'))).toEqual(['08 11:10', true]);
    expect(left(e(t('10:00'), 'touched', { actor: 'automation' }))).toEqual(['08 11:10', true]);
    // A comment with the click is the click; a verdict with it is work, and nothing is asked.
    expect(left(e(t('09:10'), 'touched'))).toEqual(['08 11:10', true]);
    expect(left(verdict(t('09:10')))).toEqual([null, null]);
  });
  it('45: a client’s own version without a tier is no target, although everybody else has one', () => {
    const targets = [{ hours: { high: { decide: 4 } } }, { client: 'bravo', hours: { critical: { decide: 1 } } }];
    expect([one(items(ticket(t('09:00'), []), [], { targets })).targetMs, one(items(ticket(t('09:00'), [], { client: 'bravo' }), [], { targets })).targetMs]).toEqual([14_400_000, null]);
  });
  it('46: only late evidence: the start is the creation, however early its detection', () => {
    expect(one(items(ticket(t('09:00'), [e(t('09:10'), 'acknowledged')]), [alert(t('03:00'), t('12:00'))]))).toMatchObject({ start: t('09:00'), startFromCreation: true, alerts: 1 });
  });
  it('47: a shared ticket reopens for the client whose alert came again, and for no other', () => {
    const first = ticket(t('09:00'), [verdict(t('10:00'), 'false_positive'), e(t('10:00'), 'closed')]);
    const again = ticket(t('09:00', 9), [verdict(t('11:00', 9))]);
    const all = ticketItems(first, [alert(t('09:00'), t('09:00')), alert(t('09:00'), t('09:00'), { client: 'bravo' })], client => (client === 'bravo' ? [again] : []), slaPolicy(settings()));
    expect(all.filter(i => i.clock === 'decide').map(i => [i.client, clock(i.stop), i.reopened])).toEqual([['acme', '08 10:00', 0], ['bravo', '09 11:00', 1]]);
  });
  it('48: closed by automation alone: nobody decided, and the item runs on past its due', () => {
    expect(one(items(ticket(t('09:00'), [e(t('09:30'), 'closed', { actor: 'automation' })])))).toMatchObject({ stop: null, due: t('13:00'), leftAt: null });
  });
});
