import { newcombe } from '../../../src/backend/metrics/rules/newcombe';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import type { Store } from '../../../src/backend/store/port';
import { DAY, HOUR, MINUTE, type AlertRow, type Disposition } from '../../../src/model';
import { workspaceSchema } from '../../../src/settings/schema';
import { alert, ask, at, rule, settings, ticket, verdict } from './hand';

/** Worked cases of metrics.md §2; every expected value is derived in the comment beside it. Berlin is UTC+2 from 29 March to 25 October 2026. */
const T = at('2026-06-08T10:00:00Z'); // Monday 12:00 in Berlin
const now = at('2026-08-01T00:00:00Z');
const june = { from: at('2026-06-07T22:00:00Z'), to: at('2026-06-21T22:00:00Z') }; // two ISO weeks in Berlin: 8–14 and 15–21 June
/** n alerts with own verdicts, an hour apart, so that each is a decision. */
const several = (name: string, n: number, to: Disposition | null, from = T, gap = HOUR): AlertRow[] =>
  Array.from({ length: n }, (_, i) => alert(name, from + i * gap, to === null ? {} : verdict(to, from + i * gap)));

describe('rules by hand', () => {
  let store: Store;
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  describe('rates', () => {
    it('are k of n under 10 decisions, and show their bounds only where the rate stands', async () => {
      const few = await ask(store, 'rules.outcomes', { alerts: [...several('few', 9, 'true_positive'), ...several('few', 20, null, T + DAY)], range: june, now });
      // 9 decisions: no percentage anywhere, though review completeness is 9/29.
      expect(few.rows[0]).toMatchObject({ decisions: 9, confirmed: '9 of 9', confirmation: null, confirmation_low: null, confirmation_high: null, false_share: null, bound_low: null, bound_high: null, review: 9 / 29 });
      const open = await ask(store, 'rules.outcomes', { alerts: [...several('open', 4, 'true_positive'), ...several('open', 6, 'false_positive', T + DAY), ...several('open', 10, null, T + 2 * DAY)], range: june, now });
      // 4 of 10; 10 of 20 reviewed; all ten unreviewed false: 4/20, all true: 14/20.
      expect(open.rows[0]).toMatchObject({ confirmation: 0.4, false_share: 0.6, review: 0.5, bound_low: 4 / 20, bound_high: 14 / 20 });
      const done = await ask(store, 'rules.outcomes', { alerts: [...several('done', 8, 'true_positive'), ...several('done', 4, 'benign_positive', T + DAY), ...several('done', 3, null, T + 2 * DAY)], range: june, now });
      // 12 of 15 reviewed is exactly the threshold of 80 %: no bounds.
      expect(done.rows[0]).toMatchObject({ review: 0.8, bound_low: null, bound_high: null });
    });

    it('merge a rule with its predecessor and with a copy of the same query', async () => {
      const alerts = [...several('old', 6, 'false_positive'), ...several('new', 5, 'true_positive', T + DAY), ...several('copy', 1, 'benign_positive', T + 2 * DAY)];
      const rules = [rule('old', { enabled: false }), rule('new', { predecessor: 'test:old', queryHash: 'q' }), rule('copy', { queryHash: 'q', enabled: false })];
      const { rows } = await ask(store, 'rules.outcomes', { alerts, rules, range: june, now });
      // One rule under the name in force: 12 decisions, 5 true, 6 false.
      expect(rows).toEqual([expect.objectContaining({ rule: 'test:new', rule_name: 'new', alerts: 12, decisions: 12, confirmed: '5 of 12', false_share: 0.5 })]);
      // Who asks for the old one asks for the whole.
      const { rows: filtered } = await ask(store, 'rules.outcomes', { alerts, rules, range: june, now }, { filters: { rule: ['old'] } });
      expect(filtered).toEqual(rows);
      // The policy may say what the rule list does not.
      const told = workspaceSchema.parse({ ...settings, policy: { predecessors: { 'test:new': 'test:old' } } });
      const { rows: configured } = await ask(store, 'rules.outcomes', { settings: told, alerts: alerts.slice(0, 11), range: june, now });
      expect(configured).toEqual([expect.objectContaining({ rule: 'test:new', alerts: 11, confirmed: '5 of 11' })]);
      // Where both say something, the policy does: "new" goes on from "old" and no more from "copy".
      const { rows: both } = await ask(store, 'rules.outcomes', { settings: told, alerts, rules: [rule('old'), rule('new', { predecessor: 'test:copy' }), rule('copy')], range: june, now });
      expect(both.map(r => [r.rule, r.alerts])).toEqual([['test:new', 11], ['test:copy', 1]]);
    });
  });

  describe('by week', () => {
    const week = (rows: readonly Record<string, unknown>[], iso: string) => rows.find(r => r.time === at(iso));
    it('counts verdicts set within 14 days of detection, to the millisecond', async () => {
      const late = 14 * DAY;
      const alerts = [alert('r', T, verdict('true_positive', T, late)), alert('r', T + HOUR, verdict('true_positive', T + HOUR, late + 1)), alert('r', T + 2 * HOUR, { disposition: 'false_positive', dispositionBy: 'human' })];
      const { rows } = await ask(store, 'rules.trend', { alerts, range: { ...june, to: now }, now }, { bucket: 'week' });
      expect(week(rows, '2026-06-07T22:00:00Z')).toMatchObject({ alerts: 3, true: 1, later: 1, undated: 1, decisions: 1, confirmed: '1 of 1', confirmation: null, reason: 'few_decisions', provisional: false, complete: true });
      expect(week(rows, '2026-06-14T22:00:00Z')).toMatchObject({ alerts: 0, confirmed: '0 of 0', review: null, reason: 'no_alerts' });
    });

    it('begins on Monday of the local zone, and a decision counts in the week of its first alert', async () => {
      // Sunday 23:59 and Monday 00:01 in Berlin, one ticket: one decision, in the first week; alerts in both.
      const alerts = [alert('r', at('2026-06-14T21:59:00Z')), alert('r', at('2026-06-14T22:01:00Z'))];
      const closed = ticket('T1', at('2026-06-14T22:05:00Z'), alerts, { disposition: 'true_positive', dispositionAt: at('2026-06-15T08:00:00Z'), dispositionBy: 'human' });
      const { rows } = await ask(store, 'rules.trend', { alerts, tickets: [closed], range: june, now }, { bucket: 'week' });
      expect(rows.map(r => [r.time, r.alerts, r.true, r.decisions])).toEqual([[at('2026-06-07T22:00:00Z'), 1, 1, 1], [at('2026-06-14T22:00:00Z'), 1, 1, 0]]);
    });

    it('is provisional until 14 days after its end, and of the week of the clock change has 167 hours', async () => {
      // Week of 23 March 2026 in Berlin: Sunday has 23 hours; it begins at 23:00Z and ends at 22:00Z.
      const range = { from: at('2026-03-22T23:00:00Z'), to: at('2026-04-12T22:00:00Z') };
      const alerts = [alert('r', at('2026-03-29T21:59:59Z')), alert('r', at('2026-03-29T22:00:00Z'))];
      const ended = at('2026-03-29T22:00:00Z');
      for (const [asOf, provisional] of [[ended + 14 * DAY - 1, true], [ended + 14 * DAY, false]] as const) {
        const { rows } = await ask(store, 'rules.trend', { alerts, range: { ...range, to: Math.min(range.to, asOf) }, now: asOf }, { bucket: 'week' });
        expect(rows.slice(0, 2).map(r => [r.time, r.alerts, r.provisional])).toEqual([[at('2026-03-22T23:00:00Z'), 1, provisional], [ended, 1, true]]);
      }
    });

    it('takes no verdict from after the instant asked for, so that an old answer stays what it was', async () => {
      const alerts = [alert('r', T, verdict('true_positive', T, 3 * DAY))];
      const { rows, notices } = await ask(store, 'rules.trend', { alerts, range: { from: june.from, to: T + 2 * DAY }, now }, { bucket: 'week' });
      expect(notices?.[0]?.text).toContain('The last week is provisional');
      expect(rows[0]).toMatchObject({ alerts: 1, true: 0, later: 1, decisions: 0, provisional: true, complete: false });
    });
  });

  describe('rare but reliable', () => {
    it('lists rules below the median whose lower bound lies above 40 %', async () => {
      // Alerts 2, 3, 10, 20: the median lies at 6.5. Wilson, lower: 2 of 2 0.342, 3 of 3 0.438.
      const alerts = [...several('two', 2, 'true_positive'), ...several('three', 3, 'true_positive', T + DAY), ...several('ten', 10, 'true_positive', T + 2 * DAY), ...several('twenty', 20, 'false_positive', T + 3 * DAY)];
      const { rows } = await ask(store, 'rules.reliable', { alerts, range: june, now });
      expect(rows).toEqual([expect.objectContaining({ rule_name: 'three', alerts: 3, median: 6.5, confirmed: '3 of 3', confirmation: null, reason: 'few_decisions' })]);
    });
    it('takes strictly less than the median: of rules of one size none is rare', async () => {
      const { rows, notices } = await ask(store, 'rules.reliable', { alerts: [...several('a', 12, 'true_positive'), ...several('b', 12, 'true_positive', T + 2 * DAY)], range: june, now });
      expect(rows).toEqual([]);
      expect(notices?.[0]?.text).toContain('fewer than 12 alerts');
    });
  });

  describe('fell silent', () => {
    const before = T - 14 * DAY;
    it('compares with as many local days before, and lists what is switched off', async () => {
      const alerts = [
        ...several('quiet', 2, 'true_positive', before), ...several('on', 1, null, before), ...several('on', 1, null, T),
        ...several('older', 1, null, june.from - 14 * DAY - 1), // one millisecond before the preceding period
        ...several('edge', 1, null, june.from - 14 * DAY), // its first instant
        ...several('off', 3, null, before - 60 * DAY), ...several('replaced', 4, null, before), ...several('successor', 4, null, T),
      ];
      const rules = [...['quiet', 'on', 'older', 'edge'].map(n => rule(n)), rule('off', { enabled: false }), rule('replaced', { enabled: false }), rule('successor', { predecessor: 'test:replaced' })];
      const { rows } = await ask(store, 'rules.silent', { alerts, rules, range: june, now });
      expect(rows.map(r => [r.rule_name, r.state, r.before, r.confirmed_before, r.alerts])).toEqual([['quiet', 'fell_silent', 2, '2 of 2', 0], ['edge', 'fell_silent', 1, '0 of 0', 0], ['off', 'disabled', 0, '0 of 0', 0]]);
    });
    it('does not take days to come for silence', async () => {
      // Asked on the third day of a quarter: three days are compared with the three days before, not with the whole quarter before.
      const from = at('2026-06-30T22:00:00Z');
      const quarter = { from, to: at('2026-09-30T22:00:00Z') };
      // The third day itself belongs to it: what alerted on it alone has not fallen silent.
      const alerts = [...several('weekly', 1, null, from - 5 * DAY), ...several('daily', 1, null, from - 2 * DAY), ...several('today', 1, null, from - DAY), ...several('today', 1, null, from + 2.2 * DAY)];
      const { rows } = await ask(store, 'rules.silent', { alerts, range: quarter, now: from + 2.5 * DAY });
      expect(rows.map(r => r.rule_name)).toEqual(['daily']);
    });
    it('tells since when a rule is gone: since the last of its members is', async () => {
      const rules = [rule('old', { gone: T + DAY }), rule('new', { predecessor: 'test:old', gone: T + 2 * DAY })];
      const { rows } = await ask(store, 'rules.silent', { alerts: several('new', 1, null, before), rules, range: june, now });
      expect(rows.map(r => [r.rule_name, r.state, r.off_since])).toEqual([['new', 'removed', T + 2 * DAY]]);
    });
  });

  describe('load', () => {
    it('shares of everything asked for, touches of people only, hours never guessed', async () => {
      const [a, b] = [alert('a', T), alert('b', T + MINUTE)];
      const own = several('a', 3, 'false_positive', T + DAY);
      const bulk = [0, 1].map(i => alert('b', T + 2 * DAY + i, { acknowledgedAt: T + 3 * DAY, acknowledgedBy: 'human' }));
      const robot = alert('b', T + 2 * DAY, { acknowledgedAt: T + 4 * DAY, acknowledgedBy: 'automation' });
      const event = (minutes: number, actor: 'human' | 'automation' | 'unknown') => ({ at: T + minutes * MINUTE, type: 'touched' as const, from: null, to: null, actor });
      const tickets = [
        ticket('T1', T + 5 * MINUTE, [a, b], {}, [event(6, 'human'), event(7, 'automation'), event(8, 'unknown'), event(9, 'human')]), // 3 touches, for both rules
        ticket('T2', T + 5 * MINUTE, [a], { client: 'bravo' }, [event(6, 'human')]), // another client's: none
      ];
      const { rows } = await ask(store, 'rules.load', { alerts: [a, b, ...own, ...bulk, robot], tickets, range: june, now });
      // a: 3 of the ticket + 3 verdicts at 3 instants = 6; b: 3 of the ticket + two acknowledgements of one instant = 4. Alerts 4 and 4 of 8.
      expect(rows.map(r => [r.rule_name, r.alerts, r.alerts_share, r.decisions, r.decisions_share, r.nowhere_share, r.touches, r.touches_per_decision, r.hours, r.reason])).toEqual([
        ['a', 4, 0.5, 3, 1, 1, 6, null, null, 'no_work_log'], ['b', 4, 0.5, 0, 0, 0, 4, null, null, 'no_work_log'],
      ]);
      // In total the shared ticket counts once: 3 + 3 + 1.
      const { rows: [all] } = await ask(store, 'rules.load', { alerts: [a, b, ...own, ...bulk, robot], tickets, range: june, now }, { groupBy: [] });
      expect(all).toMatchObject({ alerts: 8, alerts_share: 1, touches: 7 });
    });
  });

  describe('did tuning work', () => {
    const change = at('2026-06-10T09:00:00Z'); // Wednesday, 11:00 in Berlin
    const day = (n: number) => at('2026-06-10T10:00:00Z') + n * DAY; // noon in Berlin, n days after the day of the change
    const window = (first: number, wrong: number, right: number, revision: string) => Array.from({ length: wrong + right }, (_, i) => alert('r', day(first) + i * HOUR, { ruleRevision: revision, ...verdict(i < wrong ? 'false_positive' : 'true_positive', day(first) + i * HOUR) }));
    const asked = { range: { from: at('2026-05-31T22:00:00Z'), to: now }, now };

    it('compares 28 days up to a week before with the 28 days that follow the day of the change', async () => {
      const gap = Array.from({ length: 30 }, (_, i) => alert('r', day(-6) + i * HOUR, { ruleRevision: '1', ...verdict('false_positive', day(-6) + i * HOUR) })); // its worst week, in no window
      const alerts = [
        ...window(-34, 36, 4, '1'), // days −34 … −7: the window before (40 decisions in 40 hours from its first noon on)
        ...gap, alert('r', day(-35), { ruleRevision: '1', ...verdict('true_positive', day(-35)) }), // the day before the window
        alert('r', change, { ruleRevision: '2', ...verdict('false_positive', change) }), // the change itself: in no window
        ...window(1, 15, 15, '2'), alert('r', day(29), { ruleRevision: '2', ...verdict('true_positive', day(29)) }), // day 29 lies past the window
      ];
      const { rows } = await ask(store, 'rules.tuning', { alerts, ...asked });
      // 4 of 40 before, 15 of 30 after: difference 0.4; Newcombe by its published formula from the Wilson intervals
      // [0.0396, 0.2305] and [0.3315, 0.6685]: 0.4 − √(0.1685² + 0.1305²) = 0.1869, 0.4 + √(0.1685² + 0.0604²) = 0.5790.
      expect(rows).toEqual([expect.objectContaining({ rule_name: 'r', change, revision: '2', alerts_before: 40, confirmed_before: '4 of 40', alerts_after: 30, confirmed_after: '15 of 30', review_before: 1, review_after: 1, result: 'better', other_changes: 0, reason: null })]);
      expect([rows[0]!.difference, rows[0]!.difference_low, rows[0]!.difference_high].map(v => Math.round(Number(v) * 1e4) / 1e4)).toEqual([0.4, 0.1869, 0.579]);
      expect(rows[0]!.false_difference).toBeCloseTo(0.5 - 0.9, 12);
      expect(rows[0]!.volume).toBeCloseTo(30 / 40 - 1, 12);
    });

    it.each<[string, AlertRow[], string, number?]>([
      ['one window reviewed to less than 80 %', [...window(-30, 15, 5, '1'), ...Array.from({ length: 6 }, (_, i) => alert('r', day(-20) + i, { ruleRevision: '1' })), alert('r', change, { ruleRevision: '2' }), ...window(2, 10, 10, '2')], 'not_reviewed'],
      ['nine decisions on a side', [...window(-30, 15, 5, '1'), alert('r', change, { ruleRevision: '2' }), ...window(2, 5, 4, '2')], 'few_decisions'],
      ['a window that has not ended', [...window(-30, 15, 5, '1'), alert('r', change, { ruleRevision: '2' }), ...window(2, 10, 10, '2')], 'not_ended', at('2026-07-08T21:59:59Z')],
      ['a rule switched off', [...window(-30, 15, 5, '1'), alert('r', change, { ruleRevision: '2' })], 'no_alerts'],
    ])('claims nothing: %s', async (_name, alerts, reason, asOf = now) => {
      const { rows } = await ask(store, 'rules.tuning', { alerts, range: { from: asked.range.from, to: asOf }, now: asOf });
      expect(rows).toEqual([expect.objectContaining({ difference: null, difference_low: null, difference_high: null, false_difference: null, result: null, reason })]);
    });

    it('the window has ended with the last of its days', async () => {
      // The day after the change is 11 June; 28 days later the window ends at midnight of 9 July, 22:00Z.
      const alerts = [...window(-30, 15, 5, '1'), alert('r', change, { ruleRevision: '2' }), ...window(2, 10, 10, '2')];
      const end = at('2026-07-08T22:00:00Z');
      const { rows } = await ask(store, 'rules.tuning', { alerts, range: { from: asked.range.from, to: end }, now: end });
      expect(rows[0]).toMatchObject({ reason: null, result: 'no difference shown' });
    });

    it('takes a date where the source knows no revision, and a successor for a change', async () => {
      const plain = [...window(-30, 18, 2, '1'), ...window(2, 2, 18, '1')];
      const { rows: none, notices } = await ask(store, 'rules.tuning', { alerts: plain, ...asked });
      expect([none, notices?.[0]?.text]).toEqual([[], expect.stringContaining('No rule changed its revision')]);
      const { rows } = await ask(store, 'rules.tuning', { alerts: plain, ...asked }, { options: { date: '2026-06-10' } });
      expect(rows[0]).toMatchObject({ change: at('2026-06-09T22:00:00Z'), revision: null, confirmed_before: '2 of 20', confirmed_after: '18 of 20', result: 'better' });
      const followed = plain.map((a, i) => (i < 20 ? a : { ...a, rule: 'test:s', ruleName: 's' }));
      const { rows: successor } = await ask(store, 'rules.tuning', { alerts: followed, rules: [rule('r', { enabled: false }), rule('s', { predecessor: 'test:r' })], ...asked });
      // The successor's first alert, at noon of 12 June, is the change: the twelve alerts of that day are in no window, eight of the 13th are.
      expect(successor).toEqual([expect.objectContaining({ rule_name: 's', change: day(2), confirmed_before: '2 of 20', alerts_after: 8, reason: 'few_decisions' })]);
    });

    it('refuses a date that is none, and windows under 28 days', async () => {
      await expect(ask(store, 'rules.tuning', { alerts: [], ...asked }, { options: { date: '2026-02-30' } })).rejects.toThrow('use a date as YYYY-MM-DD');
      await expect(ask(store, 'rules.tuning', { alerts: [], ...asked }, { options: { days: 27 } })).rejects.toThrow('28');
    });

    it('counts other changes inside the windows', async () => {
      const alerts = [...window(-30, 15, 5, '1'), alert('r', change, { ruleRevision: '2' }), ...window(10, 10, 10, '3')];
      const { rows } = await ask(store, 'rules.tuning', { alerts, ...asked });
      // Around revision 2 both windows hold 20 decisions; the window before revision 3 (17 May to 13 June) holds one unreviewed alert, so it comes last.
      expect(rows.map(r => [r.revision, r.other_changes, r.reason])).toEqual([['2', 1, null], ['3', 1, 'not_reviewed']]);
    });

    it.each([[-1, 1], [0, 0]])('the windows of other changes end with their last instant: %i ms beside it', async (beside, others) => {
      const alerts = [...window(-30, 15, 5, '1'), alert('r', change, { ruleRevision: '2' }), ...window(2, 10, 10, '2'), alert('r', at('2026-07-08T22:00:00Z') + beside, { ruleRevision: '3' })];
      const { rows } = await ask(store, 'rules.tuning', { alerts, ...asked });
      expect(rows.find(r => r.revision === '2')).toMatchObject({ other_changes: others, reason: null });
    });

    it.each([[0, null], [1, 'not_loaded']])('judges only where alerts are loaded from the begin of the first window on: %i ms later', async (later, reason) => {
      // The window before begins 34 days before 10 June, on 7 May, at midnight in Berlin.
      const alerts = [...window(-30, 15, 5, '1'), alert('r', change, { ruleRevision: '2' }), ...window(2, 10, 10, '2')];
      const { rows } = await ask(store, 'rules.tuning', { alerts, ...asked }, { read: { begins: at('2026-05-06T22:00:00Z') + later, to: now } });
      expect(rows.map(r => r.reason)).toEqual([reason]);
    });

    // Newcombe 1998, Table II, method 10 (first minus second there: the sides are swapped here).
    it.each([[56, 70, 48, 80, 0.0524, 0.3339], [9, 10, 3, 10, 0.1705, 0.809], [6, 7, 2, 7, 0.0582, 0.8062], [5, 56, 0, 29, -0.0381, 0.1926], [0, 10, 0, 20, -0.1611, 0.2775], [0, 10, 0, 10, -0.2775, 0.2775], [10, 10, 0, 20, 0.6791, 1], [10, 10, 0, 10, 0.6075, 1]])(
      'Newcombe: %i/%i − %i/%i', (k1, n1, k2, n2, low, high) => {
        const i = newcombe(k2, n2, k1, n1)!;
        expect([i.low, i.high].map(v => Math.round(v * 1e4) / 1e4)).toEqual([low, high]);
      });
    it('Newcombe: null without trials', () => expect(newcombe(0, 0, 1, 2)).toBeNull());
  });

  describe('found elsewhere', () => {
    it('is k of n by the client\'s quarter', async () => {
      const by = { disposition: 'true_positive' as const, dispositionAt: T, dispositionBy: 'human' as const };
      const seen = alert('r', T);
      const tickets = [
        ticket('a', T, [seen], { ...by }), // ours
        ticket('b', T, [seen], { ...by, origin: 'unknown' }), // the source does not tell, but our alert is linked: ours
        ticket('c', T, [], { ...by, origin: 'unknown' }), // nobody knows: in n only
        ticket('m', T, [alert('r', T)], { ...by, origin: 'unknown' }), // quotes an alert that nobody has: it is linked to none of ours
        ticket('d', T, [], { ...by, origin: 'user' }), ticket('e', T, [], { ...by, origin: 'hunt' }), ticket('f', T, [], { ...by, origin: 'third_party' }), // elsewhere
        ticket('g', T, [], { ...by, origin: 'user', dispositionBy: 'automation' }), // a robot confirms nothing
        ticket('h', T, [], { ...by, origin: 'user', mergedInto: 'desk:ticket:d' }), // counts as d
        ticket('i', T, [], { ...by, origin: 'client', disposition: 'benign_positive' }), // not malicious
        ticket('j', at('2026-06-30T21:59:00Z'), [], { ...by, origin: 'client' }), // 23:59 on 30 June in Berlin: second quarter
        ticket('k', at('2026-06-30T22:00:00Z'), [], { ...by, origin: 'client' }), // midnight: third quarter
        ticket('l', at('2026-07-01T03:59:00Z'), [], { ...by, origin: 'user', client: 'bravo' }), // 23:59 on 30 June in New York: second quarter there
      ];
      const { rows } = await ask(store, 'rules.found_elsewhere', { alerts: [seen], tickets, range: { from: T, to: at('2026-07-10T00:00:00Z') }, now });
      expect(rows.map(r => [r.quarter, r.client, r.k_of_n, r.elsewhere, r.confirmed, r.by_alert, r.by_unknown, r.complete, r.reason])).toEqual([
        ['2026-Q3', 'acme', '1 of 1', 1, 1, 0, 0, false, null], ['2026-Q3', 'bravo', null, 0, 0, 0, 0, false, 'none_confirmed'],
        ['2026-Q2', 'acme', '4 of 8', 4, 8, 2, 2, true, null], ['2026-Q2', 'bravo', '1 of 1', 1, 1, 0, 0, true, null],
      ]);
      const { rows: scoped } = await ask(store, 'rules.found_elsewhere', { alerts: [seen], tickets, range: { from: T, to: at('2026-07-10T00:00:00Z') }, now }, { only: ['bravo'] });
      expect(scoped.map(r => [r.quarter, r.client, r.k_of_n])).toEqual([['2026-Q3', 'bravo', null], ['2026-Q2', 'bravo', '1 of 1']]);
    });
  });
});
