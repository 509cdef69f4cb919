import { own, textOf } from '../own';

/** create, update or delete: a word in old answers, {value,label} in new ones. */
export const actionOf = (change: unknown): string | null => (typeof own(change, 'action') === 'string' ? textOf(change, 'action') : textOf(own(change, 'action'), 'value'));
