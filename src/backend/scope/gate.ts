import type { ClientSettings, WorkspaceSettings } from '../../settings/schema';
import { UNASSIGNED } from '../../model';
import type { Store } from '../store/port';
import type { TableName } from '../store/schema';
import { sql, type Sql } from '../store/sql';
import { tablesIn } from '../store/table';
import { scopeHash } from './grants/claims';
import type { Grant } from './grants/verify';
import { StatementGuard } from './guard';
import { policyFor } from './policy';
import { Denied, type Relation, type ScopedReader } from './reader';
import { clientRelations, operatorRelations, rowsByKey, type ClientRelations } from './relations';
import { valueOf, withSets } from './sets';

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
  /** A checked grant (verifyGrant) of the caller's data source; operators need none. */
  readonly grant?: Grant | null;
  /** Integer key of a client id, or null where no row of that client was ever stored. */
  clientKey(id: string): number | null;
}

/** Grafana names organisations twice in later versions: `default` or `org-<n>` beside orgId. Disagreement is refused. */
export function organisationOf(caller: Caller): number {
  const { orgId, namespace } = caller;
  if (!namespace) {
    if (!Number.isSafeInteger(orgId) || orgId <= 0) throw new Denied('The request names no organisation, so nothing can be shown. Open the panel from within a Grafana organisation.', 'no_organisation');
    return orgId;
  }
  const named = namespace === 'default' ? 1 : /^org-(\d+)$/.exec(namespace)?.[1];
  if (named === undefined || Number(named) !== orgId) throw new Denied(`The request names two different organisations (${orgId} and another), so it is refused.`, 'no_organisation');
  return orgId;
}

/**
 * The only way to a store for anything that answers a request. Operator organisations see their workspace, and may `narrow` it to view
 * it as a client; every other organisation sees the clients of its grant, and nothing without one. Nobody can widen anything.
 */
export function openScope(caller: Caller, source: ScopeSource, narrow?: readonly string[]): ScopedReader {
  const orgId = organisationOf(caller);
  if (source.operatorOrgIds.includes(orgId)) {
    if (source.owner && source.owner.orgId !== orgId) {
      throw new Denied(`Workspace "${source.settings.workspace}" belongs to another operator organisation. Use a data source of that organisation, or another workspace name.`, 'owner');
    }
    return scopedReader(source, narrow ?? null);
  }
  const grant = source.grant ?? null;
  if (!grant) throw new Denied(`Organisation ${orgId} has no grant, so it sees nothing. An operator of the SOC can grant it the clients it may see.`, 'no_grant');
  if (grant.orgId !== orgId || grant.workspace !== source.settings.workspace || grant.uid !== caller.dataSourceUid) throw new Denied('The grant of this data source is for another place. Ask an operator of the SOC for a new grant.', 'organisation');
  if (narrow !== undefined) throw new Denied('"View as client" is for operators of the SOC. Take "viewAs" out of the query.', 'view_as');
  if (!source.settings.clients.some(c => grant.clients.includes(c.id))) throw new Denied('The grant of this data source names no client that the workspace has. Ask an operator of the SOC for a new grant.', 'no_client');
  return scopedReader(source, grant.clients);
}

const numbers = new WeakMap<Store, number>();
let stores = 0;
function numberOf(store: Store): number {
  let number = numbers.get(store);
  if (number === undefined) numbers.set(store, number = ++stores);
  return number;
}

function scopedReader(source: ScopeSource, only: readonly string[] | null): ScopedReader {
  const { settings } = source;
  const clients = settings.clients.filter(c => only === null || only.includes(c.id)).slice().sort((a, b) => (a.id < b.id ? -1 : 1));
  const byKey = new Map<number, ClientSettings>();
  for (const c of clients) { const key = source.clientKey(c.id); if (key !== null) byKey.set(key, c); }
  const keys = [...byKey.keys()].sort((a, b) => a - b);
  const { relations, sets }: ClientRelations = only === null ? { relations: operatorRelations, sets: [] } : clientRelations(keys);
  const timeoutMs = settings.limits.queryTimeoutSeconds * 1000;
  const guard = new StatementGuard();
  const reading = new Set<TableName>();
  // The only place where the mark is given: what stands here carries the client set.
  const marked = (text: Sql): Relation => {
    const relation = sql`(${text})` as Relation;
    guard.handOut(relation);
    for (const part of [text, ...sets.filter(set => text.values.includes(set.keys)).map(set => set.statement)]) for (const name of tablesIn(part)) reading.add(name);
    return relation;
  };
  return {
    operator: only === null,
    // With the store, which may be another one after it was closed and opened again, and the keys: rows of a client that the store met a moment ago are not yet in scope of a reader opened before.
    scope: `${numberOf(source.store)}:${scopeHash(only === null ? null : clients.map(c => c.id))}:${keys.join()}${only === null ? `+${source.clientKey(UNASSIGNED)}` : ''}`,
    watch: () => {
      const since = source.store.revision();
      return () => { const tables = [...reading]; return () => source.store.revision(tables) <= since; };
    },
    clients,
    socZone: settings.zone,
    policy: only === null ? settings.policy : policyFor(settings.policy, new Set(clients.map(c => c.id))),
    settingsVersion: source.settingsVersion,
    retentionDays: settings.limits.retentionDays,
    maxBuckets: settings.limits.maxBuckets,
    maxAnswerMb: settings.limits.maxAnswerMb,
    clientKey: id => {
      if (id === UNASSIGNED) return only === null ? source.clientKey(UNASSIGNED) : null;
      return clients.some(c => c.id === id) ? source.clientKey(id) : null;
    },
    clientOf: key => byKey.get(key) ?? null,
    relation: name => marked(relations[name]()),
    relationOf: (name, of) => marked(relations[name](rowsByKey(name === 'verdict_input' ? 'alert' : name, of))),
    query: async (statement, signal) => {
      guard.check(statement);
      return source.store.query(await withSets(statement, sets, set => valueOf(source.store, keys, set, timeoutMs)), {
        timeoutMs,
        maxRows: settings.limits.maxRows,
        ...(signal && { signal }),
      });
    },
  };
}
