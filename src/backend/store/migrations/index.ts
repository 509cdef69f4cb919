import { schema } from './001-schema';
import type { Migration } from './types';

/** In order; numbers never change once released. */
export const MIGRATIONS: readonly Migration[] = [schema];
export type { Migration } from './types';
