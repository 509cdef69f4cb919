import fc from 'fast-check';
import { DAY, MINUTE, rowId, ruleId, type AlertRow, type RuleRow } from '../../src/model';
import { caseWorld, type CaseWorld } from './cases';

/**
 * Case worlds with what rules are about: predecessors and common query hashes (also in circles), rules off and gone, revisions,
 * verdicts without a time, and as a rule one crowd of own verdicts, because under 10 decisions nothing but k of n can be seen.
 */
const ruleDraft = fc.record({
  predecessor: fc.constantFrom<number | null>(null, null, null, 0, 1, 2, 9), hash: fc.constantFrom<string | null>(null, null, null, 'h'), enabled: fc.constantFrom<boolean | null>(true, true, false, null),
  gone: fc.constantFrom<number | null>(null, null, null, 20), changed: fc.constantFrom(0, 0, 5),
});
const crowdDraft = fc.record({
  rule: fc.integer({ min: 0, max: 3 }), client: fc.constantFrom('acme', 'acme', 'acme', 'bravo'), n: fc.oneof(fc.integer({ min: 2, max: 14 }), fc.integer({ min: 20, max: 80 })), day: fc.constantFrom(0, 0, 1, 3), gap: fc.constantFrom(1, 2, 61, 720, 1440, 1440, 1439),
  verdicts: fc.array(fc.constantFrom('true_positive', 'true_positive', 'false_positive', 'false_positive', 'benign_positive', 'benign_positive', 'false_positive', 'true_positive', 'duplicate', null) as fc.Arbitrary<AlertRow['disposition']>, { minLength: 1, maxLength: 9, size: 'max' }),
  /** From `revised` on, every so many-th verdict is another one: a tuning that shows. */
  turned: fc.constantFrom<[number, AlertRow['disposition']]>([1, 'true_positive'], [2, 'true_positive'], [1, 'false_positive'], [99, null]),
  judged: fc.constantFrom(1, 60, 14 * 1440, 14 * 1440 + 1, null), revised: fc.integer({ min: 0, max: 40 }), tier: fc.constantFrom('high', 'low'),
});
/** A rule that seldom speaks and is right. */
const sureDraft = fc.record({ rule: fc.integer({ min: 0, max: 3 }), n: fc.integer({ min: 2, max: 5 }), wrong: fc.boolean() });
const extras = fc.record({
  turned: fc.boolean(),
  sure: fc.option(sureDraft, { freq: 1, nil: null }),
  rules: fc.array(ruleDraft, { minLength: 4, maxLength: 4 }), crowd: fc.option(crowdDraft, { freq: 6, nil: null }),
  revisions: fc.array(fc.constantFrom<string | null>(null, '1', '1', '2', '3'), { minLength: 14, maxLength: 14 }), confirmed: fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
  /** When the question is asked, days after the anchor: as the case world has it, or late enough for windows to have ended. */
  asked: fc.constantFrom<[number, number, number] | null>(null, [120, -5, 130], [120, -5, 130], [90, 0, 60], [90, 0, 60], [60, 20, 40], [75, 8, 14]),
  undated: fc.array(fc.constantFrom(false, false, false, true), { minLength: 14, maxLength: 14 }),
});

export interface RuleWorld {
  readonly world: CaseWorld;
  /** The same rows, asked late enough for windows to have ended (or as the case world is). */
  readonly late: CaseWorld;
}
/** Half the worlds have verdicts as they came, half more true positives and verdicts without a time. */
export const ruleWorld: fc.Arbitrary<RuleWorld> = fc.tuple(caseWorld, extras).map(([world, extra]) => {
  const anchor = world.rules[0]!.changed;
  const rules = world.rules.map((r, i): RuleRow => {
    const d = extra.rules[i]!;
    return { ...r, predecessor: d.predecessor === null || d.predecessor === i ? null : ruleId('test', `r${d.predecessor}`), queryHash: d.hash, enabled: d.enabled, gone: d.gone === null ? null : anchor + d.gone * DAY, changed: anchor + d.changed * MINUTE };
  });
  const alerts = world.alerts.map((a, i): AlertRow => ({ ...a, ruleRevision: extra.revisions[i]!, dispositionAt: extra.turned && extra.undated[i] ? null : a.dispositionAt }));
  const tickets = world.tickets.map((t, i) => (extra.turned ? { ...t, ...(extra.confirmed[i] && { disposition: 'true_positive' as const, dispositionBy: 'human' as const, dispositionAt: t.dispositionAt ?? t.changed }), ...(extra.undated[13 - i] && { dispositionAt: null }) } : t));
  const [now, from, days] = extra.asked ?? [0, 0, 0];
  const when = extra.asked === null ? {} : { now: anchor + now * DAY, range: { from: anchor + from * DAY, to: anchor + (from + days) * DAY } };
  const whole = { ...world, rules, tickets, alerts: [...alerts, ...(extra.crowd === null ? [] : crowd(extra.crowd, anchor)), ...(extra.sure === null ? [] : seldomRight(extra.sure, anchor))] };
  return { world: whole, late: { ...whole, ...when } };
});

type Crowd = typeof crowdDraft extends fc.Arbitrary<infer T> ? T : never;
function crowd(d: Crowd, anchor: number): AlertRow[] {
  return Array.from({ length: d.n }, (_, i): AlertRow => {
    const at = anchor + d.day * DAY + i * d.gap * MINUTE;
    const disposition = i >= d.revised && i % d.turned[0] === 0 ? d.turned[1] : d.verdicts[i % d.verdicts.length]!;
    return {
      id: rowId('siem', 'alert', `C${i}`), source: 'siem', nativeId: `C${i}`, url: null, changed: at, gone: null, joinId: `C${i}`, rule: ruleId('test', `r${d.rule}`), ruleName: `Rule ${d.rule}`,
      ruleRevision: i < d.revised ? '1' : '2', event: null, detected: at, readable: null, sourceSeverity: d.tier, tier: d.tier as AlertRow['tier'], sourceClient: d.client, client: d.client, sourceStatus: null,
      acknowledgedAt: i % 3 === 0 ? at : null, acknowledgedBy: i % 3 === 0 ? 'human' : null, sourceDisposition: disposition, disposition,
      dispositionAt: disposition === null || d.judged === null ? null : at + d.judged * MINUTE, dispositionBy: disposition === null ? null : 'human', suppressed: i % 5 === 0 ? 3 : 0,
    };
  });
}
export const seldomRight = (d: typeof sureDraft extends fc.Arbitrary<infer T> ? T : never, from: number, mark = 's'): AlertRow[] =>
  crowd({ rule: d.rule, client: 'acme', n: d.n, day: 0, gap: 1440, verdicts: d.wrong ? ['true_positive', 'true_positive', 'false_positive'] : ['true_positive'], turned: [99, null], judged: 60, revised: 99, tier: 'high' }, from)
    .map(a => ({ ...a, id: `${a.id}${mark}`, nativeId: `${a.nativeId}${mark}`, joinId: `${a.joinId}${mark}` }));
