import type { ActorKind, Ms } from '../../../model';
import type { JiraPlan } from './plan';
import { instant, list, own, textOf } from '../own';

/** One field's change, without anybody's name. `id` parts are stable, `text` parts are localised. */
export interface Item { readonly field: string; readonly fromId: string | null; readonly fromText: string | null; readonly toId: string | null; readonly toText: string | null }
export interface Change { readonly at: Ms; readonly actor: ActorKind; readonly items: readonly Item[] }
export interface Comment { readonly at: Ms; readonly actor: ActorKind }

/**
 * The kind of an account; its name and id go no further than this function. Automation: configured, or an app account. Human:
 * Cloud says so, or the operator named the automation accounts and this is none of them. Everything else is unknown.
 */
export function actorKind(plan: JiraPlan, account: unknown): ActorKind {
  const names = ['accountId', 'name', 'key'].map(key => textOf(account, key)).filter((n): n is string => n !== null);
  if (names.some(name => plan.automation.has(name.toLowerCase()))) return 'automation';
  const type = textOf(account, 'accountType');
  if (type === 'app') return 'automation';
  if (type === 'atlassian' || type === 'customer') return 'human';
  return names.length > 0 && plan.automation.size > 0 ? 'human' : 'unknown';
}

/**
 * Histories in any order → changes of the fields that matter, oldest first. Development links, workflow moves and ranks (most of
 * a real history) fall away here. Changes of one instant (databases that keep whole
 * seconds) follow each other by their ids. `broken` counts histories whose time cannot be read.
 */
export function changesOf(plan: JiraPlan, histories: readonly unknown[]): { changes: Change[]; broken: number } {
  const changes: (Change & { readonly id: string })[] = [];
  let broken = 0;
  for (const history of histories) {
    const items = list(own(history, 'items')).map(item => readItem(item)).filter((item): item is Item => item !== null && plan.historyFields.includes(item.field));
    if (items.length === 0) continue;
    const at = instant(own(history, 'created'));
    if (at === null) broken += 1;
    else changes.push({ id: textOf(history, 'id') ?? '', at, actor: actorKind(plan, own(history, 'author')), items });
  }
  return { changes: changes.sort((a, b) => a.at - b.at || byNumber(a.id, b.id)).map(({ at, actor, items }) => ({ at, actor, items })), broken };
}
/** Ids of histories grow; as text, for they are longer than a number holds exactly. Others keep the order they came in. */
const byNumber = (a: string, b: string): number => (/^\d+$/.test(a) && /^\d+$/.test(b) ? a.length - b.length || (a < b ? -1 : a > b ? 1 : 0) : 0);

function readItem(item: unknown): Item | null {
  // fieldId is absent on links, remote links and workflow moves.
  const field = textOf(item, 'fieldId') ?? textOf(item, 'field');
  if (field === null) return null;
  return { field, fromId: textOf(item, 'from'), fromText: textOf(item, 'fromString'), toId: textOf(item, 'to'), toText: textOf(item, 'toString') };
}

export function commentsOf(plan: JiraPlan, field: unknown): Comment[] {
  return list(own(field, 'comments')).flatMap(comment => {
    const at = instant(own(comment, 'created'));
    return at === null ? [] : [{ at, actor: actorKind(plan, own(comment, 'author')) }];
  });
}
