import type { World, WorldAlert } from '../../world/types';
import { startUpstream, type RunningUpstream, type UpstreamRequest, type UpstreamResponse } from '../http';
import { ALERTS_BACKING, ALERTS_INDEX, DEMO_ELASTIC_KEY, DEMO_OPENSEARCH_PASSWORD, DEMO_OPENSEARCH_USER, RULES_INDEX, TELEMETRY } from './config';
import { alertCollection, ruleCollection, wants, type Collection } from './documents';
import { QueryError, type Fields } from './dsl';
import { searchDocuments, type Personality, type SearchBody } from './search';
import { Telemetry } from './telemetry';
import { noElasticTraps, type ElasticTraps } from './traps';

export { DEMO_ELASTIC_KEY, DEMO_OPENSEARCH_PASSWORD, elasticDemoSource } from './config';
export { noElasticTraps, type ElasticTraps } from './traps';

export interface ElasticUpstreamOptions {
  readonly world: World;
  /** The world's clock, epoch ms; it may move on between requests. */
  readonly now: () => number;
  readonly product?: 'elasticsearch' | 'opensearch';
  /** Decides what exists: point in time (Elasticsearch 7.10, OpenSearch 2.4), `_shard_doc` (7.12, 3.3). Default 8.19.12 or 2.19.1. */
  readonly version?: string;
  readonly port?: number;
  readonly traps?: Partial<ElasticTraps>;
  readonly control?: boolean;
  readonly capture?: boolean;
  readonly tls?: Parameters<typeof startUpstream>[0]['tls'];
}

/** An Elasticsearch (or OpenSearch) over the world's alerts, rules and telemetry. `ApiKey DEMO_ELASTIC_KEY`, or Basic for OpenSearch. */
export async function startElasticUpstream(options: ElasticUpstreamOptions): Promise<RunningUpstream<ElasticTraps>> {
  const product = options.product ?? 'elasticsearch';
  const version = options.version ?? (product === 'opensearch' ? '2.19.1' : '8.19.12');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const since = (a: number, b: number): boolean => major > a || (major === a && minor >= b);
  const personality: Personality = { product, version, pit: product === 'opensearch' ? since(2, 4) : since(7, 10), shardDoc: product === 'opensearch' ? since(3, 3) : since(7, 12) };
  const traps: ElasticTraps = { ...noElasticTraps(), ...options.traps };
  const cluster = new Cluster(options.world, options.now, personality, traps);
  const wanted = product === 'opensearch' ? `Basic ${Buffer.from(`${DEMO_OPENSEARCH_USER}:${DEMO_OPENSEARCH_PASSWORD}`).toString('base64')}` : `ApiKey ${DEMO_ELASTIC_KEY}`;
  return startUpstream<ElasticTraps>({
    name: 'elasticsearch', port: options.port, traps, control: options.control, capture: options.capture, tls: options.tls,
    authorised: headers => headers.authorization === wanted,
    error: status => statusError(status, personality),
    handle: request => { try { return cluster.handle(request); } catch (error) { if (error instanceof QueryError) return failure(error.status, error.type, error.message); throw error; } },
  });
}

function failure(status: number, type: string, reason: string, more: Record<string, unknown> = {}): UpstreamResponse {
  return { status, body: { error: { root_cause: [{ type, reason, ...more }], type, reason, ...more }, status } };
}
function statusError(status: number, { product }: Personality): UpstreamResponse {
  if (status === 401 && product === 'opensearch') return { status, body: 'Unauthorized', headers: { 'content-type': 'text/plain; charset=UTF-8', 'www-authenticate': 'Basic realm="OpenSearch Security"' } };
  if (status === 401) return { ...failure(401, 'security_exception', 'unable to authenticate with provided credentials and anonymous access is not allowed for this request', { header: { 'WWW-Authenticate': ['Basic realm="security", charset="UTF-8"', 'ApiKey'] } }), headers: { 'www-authenticate': 'ApiKey' } };
  if (status === 403) return failure(403, 'security_exception', product === 'opensearch' ? 'no permissions for [indices:data/read/search] and User [name=collector]' : 'action [indices:data/read/search] is unauthorized for API key id [dEm0-collector], this action is granted by the index privileges [read,all]');
  if (status === 429) return failure(429, 'es_rejected_execution_exception', 'rejected execution of TimedRunnable on QueueResizingEsThreadPoolExecutor[name = es-data-1/search, queue capacity = 1000]');
  if (status === 400) return failure(400, 'parsing_exception', 'request body is not valid JSON');
  return failure(status, status === 503 ? 'cluster_block_exception' : 'exception', 'internal error');
}

