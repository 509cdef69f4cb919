import type { ClientSettings, WorkspaceSettings } from '../../settings/schema';
import { UNASSIGNED } from '../../model';
import type { Store } from '../store/port';
import { join, sql, type Sql } from '../store/sql';
import { table } from '../store/table';
import { asRelation, Denied, type Relation, type RelationName, type ScopedReader } from './reader';

/** Identity as the host's context gives it; never from a body, a variable or a header. */
export interface Caller {
  readonly orgId: number;
  readonly namespace?: string | undefined;
  readonly dataSourceUid: string | null;
}

/** What the gate needs of a live workspace. */
export interface ScopeSource {
  readonly store: Store;
  readonly settings: WorkspaceSettings;
  readonly settingsVersion: number;
  /** Server setting operator_org_ids; only these organisations own workspaces. */
  readonly operatorOrgIds: readonly number[];
  /** The organisation and data source this workspace belongs to; null until one claimed it. */
  readonly owner: { readonly orgId: number; readonly uid: string } | null;
  /** Integer key of a client id, or null where no row of that client was ever stored. */
  clientKey(id: string): number | null;
}

/** Grafana names organisations twice in later versions: `default` or `org-<n>` beside orgId. Disagreement is refused. */
export function organisationOf(caller: Caller): number {
  const { orgId, namespace } = caller;
  if (!namespace) {
    if (!Number.isSafeInteger(orgId) || orgId <= 0) throw new Denied('The request names no organisation, so nothing can be shown. Open the panel from within a Grafana organisation.');
    return orgId;
  }
  const named = namespace === 'default' ? 1 : /^org-(\d+)$/.exec(namespace)?.[1];
  if (named === undefined || Number(named) !== orgId) throw new Denied(`The request names two different organisations (${orgId} and "${namespace}"), so it is refused.`);
  return orgId;
}

/**
 * The only way to a store for anything that answers a request. Operator organisations see their workspace; every other
 * organisation gets nothing and is told why. `narrow` (view as client) can only take clients away.
 */
export function openScope(caller: Caller, source: ScopeSource, narrow?: readonly string[]): ScopedReader {
  const orgId = organisationOf(caller);
  if (!source.operatorOrgIds.includes(orgId)) {
    throw new Denied(`Organisation ${orgId} has no grant for workspace "${source.settings.workspace}", so it sees nothing. An operator of the SOC can grant it the clients it may see.`);
  }
  if (source.owner && source.owner.orgId !== orgId) {
    throw new Denied(`Workspace "${source.settings.workspace}" belongs to another operator organisation. Use a data source of that organisation, or another workspace name.`);
  }
  return scopedReader(source, narrow ?? null);
}

function scopedReader(source: ScopeSource, only: readonly string[] | null): ScopedReader {
  const clients = source.settings.clients.filter(c => only === null || only.includes(c.id)).slice().sort((a, b) => (a.id < b.id ? -1 : 1));
  const all = only === null;
  const byKey = new Map<number, ClientSettings>();
  for (const c of clients) { const key = source.clientKey(c.id); if (key !== null) byKey.set(key, c); }
  const inScope: Sql | null = all ? null : [...byKey.keys()].length === 0 ? sql`false` : sql`client_key in (${join([...byKey.keys()].map(k => sql`${k}`))})`;
  const base = (name: Parameters<typeof table>[0], where: Sql | null): Sql => (where === null ? sql`select * from ${table(name)}` : sql`select * from ${table(name)} where ${where}`);

  const make: Record<RelationName, () => Sql> = {
    alert: () => base('alert', inScope),
    ticket: () => base('ticket', inScope),
    item: () => base('item', inScope),
    asset: () => base('asset', inScope),
    asset_record: () => base('asset_record', inScope),
    asset_span: () => base('asset_span', inScope),
    coverage_day: () => base('coverage_day', inScope),
    coverage_reading: () => base('coverage_reading', inScope),
    seen_host: () => base('seen_host', inScope),
    client: () => base('dim_client', inScope),
    link: () => base('link', inScope && sql`ticket_key in (select ticket_key from ${table('ticket')} where ${inScope})`),
    observation: () => base('observation', inScope && sql`host_key in (select host_key from ${table('seen_host')} where ${inScope})`),
    rule: () => base('dim_rule', inScope && sql`rule_key in (select rule_key from ${table('alert')} where ${inScope})`),
    source: () => base('dim_source', null),
    source_day: () => base('source_day', null),
    stream_state: () => operatorOnly('stream_state'),
    quarantine: () => operatorOnly('quarantine'),
    notice: () => operatorOnly('notice'),
    // Two instants and a count over all sources: says nothing of any client, and an orphan cannot be judged without them.
    alert_history: () => sql`select count(*) as streams, case when bool_and(backfilled_to is not null) then max(backfilled_to) end as begins, min(watermark) as read_to from ${table('stream_state')} where kind = 'alert'`,
  };
  const operatorOnly = (name: 'stream_state' | 'quarantine' | 'notice'): Sql => {
    if (!all) throw new Denied(`"${name}" belongs to the operators of the SOC and is not shown in a client's scope.`);
    return base(name, null);
  };

  return {
    operator: all,
    clients,
    socZone: source.settings.zone,
    policy: source.settings.policy,
    settingsVersion: source.settingsVersion,
    clientKey: id => {
      if (id === UNASSIGNED) return all ? source.clientKey(UNASSIGNED) : null;
      return clients.some(c => c.id === id) ? source.clientKey(id) : null;
    },
    clientOf: key => byKey.get(key) ?? null,
    relation: (name): Relation => asRelation(make[name]()),
    query: (statement, signal) => source.store.query(statement, {
      timeoutMs: source.settings.limits.queryTimeoutSeconds * 1000,
      maxRows: source.settings.limits.maxRows,
      ...(signal && { signal }),
    }),
  };
}
