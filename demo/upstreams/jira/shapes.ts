import type { WorldTicketChange } from '../../world/types';
import { login, person } from '../people';
import { AUTOMATION_ACCOUNT, AUTOMATION_LOGIN, FIELDS, ORIGINS, PRIORITIES, RESOLUTIONS, STATUSES } from './config';
import type { Known, Migration } from './tickets';
import type { JiraTraps } from './traps';

export interface Shape { readonly base: string; readonly cloud: boolean; readonly api: string; readonly traps: JiraTraps; readonly clients: ReadonlyMap<string, { readonly key: string; readonly name: string; readonly id: string }> }

/** Jira writes times in the zone of the account that asks, offset without a colon. */
export function stamp({ traps: { zoneMinutes } }: Shape, ms: number): string {
  const ahead = Math.abs(zoneMinutes);
  const two = (n: number): string => String(n).padStart(2, '0');
  return new Date(ms + zoneMinutes * 60_000).toISOString().replace('Z', `${zoneMinutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}${two(ahead % 60)}`);
}
const named = (shape: Shape, entry: { name: string; localised: string }): string => (shape.traps.localised ? entry.localised : entry.name);
const avatars = { '48x48': 'https://avatar.example/48', '24x24': 'https://avatar.example/24', '16x16': 'https://avatar.example/16', '32x32': 'https://avatar.example/32' };

/** An account, with the name that nobody downstream may keep. */
export function account(shape: Shape, actor: 'human' | 'automation', n: number): Record<string, unknown> {
  const name = `${shape.cloud}${actor}${n % 4}`;
  let known = accounts.get(name);
  if (known === undefined) accounts.set(name, known = newAccount(shape, actor, n % 4));
  return known;
}
const accounts = new Map<string, Record<string, unknown>>();
function newAccount(shape: Shape, actor: 'human' | 'automation', n: number): Record<string, unknown> {
  const robot = actor === 'automation';
  const name = robot ? 'SOAR automation' : person(n);
  if (!shape.cloud) {
    const user = robot ? AUTOMATION_LOGIN : login(n);
    return { self: `${shape.base}/rest/api/2/user?username=${user}`, name: user, key: robot ? 'JIRAUSER10001' : `JIRAUSER1010${n % 4}`, emailAddress: `${user}@soc.example`, avatarUrls: avatars, displayName: name, active: true, timeZone: 'Etc/UTC' };
  }
  const accountId = robot ? AUTOMATION_ACCOUNT : `5b10a2844c20165700ede2${n % 4}f`;
  return { self: `${shape.base}/rest/api/3/user?accountId=${accountId}`, accountId, ...(robot ? {} : { emailAddress: `${login(n)}@soc.example` }), avatarUrls: avatars, displayName: name, active: true, timeZone: 'Etc/UTC', accountType: robot ? 'app' : 'atlassian' };
}

const CATEGORY = { new: { id: 2, colorName: 'blue-gray', name: 'To Do', localised: '待办' }, indeterminate: { id: 4, colorName: 'yellow', name: 'In Progress', localised: '处理中' }, done: { id: 3, colorName: 'green', name: 'Done', localised: '完成' } };
export function status(shape: Shape, name: string): Record<string, unknown> {
  const entry = STATUSES.find(s => s.name === name)!;
  const category = CATEGORY[entry.category];
  return {
    self: `${shape.base}${shape.api}/status/${entry.id}`, description: '', iconUrl: `${shape.base}/images/icons/statuses/generic.png`, name: named(shape, entry), id: entry.id,
    statusCategory: { self: `${shape.base}${shape.api}/statuscategory/${category.id}`, id: category.id, key: entry.category, colorName: category.colorName, name: named(shape, category) },
  };
}
export const statusList = (shape: Shape): unknown[] => STATUSES.map(s => ({ ...status(shape, s.name), ...(shape.cloud ? { untranslatedName: s.name } : {}) }));
export const priority = (shape: Shape, severity: string | null): Record<string, unknown> | null => {
  const p = PRIORITIES.find(x => x.severity === severity);
  return p ? { self: `${shape.base}${shape.api}/priority/${p.id}`, iconUrl: `${shape.base}/images/icons/priorities/${p.name.toLowerCase()}.svg`, name: named(shape, p), id: p.id } : null;
};
const resolutionOf = (name: string) => RESOLUTIONS.find(r => r.name === name) ?? { id: `19${name.length}`, name, localised: name };
export const resolution = (shape: Shape, name: string | null): Record<string, unknown> | null => {
  if (name === null) return null;
  const r = resolutionOf(name);
  return { self: `${shape.base}${shape.api}/resolution/${r.id}`, id: r.id, description: '', name: named(shape, r) };
};

