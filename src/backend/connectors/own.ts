/** Safe reading of a stranger's JSON: own properties only (a missing key such as `toString` falls through to Object.prototype otherwise). */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const own = (value: unknown, key: string): unknown => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Text of a string or number; null for anything else and for blank text. */
export function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
export const textOf = (value: unknown, key: string): string | null => text(own(value, key));

/** What stands in place of a value, without its contents: an object under a wrongly mapped field may be a person's card. */
export const shapeOf = (value: unknown): string =>
  Array.isArray(value) ? `a list of ${value.length}` : isObject(value) ? `an object with ${Object.keys(value).slice(0, 8).join(', ').slice(0, 200) || 'nothing in it'}` : typeof value;

/**
 * An instant as epoch ms, or null. Jira writes "2021-03-28T16:06:08.713+0800" (offset without colon), bulk change logs write
 * epoch milliseconds (their documentation shows seconds): both are read. A date-time without offset is refused, not guessed.
 */
export function instant(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.round(Math.abs(value) < 1e11 ? value * 1000 : value) : null;
  if (typeof value !== 'string' || !/(Z|[+-]\d\d:?\d\d)$/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : ms;
}
