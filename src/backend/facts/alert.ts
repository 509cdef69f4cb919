import { isDetermined, type ActorKind, type Determined, type Disposition, type Ms, type VerdictBucket } from '../../model';

/** What an alert's fact needs of the alert itself. */
export interface VerdictAlert {
  readonly key: bigint;
  readonly rule: number;
  readonly client: number;
  readonly detected: Ms | null;
  readonly readable: Ms | null;
  readonly event: Ms | null;
  readonly changed: Ms;
  readonly disposition: Disposition | null;
  readonly dispositionAt: Ms | null;
  readonly dispositionBy: ActorKind | null;
  /** Closed in the SIEM, whatever the reason. */
  readonly closed?: boolean;
}

/** A ticket as the verdict sees it: merges are already followed, so `id` and the disposition are the surviving ticket's. */
export interface VerdictTicket {
  readonly key: bigint;
  readonly id: string;
  readonly client: number;
  readonly created: Ms;
  readonly done: boolean;
  readonly disposition: Disposition | null;
  readonly dispositionAt: Ms | null;
  readonly dispositionBy: ActorKind | null;
}

export interface Verdict {
  readonly bucket: VerdictBucket;
  /** True: from a ticket; false: the alert's own; null: no determined verdict. */
  readonly inherited: boolean | null;
  readonly conflictWithTrue: boolean;
  /** When the verdict was first set (ms); null where there is none or the source does not tell. */
  readonly at: Ms | null;
  /** The ticket whose decision this is, or null for an own verdict. */
  readonly ticket: VerdictTicket | null;
}

const BUCKET_OF: Record<Determined, VerdictBucket> = { true_positive: 'true', benign_positive: 'benign', false_positive: 'false' };

interface Candidate { disposition: Disposition | null; at: Ms | null; by: ActorKind | null; ticket: VerdictTicket | null }

/** A verdict that a robot set is no determination: it counts as automated closure. Unknown actors count as human (and are counted elsewhere). */
const effective = (candidate: Candidate): Disposition | null =>
  isDetermined(candidate.disposition) && candidate.by === 'automation' ? 'auto_closed' : candidate.disposition;

const earliest = (times: (Ms | null)[]): Ms | null => {
  const known = times.filter((t): t is Ms => t !== null);
  return known.length === 0 ? null : Math.min(...known);
};
export const byAge = (a: VerdictTicket, b: VerdictTicket): number => a.created - b.created || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * Verdict of one alert (metrics.md, The join). Never throws; exactly one bucket.
 * Candidates are its own verdict and those of all its tickets; one distinct determined value wins, several are a conflict,
 * none leaves the first that applies of pending, undetermined, auto_closed, unclassified, duplicate, test, unmatched.
 */
export function verdictOf(alert: VerdictAlert, tickets: readonly VerdictTicket[]): Verdict {
  const candidates: Candidate[] = tickets.map(t => ({ disposition: t.disposition, at: t.dispositionAt, by: t.dispositionBy, ticket: t }));
  const own: Candidate = { disposition: alert.disposition, at: alert.dispositionAt, by: alert.dispositionBy, ticket: null };
  candidates.push(own);
  const determined = candidates.filter(c => isDetermined(effective(c)));
  const values = new Set(determined.map(c => c.disposition as Determined));
  if (values.size > 1) return { bucket: 'conflict', inherited: null, conflictWithTrue: values.has('true_positive'), at: earliest(determined.map(c => c.at)), ticket: null };
  const [only] = values;
  if (only) {
    const deciding = determined.map(c => c.ticket).filter((t): t is VerdictTicket => t !== null).sort(byAge)[0] ?? null;
    return { bucket: BUCKET_OF[only], inherited: !determined.includes(own), conflictWithTrue: false, at: earliest(determined.map(c => c.at)), ticket: deciding };
  }
  const has = (value: Disposition) => candidates.some(c => effective(c) === value);
  const bucket: VerdictBucket =
    tickets.some(t => !t.done) ? 'pending'
    : has('undetermined') ? 'undetermined'
    : has('auto_closed') ? 'auto_closed'
    : tickets.some(t => t.done && t.disposition === null) || (alert.closed === true && alert.disposition === null && tickets.length === 0) ? 'unclassified'
    : has('duplicate') ? 'duplicate'
    : has('test') ? 'test'
    : 'unmatched';
  return { bucket, inherited: null, conflictWithTrue: false, at: null, ticket: null };
}

/** The instant by which ranges select: detected, where absent readable, then event, then the source's last change (metrics.md, Times). */
export const instantOf = (alert: Pick<VerdictAlert, 'detected' | 'readable' | 'event' | 'changed'>): Ms =>
  alert.detected ?? alert.readable ?? alert.event ?? alert.changed;