/** What the ticket looks like now, replayed from its changes. */
export interface State { status: string; severity: string | null; resolution: string | null; alertIds: readonly string[]; mergedInto: string | null; resolvedAt: number | null; categoryAt: number; comments: WorldTicketChange[] }
const categoryOf = (name: string) => STATUSES.find(s => s.name === name)?.category;
export function stateOf({ ticket, changes }: Known): State {
  const first = (field: string) => ticket.changes.find(c => c.field === field);
  const state: State = {
    status: 'New', severity: first('severity')?.from ?? ticket.severity, resolution: null, alertIds: ticket.alertIds, mergedInto: null, resolvedAt: null, categoryAt: ticket.created, comments: [],
  };
  for (const c of changes) {
    if (c.field === 'status' || c.field === 'migration') { if (categoryOf(state.status) !== categoryOf(c.to ?? '')) state.categoryAt = c.at; state.status = c.to ?? state.status; }
    else if (c.field === 'severity') state.severity = c.to;
    else if (c.field === 'resolution') { state.resolution = c.to; state.resolvedAt = c.to === null ? null : c.at; }
    else if (c.field === 'alert_ids') state.alertIds = ids(c.to);
    else if (c.field === 'merged_into') state.mergedInto = c.to;
    else if (c.field === 'comment') state.comments.push(c);
  }
  return state;
}
const ids = (joined: string | null): string[] => (joined === null || joined === '' ? [] : joined.split(';'));

const paragraphs = (shape: Shape, lines: readonly string[]): unknown =>
  shape.cloud ? { version: 1, type: 'doc', content: lines.map(text => ({ type: 'paragraph', content: [{ type: 'text', text }] })) } : lines.join('\n');
const descriptionLines = (title: string, alertIds: readonly string[]): string[] => [title, ...alertIds.map(id => `Alert id: ${id}`)];
const labelsOf = (quotedIn: string, alertIds: readonly string[]): string[] => ['soc', ...(quotedIn === 'label' ? alertIds.map(id => `alert:${id}`) : [])];
const option = (shape: Shape, value: string, id: string) => ({ self: `${shape.base}${shape.api}/customFieldOption/${id}`, value, id });

/** All fields of an issue, each made only when asked for. */
export function fieldMakers(shape: Shape, known: Known): Record<string, () => unknown> {
  const { ticket } = known;
  const state = stateOf(known);
  const n = ticket.id;
  const project = shape.clients.get(ticket.client)!;
  const alsoQuoted = shape.traps.alsoQuotes.filter(also => also.ticket === n).flatMap(also => also.alertIds);
  const alertIds = alsoQuoted.length === 0 ? state.alertIds : [...state.alertIds, ...alsoQuoted];
  const quoted = (where: string): readonly string[] => (ticket.quotedIn === where ? alertIds : []);
  return {
    summary: () => ticket.title, created: () => stamp(shape, ticket.created), updated: () => stamp(shape, known.updated), status: () => status(shape, state.status),
    project: () => ({ self: `${shape.base}${shape.api}/project/${project.id}`, id: project.id, key: project.key, name: project.name, projectTypeKey: 'service_desk', simplified: false, avatarUrls: avatars }),
    issuetype: () => ({ self: `${shape.base}${shape.api}/issuetype/10001`, id: '10001', description: '', iconUrl: `${shape.base}/images/icons/issuetypes/task.svg`, name: shape.traps.localised ? '任务' : 'Incident', subtask: false, avatarId: 10318, hierarchyLevel: 0 }),
    priority: () => priority(shape, state.severity), resolution: () => resolution(shape, state.resolution), resolutiondate: () => (state.resolvedAt === null ? null : stamp(shape, state.resolvedAt)),
    ...(shape.cloud ? { statuscategorychangedate: () => stamp(shape, state.categoryAt) } : {}),
    creator: () => account(shape, ticket.origin === 'alert' ? 'automation' : 'human', n), reporter: () => account(shape, ticket.origin === 'alert' ? 'automation' : 'human', n), assignee: () => account(shape, 'human', n + 1),
    labels: () => labelsOf(ticket.quotedIn, alertIds), description: () => paragraphs(shape, descriptionLines(ticket.title, quoted('text'))), issuelinks: () => [],
    comment: () => ({
      comments: state.comments.map((c, i) => ({ self: `${shape.base}${shape.api}/issue/${n}/comment/${n}0${i}`, id: `${n}0${i}`, author: account(shape, c.actor, n + i), body: paragraphs(shape, [`Note of ${person(n + i)}`]), updateAuthor: account(shape, c.actor, n + i), created: stamp(shape, c.at), updated: stamp(shape, c.at), jsdPublic: true })),
      self: `${shape.base}${shape.api}/issue/${n}/comment`, maxResults: state.comments.length, total: state.comments.length, startAt: 0,
    }),
    [FIELDS.alertIds]: () => { const found = quoted('field'); return found.length === 0 ? null : found.join(', '); },
    [FIELDS.origin]: () => option(shape, ORIGINS[ticket.origin], String(10_300 + Object.keys(ORIGINS).indexOf(ticket.origin))),
    [FIELDS.mergedInto]: () => state.mergedInto, [FIELDS.severity]: () => (state.severity === null ? null : option(shape, state.severity, `104${state.severity.length}`)),
  };
}

