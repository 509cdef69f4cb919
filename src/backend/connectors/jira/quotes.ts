import type { Ms, Quote } from '../../../model';
import type { Change } from './history';
import type { JiraPlan } from './plan';
import { list, own, textOf } from '../own';
import { alertIds, idsInText, type FoundId } from './values';

/** Ids in a remote link: its global id, else its address. */
export function remoteLinkIds(plan: JiraPlan, links: unknown): FoundId[] {
  return list(links).flatMap(link => {
    const texts = [textOf(link, 'globalId'), textOf(own(link, 'object'), 'url'), textOf(own(link, 'object'), 'title')].filter((t): t is string => t !== null);
    return idsInText(plan, texts.join(' '), true);
  }).map(alert => ({ alert, found: 'native' as const }));
}

/**
 * The alerts a ticket quotes now, each once (the first configured place wins), with the time its link was made: the first change
 * that brought it in, or the creation when it stood there from the start. Null where the field keeps no history that was read.
 */
export function quotesOf(plan: JiraPlan, fields: unknown, changes: readonly Change[], created: Ms, remote: readonly FoundId[]): Quote[] {
  const quotes = new Map<string, Quote>();
  for (const field of plan.settings.fields.alertId) {
    if (field === 'remotelinks') {
      for (const { alert, found } of remote) if (!quotes.has(alert)) quotes.set(alert, { alert, found, linkedAt: null });
      continue;
    }
    const now = alertIds(plan, field, own(fields, field));
    if (now.length === 0) continue;
    const linked = plan.historyFields.includes(field) ? linkTimes(plan, field, changes) : null;
    for (const { alert, found } of now) if (!quotes.has(alert)) quotes.set(alert, { alert, found, linkedAt: linked === null ? null : linked.get(alert) ?? created });
  }
  return [...quotes.values()];
}

/** Ids that a change brought in and that did not stand there before the first change, with the time of the first one. */
function linkTimes(plan: JiraPlan, field: string, changes: readonly Change[]): Map<string, Ms> {
  const added = new Map<string, Ms>();
  let initial: Set<string> | null = null;
  for (const { at, items } of changes) for (const item of items) {
    if (item.field !== field) continue;
    const before = new Set(alertIds(plan, field, item.fromText).map(i => i.alert));
    initial ??= before;
    for (const { alert } of alertIds(plan, field, item.toText)) if (!before.has(alert) && !initial.has(alert) && !added.has(alert)) added.set(alert, at);
  }
  return added;
}