type Pit = { readonly collection: Collection<WorldAlert> | Collection<World['rules'][number]>; readonly index: string };
const PITS = 16;
const NOTHING = { took: 0, timed_out: false, _shards: { total: 0, successful: 0, skipped: 0, failed: 0 }, hits: { total: { value: 0, relation: 'eq' }, max_score: 0, hits: [] } };

class Cluster {
  private readonly pits = new Map<string, Pit>();
  private opened = 0;
  private readonly telemetry: Telemetry;
  private live: { readonly alerts: readonly WorldAlert[]; readonly traps: string; readonly collection: Collection<WorldAlert> } | null = null;

  constructor(private readonly world: World, private readonly now: () => number, private readonly personality: Personality, private readonly traps: ElasticTraps) {
    this.telemetry = new Telemetry(world, now, traps);
  }

  handle(request: UpstreamRequest): UpstreamResponse {
    const { method, path } = request;
    const { product, pit } = this.personality;
    if (path === '/') return { status: 200, body: this.banner() };
    const body = (request.body ?? {}) as SearchBody & { id?: string; pit_id?: readonly string[] | string };
    if (path === '/_search' && (method === 'POST' || method === 'GET')) return this.searchPit(body);
    if (method === 'DELETE' && pit && path === '/_pit' && product === 'elasticsearch') return { status: 200, body: { succeeded: true, num_freed: this.pits.delete(body.id ?? '') ? 1 : 0 } };
    if (method === 'DELETE' && pit && path === '/_search/point_in_time' && product === 'opensearch') return { status: 200, body: { pits: [body.pit_id ?? []].flat().map(id => ({ pit_id: id, successful: this.pits.delete(id) })) } };
    const [, first = '', ...rest] = path.split('/');
    const index = decodeURIComponent(first);
    const action = rest.join('/');
    const opens = product === 'opensearch' ? '_search/point_in_time' : '_pit';
    if (method === 'POST' && action === opens && pit) return this.openPit(index, request.query.get('keep_alive'));
    if ((method === 'POST' || method === 'GET') && action === '_search') return this.searchIndex(index, body);
    if ((method === 'POST' || method === 'GET') && action === '_field_caps') return this.fieldCaps(index, (request.query.get('fields') ?? '*').split(','));
    return { status: 400, body: { error: `no handler found for uri [${path}] and method [${method}]` } };
  }

  private banner(): Record<string, unknown> {
    const { product, version } = this.personality;
    const common = { name: 'es-data-1', cluster_name: 'soc-lake', cluster_uuid: 'o3Yt7cX1TjqL3o9b1nQvZg' };
    return product === 'opensearch'
      ? { ...common, version: { distribution: 'opensearch', number: version, build_type: 'tar', build_snapshot: false, lucene_version: '9.12.1' }, tagline: 'The OpenSearch Project: https://opensearch.org/' }
      : { ...common, version: { number: version, build_flavor: 'default', build_type: 'docker', build_snapshot: false, lucene_version: '9.12.2', minimum_wire_compatibility_version: '7.17.0' }, tagline: 'You Know, for Search' };
  }

  /** Alerts, rules or telemetry behind a name. 403 and 404 as the vendor says them. */
  private resolve(index: string): { alerts: true } | { rules: true } | { telemetry: (typeof TELEMETRY)[number] } {
    if (this.traps.forbiddenIndices.includes(index)) throw new QueryError('security_exception', `action [indices:data/read/search] is unauthorized for API key id [dEm0-collector] on indices [${index}], this action is granted by the index privileges [read,all]`, 403);
    if (index === ALERTS_INDEX || index === ALERTS_BACKING) return { alerts: true };
    if (index === RULES_INDEX) return { rules: true };
    const telemetry = TELEMETRY.find(t => t.index === index || t.index.replace(/-\*$/, '-default') === index);
    if (telemetry) return { telemetry };
    throw new QueryError('index_not_found_exception', `no such index [${index}]`, 404);
  }

