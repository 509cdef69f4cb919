import type { Sql } from '../sql';

/** A numbered step. It must be idempotent: running it again changes nothing. `execute` runs inside one transaction. */
export interface Migration { readonly number: number; readonly name: string; up(execute: (statement: Sql) => Promise<void>): Promise<void> }