/** An issue with the asked fields (null: only its id, as Cloud does). */
export function issueOf(shape: Shape, known: Known, wanted: readonly string[] | null): Record<string, unknown> {
  const { ticket } = known;
  const all = wanted?.includes('*all') || wanted?.includes('*navigable');
  if (wanted === null || (wanted.length > 0 && !all && wanted.every(f => f === 'id'))) return shape.cloud ? { id: String(ticket.id) } : { expand: '', id: String(ticket.id), self: `${shape.base}${shape.api}/issue/${ticket.id}`, key: ticket.key };
  const makers = fieldMakers(shape, known);
  const fields: Record<string, unknown> = {};
  for (const name of all ? Object.keys(makers) : wanted) {
    const make = makers[name];
    if (make && !shape.traps.missingFields.includes(name)) fields[name] = make();
  }
  return { expand: 'operations,versionedRepresentations,editmeta,changelog,renderedFields', id: String(ticket.id), self: `${shape.base}${shape.api}/issue/${ticket.id}`, key: ticket.key, fields };
}

type AnyChange = WorldTicketChange | Migration;
/** Change-log items of one change. */
function itemsOf(shape: Shape, { ticket }: Known, c: AnyChange): Record<string, unknown>[] {
  const field = (name: string, id: string | null, fieldtype: string, from: string | null, fromString: string | null, to: string | null, toString: string | null) =>
    ({ field: name, fieldtype, ...(id === null ? {} : { fieldId: id }), from, fromString, to, toString });
  const st = (name: string | null) => STATUSES.find(s => s.name === name);
  switch (c.field) {
    case 'status': case 'migration': {
      const [a, b] = [st(c.from), st(c.to)];
      const change = field('status', 'status', 'jira', a?.id ?? null, a ? named(shape, a) : c.from, b?.id ?? null, b ? named(shape, b) : c.to);
      return c.field === 'status' ? [change] : [field('Workflow', null, 'jira', '17974', 'SOC workflow', '21140', 'SOC workflow 2'), change];
    }
    case 'severity': { const [a, b] = [priority(shape, c.from), priority(shape, c.to)]; return [field('priority', 'priority', 'jira', (a?.id as string) ?? null, (a?.name as string) ?? null, (b?.id as string) ?? null, (b?.name as string) ?? null)]; }
    case 'resolution': { const [a, b] = [resolution(shape, c.from), resolution(shape, c.to)]; return [field('resolution', 'resolution', 'jira', (a?.id as string) ?? null, (a?.name as string) ?? null, (b?.id as string) ?? null, (b?.name as string) ?? null)]; }
    case 'alert_ids': {
      const [a, b] = [ids(c.from), ids(c.to)];
      if (ticket.quotedIn === 'field') return [field('Alert ids', FIELDS.alertIds, 'custom', null, a.join(', ') || null, null, b.join(', ') || null)];
      if (ticket.quotedIn === 'label') return [field('labels', 'labels', 'jira', null, labelsOf('label', a).join(' '), null, labelsOf('label', b).join(' '))];
      return ticket.quotedIn === 'text' ? [field('description', 'description', 'jira', null, descriptionLines(ticket.title, a).join('\n'), null, descriptionLines(ticket.title, b).join('\n'))] : [];
    }
    case 'merged_into': return [field('Merged into', FIELDS.mergedInto, 'custom', null, c.from, null, c.to)];
    case 'noise': return [field('RemoteIssueLink', null, 'jira', null, null, '10007', `This work item links to "${c.to ?? 'a commit'}"`)];
    default: return [];
  }
}

/**
 * Histories, oldest first. Changes of one instant by one actor are one history, as in a real transition. `fieldIds` filters items
 * (bulk change log); `numeric` gives epoch milliseconds, which is what the bulk change log really sends.
 */
export function historiesOf(shape: Shape, known: Known, fieldIds: ReadonlySet<string> | null, numeric: boolean): Record<string, unknown>[] {
  const out: Record<string, unknown>[] = [];
  const { ticket, changes } = known;
  const time = (at: number) => (numeric ? at : stamp(shape, at));
  for (let i = 0; i < changes.length;) {
    const first = changes[i]!;
    let items: Record<string, unknown>[] = [];
    let j = i;
    for (; j < changes.length && changes[j]!.at === first.at && changes[j]!.actor === first.actor; j++) items.push(...itemsOf(shape, known, changes[j]!));
    if (fieldIds !== null) items = items.filter(item => fieldIds.has(item.fieldId as string));
    if (items.length > 0) out.push({ id: String(ticket.id * 100 + i), author: account(shape, first.actor, ticket.id + i), created: time(first.at), items });
    i = j;
  }
  for (let k = 0; fieldIds === null && k < shape.traps.devLinks; k++) {
    out.push({ id: String(ticket.id * 100 + 50 + k), author: account(shape, 'human', k), created: time(known.updated), items: [{ field: 'RemoteIssueLink', fieldtype: 'jira', from: null, fromString: null, to: String(k), toString: `This work item links to "commit ${k}"` }] });
  }
  return out;
}
