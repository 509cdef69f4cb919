import { CATALOG } from '../../../catalog';
import type { MetricId, ColumnDefinition } from '../../../catalog/types';
import type { OutcomesQuery } from '../../../query/model';

/** One table of the report. `columns` null: what the metric shows, less client and what belongs to operators. */
export interface SectionWish {
  readonly id: string; readonly title: string; readonly intro: string; readonly empty: string;
  readonly query: Omit<OutcomesQuery, 'version'>;
  readonly columns: readonly string[] | null;
  /** Looks back this many months further than the month itself. */
  readonly monthsBefore?: number;
  /** Headings other than the catalog's, for readers who do not run a SOC. */
  readonly titles?: Readonly<Record<string, string>>;
  /**
   * Instant the rows are judged at, now at the latest. `end` (default): of the month, what the estate was like then. `closing`: what became
   * of the month's cases until it closed, so that a closed month always says the same. `now`: what was restated since.
   */
  readonly judged?: 'end' | 'closing' | 'now';
  /** A headline: column by which its rows are found again in the month before; null where it has but one row. */
  readonly comparedBy?: string | null;
  /** What rows are found again by although no column shows it. */
  readonly keys?: readonly string[];
  /** Rows on paper at most; the table holds all. */
  readonly onPaper?: number;
  /** What an empty cell says; its column stays although it is empty in every row. */
  readonly without?: Readonly<Record<string, string>>;
}
const section = (id: string, title: string, intro: string, empty: string, query: SectionWish['query'], columns: SectionWish['columns'], more: Partial<SectionWish> = {}): SectionWish => ({ id, title, intro, empty, query: { view: 'table', ...query }, columns, ...more });
const plain = { plain: true };

