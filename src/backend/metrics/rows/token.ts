import type { Dimension, BucketOption } from '../../../catalog/types';
import type { Cell } from '../metric';

/**
 * What a value's link carries: the question, and the row of the value. Text of letters, digits, "-" and "_" alone, so that no place that
 * interpolates it has anything to escape. It is a question like any other: answered within the reader's scope, whoever wrote it.
 */
export interface AskedToken {
  readonly metric: string;
  readonly groupBy: readonly Dimension[];
  readonly filters: Readonly<Partial<Record<Dimension, readonly string[]>>>;
  readonly bucket: BucketOption;
  readonly options: unknown;
  /** Instant of the value, epoch ms. */
  readonly asOf: number;
  /** Clients an operator narrowed himself to. */
  readonly viewAs?: readonly string[] | undefined;
}
export type CellToken = Readonly<Record<string, Cell>>;

export const toToken = (value: AskedToken | CellToken): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
/** The object of a token; null for what is none. */
export function fromToken(token: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null;
  } catch { return null; }
}
