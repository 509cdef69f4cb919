export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** UTC day of an instant, as days since 1970-01-01. */
export const utcDay = (ms: number): number => Math.floor(ms / DAY);

/** [from, to) in epoch milliseconds. */
export interface Range { readonly from: number; readonly to: number }
