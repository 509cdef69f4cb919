import { DAY, HOUR, MINUTE, SECOND } from '../../src/model/time';
import { dayStart } from '../../src/model/zoned';
import { campaignDrafts, draftAlerts, type Draft } from './alert-day';
import { CLIENTS } from './clients';
import { relativeDay, type Context } from './context';
import { AUTOMATED, DECIDE_TARGET, REASON, conclude, pace, type Verdict } from './decide';
import { Rng, hash01, hashText } from './rng';
import type { RuleNature, Severity } from './rules';
import { CAMPAIGN, DUPLICATES, LOST_FIELD, MONTH_END, STORY_RULES } from './stories';
import { History, work } from './ticket';
import type { WorldAlert, WorldTicket } from './types';

export interface ClientDay { readonly alerts: WorldAlert[]; readonly tickets: WorldTicket[] }
interface Group { readonly drafts: Draft[] }

/** How long a ticket of a rule takes further alerts of that rule in. */
const WINDOW: Readonly<Record<Severity, number>> = { critical: 20 * MINUTE, high: 100 * MINUTE, medium: 8 * HOUR, low: 20 * HOUR };
/** Of the alerts that are looked at, those for which a ticket is opened; the others are decided in the SIEM. */
const TICKETED: Readonly<Record<Severity, number>> = { critical: 0.965, high: 0.955, medium: 0.62, low: 0.32 };
/** Tickets that no alert of ours gave rise to, per day over all clients. */
const REPORTED_PER_DAY = 11;
/** Ids of a day stay apart from the next day's: a day can be made on its own. */
const IDS_PER_DAY = 1000;
/** Clients whose ticket system closes the alerts in the SIEM. */
const WRITES_BACK = ['fabelwerk', 'figment', 'mythshire', 'wattlemyth'];

/** One local day of one client: its alerts with their whole future, and the tickets they gave rise to. */
export function makeClientDay(context: Context, clientIndex: number, day: number): ClientDay {
  const desk = new Desk(context, clientIndex, day);
  const drafts = draftAlerts(context, clientIndex, day);
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const draft of drafts) {
    if (draft.story === 'campaign') continue;
    if (draft.story === 'month-end') { desk.monthEnd(draft); continue; }
    if (draft.story === 'deleted') { desk.deleted(draft); continue; }
    const route = desk.route(draft);
    if (route === 'siem') desk.decideInSiem(draft);
    else if (route === 'automation') draft.workflow.push({ at: draft.readable + Math.floor(desk.rng.between(20, 110) * SECOND), status: 'closed', reason: AUTOMATED, actor: 'automation' });
    else if (route === 'none') desk.left.push(draft);
    else {
      const group = open.get(draft.rule);
      if (group && draft.detected - group.drafts[0]!.detected < WINDOW[draft.severity] && group.drafts.length < 40 && desk.rng.chance(0.92)) group.drafts.push(draft);
      else { const fresh = { drafts: [draft] }; open.set(draft.rule, fresh); groups.push(fresh); }
    }
  }
  for (const group of groups) desk.ticket(group);
  desk.reported();
  if (CLIENTS[clientIndex]!.id === CAMPAIGN.client && relativeDay(context, day) === CAMPAIGN.fromDay) desk.campaign();
  return { alerts: drafts.map(finished), tickets: desk.tickets };
}
function finished(d: Draft): WorldAlert {
  return { id: d.id, client: d.client, rule: d.rule, host: d.host, event: d.event, detected: d.detected, readable: d.readable, severity: d.severity, workflow: d.workflow.length ? d.workflow : NONE, suppressed: d.suppressed };
}
const NONE: readonly never[] = [];

/** The people and playbooks who take a client's day. */
class Desk {
  readonly rng: Rng;
  readonly tickets: WorldTicket[] = [];
  readonly left: Draft[] = [];
  private readonly client;
  private readonly quotes: boolean;
  private number = 0;
  private closing = 0;
  constructor(private readonly context: Context, private readonly clientIndex: number, private readonly day: number) {
    this.rng = new Rng(context.seed, 31, clientIndex, day);
    this.client = CLIENTS[clientIndex]!;
    const relative = relativeDay(context, day);
    this.quotes = !(this.client.id === LOST_FIELD.client && relative >= LOST_FIELD.fromDay && relative <= LOST_FIELD.toDay);
  }

