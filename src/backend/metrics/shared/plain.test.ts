import { HOUR, MINUTE } from '../../../model';
import { duration, plainCoverage, plainGap, plainIncident, plainOutcomes, plainSla } from './plain';

/** Every sentence is made of the row's own figures; what was not measured is never a nought. */
test.each([[30_000, 'less than a minute'], [14 * MINUTE, '14 min'], [2 * HOUR + 5 * MINUTE, '2 h 5 min'], [26 * HOUR, '1 day 2 h'], [48 * HOUR, '2 days']])('%d ms is %s', (ms, text) => { expect(duration(ms)).toBe(text); });

test.each([
  [{ in_scope: 3, covered: 3, coverage: 1 }, '3 of 3', 'All 3 endpoints report to the SOC.'],
  [{ in_scope: 1, covered: 1, coverage: 1, excluded: 2 }, '1 of 1', 'The one endpoint reports to the SOC. 2 are left out by agreement.'],
  [{ in_scope: 9, covered: 5, coverage: 5 / 9, agent_only: 1, dark: 1, absent: 2 }, '5 of 9', '5 of 9 endpoints report to the SOC; of the others, 1 only checks in with its console, 1 went silent but was seen elsewhere and 2 were seen nowhere.'],
  [{ in_scope: 9, covered: 0, coverage: null }, null, 'Not measured: the sources were not read.'],
])('coverage %j', (row, k, sentence) => { expect(plainCoverage({ kind: 'endpoint', ...row }, 'the sources were not read.')).toEqual({ k_of_n: k, sentence }); });

test.each([
  [{ met: 7, missed: 0, overdue: 0 }, '7 of 7', 'All 7 critical cases were decided in time.'],
  [{ met: 1, missed: 1, overdue: 1, untracked: 1 }, '1 of 3', '1 of 3 critical cases was decided in time; 1 was late and 1 is still open past its time. 1 critical alert was not handled by anybody before the time was up.'],
  [{ met: 0, missed: 0, overdue: 0, on_hold: 2 }, null, 'Why. 2 cases wait on an agreed pause past the agreed time.'],
])('adherence %j', (row, k, sentence) => { expect(plainSla({ tier: 'critical', clock: 'decide', ...row }, 'Why.')).toEqual({ k_of_n: k, sentence }); });

test('rules: nobody judged is said, not counted as none', () => {
  expect(plainOutcomes({ alerts: 5, decisions: 0, bucket_pending: 5 }).sentence).toBe('Nobody has given a verdict on 5 alerts yet.');
  expect(plainOutcomes({ alerts: 1_200, decisions: 10, confirmed: '2 of 10', bucket_unmatched: 1 })).toEqual({ k_of_n: '2 of 10', sentence: 'People judged 10 cases out of 1,200 alerts; 2 of 10 confirmed a threat. 1 alert has no verdict yet.' });
});

test('gaps: what we could not read is our turn, not the client’s', () => {
  expect(plainGap({ state: 'unknown', last_seen: null }).needed_from).toBe('SOC');
  expect(plainGap({ state: 'dark', reason: 'with_source:elastic', last_seen: 1 }).needed_from).toBe('SOC');
  expect(plainGap({ state: 'dark', last_seen: 1, last_seen_by: 'flow of netflow' })).toEqual({ needed_from: 'you', ask: 'It is running (seen by flow of netflow) but its security log is silent. Please check the agent or the log forwarding.' });
  expect(plainGap({ state: 'absent', last_seen: null }).ask).toContain('Nothing has ever seen it');
});

test('incidents: what is not recorded is said', () => {
  expect(plainIncident({ detected: 0, decided: 14 * MINUTE, notified: null, contained: 2 * HOUR, resolved: null })).toBe('Decided after 14 min and contained after 2 h. Not recorded: a notice to you.');
  expect(plainIncident({ detected: 0, decided: null, notified: null, contained: null, resolved: null })).toBe('Nothing is recorded after the detection. Not recorded: a notice to you and a containment.');
});
