import type { VerdictBucket } from '../../../model';
import type { ScopedReader } from '../../scope/reader';
import { keyOf } from '../../store/key';
import { sql, type Sql } from '../../store/sql';
import type { Cell } from '../metric';
import { keysNamed } from './find';
import { Steps, named, none, utc } from './steps';

interface Alert {
  alert_key: bigint; native_id: string; client: string | null; source_client: string | null; tier: string; source_severity: string | null; rule: string | null; rule_name: string | null; join_key: bigint | null; join_id: string;
  event: number | null; detected: number | null; readable: number | null; at: number; disposition: string | null; disposition_at: number | null; disposition_by: string | null; source_disposition: string | null; closed_at: number | null;
  bucket: VerdictBucket; inherited: boolean | null; verdict_at: number | null; decision_key: bigint | null; decision_head_at: number | null; tickets: number; has_ticket: boolean; ticket_required: boolean; untracked_due: number | null; late_link: boolean | null; gone: number | null; url: string | null;
}
interface Linked { key: string; found: string; linked_at: number | null; disposition: string | null; disposition_at: number | null; disposition_by: string | null; done: boolean; merged_into: string | null }

/** metrics.md, The join: how each bucket comes about. */
const WHY: Record<VerdictBucket, string> = {
  true: 'One distinct determined verdict among its own and those of all its tickets counts.', benign: 'One distinct determined verdict among its own and those of all its tickets counts.',
  false: 'One distinct determined verdict among its own and those of all its tickets counts.', conflict: 'Several distinct determined verdicts are a conflict, whichever came last.',
  pending: 'Without a determined verdict, an open ticket makes it pending.', undetermined: 'Without a determined verdict and an open ticket, a verdict that says nothing makes it undetermined.',
  auto_closed: 'A verdict or closing by automation is no determination.', unclassified: 'Closed without any verdict.', duplicate: 'Judged a duplicate; in no rate.', test: 'Judged a test; in no rate.', unmatched: 'No ticket quotes it and nobody judged it in the SIEM.',
};

/** Steps of every alert in scope with this id. */
export async function explainAlerts(reader: ScopedReader, name: string, clients: Sql, limit: number, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const keys = await keysNamed(reader, 'alert', name, { where: sql`join_key = ${keyOf(name)} and bucket is not null and ${clients}`, limit }, signal);
  const alerts = await reader.query<Alert>(sql`
    select a.alert_key, a.native_id, c.id as client, a.source_client, cast(a.tier as varchar) as tier, a.source_severity, r.id as rule, coalesce(a.rule_name, r.name) as rule_name, a.join_key, a.join_id, a.event, a.detected, a.readable, a.at,
      cast(a.disposition as varchar) as disposition, a.disposition_at, cast(a.disposition_by as varchar) as disposition_by, a.source_disposition, a.closed_at, cast(a.bucket as varchar) as bucket, a.inherited, a.verdict_at, a.decision_key, a.decision_head_at,
      a.tickets, a.has_ticket, a.ticket_required, a.untracked_due, a.late_link, a.gone, a.url
    from (select * from ${reader.relationOf('alert', keys)} x where ${clients}) a left join ${reader.relation('client')} c on c.client_key = a.client_key left join ${reader.relation('rule')} r on r.rule_key = a.rule_key
    where (a.native_id = ${name} or a.join_id = ${name} or a.id = ${name}) and a.bucket is not null order by a.id limit ${limit}`, signal);
  const out: Record<string, Cell>[] = [];
  for (const a of alerts) out.push(...await explained(reader, a, signal));
  return out;
}

