import { StoreError } from '../errors';
import type { SqlValue } from '../port';
import { ENUMS, type ColumnType, type EnumName } from '../schema';

/** Exports: refuseValue, checkValue, MOST_UBIGINT. What a column can hold; anything else is refused with the column's name, never cut or rounded. */
export const MOST_UBIGINT = (1n << 64n) - 1n;

export function refuseValue(table: string, name: string, type: ColumnType, value: unknown): never {
  if (value === undefined) throw new StoreError('missing_column', `a row for ${table} has no ${name}; write every column, null for unknown`);
  throw new StoreError('bad_value', `${table}.${name} (${type}) cannot hold ${typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)?.slice(0, 120)}`);
}

function fits(type: ColumnType, value: unknown): boolean {
  if (type.startsWith('enum:')) return (ENUMS[type.slice(5) as EnumName] as readonly unknown[]).includes(value);
  switch (type) {
    case 'UBIGINT': return typeof value === 'bigint' && value >= 0n && value <= MOST_UBIGINT;
    case 'BIGINT': return Number.isSafeInteger(value);
    case 'INTEGER': return Number.isInteger(value) && Math.abs(value as number) <= 2_147_483_647;
    case 'DOUBLE': return typeof value === 'number' && !Number.isNaN(value);
    case 'BOOLEAN': return typeof value === 'boolean';
    default: return typeof value === 'string';
  }
}

/** The value itself, null included. */
export function checkValue(table: string, name: string, type: ColumnType, value: unknown): SqlValue {
  if (value !== null && !fits(type, value)) refuseValue(table, name, type, value);
  return value as SqlValue;
}