  route(draft: Draft): 'ticket' | 'siem' | 'automation' | 'none' {
    const x = this.rng.next();
    if ((STORY_RULES.autoClosed as readonly string[]).includes(draft.rule)) return x < 0.95 ? 'automation' : 'none';
    if (draft.rule === STORY_RULES.unreviewed) return x < 0.004 ? 'siem' : 'none';
    const urgent = draft.severity === 'critical' || draft.severity === 'high';
    const untouched = urgent ? (draft.severity === 'critical' ? 0.004 : 0.011) : (1 - this.nature(draft).review) * 0.8;
    if (x < untouched) return 'none';
    return this.rng.chance(TICKETED[draft.severity]) ? 'ticket' : 'siem';
  }

  /** Decided in the SIEM, without a ticket: urgent ones each by itself, the rest in batches of one rule. */
  decideInSiem(draft: Draft): void {
    const { rng } = this;
    if (draft.severity === 'critical' || draft.severity === 'high') {
      const speed = pace(draft.severity, draft.client, draft.detected, rng);
      const verdict = conclude(this.nature(draft), 0.5, rng.next());
      draft.workflow.push({ at: after(draft, speed.acknowledge), status: 'acknowledged', reason: null, actor: 'human' });
      draft.workflow.push({ at: after(draft, speed.decide) + 1000, status: 'closed', reason: REASON[verdict!], actor: 'human' });
      return;
    }
    const batch = 3 * HOUR;
    const number = Math.floor(draft.detected / batch);
    const rule = hashText(draft.rule);
    const at = (number + 1) * batch + 5 * MINUTE + hash01(rule, number, this.clientIndex) * 2.5 * HOUR + rng.between(0, 40) * SECOND;
    const verdict = rng.chance(0.12)
      ? conclude(this.nature(draft), rng.next(), rng.next())
      : conclude(this.nature(draft), hash01(rule, number, this.clientIndex + 100), hash01(rule, number, this.clientIndex + 200));
    draft.workflow.push({ at: Math.max(Math.floor(at), draft.readable + 30_000), status: 'closed', reason: verdict && REASON[verdict], actor: 'human' });
  }

  ticket({ drafts }: Group): void {
    const { rng } = this;
    const first = drafts[0]!;
    const urgent = first.severity === 'critical' || first.severity === 'high';
    const created = first.readable + Math.floor(urgent ? rng.between(30, 210) * SECOND : rng.between(1, 14) * MINUTE);
    const nature = this.nature(first);
    const quoted = drafts.filter(d => d.readable < created).map(d => d.id);
    const orphan = rng.chance(0.0015);
    if (orphan) quoted.push(rng.uuid());
    const alertIds = this.quotes ? quoted : [];
    const worked = work({
      client: first.client, created, start: first.detected, severity: first.severity, alertIds, linkable: this.quotes,
      natureVerdict: conclude(nature, rng.next(), rng.next()), otherVerdict: conclude(nature, 0.5, rng.next()),
    }, rng);
    const known = [...quoted];
    const later = drafts.filter(d => d.readable >= created);
    if (this.quotes && later.length) {
      known.push(...later.map(d => d.id));
      worked.history.set(later[later.length - 1]!.readable + rng.between(20, 90) * SECOND, 'automation', 'alert_ids', known.join(';'));
    }
    const evidence = this.quotes && this.left.length && rng.chance(0.025) ? this.left[rng.int(0, this.left.length - 1)]! : null;
    if (evidence && evidence.rule !== STORY_RULES.unreviewed && evidence.severity !== 'critical' && evidence.severity !== 'high' && evidence.readable < created + DAY) {
      worked.history.set(created + rng.between(1.05, 5) * DAY, 'human', 'alert_ids', [...known, evidence.id].join(';'));
    }
    // Drawn beside the stream, so that the rest of the world stays what it was.
    if (first.severity !== 'critical' && hash01(hashText(first.id), 9) < DUPLICATES.share) return this.closedAsDuplicate(first, created, worked.severity, alertIds);
    this.writeBack(drafts, worked.resolvedAt, created);
    if (rng.chance(0.003)) this.disagree(first, worked.verdict, worked.acknowledgedAt);
    const title = first.host ? `${first.definition.name} on ${first.host}` : first.definition.name;
    const quotedIn = !this.quotes ? 'none' : orphan ? 'text' : rng.chance(0.94) ? this.client.quotedIn : 'text';
    const ticket = this.open(title, created, worked.severity, alertIds, quotedIn, 'alert', worked.history);
    if (alertIds.length && rng.chance(0.02)) this.duplicateOf(ticket);
  }

