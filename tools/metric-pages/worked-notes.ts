import type { MetricId } from '../../src/catalog/types';

/**
 * The worked examples of docs/metrics/: what is asked beyond the default, the columns that are printed, and the answer derived by hand. The
 * answers themselves stand in worked.json, computed from the rows of tests/worlds/worked.ts by tests/contract/worked.test.ts.
 */
export interface Worked { readonly ask?: Record<string, unknown>; readonly columns: readonly string[]; readonly why: string }
export const STORY = `The client Acme, everything in UTC, Monday 8 to Sunday 14 June 2026, asked at the end of Sunday. Critical is to be decided within 1 h, high within 4 h; waiting for the client is an allowed pause.

- **Password spray** (high) fires twelve times on the 8th, every hour from 08:00; each alert is judged in the SIEM half an hour later, the first three true, nine false.
- **Golden ticket** (high) fires three times on the 10th; each is found true in the SIEM half an hour later. **Old beacon** fired once on the 3rd.
- **Odd login** (high): O1 on the 9th at 08:50 leads to T-1 (created 09:00, found true and closed at 10:00); O2 on the 10th at 09:00 to T-2 (09:05, found false at 15:00); O3 on the 12th at 09:00 to T-4 (09:10, waiting for the client from 10:00 to 12:00, benign at 14:30); O4 on the 14th at 22:00 to T-5 (22:05, open).
- **New admin** (critical): N1 on the 11th at 09:00 leads to T-3 (09:02, nobody has touched it); N2 on the 13th at 10:00 has no ticket and no verdict.
- T-6 (high) is opened for a call of the client on the 11th at 12:00 and found true at 13:00.
- Of five registered servers, web-1 and web-2 send events every day, mail until the 11th at 23:00, old never; lab is excluded from the 1st to the 30th. A host named stranger sends events and is not registered.`;
export const WORKED: Readonly<Partial<Record<MetricId, Worked>>> = {
  'coverage.now': { columns: ['kind', 'in_scope', 'covered', 'absent', 'excluded', 'coverage', 'coverage_without_exclusions'], why: 'Five servers, one excluded: four in scope. web-1 and web-2 sent events within their 24 hours before the end of the 14th; mail is silent since the 11th, old was never seen: 2 of 4. With the lab counted, 2 of 5.' },
  'coverage.history': { ask: { bucket: 'day' }, columns: ['time', 'in_scope', 'covered', 'coverage', 'change', 'signal'], why: 'mail\'s last event is of the 11th, 23:00; at the end of the 12th it is 25 hours old. So 3 of 4 until the 11th and 2 of 4 from the 12th, 25 points below the week before. That is more than three points, but one asset and not five: no signal.' },
  'coverage.change': { columns: ['part', 'assets', 'delta_covered', 'delta_scope', 'contribution', 'coverage_before', 'coverage_after'], why: 'From 3/4 (end of the 7th) to 2/4. One asset went dark: Δcovered −1, Δin scope 0, n̄ = 4: (−1 − r̄ · 0) ÷ 4 = −0.25, which is the whole change.' },
  'coverage.gaps': { columns: ['name', 'kind', 'state', 'since', 'last_seen', 'last_seen_by'], why: 'The two in scope that are not covered. Neither was seen by any other source, so both are absent and not dark.' },
  'coverage.exclusions': { columns: ['name', 'exclusion_reason', 'agreed_by', 'until', 'days_left', 'too_long', 'would_be_covered'], why: 'Agreed from the 1st to the 30th of June: 29 days, under the 90 allowed; at the end of the 14th fifteen whole days are left. No evidence covers the lab, so excluding it raises coverage.' },
  'coverage.unregistered': { columns: ['name', 'match', 'source', 'first', 'last'], why: 'Of the four hosts seen in the week three match an asset (mail until the 11th); the stranger matches none: registry completeness 3 of 4.' },
  'rules.outcomes': { columns: ['rule_name', 'alerts', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_pending', 'bucket_unmatched', 'decisions', 'confirmed', 'confirmation', 'confirmation_low', 'confirmation_high', 'review', 'reason'], why: 'Password spray: twelve verdicts an hour apart are twelve decisions, 3 true: 25 %, Wilson 8.9 to 53.2 %. Odd login: verdicts of T-1 (true), T-2 (false), T-4 (benign), T-5 still open (pending): three decisions, under ten, so k of n and no percentage. New admin: N1 waits in T-3, N2 has nothing.' },
  'rules.trend': { ask: { bucket: 'week' }, columns: ['time', 'alerts', 'true', 'benign', 'false', 'unreviewed', 'decisions', 'confirmed', 'confirmation', 'review', 'provisional'], why: 'The week\'s 21 alerts: 3 + 1 + 3 true, 1 benign, 9 + 1 false, 3 without verdict. 18 decisions, 7 true: 38.9 %; 18 of 21 reviewed. Provisional until the 29th: verdicts count for 14 days after the week.' },
  'rules.backlog': { columns: ['rank', 'rule_name', 'nowhere', 'decisions', 'confirmed', 'confirmation_high', 'removed', 'at_risk'], why: 'Policy of the week: at least 10 decisions and an upper bound under 60 %. Password spray: upper bound 53.2 %, 9 alerts led nowhere. Of all 11 that did (9, and 2 of Odd login) tuning it removes at most 9 ÷ 11, and puts its 3 true positives at risk.' },
  'rules.unreviewed': { columns: ['rank', 'rule_name', 'alerts', 'unreviewed', 'review', 'share'], why: 'Policy of the week: at least 2 alerts, review under 50 %. New admin: both unreviewed, two of the week\'s three unreviewed alerts. Odd login is reviewed to 75 %.' },
  'rules.reliable': { columns: ['rule_name', 'alerts', 'decisions', 'confirmed'], why: 'Volumes 2, 3, 4, 12: the median lies at 3.5. Golden ticket has 3 alerts, 3 of 3 true; Wilson\'s lower bound is 43.8 %, above 40 %.' },
  'rules.silent': { columns: ['state', 'rule_name', 'before', 'confirmed_before', 'alerts', 'last_alert'], why: 'Old beacon alerted once in the seven days before (on the 3rd, found true) and not in the week.' },
  'rules.load': { columns: ['rule_name', 'alerts', 'alerts_share', 'decisions', 'decisions_share', 'nowhere', 'nowhere_share', 'touches'], why: 'Password spray is 12 of 21 alerts, 12 of 18 decisions and 9 of the 11 alerts that led nowhere. Its twelve verdicts are twelve touches; Odd login\'s tickets took 2 + 2 + 4 (a pause, its end, a verdict, a close).' },
  'rules.found_elsewhere': { columns: ['quarter', 'client', 'k_of_n', 'by_alert', 'by_client', 'complete'], why: 'Two tickets were found malicious: T-1 began with an alert, T-6 with a call of the client. One of two was found by somebody else.' },
  'sla.adherence': { columns: ['tier', 'met', 'missed', 'overdue', 'running', 'adherence', 'gross_adherence', 'untracked', 'floor', 'from_creation'], why: 'High, 4 h to decide: 15 verdicts in the SIEM after half an hour, T-1 (detected 08:50, decided 10:00), T-4 and T-6 met; T-2 (detected 09:00, decided 15:00) missed; T-5 is due on the 15th at 02:00 and runs: 18 of 19. T-4 took 5.5 h of which 2 were an allowed pause: without pauses 17 of 19. Critical, 1 h: T-3 is open past its due, 0 of 1; N2 has neither ticket nor verdict, so the floor is 0 of 2.' },
  'sla.trend': { ask: { bucket: 'day' }, columns: ['time', 'tier', 'met', 'missed', 'overdue', 'running', 'adherence', 'reason'], why: 'By the day of the due instant: the twelve verdicts of the 8th, T-1 on the 9th, on the 10th three met (Golden ticket) and T-2 missed: 3 of 4. A day on which nothing fell due is empty, not 100 %.' },
  'sla.budget': { columns: ['tier', 'state', 'goal', 'items', 'misses', 'allowed', 'used', 'remaining'], why: 'Goal 95 %: of 19 high items 0.95 may be missed, one was: 105 % of the budget. One critical miss is reported however large the budget.' },
  'sla.at_risk': { columns: ['state', 'ticket', 'rule', 'tier', 'start', 'due', 'time_left', 'age'], why: 'T-5 has two hours left. N2 is a critical alert past its due with neither ticket nor verdict. T-3 is past its due already: a miss, no longer at risk.' },
  'sla.time_to_decide': { columns: ['tier', 'items', 'decided', 'open', 'p50', 'p90', 'oldest', 'reason'], why: 'High, 20 items: 15 took 30 min, T-6 1 h, T-1 1 h 10 min, T-5 is open for 2 h, T-4 5 h 30 min, T-2 6 h. Left over after 30 min: 5/20; so the median is 30 min. After 1 h 4/20, after 1 h 10 min 3/20, T-5 drops out undecided, and T-4 halves what is left to 1.5/20: p90 is 5 h 30 min. Critical: nothing decided, so nothing is reached.' },
  'sla.flow': { columns: ['tier', 'alerts_in', 'started', 'decided', 'open', 'age_p50', 'oldest'], why: 'High: 19 alerts came in, 20 items started (T-6 has no alert), 19 were decided, T-5 is open for two hours. Critical: two alerts, one item (N2 is none), open for 87 h.' },
  'sla.incidents': { columns: ['incident', 'title', 'tier', 'detected', 'confirmed_at', 'decided', 'sentence'], why: 'Every verdict true positive of a human: T-1 and T-6, and six decisions in the SIEM.' },
  'sla.misses': { columns: ['state', 'ticket', 'tier', 'start', 'due', 'stop', 'late_by'], why: 'T-3, due on the 11th at 10:00, is 86 h late and open; T-2 was decided 2 h after its due. Exactly what sla.adherence counts as missed and overdue.' },
  'pipeline.latency': { columns: ['stage', 'measured', 'p50', 'p90', 'p99', 'target', 'above_target', 'missing'], why: 'Every event lies 5 min before its detection, readable 1 min after. Tickets came 10, 5, 2, 10 and 5 min after the detection of their alert: sorted 120, 300, 300, 600, 600 s; the median is the third, p90 lies at place 3.6 between two values of 600. Sixteen alerts have no ticket.' },
  'integrity.orphans': { columns: ['kind', 'name', 'tier', 'time', 'own_verdict'], why: 'Critical and high alerts older than an hour that no ticket quotes: the fifteen judged in the SIEM (own verdict, so the join is complete all the same) and N2, which nobody has touched.' },
  alerts: { columns: ['time', 'alert', 'rule', 'tier', 'verdict', 'given_by', 'ticket'], why: 'The week\'s 21 alerts, newest first, each with the bucket it counts in and whose verdict that is.' },
  tickets: { columns: ['outcome', 'ticket', 'tier', 'start', 'due', 'stop', 'alerts'], why: 'What sla.adherence counts: 20 high items, one critical, and N2 as untracked.' },
  assets: { columns: ['name', 'kind', 'state', 'last_event', 'last_seen_by'], why: 'The states that coverage.now counts.' },
  rules: { columns: ['name', 'tier', 'enabled', 'alerts', 'last'], why: 'The five rules with their alerts of the week.' },
};
/** Windows longer than a week, or figures of sources, grants and closed months: where these are worked by hand. */
export const ELSEWHERE: Readonly<Partial<Record<MetricId, string>>> = {
  'rules.tuning': 'It compares windows of at least 28 days; worked by hand in `tests/oracles/rules/hand.test.ts`.',
  'sla.contributors': 'It looks at ranges of at least 28 days and cells of at least 20 items; worked by hand in `tests/oracles/sla/contributors.test.ts` (15 misses of 30 where the tier misses 20 of 120: excess 10).',
  'reported.history': 'It needs a month that was closed; worked by hand in `tests/oracles/reported/history.test.ts`.',
  'reported.coverage': 'It needs a month that was closed; worked by hand in `tests/oracles/reported/coverage.test.ts` (May 2026, 300 of 310 asset-days).',
  'reported.rules': 'It needs a month that was closed; worked by hand in `tests/oracles/reported/rules.test.ts` (8 of 12 decisions).',
  'integrity.counters': 'Each counter has its case by hand in `tests/oracles/integrity/`.',
  'sources.status': 'It speaks of the sources of a workspace, not of rows; by hand in `tests/oracles/sources/status.test.ts`.',
  'clients.grants': 'It speaks of grants, not of rows; by hand in `tests/oracles/clients/grants.test.ts`.',
  'clients.requests': 'It speaks of requests, not of rows; by hand in `tests/oracles/clients/requests.test.ts`.',
  explain: 'Its answer is a derivation step by step; see `tests/oracles/drill/explain.test.ts`.',
  rows: 'It lists the rows behind another metric’s value; see `tests/oracles/drill/rows.test.ts`.',
};
