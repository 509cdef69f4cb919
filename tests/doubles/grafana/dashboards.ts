import { ApiError } from './answer';
import { at, need, ok, text, type Call, type Route } from './route';
import type { Json, StoredFolder } from './state';

const slug = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
const shown = (f: StoredFolder) => ({ id: f.id, uid: f.uid, title: f.title, url: `/dashboards/f/${f.uid}/${slug(f.title)}`, hasAcl: false, canSave: true, canEdit: true, canAdmin: true, canDelete: true, createdBy: 'Anonymous', updatedBy: 'Anonymous', version: f.version });
const folder = (call: Call, uid: string): StoredFolder => {
  const found = call.who.organisation.folders.get(uid);
  if (!found) throw new ApiError(404, 'folder not found', { messageId: 'folder.notFound', statusCode: 404, traceID: '' });
  return found;
};

export const dashboardRoutes: readonly Route[] = [
  at('GET', '/api/folders/:uid', call => { need(call, 'Viewer', 'folders:read'); return ok(shown(folder(call, call.params[0]!))); }),
  at('POST', '/api/folders', call => {
    need(call, 'Editor', 'folders:create');
    const { folders } = call.who.organisation;
    const title = text(call.body, 'title'), uid = (call.body.uid as string | undefined) ?? `f${call.state.nextId()}`;
    if (uid.length > 40) throw new ApiError(400, 'uid too long, max 40 characters');
    if (folders.has(uid)) throw new ApiError(409, 'a folder with the same uid already exists in the organization');
    folders.set(uid, { id: call.state.nextId(), uid, title, version: 1 });
    return ok(shown(folders.get(uid)!));
  }),
  at('PUT', '/api/folders/:uid', call => {
    need(call, 'Editor', 'folders:write');
    const stored = folder(call, call.params[0]!);
    if (call.body.overwrite !== true && call.body.version !== stored.version) throw new ApiError(412, 'the folder has been changed by someone else', { status: 'version-mismatch' });
    Object.assign(stored, { title: text(call.body, 'title'), version: stored.version + 1 });
    return ok(shown(stored));
  }),
  at('GET', '/api/dashboards/uid/:uid', call => {
    need(call, 'Viewer', 'dashboards:read');
    const stored = call.who.organisation.dashboards.get(call.params[0]!);
    if (!stored) throw new ApiError(404, 'Dashboard not found');
    const title = String(stored.dashboard.title);
    return ok({
      meta: { type: 'db', canSave: true, canEdit: true, slug: slug(title), url: `/d/${stored.uid}/${slug(title)}`, version: stored.version, isFolder: false, folderUid: stored.folderUid, folderTitle: call.who.organisation.folders.get(stored.folderUid)?.title ?? 'General', provisioned: stored.provisioned },
      dashboard: { ...stored.dashboard, id: stored.id, uid: stored.uid, version: stored.version },
    });
  }),
  at('POST', '/api/dashboards/db', call => {
    need(call, 'Editor', 'dashboards:create');
    const { organisation } = call.who;
    const dashboard = call.body.dashboard as Json | undefined;
    if (!dashboard || typeof dashboard.title !== 'string' || dashboard.title === '') throw new ApiError(400, 'Dashboard title cannot be empty', { status: 'empty-name' });
    const folderUid = (call.body.folderUid as string | undefined) ?? '';
    if (folderUid !== '') folder(call, folderUid);
    const uid = (dashboard.uid as string | undefined) ?? `d${call.state.nextId()}`;
    const stored = organisation.dashboards.get(uid);
    if (stored?.provisioned) throw new ApiError(400, 'Cannot save provisioned dashboard');
    if (stored && call.body.overwrite !== true && dashboard.version !== stored.version) throw new ApiError(412, 'The dashboard has been changed by someone else', { status: 'version-mismatch' });
    const version = (stored?.version ?? 0) + 1, id = stored?.id ?? call.state.nextId();
    organisation.dashboards.set(uid, { id, uid, version, folderUid, provisioned: false, dashboard: { ...dashboard } });
    return ok({ folderUid, id, slug: slug(dashboard.title), status: 'success', uid, url: `/d/${uid}/${slug(dashboard.title)}`, version });
  }),
];
