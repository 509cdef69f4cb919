import { verdictOf, type VerdictAlert } from './alert';
import { decisionsOf } from './decision';

/** metrics.md §2, Decision, at its edge: own verdicts set within 60 s of each other, so exactly 60 s still is one. */
const own = (key: number, dispositionAt: number | null, more: Partial<VerdictAlert> = {}): VerdictAlert =>
  ({ key: BigInt(key), rule: 1, client: 1, detected: key, readable: null, event: null, changed: 0, disposition: 'false_positive', dispositionAt, dispositionBy: 'human', ...more });
const sizes = (alerts: readonly VerdictAlert[]): number[] => decisionsOf(alerts.map(alert => ({ alert, verdict: verdictOf(alert, []) }))).map(d => d.members.length).sort();

test.each<[string, VerdictAlert[], number[]]>([
  ['exactly 60 s apart: one', [own(1, 0), own(2, 60_000)], [2]],
  ['a millisecond more: two', [own(1, 0), own(2, 60_001)], [1, 1]],
  ['neighbours chain, in whatever order they come', [own(3, 120_000), own(1, 0), own(2, 60_000)], [3]],
  ['another verdict, rule or client is another decision', [own(1, 0), own(2, 0, { disposition: 'true_positive' }), own(3, 0, { rule: 2 }), own(4, 0, { client: 2 })], [1, 1, 1, 1]],
  ['verdicts whose time nobody tells stand alone', [own(1, null), own(2, null)], [1, 1]],
  ['a robot decides nothing', [own(1, 0, { dispositionBy: 'automation' })], []],
])('%s', (_name, alerts, expected) => { expect(sizes(alerts)).toEqual(expected); });
