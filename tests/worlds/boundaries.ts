import { DAY, type TicketEvent, type TicketRow } from '../../src/model';
import { judge } from '../oracles/rules/outcomes.oracle';
import { oracleItems } from '../oracles/sla/oracle';
import type { CaseWorld } from './cases';
import type { CoverageWorld } from './coverage';

/**
 * What makes a world hard, read off its rows. The random tests fail when two hundred worlds do not hold one of these: a generator that
 * quietly stopped making them would leave every oracle agreeing about nothing.
 */
const BERLIN = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' });
const done = (e: TicketEvent): boolean => e.type === 'resolved' || e.type === 'closed';
const inOrder = (t: TicketRow): TicketEvent[] => [...t.timeline].sort((a, b) => a.at - b.at);

function reopens(t: TicketRow, days: number): string[] {
  const out: string[] = [];
  let closed: number | null = null;
  for (const e of inOrder(t)) {
    if (done(e)) closed ??= e.at;
    if (e.type === 'reopened' && closed !== null) {
      const gap = e.at - closed;
      out.push(gap === days * DAY ? 'reopened after exactly the agreed days' : gap < days * DAY ? 'reopened in time' : 'reopened later');
      closed = null;
    }
  }
  return out;
}
function replaced(later: TicketRow, world: CaseWorld): boolean {
  return world.tickets.some(t => t !== later && t.quotes.some(q => later.quotes.some(o => o.alert === q.alert)) && inOrder(t).some(e => done(e) && e.at <= later.created && later.created - e.at <= world.settings.policy.sla.reopenDays * DAY));
}

