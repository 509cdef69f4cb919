import type { RowUnit } from '../../../catalog/rows';
import type { ScopedReader } from '../../scope/reader';
import { join, sql, type Sql } from '../../store/sql';
import type { Cell, MetricRequest } from '../metric';
import type { CellToken } from './token';

/** Which rows of which metric: its question narrowed to the group of the value, and the value's column and bucket. */
export interface Question {
  readonly reader: ScopedReader;
  /** The whole question, as it was asked. */
  readonly asked: MetricRequest<never>;
  /** The same with the value's group as filters. Grouping stays, because it decides in whose zone the range is cut. */
  readonly request: MetricRequest<never>;
  readonly column: string;
  readonly cell: CellToken;
  /** Begin of the bucket, epoch ms; null without buckets. */
  readonly time: number | null;
  readonly signal: AbortSignal | undefined;
}

/**
 * Rows of one unit. `select` gives key (of the alert, item, asset or ticket; null where there is none), client_key, moment (newest first),
 * counted (in the numerator), weight, counts_as, label (a name where no key has one). Or rows that only TypeScript can make.
 */
export type Part = { readonly unit: RowUnit; /** What the reader must know of these rows. */ readonly notice?: string | null } & ({ readonly select: Sql } | { readonly rows: readonly Found[] });
export interface Found { readonly key: bigint | null; readonly client_key: number; readonly moment: number | null; readonly counted: boolean; readonly weight: number; readonly counts_as: string | null; readonly label: string | null; readonly link?: string | null }

/** What may lie behind the columns of a metric. */
export interface Drill {
  /** Columns that say which row a value stands in, beside the groups. */
  readonly keys?: readonly string[];
  /** Columns whose values lead to rows, with what the law test holds: share (counted ÷ rows), count (rows), sum (weights), or rows it was made of. */
  readonly columns: Readonly<Record<string, 'share' | 'count' | 'sum' | 'made of'>>;
  parts(question: Question): Promise<readonly Part[]> | readonly Part[];
}
/** A metric whose answer is a list of rows already, or of no rows at all, with the sentence that says so. */
export interface NoDrill { readonly because: string }
export const isDrill = (d: Drill | NoDrill): d is Drill => 'parts' in d;

/** Parts of the select in the order every unit has. */
export const shape = (given: { key: Sql; moment: Sql; counted?: Sql | undefined; weight?: Sql | undefined; countsAs: Sql; client?: Sql; label?: Sql }): Sql => sql`
  ${given.key} as key, ${given.client ?? sql`client_key`} as client_key, ${given.moment} as moment, coalesce(${given.counted ?? sql`true`}, false) as counted,
  ${given.weight ?? sql`1`}::double as weight, ${given.countsAs} as counts_as, ${given.label ?? sql`null::varchar`} as label`;
/** Selects of one shape as one; none (no client in scope is asked) is a select without rows. */
export const unite = (selects: readonly Sql[]): Sql => (selects.length > 0 ? join(selects, sql` union all `)
  : sql`select null::ubigint as key, 0 as client_key, null::bigint as moment, true as counted, 0::double as weight, null::varchar as counts_as, null::varchar as label where false`);
export const text = (cell: Cell | undefined): string | null => (cell === undefined || cell === null ? null : String(cell));
