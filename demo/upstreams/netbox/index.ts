import type { World } from '../../world/types';
import { startUpstream, type RunningUpstream, type UpstreamRequest, type UpstreamResponse } from '../http';
import { DEMO_NETBOX_BEARER, DEMO_NETBOX_TOKEN, ROLES } from './config';
import { Estate, type Registered } from './estate';
import { addressesOf, briefOf, changeOf, customFieldList, interfaceId, interfaceOf, macOf, MODELS, objectOf, PATHS, tenantOf, type Shape } from './shapes';
import { noNetboxTraps, type NetboxTraps } from './traps';

export { DEMO_NETBOX_BEARER, DEMO_NETBOX_TOKEN, netboxDemoSource } from './config';
export { noNetboxTraps, type NetboxTraps } from './traps';

export interface NetboxUpstreamOptions {
  readonly world: World;
  readonly now: () => number;
  /** Decides paging, paths and shapes; default 4.6.8. */
  readonly version?: string;
  readonly port?: number;
  readonly traps?: Partial<NetboxTraps>;
  readonly control?: boolean;
  readonly capture?: boolean;
  readonly tls?: Parameters<typeof startUpstream>[0]['tls'];
}

/** A NetBox over the world's assets (registry `netbox`). Tokens of both kinds are accepted. */
export async function startNetboxUpstream(options: NetboxUpstreamOptions): Promise<RunningUpstream<NetboxTraps>> {
  const version = options.version ?? '4.6.8';
  const [major, minor] = version.split('.').map(Number) as [number, number];
  const atLeast = (a: number, b: number) => major > a || (major === a && minor >= b);
  const traps: NetboxTraps = { ...noNetboxTraps(), ...options.traps };
  const shape: Shape = { host: () => traps.believedHost, clients: options.world.clients, traps, roleKeys: atLeast(4, 0) ? ['role'] : atLeast(3, 6) ? ['role', 'device_role'] : ['device_role'], newMacs: atLeast(4, 2), displayUrl: atLeast(4, 2) };
  const estate = new Estate(options.world, options.now, traps);
  const api = new Api(shape, estate, options.now, { version, cursor: atLeast(4, 6), changes: atLeast(4, 1) ? '/api/core/object-changes/' : '/api/extras/object-changes/', macs: atLeast(4, 2) });
  return startUpstream<NetboxTraps>({
    name: 'netbox', port: options.port, traps, control: options.control, capture: options.capture, tls: options.tls,
    authorised: ({ authorization }) => authorization === `Token ${DEMO_NETBOX_TOKEN}` || (atLeast(4, 5) && authorization === `Bearer ${DEMO_NETBOX_BEARER}`),
    error: status => ({ status: status === 401 && traps.refusedAs403 ? 403 : status, body: { detail: status === 401 ? 'Invalid token' : status === 403 ? 'You do not have permission to perform this action.' : status === 429 ? 'Request was throttled.' : 'Server error' } }),
    handle: request => api.handle(request),
  });
}

interface Kind { readonly version: string; readonly cursor: boolean; readonly changes: string; readonly macs: boolean }
interface Entry { readonly id: number; readonly updated: number | null; readonly make: () => Record<string, unknown> }

class Api {
  constructor(private readonly shape: Shape, private readonly estate: Estate, private readonly now: () => number, private readonly kind: Kind) {}

  handle(request: UpstreamRequest): UpstreamResponse {
    const { shape, kind } = this;
    const estate = this.estate.refresh();
    const { path } = request;
    // What gunicorn answers to a request line over 4094 bytes, before NetBox sees it.
    if (`GET ${path}?${request.query} HTTP/1.1`.length > 4094) return { status: 400, body: '<html><head><title>Bad Request</title></head><body><h1><p>Bad Request</p></h1>Request Line is too large</body></html>', headers: { 'content-type': 'text/html' } };
    if (shape.traps.forbiddenPaths.includes(path)) return { status: 403, body: { detail: 'You do not have permission to perform this action.' } };
    if (path === '/api/status/') return { status: 200, body: { 'django-version': '5.2.1', 'installed-apps': {}, 'netbox-version': kind.version, 'netbox-full-version': kind.version, plugins: {}, 'python-version': '3.12.3', 'rq-workers-running': 1 } };
    for (const type of ['device', 'vm', 'prefix'] as const) if (path === PATHS[type]) {
      const brief = request.query.get('brief') === 'true';
      return this.list(request, this.picked(request, estate.lists[type], 'id').map(r => ({ id: r.asset.id, updated: this.timeOf(r), make: () => (brief ? briefOf(shape, r) : objectOf(shape, r)) })));
    }
    const machines = (type: 'device' | 'vm') => this.picked(request, estate.lists[type], type === 'device' ? 'device_id' : 'virtual_machine_id');
    const interfaces = (type: 'device' | 'vm') => this.list(request, machines(type).filter(r => this.wants(request, 'id', interfaceId(r.asset))).map(r => ({ id: interfaceId(r.asset), updated: r.asset.created, make: () => interfaceOf(shape, r) })));
    if (path === '/api/dcim/interfaces/') return interfaces('device');
    if (path === '/api/virtualization/interfaces/') return interfaces('vm');
    const both = () => (request.query.has('device_id') ? machines('device') : request.query.has('virtual_machine_id') ? machines('vm') : [...estate.lists.device, ...estate.lists.vm]);
    if (path === '/api/ipam/ip-addresses/') return this.list(request, both().flatMap(r => addressesOf(shape, r, this.now())).map(a => ({ id: a.id as number, updated: Date.parse(a.last_updated as string), make: () => a })).sort((a, b) => a.id - b.id));
    if (path === '/api/dcim/mac-addresses/' && kind.macs) return this.list(request, both().filter(r => r.asset.mac !== null).map(r => ({ id: interfaceId(r.asset), updated: r.asset.created, make: () => macOf(shape, r) })).sort((a, b) => a.id - b.id));
    if (path === '/api/tenancy/tenants/') return this.list(request, shape.clients.map((c, i) => ({ id: i + 1, updated: 0, make: () => tenantOf(shape, c.id)! })));
    if (path === '/api/ipam/vrfs/') return this.list(request, [...new Set(estate.lists.prefix.flatMap(r => r.asset.vrf ?? []))].slice(0, 1).map(name => ({ id: 1, updated: 0, make: () => ({ id: 1, url: `${shape.host()}/api/ipam/vrfs/1/`, display: name, name, rd: null }) })));
    if (path === '/api/dcim/device-roles/') return this.list(request, ROLES.map(r => ({ id: r.id, updated: 0, make: () => ({ ...r, url: `${shape.host()}/api/dcim/device-roles/${r.id}/`, display: r.name }) })));
    if (path === '/api/extras/custom-fields/') return this.list(request, customFieldList(shape).map(f => ({ id: f.id as number, updated: 0, make: () => f })));
    if (path === kind.changes) return this.changes(request);
    return { status: 404, body: { detail: 'Not found.' } };
  }