  /** Somebody saw that another ticket handles this already and closed it as a duplicate, without merging: its alerts carry no verdict. */
  private closedAsDuplicate(first: Draft, created: number, severity: Severity, alertIds: readonly string[]): void {
    const history = new History(severity, alertIds);
    const closed = created + Math.floor((4 + 20 * hash01(hashText(first.id), 10)) * MINUTE);
    history.set(closed - 2 * MINUTE, 'human', 'status', 'Acknowledged');
    history.set(closed, 'human', 'resolution', 'Duplicate');
    history.set(closed, 'human', 'status', 'Closed');
    this.open(first.definition.name, created, severity, alertIds, alertIds.length > 0 ? this.client.quotedIn : 'none', 'alert', history);
  }

  /** A second ticket for the same alert, merged into the first by a human. */
  private duplicateOf(ticket: WorldTicket): void {
    const { rng } = this;
    const created = ticket.created + Math.floor(rng.between(2, 20) * MINUTE);
    const merged = created + rng.between(4, 35) * MINUTE;
    const history = new History(ticket.severity, [ticket.alertIds[0]!]);
    history.set(merged, 'human', 'merged_into', ticket.key);
    history.set(merged, 'human', 'resolution', 'Duplicate');
    history.set(merged, 'human', 'status', 'Closed');
    this.open(ticket.title, created, ticket.severity, [ticket.alertIds[0]!], ticket.quotedIn, 'alert', history);
  }

  /** Tickets that people, clients, partners or a hunt opened: no alert of ours. */
  reported(): void {
    const { rng, context, client } = this;
    for (let n = rng.poisson(REPORTED_PER_DAY * context.scale * client.share); n > 0; n--) {
      const created = dayStart(this.day, client.zone) + Math.floor(rng.between(7, 20) * HOUR);
      const severity: Severity = rng.chance(0.02) ? 'critical' : rng.chance(0.14) ? 'high' : rng.chance(0.5) ? 'medium' : 'low';
      const nature: RuleNature = { tp: 0.16, bp: 0.5, review: 1, suppresses: false };
      const worked = work({ client: client.id, created, start: created, severity, alertIds: [], linkable: true, natureVerdict: conclude(nature, rng.next(), rng.next()), otherVerdict: 'benign' }, rng);
      const origin = rng.chance(0.5) ? 'user' : rng.chance(0.5) ? 'client' : rng.chance(0.4) ? 'third_party' : 'hunt';
      this.open(REPORTS[origin]!, created, rng.chance(0.01) ? null : worked.severity, [], 'none', origin, worked.history);
    }
  }

  /** Story: opened in the course of the last day of the month, all closed within minutes. */
  monthEnd(draft: Draft): void {
    const created = draft.readable + 5 * MINUTE;
    const history = new History('low', [draft.id]);
    const closed = dayStart(this.day, this.client.zone) + MONTH_END.closedAtHour * HOUR + ++this.closing * (MONTH_END.withinMinutes * MINUTE / (MONTH_END.tickets + 1));
    history.set(closed, 'human', 'resolution', 'Benign Positive');
    history.set(closed, 'human', 'status', 'Closed');
    this.open(draft.definition.name, created, 'low', [draft.id], this.client.quotedIn, 'alert', history);
  }

  /** Story: missed its target, and a day later it is gone. */
  deleted(draft: Draft): void {
    const { rng } = this;
    const created = draft.readable + 2 * MINUTE;
    const history = new History('high', [draft.id]);
    const due = draft.detected + DECIDE_TARGET.high;
    history.set(created + 25 * MINUTE, 'human', 'status', 'Acknowledged');
    history.set(due + rng.between(1, 3) * HOUR, 'human', 'resolution', 'True Positive');
    history.set(due + 3.1 * HOUR, 'human', 'status', 'Resolved');
    this.open(draft.definition.name, created, 'high', [draft.id], this.client.quotedIn, 'alert', history, Math.floor(due + rng.between(18, 26) * HOUR));
  }