/** Every table of the report in the order of the page. Metric ids and options only: the same definitions as on the dashboards. */
const WISHES: readonly SectionWish[] = [
  section('coverage', 'What we saw of your estate', 'At the end of the month, by kind of asset.', 'Nothing of yours is registered.', { metric: 'coverage.now', groupBy: ['kind'], options: plain }, ['kind', 'k_of_n', 'sentence', 'standing', 'standing_why'], { comparedBy: 'kind' }),
  section('decided', 'Cases decided in time', 'Cases whose agreed time ended in the month, by severity.', 'No case fell due.', { metric: 'sla.adherence', groupBy: ['tier'], options: plain }, ['tier', 'k_of_n', 'sentence', 'standing', 'standing_why'], { judged: 'closing', comparedBy: 'tier' }),
  section('alerts', 'What became of the alerts', 'Alerts raised in the month, and what people decided about them.', 'No alert was raised.', { metric: 'rules.outcomes', groupBy: [], options: plain }, ['k_of_n', 'sentence', 'standing', 'standing_why'], { titles: { k_of_n: 'Confirmed' }, judged: 'closing', comparedBy: null }),
  section('incidents', 'Confirmed incidents', 'Threats that a person confirmed in the month.', 'No incident was confirmed.', { metric: 'sla.incidents', limit: 1000 }, ['incident', 'title', 'tier', 'detected', 'decided', 'notified', 'contained', 'sentence'], { judged: 'closing', without: { incident: 'no ticket', title: 'held with another case', decided: 'not recorded', notified: 'not recorded', contained: 'not recorded' } }),
  section('misses', 'Late cases', 'Every case that was decided late, or is still open past its time.', 'No case was late.', { metric: 'sla.misses', limit: 2000 }, ['state', 'tier', 'ticket', 'title', 'start', 'due', 'stop', 'late_by'], { judged: 'closing', without: { stop: 'not yet' } }),
  section('change', 'Why coverage changed', 'What moved the share of covered assets during the month.', 'Nothing moved it.', { metric: 'coverage.change', groupBy: ['kind'] }, ['kind', 'part', 'source', 'contribution', 'assets', 'delta_covered', 'delta_scope', 'change', 'coverage_before', 'coverage_after', 'reason'], { titles: { part: 'What happened', source: 'With source', contribution: 'Points', delta_covered: 'Covered, more or fewer', delta_scope: 'In count, more or fewer', change: 'Together', coverage_before: 'Before', coverage_after: 'After' } }),
  section('coverage-months', 'Coverage against the month before', 'Days that could not be measured are left out and counted.', 'No day was measured.', { metric: 'coverage.history', bucket: 'month', groupBy: ['kind'] }, ['time', 'kind', 'coverage', 'in_scope', 'covered', 'days', 'days_measured', 'reason'], { monthsBefore: 1, titles: { time: 'Month', in_scope: 'Asset-days in scope', covered: 'Asset-days covered' } }),
  section('decided-months', 'Cases decided in time against the month before', 'By severity.', 'No case fell due.', { metric: 'sla.trend', bucket: 'month', groupBy: ['tier'] }, ['time', 'tier', 'met', 'missed', 'overdue', 'adherence'], { monthsBefore: 1, judged: 'closing', titles: { time: 'Month', adherence: 'In time', met: 'Kept', missed: 'Late', overdue: 'Still open' } }),
  section('promises', 'Every promise by severity', 'Taken up, decided, reported to you, contained, resolved: each by its own agreed time.', 'No case fell due.', { metric: 'sla.adherence', groupBy: ['clock', 'tier'], options: plain }, ['clock', 'tier', 'k_of_n', 'sentence'], { judged: 'closing', titles: { clock: 'Promise' } }),
  section('needed', 'What we need from you', 'Assets that did not report at the end of the month.', 'Nothing: every asset reported.', { metric: 'coverage.gaps', limit: 2000, options: plain }, ['name', 'kind', 'criticality', 'state', 'since', 'needed_from', 'ask']),
  section('exclusions', 'Exclusions', 'Assets left out of coverage by agreement, with the reason and until when.', 'None is agreed.', { metric: 'coverage.exclusions', limit: 2000 }, ['name', 'kind', 'state', 'exclusion_reason', 'agreed_by', 'since', 'until', 'days_left', 'would_be_covered']),
  section('rules', 'Detection rules', 'What became of the alerts of each rule.', 'No alert was raised.', { metric: 'rules.outcomes', groupBy: ['rule'], limit: 1000 }, ['rule_name', 'alerts', 'confirmed', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_pending', 'bucket_unmatched', 'bucket_unclassified'], { judged: 'closing', onPaper: 12, keys: ['rule'], titles: { bucket_true: 'Real threat', bucket_benign: 'Expected', bucket_false: 'False alarm', bucket_pending: 'In work', bucket_unmatched: 'No case', bucket_unclassified: 'Closed unjudged' } }),
  section('found-elsewhere', 'Found by others', 'Incidents that none of our alerts found first.', 'No incident was confirmed.', { metric: 'rules.found_elsewhere' }, ['quarter', 'k_of_n', 'by_alert', 'by_user', 'by_client', 'by_third_party', 'by_hunt', 'by_unknown', 'complete', 'reason'], { judged: 'closing', titles: { k_of_n: 'Found by others', by_client: 'By you', complete: 'Quarter over' } }),
  section('reported', 'What was reported, and restated since', 'Months keep the figure they were reported with. What changed afterwards stands here with its cause.', 'No month was reported yet.', { metric: 'reported.history', bucket: 'month', groupBy: ['tier'] }, ['month', 'tier', 'state', 'met', 'missed', 'adherence', 'now', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed', 'policy_version', 'definition'], { monthsBefore: 12, judged: 'now', titles: { met: 'Kept', missed: 'Late', adherence: 'In time', now: 'In time, as it counts now', policy: 'Agreement changed' } }),
  section('reported-coverage', 'Coverage as reported', 'What we saw of your estate in each month, in days of assets, as it was reported; what changed afterwards stands here with its cause.', 'No month was reported yet.', { metric: 'reported.coverage', bucket: 'month', groupBy: ['kind'] }, ['month', 'kind', 'state', 'days', 'days_measured', 'in_scope', 'covered', 'coverage', 'now', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed', 'end_covered', 'end_in_scope'], { monthsBefore: 12, judged: 'now', titles: { in_scope: 'Asset-days in scope', covered: 'Asset-days covered', now: 'Coverage, as it counts now', policy: 'Agreement changed' } }),
  section('reported-alerts', 'Verdicts as reported', 'What had become of each month’s alerts when it closed, as it was reported; verdicts that changed afterwards stand here with their cause.', 'No month was reported yet.', { metric: 'reported.rules', bucket: 'month', groupBy: [] }, ['month', 'state', 'alerts', 'decisions', 'confirmed', 'confirmation', 'review', 'now', 'restated', 'late_data', 'source_edit', 'gone', 'policy', 'definition_changed'], { monthsBefore: 12, judged: 'now', titles: { policy: 'Agreement changed', now: 'Confirmed, as it counts now' } }),
  section('reported-rules', 'Detection rules as reported', 'The same of the month by rule.', 'No month was reported yet.', { metric: 'reported.rules', bucket: 'month', groupBy: ['rule'], limit: 1000 }, ['month', 'rule_name', 'state', 'alerts', 'confirmed', 'bucket_true', 'bucket_benign', 'bucket_false', 'bucket_pending', 'bucket_unmatched', 'bucket_unclassified', 'bucket_later', 'restated'], { judged: 'now', onPaper: 12, keys: ['rule'], titles: { bucket_true: 'Real threat', bucket_benign: 'Expected', bucket_false: 'False alarm', bucket_pending: 'In work', bucket_unmatched: 'No case', bucket_unclassified: 'Closed unjudged' } }),
  section('checks', 'Checks we run on ourselves', 'Past its agreed limit, a check makes the figures it concerns "qualified".', 'Nothing was counted.', { metric: 'integrity.counters', groupBy: [] }, ['title', 'state', 'reading', 'agreed', 'k', 'n', 'description'], { judged: 'closing', titles: { title: 'Check', k: 'Counted', n: 'Of' } }),
];

/** The tables this build can fill. */
export const SECTIONS: readonly SectionWish[] = WISHES.filter(w => CATALOG.has(w.query.metric));
export const sectionMetrics = (): MetricId[] => [...new Set(SECTIONS.map(s => s.query.metric))];

/** Columns of a section that its rows carry, in order, with the section's own headings. */
export function columnsOf(wish: SectionWish, rows: readonly object[]): ColumnDefinition[] {
  const entry = CATALOG.get(wish.query.metric)!;
  const [first] = rows;
  const wanted = wish.columns?.flatMap(name => entry.columns.find(c => c.name === name) ?? []) ?? entry.columns.filter(c => c.name !== 'client' && c.operatorOnly !== true && c.kind !== 'link');
  return wanted.filter(c => !c.optional || (first !== undefined && Object.hasOwn(first, c.name))).map(c => ({ ...c, title: wish.titles?.[c.name] ?? c.title }));
}
