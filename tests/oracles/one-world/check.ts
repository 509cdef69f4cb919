import fc from 'fast-check';
import type { Loaded } from '../../worlds/one';

/** One metric (or one area of them) against its oracle on a world that others share. */
export interface Check {
  readonly name: string;
  /** What is drawn beside the world: groupings, scopes, filters. */
  readonly draw: fc.Arbitrary<unknown>;
  run(on: Loaded, drawn: unknown): Promise<void>;
  /** What has been met over all worlds. */
  readonly seen: Readonly<Record<string, number>>;
  /** Of that, what 200 worlds must have met; a world that never shows it would not test it. */
  readonly must: readonly string[];
}
export type Tally = Record<string, number>;
export function check<T>(name: string, must: readonly string[], draw: fc.Arbitrary<T>, run: (on: Loaded, drawn: T, saw: (what: string, n?: number) => void) => Promise<void>): Check {
  const seen: Tally = {};
  const saw = (what: string, n = 1): void => { seen[what] = (seen[what] ?? 0) + n; };
  return { name, must, draw, seen, run: (on, drawn) => run(on, drawn as T, saw) };
}
