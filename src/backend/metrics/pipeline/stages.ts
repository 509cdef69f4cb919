import type { LatencyStage } from '../../../catalog/pipeline-latency';
import { MINUTE, SECOND } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { sql, type Sql } from '../../store/sql';

/** The two instants of a stage, and where there are both. A ticket that did not exist yet at the value's instant is none. */
const ENDS: Record<LatencyStage, (asOf: number) => { readonly value: Sql; readonly known: Sql }> = {
  event_detected: () => ({ value: sql`a.detected - a.event`, known: sql`a.detected is not null and a.event is not null` }),
  detected_readable: () => ({ value: sql`a.readable - a.detected`, known: sql`a.readable is not null and a.detected is not null` }),
  detected_ticket: asOf => ({ value: sql`case when a.first_ticket_created <= ${asOf} then a.first_ticket_created - a.detected end`, known: sql`a.first_ticket_created <= ${asOf} and a.detected is not null` }),
};

/**
 * Alerts that joined a ticket opened earlier for others (docs/adr/013): no latency of theirs, and no clock is wrong. The link tells;
 * where its time is unknown, a ticket older than the skew that clocks are allowed.
 */
const joined = (stage: LatencyStage, skew: number): Sql => stage === 'detected_ticket'
  ? sql`coalesce(a.first_ticket_created < a.detected and case when a.linked_at is null then a.detected - a.first_ticket_created > ${skew} else a.linked_at > a.first_ticket_created end, false)` : sql`false`;

/** Difference of a stage's two instants (ms), and whether it is none of its own because the alert joined an older ticket. */
export const latencyOf = (reader: ScopedReader, stage: LatencyStage, asOf: number): { value: Sql; known: Sql; joinedOlder: Sql; targetMs: number } => ({
  ...ENDS[stage](asOf), joinedOlder: sql`${joined(stage, reader.policy.coverage.clockSkewMinutes * MINUTE)} and a.first_ticket_created <= ${asOf}`,
  targetMs: SECOND * { event_detected: reader.policy.latency.eventToDetected, detected_readable: reader.policy.latency.detectedToReadable, detected_ticket: reader.policy.latency.detectedToTicket }[stage],
});
