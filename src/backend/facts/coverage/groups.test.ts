import { judgeGroup, type MemberDay } from './days';
import type { Verdict } from './state';

/** metrics.md §1, Short-lived: a group is covered when at least 95 % of its members were seen, so 19 of 20 is enough and 18 of 19 is not. */
const cell = { kind: 'cloud_workload' as const, criticality: null, requirement: 'default' };
const members = (counts: Partial<Record<Verdict['state'], number>>, more: Partial<MemberDay> = {}): MemberDay[] =>
  Object.entries(counts).flatMap(([state, n]) => Array.from({ length: n }, () => ({ day: 1, verdict: { state: state as Verdict['state'], weak: false, degraded: false, reason: null }, excluded: false, ...more })));

test.each<[string, MemberDay[], string | undefined, string | undefined]>([
  ['19 of 20', members({ covered: 19, absent: 1 }), 'covered', '19 of 20'], ['18 of 19', members({ covered: 18, absent: 1 }), 'dark', '18 of 19'], ['38 of 40', members({ covered: 38, absent: 2 }), 'covered', '38 of 40'],
  ['what was not read could still lift it', members({ covered: 18, unknown: 1, absent: 1 }), 'unknown', '18 of 20'], ['nothing could lift it', members({ covered: 17, unknown: 1, absent: 2 }), 'dark', '17 of 20'],
  ['agents only', members({ agent_only: 1, absent: 3 }), 'agent_only', '0 of 4'], ['seen by nobody', members({ absent: 2 }), 'absent', '0 of 2'],
  ['members left out by agreement do not count beside others', [...members({ covered: 19 }), ...members({ absent: 5 }, { excluded: true })], 'covered', '19 of 19'],
  ['a group without members is none', [], undefined, undefined],
])('%s', (_name, all, state, reason) => { const fact = judgeGroup(all, cell); expect([fact?.state, fact?.reason ?? undefined]).toEqual([state, reason]); });
