/** Longest wait inside a request, ms. A source that asks for longer gets its wish from the scheduler, by `retryAfterMs`. */
export const MAX_WAIT = 120_000;
/** Nobody is silent for longer because of one header; and a timer of the runtime fires at once when asked for more than 25 days, ms. */
const LONGEST_WISH = 86_400_000;
const BASE = 500;
const CAP = 30_000;

/** Retry-After in ms: seconds or an HTTP date; null when absent or unreadable. Never negative, never more than a day. */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined || header.trim() === '') return null;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Math.min(Math.round(Number(header) * 1_000), LONGEST_WISH);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - now), LONGEST_WISH);
}

/** Wait before the attempt after `failed` attempts (1…): doubling from 0.5 s, capped at 30 s, the upper half by chance. */
// eslint-disable-next-line no-restricted-properties -- Jitter has to differ between processes; a test gives its own chance.
export const backoff = (failed: number, chance: () => number = Math.random): number => {
  const full = Math.min(BASE * 2 ** (failed - 1), CAP);
  return Math.round(full / 2 + (full / 2) * chance());
};
