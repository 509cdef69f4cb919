import { dayStart, localDay, type Range } from '../../../model';
import type { RuleCounts } from './counts';

/** Days between the windows: those before the change and its own, because rules are tuned after their worst week (docs/adr/014). */
export const GAP_DAYS = 7;

export interface Windows { readonly before: Range; readonly after: Range }

/** Equal windows of whole local days around the day of a change. */
export function windowsAround(changeDay: number, days: number, zone: string): Windows {
  const range = (first: number): Range => ({ from: dayStart(first, zone), to: dayStart(first + days, zone) });
  return { before: range(changeDay - GAP_DAYS + 1 - days), after: range(changeDay + 1) };
}

/** A change of a rule and what its windows hold. */
export interface Change {
  readonly of: Pick<RuleCounts, 'group' | 'rule'>;
  readonly at: number;
  readonly revision: string | null;
  readonly windows: Windows;
  readonly before: RuleCounts;
  readonly after: RuleCounts;
  readonly others: number;
}
/** Windows around an instant, in its zone. */
export const windowsOf = (at: number, days: number, zone: string): Windows => windowsAround(localDay(at, zone), days, zone);
