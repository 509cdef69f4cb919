import { setImmediate as breathe } from 'node:timers/promises';
import { DAY, MINUTE, type AssetRow } from '../../../model';
import { SourceError } from '../http/port';
import { own, text, textOf } from '../own';
import type { Page, ReadContext, Reject, Stream, Window } from '../stream';
import { actionOf } from './change';
import { insideWindow, touchedMachines, windowQuery, withChildren } from './children';
import { deletedPage } from './deleted';
import { isReject, normaliseObject, Remarks } from './normalise';
import { listPage, MAX_LIMIT, type Place } from './paging';
import { nativeId, TYPES, typeInfo, type NetboxPlan, type ObjectType, type TypeInfo } from './plan';
import { netboxInstant } from './values';
import { versionOf, type NetboxVersion } from './version';

/**
 * A window is read in steps: changed objects by type; then those deleted in it; then those NetBox gives no time of change; then those
 * whose children changed.
 */
type ListStep = { readonly step: 'changed' | 'timeless'; readonly type: ObjectType; readonly place: Place | null };
type Step = ListStep | { readonly step: 'deleted'; readonly type: ObjectType; readonly place: Place | null } | { readonly step: 'children'; readonly type: ObjectType; readonly ids: readonly string[] | null };
const CHUNK = 50;
const NO_CONTEXT = { exclude: 'config_context' };

/**
 * A registry is read whole, in one window: a machine unchanged for years is an asset today. Fifty years: NetBox is younger.
 */
const HISTORY = 50 * 366 * DAY;

function stepsOf(plan: NetboxPlan, context: ReadContext, window: Window): Step[] {
  const steps: Step[] = plan.types.map(t => ({ step: 'changed', type: t.type, place: null }));
  for (const { type } of plan.types) steps.push({ step: 'deleted', type, place: null });
  // Steps without a window of their own belong to runs that reach the present.
  if (window.to <= context.now() - 2 * DAY) return steps;
  for (const { type } of plan.types) steps.push({ step: 'timeless', type, place: null });
  // A window over everything has read each machine with its children already.
  if (window.from < Date.UTC(2010)) return steps;
  for (const { type } of plan.types) if (type !== 'prefix') steps.push({ step: 'children', type, ids: null });
  return steps;
}
const same = (a: Step, b: Step): boolean => a.step === b.step && a.type === b.type;

/** One stream for all of NetBox's assets: ids of vanished records can only be told from a listing of all of them. */
export function assetStream(plan: NetboxPlan): Stream<'asset'> {
  return {
    name: 'assets', kind: 'asset', mode: 'time', overlap: 2 * MINUTE, lag: 0, slice: HISTORY, history: HISTORY, checksWindow: true,
    async read(context, window, cursor) {
      const version = await versionOf(plan.settings.id, context);
      const steps = stepsOf(plan, context, window);
      const remarks = new Remarks();
      const at = (cursor as Step | null) ?? steps[0];
      if (at === undefined) return { kind: 'asset', rows: [], rejects: [], notices: [], cursor: null, expected: null, complete: true };
      const following = steps[steps.findIndex(s => same(s, at)) + 1] ?? null;
      const info = typeInfo(at.type);
      if (at.step === 'deleted') {
        const { rows, rejects, next, complete } = await deletedPage(plan, context, version, info, window, at.place, remarks);
        return { kind: 'asset', rows, rejects, notices: remarks.list(), cursor: next !== null ? { ...at, place: next } : complete ? following : null, expected: null, complete };
      }
      const page = at.step === 'children' ? await childrenStep(plan, context, version, window, at) : await listStep(plan, context, version, window, at, remarks);
      const fetched = await withChildren(plan, context, version, info, page.objects);
      const rows: AssetRow[] = [];
      const rejects: Reject[] = [];
      for (const [i, one] of fetched.entries()) {
        if (i % CHUNK === CHUNK - 1) { await breathe(); context.signal.throwIfAborted(); }
        const row = normaliseObject(plan, one, context.now(), remarks);
        if (row === null) continue;
        if (isReject(row)) rejects.push(row); else rows.push(row);
      }
      return { kind: 'asset', rows, rejects, notices: remarks.list(), cursor: page.next ?? (page.complete ? following : null), expected: page.count, complete: page.complete } satisfies Page<'asset'>;
    },
    async listIds(context, _window, cursor) {
      const version = await versionOf(plan.settings.id, context);
      const at = (cursor as { type: ObjectType; place: Place | null } | null) ?? { type: plan.types[0]?.type ?? 'device', place: null };
      const info = typeInfo(at.type);
      const page = await listPage(plan.settings.id, context, version, info.path, { brief: 'true' }, at.place, plan.pageSize < 200 ? plan.pageSize : MAX_LIMIT);
      const ids = page.rows.map(row => text(own(row, 'id'))).filter((id): id is string => id !== null).map(id => nativeId(at.type, id));
      const following = plan.types[plan.types.findIndex(t => t.type === at.type) + 1];
      const next = page.next !== null ? { type: at.type, place: page.next } : page.complete && following ? { type: following.type, place: null } : null;
      return { ids, cursor: next, complete: page.complete };
    },
    deletions: (context, since, cursor) => deletions(plan, context, since, cursor as Place | null),
  };
}

