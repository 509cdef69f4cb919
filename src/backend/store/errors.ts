/** Exports: StoreError, StoreErrorCode, CollisionError, isStoreError. */

export type StoreErrorCode =
  | 'locked' | 'fatal' | 'closed' | 'timeout' | 'cancelled' | 'too_many_rows' | 'collision' | 'duplicate_key' | 'missing_column'
  | 'bad_value' | 'memory' | 'disk_full' | 'not_writable' | 'broken' | 'schema' | 'statement';

/** An error of the store that a person can act on: what happened, to which file or table, what to do. */
export class StoreError extends Error {
  constructor(readonly code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreError';
  }
}
export const isStoreError = (error: unknown): error is StoreError => error instanceof StoreError;

/** Two different ids with the same 64-bit key. Nothing was written; the row must be set aside and reported, never merged. */
export class CollisionError extends StoreError {
  constructor(readonly table: string, readonly ids: readonly { readonly id: string; readonly stored: string }[]) {
    super('collision', `${table}: the id "${ids[0]?.id}" has the same 64-bit key as the stored "${ids[0]?.stored}"${ids.length > 1 ? ` (and ${ids.length - 1} more)` : ''}; the row was refused, not merged. Give the record another id at its source, or leave it out by a filter.`);
  }
}