export const CASE_BOUNDARIES = [
  'alerts of one instant', 'events of one instant', 'a day of 23 hours', 'a day of 25 hours', 'reopened in time', 'reopened after exactly the agreed days', 'reopened later', 'a new ticket instead of a reopen',
  'merged', 'merged before the due', 'merged after the due', 'verdicts in conflict', 'a ticket of two clients', 'a ticket of one client holding only alerts of another', 'a client without rows', 'untiered', 'a gone alert', 'a gone ticket', 'an alert of no client',
  'two SIEMs with one id', 'a link of unknown time', 'linked after the first act', 'an unknown actor', 'closed by automation', 'stopped at the very due', 'stopped a minute late', 'on hold', 'paused', 'a pause that no policy allows',
  'raised', 'lowered', 'no target', 'no time of detection', 'no rule', 'quotes an alert nobody has', 'a ticket without alerts', 'asked in the middle of its history', 'policies that change', 'in crowds', 'clocks that change at midnight', 'written in pages',
] as const;
export function boundariesOfCase(world: CaseWorld): string[] {
  const { alerts, tickets, settings } = world;
  const out: string[] = [];
  const put = (what: (typeof CASE_BOUNDARIES)[number], is: boolean): void => { if (is) out.push(what); };
  const instants = [...alerts.map(a => a.detected ?? a.changed), ...tickets.flatMap(t => t.timeline.map(e => e.at))];
  const dates = new Set(instants.map(at => BERLIN.format(at)));
  const clientsOf = (t: TicketRow): Set<string> => new Set(alerts.filter(a => t.quotes.some(q => q.alert === a.joinId)).map(a => a.client));
  const items = oracleItems(world);
  const changes = tickets.flatMap(t => t.timeline.filter(e => e.type === 'severity_changed'));
  const order = ['critical', 'high', 'medium', 'low', 'informational', 'untiered'];
  const pauses = tickets.flatMap(t => t.timeline.filter(e => e.type === 'paused'));
  const firstAct = (t: TicketRow): number => inOrder(t).find(e => e.type !== 'created' && e.actor !== 'automation')?.at ?? Infinity;
  put('alerts of one instant', new Set(alerts.map(a => a.detected)).size < alerts.length);
  put('events of one instant', tickets.some(t => t.timeline.slice(1).some((e, i) => e.at === t.timeline[i]!.at)));
  put('a day of 23 hours', dates.has('2026-03-29'));
  put('a day of 25 hours', dates.has('2026-10-25'));
  for (const t of tickets) out.push(...reopens(t, settings.policy.sla.reopenDays));
  put('a new ticket instead of a reopen', tickets.some(t => replaced(t, world)));
  put('merged', tickets.some(t => t.mergedInto !== null));
  const merges = items.flatMap(i => (i.ticket?.timeline ?? []).filter(e => e.type === 'merged' && e.actor !== 'automation').map(e => ({ i, at: e.at })));
  put('merged before the due', merges.some(({ i, at }) => i.due !== null && at < i.due));
  put('merged after the due', merges.some(({ i, at }) => i.due !== null && at >= i.due));
  put('verdicts in conflict', alerts.some(a => judge(a, tickets).bucket === 'conflict'));
  put('a ticket of two clients', tickets.some(t => clientsOf(t).size > 1));
  put('a ticket of one client holding only alerts of another', tickets.some(t => clientsOf(t).size > 0 && !clientsOf(t).has(t.client)));
  put('a client without rows', settings.clients.some(c => !alerts.some(a => a.client === c.id) && !tickets.some(t => t.client === c.id)));
  put('untiered', alerts.some(a => a.tier === 'untiered') && tickets.some(t => t.tier === 'untiered'));
  put('a gone alert', alerts.some(a => a.gone !== null));
  put('a gone ticket', tickets.some(t => t.gone !== null));
  put('an alert of no client', alerts.some(a => a.client === 'unassigned'));
  put('two SIEMs with one id', new Set(alerts.map(a => a.joinId)).size < alerts.length);
  put('a link of unknown time', tickets.some(t => t.quotes.some(q => q.linkedAt === null)));
  put('linked after the first act', tickets.some(t => t.quotes.some(q => q.linkedAt !== null && q.linkedAt > firstAct(t))));
  put('an unknown actor', tickets.some(t => t.timeline.some(e => e.actor === 'unknown')));
  put('closed by automation', tickets.some(t => t.timeline.some(e => done(e) && e.actor === 'automation')));
  put('stopped at the very due', items.some(i => i.stop !== null && i.stop === i.due));
  put('stopped a minute late', items.some(i => i.stop !== null && i.due !== null && i.stop - i.due === 60_000));
  put('on hold', items.some(i => i.due === null && i.grossDue !== null && i.grossDue < Math.min(world.now, world.range.to)));
  put('paused', pauses.length > 0);
  put('a pause that no policy allows', pauses.some(e => !settings.policy.sla.allowedPauses.includes('*') && !settings.policy.sla.allowedPauses.includes(String(e.reason).trim().toLowerCase())));
  put('raised', changes.some(e => order.indexOf(e.to!) < order.indexOf(e.from!)));
  put('lowered', changes.some(e => order.indexOf(e.to!) > order.indexOf(e.from!)));
  put('no target', items.some(i => i.target === null));
  put('no time of detection', alerts.some(a => a.detected === null));
  put('no rule', alerts.some(a => a.rule === null));
  put('quotes an alert nobody has', tickets.some(t => t.quotes.some(q => !alerts.some(a => a.joinId === q.alert))));
  put('a ticket without alerts', tickets.some(t => t.quotes.length === 0));
  put('asked in the middle of its history', instants.some(at => at > Math.min(world.now, world.range.to)));
  put('policies that change', new Set(settings.policy.sla.targets.map(t => t.effectiveFrom)).size > 1);
  put('in crowds', alerts.length > 20);
  put('clocks that change at midnight', settings.clients.some(c => c.zone === 'Asia/Beirut' || c.zone === 'Atlantic/Azores') && (dates.has('2026-03-29') || dates.has('2026-10-25')));
  return [...new Set(out)];
}

