import pLimit from 'p-limit';
import { DAY } from '../../model';
import type { OutcomesQuery } from '../../query/model';
import { RULE_GROUP } from './alert-rules';
import { GrafanaError, type GrafanaApi } from './api';
import { wantedOrganisations, type ClientsFile, type WantedOrganisation } from './config';
import { knownOrganisations, placeOf, type Grafana } from './every';
import { PLUGIN_ID } from './plugin-id';

export interface Finding { readonly organisation: string; readonly orgId: number | null; readonly problems: readonly string[]; readonly sees: readonly string[] }
type Query = Omit<OutcomesQuery, 'version'>;
interface Answer { readonly status?: number; readonly error?: string; readonly frames?: readonly { schema: { fields: { name: string }[] }; data: { values: unknown[][] } }[] }

/** One question of each area whose answer names clients. */
const ASKED: readonly Query[] = [
  { metric: 'coverage.now', groupBy: ['client', 'kind'], view: 'table' }, { metric: 'coverage.gaps', view: 'table', limit: 1000 }, { metric: 'coverage.unregistered', view: 'table', limit: 1000 },
  { metric: 'sla.adherence', groupBy: ['tier', 'client'], view: 'table' }, { metric: 'sla.at_risk', view: 'table', limit: 1000 },
  { metric: 'rules.outcomes', groupBy: ['client'], view: 'table' }, { metric: 'integrity.orphans', groupBy: ['client'], view: 'table', limit: 1000 },
];

/** Asks from inside each organisation, by Grafana's own query API, whether it sees exactly its own clients. Changes nothing. */
export async function doctor(grafana: Grafana, now: number): Promise<Finding[]> {
  const known = await knownOrganisations(grafana);
  const limit = pLimit(4);
  const { file } = grafana;
  return Promise.all(wantedOrganisations(file).map(wanted => limit(async (): Promise<Finding> => {
    try {
      const { orgId, api } = await placeOf(grafana, known, wanted);
      if (!api || orgId === null) return { organisation: wanted.name, orgId, problems: ['It does not exist in Grafana, or this account is no member of it. Run clients apply first.'], sees: [] };
      const { problems, sees } = await examine(api, file, wanted, now);
      return { organisation: wanted.name, orgId, problems, sees };
    } catch (error) {
      return { organisation: wanted.name, orgId: null, problems: [error instanceof Error ? error.message : String(error)], sees: [] };
    }
  })));
}

async function examine(api: GrafanaApi, file: ClientsFile, wanted: WantedOrganisation, now: number): Promise<Pick<Finding, 'problems' | 'sees'>> {
  const { uid } = file.dataSource;
  const found = await api.get<{ type: string; secureJsonFields: Record<string, boolean> }>(`/api/datasources/uid/${encodeURIComponent(uid)}`);
  if (!found) return { problems: [`There is no data source ${uid}. Run clients apply.`], sees: [] };
  if (found.type !== PLUGIN_ID) return { problems: [`The data source ${uid} is of type ${found.type}, not ${PLUGIN_ID}.`], sees: [] };
  if (found.secureJsonFields.grant !== true) return { problems: [`The data source ${uid} holds no grant. Run clients apply.`], sees: [] };
  const problems: string[] = [];

  const suggested = await api.get<{ values: { value: string }[] }>(`/api/datasources/uid/${encodeURIComponent(uid)}/resources/suggestions/client`);
  const sees = (suggested?.values ?? []).map(v => v.value).sort();
  const missing = wanted.clients.filter(c => !sees.includes(c)), foreign = sees.filter(c => !wanted.clients.includes(c));
  if (missing.length > 0) problems.push(`It does not see ${missing.join(', ')}. Is that client configured in workspace ${file.workspace}?`);
  if (foreign.length > 0) problems.push(`IT SEES ${foreign.join(', ')}, which it must not. Revoke its grant and tell the developers.`);

  const answers = await ask(api, uid, ASKED, now);
  ASKED.forEach((query, i) => {
    const answer = answers[i]!;
    if (answer.error !== undefined) problems.push(`${query.metric} failed: ${answer.error}`);
    const strangers = [...new Set(clientsIn(answer))].filter(c => !wanted.clients.includes(c));
    if (strangers.length > 0) problems.push(`${query.metric} SHOWS ROWS OF ${strangers.join(', ')}, which it must not. Revoke its grant and tell the developers.`);
  });

  // Somebody else's client by name: neither a filter nor "view as client" may bring a row.
  const other = file.clients.find(c => !wanted.clients.includes(c.id))?.id;
  if (other !== undefined) {
    const [filtered, viewed] = await ask(api, uid, [{ metric: 'rules.outcomes', groupBy: ['client'], view: 'table', filters: { client: [other] } }, { metric: 'rules.outcomes', groupBy: ['client'], view: 'table', viewAs: [other] }], now);
    if (clientsIn(filtered!).length > 0 || clientsIn(viewed!).length > 0) problems.push(`ASKING FOR ${other} BRINGS ROWS, which it must not. Revoke its grant and tell the developers.`);
  }
  if (wanted.alerts && !await api.get(`/api/v1/provisioning/folder/${encodeURIComponent(file.folder.uid)}/rule-groups/${encodeURIComponent(RULE_GROUP)}`)) problems.push('Its alert rules are missing. Run clients apply.');
  return { problems, sees };
}

/** Each is asked by itself: a query that failed makes the whole answer a 400, with its own error inside. */
const ask = (api: GrafanaApi, uid: string, queries: readonly Query[], now: number): Promise<Answer[]> => Promise.all(queries.map(async query => {
  const body = { from: String(now - 30 * DAY), to: String(now), queries: [{ refId: 'A', datasource: { type: PLUGIN_ID, uid }, version: 1, ...query }] };
  try {
    return (await api.send<{ results: Record<string, Answer> }>('POST', '/api/ds/query', body)).results.A ?? { error: 'no answer' };
  } catch (error) {
    const inside = error instanceof GrafanaError ? (error.body as { results?: Record<string, Answer> } | null)?.results?.A : undefined;
    return inside?.error !== undefined ? inside : { error: error instanceof Error ? error.message : String(error) };
  }
}));

function clientsIn(answer: Answer): string[] {
  return (answer.frames ?? []).flatMap(frame => {
    const at = frame.schema.fields.findIndex(f => f.name === 'client');
    return at < 0 ? [] : (frame.data.values[at] ?? []).filter((v): v is string => typeof v === 'string');
  });
}
