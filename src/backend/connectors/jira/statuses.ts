import type { TicketEventType } from '../../../model';
import type { JiraSettings } from '../../../settings/sources';
import { list, own, textOf } from '../own';
import { lookUp } from './values';

export type Category = 'new' | 'indeterminate' | 'done';
interface Status { readonly name: string | null; readonly names: readonly (string | null)[]; readonly category: Category | null }

const category = (status: unknown): Category | null => {
  const key = textOf(own(status, 'statusCategory'), 'key');
  return key === 'new' || key === 'indeterminate' || key === 'done' ? key : null;
};

/**
 * Statuses by id. Names are localised to the API account and may be edited, so meaning comes from the id, from the untranslated
 * name and from statusCategory.key. A deleted status is in no list: it has no category, and nothing is guessed from its name.
 */
export class Statuses {
  private readonly byId = new Map<string, Status>();
  constructor(private readonly settings: Pick<JiraSettings, 'statuses' | 'pauseStatuses'>, table: unknown = []) {
    for (const status of list(table)) this.learn(status);
  }
  /** Takes a status as an issue or the list carries it; the list's own entry wins. */
  learn(status: unknown): void {
    const id = textOf(status, 'id');
    if (id === null || this.byId.has(id)) return;
    const untranslated = textOf(status, 'untranslatedName');
    const name = textOf(status, 'name');
    this.byId.set(id, { name: untranslated ?? name, names: [untranslated, name], category: category(status) });
  }
  name(id: string | null, fallback: string | null): string | null { return (id === null ? null : this.byId.get(id)?.name) ?? fallback ?? id; }
  /** What entering the status means by configuration, or undefined. */
  meaning(id: string | null, words: string | null): TicketEventType | undefined { return lookUp(this.settings.statuses, this.names(id, words)); }
  /** The pause reason of the status, or undefined where it does not pause. */
  pause(id: string | null, words: string | null): string | undefined { return lookUp(this.settings.pauseStatuses, this.names(id, words)); }
  /** Null: the status exists no more, or has no category. */
  category(id: string | null, words: string | null): Category | null {
    return this.meaning(id, words) === 'closed' ? 'done' : (id === null ? null : this.byId.get(id)?.category) ?? null;
  }
  /** Category of a deleted status is told by the resolution: Jira's own mark that work is over. */
  isDone(id: string | null, words: string | null, resolved: boolean): boolean {
    const known = this.category(id, words);
    return known === null ? resolved : known === 'done';
  }
  private names(id: string | null, words: string | null): (string | null)[] { return [id, ...(id === null ? [] : this.byId.get(id)?.names ?? []), words]; }
}
