import { ApiError } from './answer';
import { at, need, ok, type Call, type Route } from './route';
import type { Json } from './state';

const key = (call: Call): string => `${call.params[0]!}/${call.params[1]!}`;
/** Grafana stores durations in Prometheus' form, and adds to each query what its evaluator needs. */
function stored(call: Call, rule: Json, provenance: string): Json {
  const before = call.who.organisation.ruleGroups.get(key(call))?.rules.find(r => r.uid === rule.uid);
  const data = (rule.data as Json[]).map(q => ({ queryType: '', ...q, model: { intervalMs: 1000, maxDataPoints: 43200, ...(q.model as Json) } }));
  return {
    ...rule, data, id: before?.id ?? call.state.nextId(), uid: rule.uid ?? `r${call.state.nextId()}`, orgID: call.who.organisation.id, folderUID: call.params[0], ruleGroup: call.params[1],
    updated: new Date(0).toISOString(), isPaused: rule.isPaused ?? false, ...(provenance && { provenance }), notification_settings: null, record: null,
  };
}
function check(call: Call, rule: Json): void {
  const invalid = (why: string) => new ApiError(400, `invalid alert rule: ${why}`);
  if (typeof rule.title !== 'string' || rule.title === '' || rule.title.length > 190) throw invalid('title must be 1 to 190 characters');
  if (!Array.isArray(rule.data) || rule.data.length === 0) throw invalid('no queries or expressions are found');
  const refs = (rule.data as Json[]).map(q => q.refId);
  if (!refs.includes(rule.condition)) throw invalid(`condition ${String(rule.condition)} does not exist, must be one of ${JSON.stringify(refs)}`);
  if (!['NoData', 'Alerting', 'OK', 'KeepLast'].includes(String(rule.noDataState))) throw invalid(`unknown NoData state option ${String(rule.noDataState)}`);
  if (!['Alerting', 'Error', 'OK', 'KeepLast'].includes(String(rule.execErrState))) throw invalid(`unknown execution error state option ${String(rule.execErrState)}`);
  if (!/^\d+(ms|s|m|h|d|w|y)(\d+(ms|s|m|h|d|w|y))*$/.test(String(rule.for))) throw invalid(`not a valid duration string: "${String(rule.for)}"`);
  for (const q of rule.data as Json[]) if (q.datasourceUid !== '__expr__' && !call.who.organisation.dataSources.has(String(q.datasourceUid))) throw invalid(`failed to build query '${String(q.refId)}': data source not found`);
  if (typeof rule.uid === 'string' && rule.uid.length > 40) throw invalid('UID is longer than 40 symbols');
}

export const alertRuleRoutes: readonly Route[] = [
  at('GET', '/api/v1/provisioning/alert-rules', call => { need(call, 'Editor', 'alert.provisioning:read'); return ok([...call.who.organisation.ruleGroups.values()].flatMap(g => g.rules)); }),
  at('GET', '/api/v1/provisioning/folder/:uid/rule-groups/:group', call => {
    need(call, 'Editor', 'alert.provisioning:read');
    const group = call.who.organisation.ruleGroups.get(key(call));
    if (!group) throw new ApiError(404, 'rule group does not exist', { messageId: 'alerting.alert-rule.notFound', statusCode: 404, traceID: '' });
    return ok(group);
  }),
  at('PUT', '/api/v1/provisioning/folder/:uid/rule-groups/:group', call => {
    need(call, 'Editor', 'alert.provisioning:write');
    const [folderUid = '', title = ''] = call.params;
    if (!call.who.organisation.folders.has(folderUid)) throw new ApiError(400, 'folder does not exist');
    const rules = (call.body.rules ?? []) as Json[];
    const interval = Number(call.body.interval);
    if (!(interval > 0) || interval % 10 !== 0) throw new ApiError(400, `invalid alert rule: interval (${interval}s) should be non-zero and divided exactly by scheduler interval: 10`);
    for (const rule of rules) check(call, rule);
    const provenance = 'x-disable-provenance' in call.headers ? '' : 'api';
    call.who.organisation.ruleGroups.set(key(call), { title, folderUid, interval, rules: rules.map(r => stored(call, r, provenance)) });
    return ok({ title, folderUid, interval, rules });
  }),
];
