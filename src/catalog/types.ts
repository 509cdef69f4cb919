import type { z } from 'zod';
import { standingColumns } from './standing';

export const METRIC_IDS = [
  'coverage.now', 'coverage.history', 'coverage.change', 'coverage.gaps', 'coverage.exclusions', 'coverage.unregistered',
  'rules.outcomes', 'rules.trend', 'rules.backlog', 'rules.unreviewed', 'rules.reliable', 'rules.silent', 'rules.load', 'rules.tuning', 'rules.found_elsewhere',
  'sla.adherence', 'sla.trend', 'sla.contributors', 'sla.budget', 'sla.at_risk', 'sla.time_to_decide', 'sla.flow', 'sla.incidents', 'sla.misses',
  'pipeline.latency', 'integrity.counters', 'integrity.orphans', 'reported.history', 'reported.coverage', 'reported.rules', 'sources.status', 'clients.grants', 'clients.requests', 'alerts', 'tickets', 'assets', 'rules', 'rows', 'explain',
] as const;
export type MetricId = (typeof METRIC_IDS)[number];

/** What a value can be grouped by. Each metric says which it takes; coverage always carries kind, sla always tier. */
export const DIMENSIONS = ['client', 'tier', 'rule', 'source', 'kind', 'criticality', 'requirement', 'shift', 'weekend', 'clock', 'stage', 'state'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const BUCKETS = ['none', 'day', 'week', 'month'] as const;
export type BucketOption = (typeof BUCKETS)[number];
/** stat: one row per group; series: one series per group over buckets; table: rows for people; alert: frames an evaluator accepts;
 * annotation: events on charts, for metrics that declare how a row becomes one (`annotation`). */
export const VIEWS = ['stat', 'series', 'table', 'alert', 'annotation'] as const;
export type View = (typeof VIEWS)[number];

export type ColumnKind = 'text' | 'enum' | 'count' | 'ratio' | 'number' | 'seconds' | 'time' | 'flag' | 'link';
export interface ColumnDefinition {
  readonly name: string;
  readonly title: string;
  readonly kind: ColumnKind;
  /** Plain sentence: what the value is, its unit, and what null means. */
  readonly description: string;
  /** Grafana unit where the kind does not say it (ratio → percentunit, seconds → s). */
  readonly unit?: string;
  readonly values?: readonly string[];
  /** Present only when that grouping or option is chosen. */
  readonly optional?: boolean;
  /** Hidden from organisations other than operators. */
  readonly operatorOnly?: boolean;
}

/** How rows of a metric become events on charts. Texts come from the columns' titles and values. */
export interface AnnotationDefinition {
  readonly title: string;
  /** What is marked, for editors: "Falls of coverage". */
  readonly marks: string;
  /** Rows that become events: those whose column holds one of these values, or a number above this. */
  readonly when: { readonly column: string; readonly is: readonly (string | number)[] } | { readonly column: string; readonly above: number };
  /** Column with the instant; `time` for bucketed metrics. Rows without it are not shown. */
  readonly time: string;
  /** `buckets`: neighbouring buckets of one group are one event with an end. `open`: it lasts until now. Absent: an instant. */
  readonly lasts?: 'buckets' | 'open';
  /** Columns named in the text; null and a count of 0 are left out. */
  readonly text: readonly string[];
  readonly tags: readonly string[];
  readonly groupBy: readonly Dimension[];
}

export interface CatalogEntry<O extends z.ZodType = z.ZodType> {
  readonly id: MetricId;
  readonly title: string;
  readonly area: 'coverage' | 'rules' | 'sla' | 'pipeline' | 'integrity' | 'reported' | 'sources' | 'clients' | 'drill';
  /** One or two sentences for panels and editors; the contract's words made plain. */
  readonly definition: string;
  readonly formula: string;
  /** Section of metrics.md, as "§2 Buckets"; what belongs to no metric there names security.md. */
  readonly contract: string;
  readonly nullReasons: Readonly<Record<string, string>>;
  readonly overOptimisation: string;
  /** Integrity counters that make its headline `qualified` past their threshold. */
  readonly counters: readonly string[];
  readonly groupBy: readonly Dimension[];
  readonly defaultGroupBy: readonly Dimension[];
  readonly filters: readonly Dimension[];
  readonly buckets: readonly BucketOption[];
  readonly views: readonly View[];
  /** Strict zod object of metric-specific options, every one with a default. */
  readonly options: O;
  readonly columns: readonly ColumnDefinition[];
  /** Column that a stat or alert view shows; null for pure tables. */
  readonly headline: string | null;
  /** Present where the metric can mark charts (view `annotation`). */
  readonly annotation?: AnnotationDefinition;
}
/** Adds what every metric with a headline has: the columns of its standing. */
export const defineMetric = <O extends z.ZodType>(entry: CatalogEntry<O>): CatalogEntry<O> => (entry.headline === null ? entry : { ...entry, columns: [...entry.columns, ...standingColumns] });
