import type { Disposition } from '../../model';
import { verdictOf, type VerdictAlert, type VerdictTicket } from './alert';

/** metrics.md, The join: one bucket for every alert, the first that applies. */
const alert = (more: Partial<VerdictAlert> = {}): VerdictAlert => ({ key: 1n, rule: 1, client: 1, detected: 0, readable: null, event: null, changed: 0, disposition: null, dispositionAt: null, dispositionBy: null, ...more });
const ticket = (disposition: Disposition | null, more: Partial<VerdictTicket> = {}): VerdictTicket => ({ key: 7n, id: 'T1', client: 1, created: 0, done: true, disposition, dispositionAt: 5, dispositionBy: 'human', ...more });

test.each<[string, VerdictAlert, VerdictTicket[], string]>([
  ['nobody said anything', alert(), [], 'unmatched'],
  ['a verdict that a robot set is no determination', alert({ disposition: 'false_positive', dispositionBy: 'automation' }), [], 'auto_closed'],
  ['neither is one that a ticket has from a robot', alert(), [ticket('true_positive', { dispositionBy: 'automation' })], 'auto_closed'],
  ['a robot beside a human: the human decides, and it is no conflict', alert({ disposition: 'true_positive', dispositionBy: 'automation' }), [ticket('false_positive')], 'false'],
  ['an unknown actor counts as human', alert({ disposition: 'benign_positive', dispositionBy: 'unknown' }), [], 'benign'],
  ['a robot may say duplicate', alert({ disposition: 'duplicate', dispositionBy: 'automation' }), [], 'duplicate'],
  ['an open ticket comes before what a robot said', alert({ disposition: 'false_positive', dispositionBy: 'automation' }), [ticket(null, { done: false })], 'pending'],
  ['so does "undetermined"', alert({ disposition: 'false_positive', dispositionBy: 'automation' }), [ticket('undetermined')], 'undetermined'],
  ['closed in the SIEM with nothing said', alert({ closed: true }), [], 'unclassified'],
  ['closed there, and its ticket says duplicate', alert({ closed: true }), [ticket('duplicate')], 'duplicate'],
  ['a ticket closed with nothing said, beside a test', alert({ disposition: 'test', dispositionBy: 'human' }), [ticket(null)], 'unclassified'],
])('%s', (_name, a, tickets, bucket) => { expect(verdictOf(a, tickets).bucket).toBe(bucket); });

test('two determined verdicts are a conflict, which says whether one of them was true; its time is the earliest', () => {
  const both = (second: Disposition) => verdictOf(alert({ disposition: 'false_positive', dispositionAt: 9, dispositionBy: 'human' }), [ticket(second)]);
  expect([both('true_positive'), both('benign_positive'), both('false_positive')].map(v => [v.bucket, v.conflictWithTrue, v.at, v.inherited])).toEqual([['conflict', true, 5, null], ['conflict', false, 5, null], ['false', false, 5, false]]);
});

test('of several tickets with one verdict the oldest decides, of equal age the one whose id comes first', () => {
  const by = (...tickets: VerdictTicket[]) => verdictOf(alert(), tickets).ticket?.id;
  expect(by(ticket('false_positive', { id: 'T1', created: 2 }), ticket('false_positive', { id: 'T2', created: 1 }))).toBe('T2');
  expect(by(ticket('false_positive', { id: 'T2' }), ticket('false_positive', { id: 'T1' }))).toBe('T1');
});