async function explained(reader: ScopedReader, a: Alert, signal?: AbortSignal): Promise<Record<string, Cell>[]> {
  const linked = a.join_key === null ? [] : await reader.query<Linked>(sql`
    select t."key" as key, cast(l.found as varchar) as found, l.linked_at, cast(t.disposition as varchar) as disposition, t.disposition_at, cast(t.disposition_by as varchar) as disposition_by, t.done, t.merged_into
    from ${reader.relation('link')} l join ${reader.relation('ticket')} t on t.ticket_key = l.ticket_key where l.join_key = ${a.join_key} and not l.removed order by t.created, t."key", t.ticket_key`, signal);
  const members = a.decision_key === null ? 0 : Number((await reader.query<{ n: number }>(sql`select count(*) as n from ${reader.relation('alert')} a where a.decision_key = ${a.decision_key} and a.at >= ${a.decision_head_at ?? 0}`, signal))[0]!.n);
  const steps = new Steps();
  const stamp = a.detected !== null ? 'detected' : a.readable !== null ? 'readable' : a.event !== null ? 'event' : 'last change at the source';
  steps.add('Time', stamp, `event ${utc(a.event)}; detected ${utc(a.detected)}; readable ${utc(a.readable)}`, 'Ranges and clocks go by detected; where it is absent, by readable, then event, then the last change.', a.at);
  steps.add('Client', a.client ?? 'unassigned', `the source says ${a.source_client ?? none}`, 'By the mapping of its source; what maps to no client is unassigned, seen by operators only and counted.');
  steps.add('Severity tier', a.tier, `the source says ${a.source_severity ?? none}`, 'The mapped value; without one it is untiered: a row of its own, never dropped.');
  steps.add('Rule', a.rule_name ?? none, `id ${a.rule ?? none}`, 'One rule over all clients, by its system and stable id, across names and revisions.');
  const robot = a.disposition_by === 'automation' ? ', set by automation: no determination' : '';
  steps.add('Own verdict', a.disposition === null ? none : named(a.disposition), a.disposition === null ? `nothing set in the SIEM (the source says ${a.source_disposition ?? none}); closed there: ${utc(a.closed_at)}` : `the source says ${a.source_disposition ?? none}, set by ${a.disposition_by ?? 'an unknown actor'}${robot}`,
    'A verdict set explicitly by a human is a candidate; a source’s default value is no verdict at all.', a.disposition_at);
  steps.add('Tickets', String(a.tickets), `tickets that quote ${a.join_id}, merges followed`, 'Joined by exact equality of ids after the documented normalisation, never by time or title.');
  for (const t of linked) {
    steps.add(`Ticket ${t.key}`, t.disposition === null ? (t.done ? 'closed without a verdict' : 'open, no verdict') : named(t.disposition), `found by ${named(t.found)}, linked ${utc(t.linked_at)}${t.merged_into === null ? '' : '; merged into another ticket, whose verdict counts'}${t.disposition === null ? '' : `; set by ${t.disposition_by ?? 'an unknown actor'}`}`,
      'The verdicts of all its tickets are candidates.', t.disposition_at);
  }
  if (a.tickets > linked.filter(t => t.merged_into === null).length && a.tickets > linked.length) steps.add('Other tickets', String(a.tickets - linked.length), 'tickets of other clients hold it too', 'Of a shared ticket only clock and verdict cross to another client, never its text.');
  steps.add('Verdict', named(a.bucket), a.inherited === null ? 'no single determined verdict' : a.inherited ? 'inherited from a ticket' : 'its own', WHY[a.bucket], a.verdict_at);
  steps.add('Decision', members === 0 ? none : `one of ${members}`, members === 0 ? 'without a determined verdict it belongs to no decision' : `${members} ${members === 1 ? 'alert has' : 'alerts have'} this verdict from this act`,
    'Alerts of one rule and client with one verdict from one ticket, or own verdicts within 60 s of each other, are one observation: rates are over decisions.');
  steps.add('Ticket required', a.ticket_required ? 'yes' : 'no', `tier ${a.tier}`, 'By policy (as a rule critical and high): such alerts count in join completeness once the grace period is over.');
  if (a.untracked_due !== null) steps.add('Untracked', 'after this instant', 'neither ticket nor human verdict', 'An alert of a ticket-required tier past its due with neither counts as untracked, one per rule, client and local day.', a.untracked_due);
  if (a.late_link === true) steps.add('Linked too late', 'counted', 'put into a ticket that stood there already', 'Later evidence links never move a start.');
  if (a.gone !== null) steps.add('Gone', 'kept', 'it is missing at its source', 'A row that vanishes at its source is kept, keeps its outcome and is counted.', a.gone);
  return steps.rows(`${a.native_id} (${a.client ?? 'unassigned'})`, a.url);
}
