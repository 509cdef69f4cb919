import type { Ms } from '../../model';

/** One way from an alert to a ticket: the ticket's creation, when the link was made (null: not known), and the verdict of the ticket that survived merges. */
export interface Way { readonly created: Ms; readonly linkedAt: Ms | null; readonly judgedAt: Ms | null }

const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * Whether an alert came to a ticket that stood there already, after its own decide target had passed or after that ticket had its verdict:
 * a link that keeps the alert from being untracked and starts no clock (docs/adr/040). Judged by its earliest way, of several at once by that to the ticket
 * judged first; where the link's time is not known it cannot lie before the detection. `due` gives null without a target; the answer is null without any way.
 */
export function lateLink(detected: Ms, due: () => Ms | null, ways: readonly Way[]): boolean | null {
  const came = ways.map(w => ({ ...w, at: Math.max(w.created, w.linkedAt ?? detected) })).sort((a, b) => a.at - b.at || a.created - b.created || (a.judgedAt ?? NEVER) - (b.judgedAt ?? NEVER))[0];
  if (!came) return null;
  if (came.at <= came.created) return false;
  if (came.judgedAt !== null && came.judgedAt < came.at) return true;
  const target = due();
  return target !== null && came.at > target;
}