const changedIn = (window: Window, row: unknown): boolean => { const at = netboxInstant(own(row, 'last_updated')); return at !== null && insideWindow(window, at); };
interface StepPage { readonly objects: readonly unknown[]; readonly next: Step | null; readonly count: number | null; readonly complete: boolean }

async function listStep(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, window: Window, at: ListStep, remarks: Remarks): Promise<StepPage> {
  const info: TypeInfo = typeInfo(at.type);
  const timeless = at.step === 'timeless';
  let page;
  try {
    page = await listPage(plan.settings.id, context, version, info.path, { ...NO_CONTEXT, ...(timeless ? { last_updated__empty: 'true' } : windowQuery(window)) }, at.place, plan.pageSize);
  } catch (error) {
    if (!timeless || !(error instanceof SourceError) || error.detail.status !== 400) throw error;
    // This version cannot ask for them: they are read by nobody, so it is said.
    remarks.add('timeless_objects_unreadable', 'last_updated', info.model);
    return { objects: [], next: null, count: null, complete: true };
  }
  // A filter that NetBox does not know is ignored without a word: each row must show that it belongs here.
  const objects = page.rows.filter(row => {
    const changed = netboxInstant(own(row, 'last_updated'));
    const belongs = timeless ? changed === null : changed !== null && insideWindow(window, changed);
    if (!belongs && changed !== null) remarks.add('filter_ignored', timeless ? 'last_updated__empty' : 'last_updated', info.model);
    return belongs;
  });
  return { objects, next: page.next === null ? null : { ...at, place: page.next }, count: timeless ? null : page.count, complete: page.complete };
}

async function childrenStep(plan: NetboxPlan, context: ReadContext, version: NetboxVersion, window: Window, at: Step & { step: 'children' }): Promise<StepPage> {
  const name = `netbox.touched.${plan.settings.id}.${window.from}.${window.to}`;
  const known = context.cache.get(name) as Awaited<ReturnType<typeof touchedMachines>> | undefined;
  const touched = at.ids === null ? known ?? await touchedMachines(plan, context, version, window) : null;
  if (touched !== null && known === undefined) context.cache.set(name, touched);
  const ids = at.ids ?? touched?.get(at.type as 'device' | 'vm') ?? [];
  const now = ids.slice(0, plan.pageSize);
  if (now.length === 0) return { objects: [], next: null, count: null, complete: true };
  const info = typeInfo(at.type);
  const objects: unknown[] = [];
  for (let place: Place | null = null; ;) {
    const page = await listPage(plan.settings.id, context, version, info.path, { ...NO_CONTEXT, id: now }, place, MAX_LIMIT);
    // Those changed in the window themselves were read in it, children and all.
    objects.push(...page.rows.filter(row => now.includes(text(own(row, 'id')) ?? '') && !changedIn(window, row)));
    if (!page.complete) return { objects, next: null, count: null, complete: false };
    if (page.next === null) break;
    place = page.next;
  }
  const rest = ids.slice(plan.pageSize);
  return { objects, next: rest.length > 0 ? { ...at, ids: rest } : null, count: null, complete: true };
}

/**
 * Objects the change log says were deleted. Only believed when the log reaches back to `since`; where it was pruned, the ids are
 * compared instead (`complete` false).
 */
async function deletions(plan: NetboxPlan, context: ReadContext, since: number, cursor: Place | null) {
  const { id: source } = plan.settings;
  const version = await versionOf(source, context);
  if (cursor === null) {
    const { json } = await context.http.request({ path: version.changes, query: { limit: 1, ...(version.startCursor ? { start: 1 } : { ordering: 'id' }) }, signal: context.signal });
    const oldest = netboxInstant(own((own(json, 'results') as unknown[] | undefined)?.[0], 'time'));
    if (oldest === null || oldest > since) return { ids: [], cursor: null, complete: false };
  }
  const page = await listPage(source, context, version, version.changes, { action: 'delete', time_after: new Date(since).toISOString() }, cursor, MAX_LIMIT);
  const ids = page.rows.flatMap(row => {
    const type = TYPES.find(t => t.model === textOf(row, 'changed_object_type'));
    const id = text(own(row, 'changed_object_id'));
    const at = netboxInstant(own(row, 'time'));
    return type && id !== null && at !== null && at >= since && actionOf(row) === 'delete' ? [{ nativeId: nativeId(type.type, id), at }] : [];
  });
  return { ids, cursor: page.next, complete: page.complete };
}