  private ignored(name: string): boolean { return this.shape.traps.ignoredFilters.includes('*') || this.shape.traps.ignoredFilters.includes(name); }
  private wants(request: UpstreamRequest, name: string, id: number): boolean { const wanted = request.query.getAll(name); return wanted.length === 0 || this.ignored(name) || wanted.includes(String(id)); }
  private timeOf(r: Registered): number | null { return this.shape.traps.timeless.includes(`${r.asset.type}:${r.asset.id}`) ? null : r.updated; }
  /** Rows named by ids, without a walk over all of them. */
  private picked(request: UpstreamRequest, all: readonly Registered[], name: string): readonly Registered[] {
    const wanted = request.query.getAll(name);
    if (wanted.length === 0 || this.ignored(name)) return all;
    const type = all[0]?.asset.type;
    return [...new Set(wanted.map(Number))].sort((a, b) => a - b).flatMap(id => { const r = this.estate.byId.get(id); return r && r.asset.type === type ? [r] : []; });
  }

  private changes(request: UpstreamRequest): UpstreamResponse {
    const { shape } = this;
    if (shape.traps.changesForbidden) return { status: 403, body: { detail: 'You do not have permission to perform this action.' } };
    const { query } = request;
    const after = this.bound(query, 'time_after', -Infinity);
    const before = this.bound(query, 'time_before', Infinity);
    const kept = shape.traps.retentionDays === 0 ? -Infinity : this.now() - shape.traps.retentionDays * 86_400_000;
    const models = query.getAll('changed_object_type');
    const ids = new Set(query.getAll('changed_object_id'));
    const actions = query.getAll('action');
    const rows = this.estate.log.filter(e => e.at >= kept && e.at >= after && e.at <= before && (actions.length === 0 || actions.includes(e.action))
      && (models.length === 0 || models.includes(e.what === 'address' ? 'ipam.ipaddress' : MODELS[e.asset.type])) && (ids.size === 0 || ids.has(String(e.asset.id))));
    return this.list(request, rows.map(e => ({ id: e.id, updated: e.at, make: () => changeOf(shape, e) })));
  }
  private bound(query: URLSearchParams, name: string, none: number): number { const v = query.get(name); return v === null || this.ignored(name) ? none : Date.parse(v); }

  /** Filters by last_updated, cuts the page, and writes `next` with the host the server believes in. Entries come ordered by id. */
  private list(request: UpstreamRequest, entries: readonly Entry[]): UpstreamResponse {
    const { query } = request;
    const { traps } = this.shape;
    const from = this.bound(query, 'last_updated__gte', -Infinity);
    const to = this.bound(query, 'last_updated__lte', Infinity);
    const empty = query.get('last_updated__empty') === 'true' && !this.ignored('last_updated__empty');
    const windowed = from !== -Infinity || to !== Infinity;
    const kept = empty ? entries.filter(e => e.updated === null) : windowed ? entries.filter(e => e.updated !== null && e.updated >= from && e.updated <= to) : entries;
    const asked = Number(query.get('limit') ?? 50);
    const limit = asked === 0 ? traps.maxPageSize : Math.min(asked, traps.maxPageSize);
    const others = new URLSearchParams([...query].filter(([k]) => !['limit', 'offset', 'start'].includes(k)));
    const link = (key: string, value: number) => `${traps.believedHost}${request.path}?${others.size > 0 ? `${others}&` : ''}${key}=${value}&limit=${limit}`;
    if (query.has('start')) {
      if (!this.kind.cursor) { /* unknown parameter: ignored, as every unknown parameter is */ }
      else if (query.has('offset') || query.has('ordering')) return { status: 400, body: { start: ['start cannot be combined with offset or ordering.'] } };
      else {
        const start = Number(query.get('start'));
        const after = kept.filter(e => e.id >= start);
        const page = after.slice(0, limit);
        const next = after[limit];
        return { status: 200, body: { count: null, next: next ? link('start', next.id) : null, previous: null, results: page.map(e => e.make()) } };
      }
    }
    const offset = Number(query.get('offset') ?? 0);
    const page = kept.slice(offset, offset + limit);
    return { status: 200, body: { count: kept.length, next: offset + limit < kept.length ? link('offset', offset + limit) : null, previous: offset > 0 ? link('offset', Math.max(0, offset - limit)) : null, results: page.map(e => e.make()) } };
  }
}
