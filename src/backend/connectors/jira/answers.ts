import { SourceError } from '../http/port';
import { own } from '../own';
import type { ReadContext } from '../stream';
import type { JiraPlan } from './plan';

/** Exports: listIn, assertKey. What an answer must hold before its silence may be taken for "there is none". */

/** The list of an answer: under a key, or the answer itself. One without it (an empty body, a gateway's own document) is no empty list. */
export function listIn(plan: JiraPlan, json: unknown, key: string | null, path: string): readonly unknown[] {
  const found = key === null ? json : own(json, key);
  if (Array.isArray(found)) return found;
  throw new SourceError('body', plan.settings.id, `${path} answered without a list${key === null ? '' : ` "${key}"`}.`, 'Check that the URL is the base address of Jira, and that nothing between rewrites its answers.');
}

/**
 * Jira Cloud refuses no search for a key that is wrong or has lapsed: it answers as to a stranger, who sees nothing, with 200. Only this
 * resource says 401. Asked when a window or a listing was read to its end, before that end is believed.
 */
export async function assertKey(plan: JiraPlan, context: ReadContext): Promise<void> {
  if (plan.settings.auth.kind !== 'none') await context.http.request({ path: `${plan.api}/myself`, signal: context.signal });
}