  /** Story: one ticket of the SOC quotes the alerts of all clients. */
  campaign(): void {
    const drafts = CLIENTS.flatMap((_, index) => campaignDrafts(this.context, index)).sort((a, b) => a.readable - b.readable);
    const start = drafts[0]!.detected;
    const created = start + 12 * MINUTE;
    const ids = (until: number) => drafts.filter(d => d.readable < until).map(d => d.id);
    const history = new History('critical', ids(created));
    history.set(created + 3 * MINUTE, 'human', 'status', 'Acknowledged');
    history.set(created + 9 * MINUTE, 'human', 'status', 'Escalated');
    for (const minutes of [20, 45]) history.set(created + minutes * MINUTE, 'automation', 'alert_ids', ids(created + minutes * MINUTE).join(';'));
    history.set(created + 90 * MINUTE, 'human', 'alert_ids', drafts.map(d => d.id).join(';'));
    history.set(created + 3 * HOUR, 'human', 'status', 'Contained');
    history.set(created + 20 * HOUR, 'human', 'resolution', 'True Positive');
    history.set(created + 20 * HOUR, 'human', 'status', 'Resolved');
    this.open('Paper Heron campaign against all clients', created, 'critical', ids(created), 'field', 'alert', history);
  }

  private writeBack(drafts: readonly Draft[], resolvedAt: number | null, created: number): void {
    // Without the ids the ticket system could not find the alerts either.
    if (!this.quotes || !WRITES_BACK.includes(this.client.id)) return;
    for (const draft of drafts) {
      const opened = Math.max(created, draft.readable) + 15_000;
      if (this.client.id === 'fabelwerk') draft.workflow.push({ at: opened, status: 'acknowledged', reason: null, actor: 'automation' });
      if (resolvedAt !== null) draft.workflow.push({ at: Math.max(Math.floor(resolvedAt) + 60_000, opened + 5_000), status: 'closed', reason: null, actor: 'automation' });
    }
  }
  /** A human wrote another verdict on the alert than the ticket came to: a conflict. */
  private disagree(draft: Draft, verdict: Verdict, at: number): void {
    const other = verdict === 'false' ? 'benign' : 'false';
    draft.workflow = [{ at: Math.max(Math.floor(at), draft.readable) + 90_000, status: 'closed', reason: REASON[other], actor: 'human' }];
  }
  private nature(draft: Draft): RuleNature {
    const nature = this.context.ruleSet.nature.get(draft.rule)!;
    return draft.rule === STORY_RULES.noisy && draft.detected >= draft.definition.revisions[1]!.from ? TUNED : nature;
  }
  private open(
    title: string, created: number, severity: WorldTicket['severity'], alertIds: readonly string[], quotedIn: WorldTicket['quotedIn'], origin: WorldTicket['origin'],
    history: History, deletedAt: number | null = null,
  ): WorldTicket {
    // A full day never reaches the limit at scale 1 (about 60 tickets); beyond it ids would meet the next day's.
    if (this.number >= IDS_PER_DAY) throw new Error(`The demo world made more than ${IDS_PER_DAY} tickets for one client and day; use a smaller scale.`);
    const serial = (this.day - this.context.anchorDay + this.context.historyDays + 1) * IDS_PER_DAY + this.number++;
    const ticket = {
      id: serial * 10 + this.clientIndex, key: `${this.client.jiraProject}-${serial}`, client: this.client.id, title, created, severity, alertIds, quotedIn, origin,
      changes: history.done(), deletedAt,
    };
    this.tickets.push(ticket);
    return ticket;
  }
}
const TUNED: RuleNature = { tp: 0.16, bp: 0.42, review: 0.95, suppresses: false };
const REPORTS: Readonly<Record<string, string>> = { user: 'Suspicious message reported by a user', client: 'Client asks for a check of a host', third_party: 'Notice from a partner', hunt: 'Finding of a threat hunt' };
const after = (draft: Draft, offset: number): number => Math.max(Math.floor(draft.detected + offset), draft.readable + 20_000);
