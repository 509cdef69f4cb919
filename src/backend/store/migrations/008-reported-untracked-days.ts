import { createTable } from '../duckdb/statements';
import type { Migration } from './types';

/** The days of untracked alerts of a reported month, one by one; of months frozen before there is the number alone. */
export const reportedUntrackedDays: Migration = { number: 8, name: 'reported untracked days', async up(execute) { await execute(createTable('reported_untracked_day')); } };