  private documents(index: string): Pit['collection'] | null {
    const target = this.resolve(index);
    if ('rules' in target) return ruleCollection(this.world, this.now());
    return 'alerts' in target ? this.alerts() : null;
  }
  /** The world gives the same array until something changes; so the same collection, with what was found in it, serves on. */
  private alerts(): Collection<WorldAlert> {
    const at = this.now();
    const alerts = this.world.alerts(at);
    const { equalTimestamps, lateDocuments, buildingBlocks } = this.traps;
    const traps = JSON.stringify([equalTimestamps, buildingBlocks, lateDocuments.filter(d => d.visibleAt > at)]);
    if (this.live?.alerts !== alerts || this.live.traps !== traps) this.live = { alerts, traps, collection: alertCollection(this.world, alerts, at, this.traps) };
    return this.live.collection;
  }

  private openPit(index: string, keepAlive: string | null): UpstreamResponse {
    if (keepAlive === null) throw new QueryError('action_request_validation_exception', 'Validation Failed: 1: [keep_alive] is not specified;');
    const collection = this.documents(index);
    if (collection === null) throw new QueryError('illegal_argument_exception', 'the demo opens no point in time over telemetry');
    const id = this.keep({ collection, index });
    return { status: 200, body: this.personality.product === 'opensearch' ? { pit_id: id, _shards: { total: 2, successful: 2, skipped: 0, failed: 0 }, creation_time: this.now() } : { id, _shards: { total: 2, successful: 2, skipped: 0, failed: 0 } } };
  }
  private keep(pit: Pit): string {
    const id = Buffer.from(`pit-${++this.opened}-of-${pit.index}`).toString('base64');
    this.pits.set(id, pit);
    // Nobody may hold more than a few: the oldest ends, as its keep-alive would have.
    if (this.pits.size > PITS) this.pits.delete(this.pits.keys().next().value as string);
    return id;
  }

  private searchPit(body: SearchBody): UpstreamResponse {
    const given = body.pit?.id;
    if (given === undefined) throw new QueryError('illegal_argument_exception', 'the demo searches no index but a named one; send [pit]');
    const pit = this.pits.get(given);
    if (this.traps.expirePits > 0) { this.traps.expirePits -= 1; this.pits.delete(given); return contextMissing(this.personality); }
    if (!pit) return contextMissing(this.personality);
    if (this.traps.unseenIndices.includes(pit.index)) return { status: 200, body: { pit_id: given, ...NOTHING } };
    let id = given;
    if (this.traps.pitChanges) { this.pits.delete(given); id = this.keep(pit); }
    return { status: 200, body: searchDocuments(pit.collection as Collection<WorldAlert>, body, id, this.personality, this.traps) };
  }
  private searchIndex(index: string, body: SearchBody): UpstreamResponse {
    const target = this.resolve(index);
    if (this.traps.unseenIndices.includes(index)) return { status: 200, body: NOTHING };
    if ('telemetry' in target) return { status: 200, body: this.telemetry.search(target.telemetry, body) };
    return { status: 200, body: searchDocuments(this.documents(index) as Collection<WorldAlert>, body, null, this.personality, this.traps) };
  }

  private fieldCaps(index: string, asked: readonly string[]): UpstreamResponse {
    const target = this.resolve(index);
    if (this.traps.unseenIndices.includes(index)) return { status: 200, body: { indices: [], fields: {} } };
    const fields = ('telemetry' in target ? this.telemetry.fields(target.telemetry) : this.documents(index)!.fields) as Fields<never>;
    const known = Object.entries(fields).filter(([name]) => name !== '_id' && wants(asked, name));
    return { status: 200, body: { indices: [index], fields: Object.fromEntries(known.map(([name, { type }]) => [name, { [type]: { type, metadata_field: false, searchable: true, aggregatable: true } }])) } };
  }
}

function contextMissing({ product }: Personality): UpstreamResponse {
  const reason = 'No search context found for id [1042]';
  return { status: 404, body: { error: { root_cause: [{ type: 'search_context_missing_exception', reason }], type: 'search_phase_execution_exception', reason: product === 'opensearch' ? 'all shards failed' : 'Partial shards failure', phase: 'query', grouped: true, failed_shards: [{ shard: 0, index: ALERTS_BACKING, reason: { type: 'search_context_missing_exception', reason } }] }, status: 404 } };
}