export const ESTATE_BOUNDARIES = [
  'a day of 23 or 25 hours', 'two clients', 'an outage of a source', 'a source that lapsed', 'a source read later than others', 'an identifier of two records', 'a placeholder', 'two names alike', 'retired within the days', 'registered within the days', 'excluded', 'moved to another client',
  'known by two registries', 'a version of another class', 'a network of two routing tables', 'a short life', 'a group of short lives', 'a stranger', 'seen at the very midnight', 'heartbeats', 'little volume', 'a requirement that changes', 'a zone of half hours', 'a source that is read no longer', 'short lives that are excluded',
] as const;
export function boundariesOfEstate(world: CoverageWorld): string[] {
  const { assets, days, settings } = world;
  const out: string[] = [];
  const put = (what: (typeof ESTATE_BOUNDARIES)[number], is: boolean): void => { if (is) out.push(what); };
  const [first, last] = [Math.min(...days.map(d => d.day)), Math.max(...days.map(d => d.day))];
  const daysOf = (source: string): number[] => days.filter(d => d.source === source).map(d => d.day);
  const sources = [...new Set(days.map(d => d.source))];
  const rows = days.flatMap(d => d.rows);
  const offset = (at: number, zone: string): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at).find(p => p.type === 'timeZoneName')!.value;
  const holders = new Map<string, Set<string>>();
  for (const a of assets) for (const i of a.identifiers) holders.set(i.value, (holders.get(i.value) ?? new Set()).add(a.id));
  const latest = new Map(assets.map(a => [a.id, a]));
  const versions = (id: string) => assets.filter(a => a.id === id);
  put('a day of 23 or 25 hours', settings.clients.some(c => offset(first * DAY, c.zone) !== offset((last + 1) * DAY, c.zone)));
  put('two clients', settings.clients.length > 1);
  put('an outage of a source', sources.some(s => { const own = daysOf(s); return own.length < Math.max(...own) - Math.min(...own) + 1; }));
  put('a source that lapsed', sources.some(s => Math.max(...daysOf(s)) < last));
  put('a source read later than others', sources.some(s => Math.min(...daysOf(s)) > first));
  put('an identifier of two records', [...holders].some(([v, ids]) => ids.size > 1 && !v.startsWith('To be')));
  put('a placeholder', holders.has('To be filled by O.E.M.'));
  put('two names alike', [...latest.values()].some(a => [...latest.values()].some(b => a !== b && a.source === b.source && a.hostname !== null && a.hostname === b.hostname && a.client === b.client)));
  put('retired within the days', assets.some(a => a.retiredAt !== null && a.retiredAt > first * DAY && a.retiredAt < last * DAY));
  put('registered within the days', assets.some(a => a.registeredAt > first * DAY));
  put('excluded', assets.some(a => a.exclusion !== null));
  put('moved to another client', [...latest.keys()].some(id => new Set(versions(id).map(v => v.client)).size > 1));
  put('known by two registries', [...holders.values()].some(ids => new Set([...ids].map(id => id.split(':')[0])).size > 1));
  put('a version of another class', [...latest.keys()].some(id => new Set(versions(id).map(v => `${v.kind}${v.role}`)).size > 1));
  put('a network of two routing tables', assets.some(a => a.kind === 'network_segment' && a.vrf !== null));
  put('a short life', assets.some(a => a.retiredAt !== null && a.registeredAt > 0 && a.retiredAt - a.registeredAt < DAY));
  put('a group of short lives', new Set(assets.filter(a => a.group === 'pool').map(a => a.id)).size > 1);
  put('a stranger', rows.some(r => r.hostname?.startsWith('stranger') === true));
  put('seen at the very midnight', rows.some(r => settings.clients.some(c => new Intl.DateTimeFormat('en-GB', { timeZone: c.zone, timeStyle: 'medium' }).format(r.first) === '00:00:00' && r.first % 1000 === 0)));
  put('heartbeats', rows.some(r => r.evidence === 'heartbeat'));
  put('little volume', rows.some(r => r.count < 10) && rows.some(r => r.count >= 100));
  put('a requirement that changes', settings.policy.coverage.requirements.some(r => r.effectiveFrom !== '1970-01-01'));
  put('short lives that are excluded', assets.some(a => a.group !== null && a.exclusion !== null));
  put('a source that is read no longer', sources.some(s => !settings.sources.some(x => x.id === s && x.enabled)));
  put('a zone of half hours', settings.clients.some(c => c.zone === 'Asia/Kolkata'));
  return out;
}
