import { DAY } from '../../src/model/time';
import type { EstateIndex } from './hosts';
import type { RuleSet } from './rules';

/** What every part of the generator needs: a world is a function of this alone. */
export interface Context {
  readonly seed: number;
  /** Midnight UTC of the anchor day, and its day number. */
  readonly anchor: number;
  readonly anchorDay: number;
  readonly scale: number;
  readonly historyDays: number;
  readonly ruleSet: RuleSet;
  readonly estate: EstateIndex;
}
export const HISTORY_DAYS = 400;
export const relativeDay = (context: Pick<Context, 'anchorDay'>, day: number): number => day - context.anchorDay;
/** True for the last day of a calendar month. */
export const isMonthEnd = (day: number): boolean => new Date((day + 1) * DAY).getUTCDate() === 1;
