import type { CounterId } from '../../../catalog/integrity-counter-list';
import type { ScopedReader } from '../../scope/reader';
import { sql, type Sql } from '../../store/sql';
import type { MetricRequest } from '../metric';
import type { ZoneCut } from '../shared/zones';

/** One value of one counter. `client` is a client id, null for the total of what was asked. */
export interface Reading {
  readonly counter: CounterId;
  readonly client: string | null;
  readonly k: number | null;
  readonly n: number | null;
  /** In the counter's unit; null = not measured, with its reason. */
  readonly value: number | null;
  readonly reason: string | null;
  /** Set where more than the value decides (a stream never read). */
  readonly past?: boolean;
}

/** What a family of counters measures over: cuts by zone, by client or in total. */
export interface Counting {
  readonly reader: ScopedReader;
  readonly request: MetricRequest;
  readonly cuts: readonly ZoneCut[];
  readonly byClient: boolean;
  /** Counters asked for: a family counts no others. */
  readonly wanted: ReadonlySet<string>;
  readonly nameOf: (clientKey: number) => string;
  readonly signal: AbortSignal | undefined;
}
export type Family = (counting: Counting) => Promise<Reading[]>;

/** k ÷ n, null over nothing (metrics.md, Rule 2). */
export const share = (counter: CounterId, client: string | null, k: number, n: number): Reading =>
  ({ counter, client, k, n, value: n === 0 ? null : k / n, reason: n === 0 ? 'no_rows' : null });
/** k among n, null over nothing. */
export const count = (counter: CounterId, client: string | null, k: number, n: number): Reading =>
  ({ counter, client, k, n, value: n === 0 ? null : k, reason: n === 0 ? 'no_rows' : null });

/** How many rows a condition holds of. A sum, because an engine keeps a choice of rows for every `count … filter`: of three million tickets six conditions 25 ms instead of 41. */
export const holding = (condition: Sql): Sql => sql`coalesce(sum((${condition})::integer), 0)`;

/** Key column and grouping of a scan; a total has the key null. */
export const clientKey = (byClient: boolean): { key: Sql; grouped: Sql } => (byClient ? { key: sql`client_key`, grouped: sql`group by client_key` } : { key: sql`null`, grouped: sql`` });
export const clientOf = (counting: Counting, key: number | null | undefined): string | null => (counting.byClient && key != null ? counting.nameOf(Number(key)) : null);

/** One scan for all zones; none where no client is asked for. */
export const overCuts = async (counting: Counting, scan: (cuts: readonly ZoneCut[]) => Promise<Reading[]>): Promise<Reading[]> => (counting.cuts.length === 0 ? [] : scan(counting.cuts));
