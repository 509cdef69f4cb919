import { addColumn } from '../duckdb/statements';
import type { Migration } from './types';

/** Frozen months remember whether they were found as they were reported. Null is not known, and is compared with every question. */
export const comparedMonths: Migration = {
  number: 12,
  name: 'compared months',
  async up(execute) {
    for (const name of ['reported_month', 'reported_part'] as const) await execute(addColumn(name, 'same'));
  },
};
