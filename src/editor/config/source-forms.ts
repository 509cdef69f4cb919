import { ASSET_KINDS, DISPOSITIONS, ENDPOINT_ROLES, EVIDENCE_KINDS, SEVERITY_TIERS, TICKET_EVENT_TYPES, TICKET_ORIGINS } from '../../model/vocabulary';
import type { FieldSpec, FormSection } from './form';

const id: FieldSpec = { kind: 'text', path: 'id', label: 'Id', required: true, help: 'Short and lasting: rows, secrets and status carry it. Lower-case letters, digits, - and _.' };
const name: FieldSpec = { kind: 'text', path: 'name', label: 'Name', help: 'For people; may change.' };
const enabled: FieldSpec = { kind: 'switch', path: 'enabled', label: 'Enabled', default: true, help: 'Off: not read any more; what was read stays, and what depends on it becomes not measured.' };
const pace: FieldSpec[] = [
  { kind: 'number', path: 'intervalSeconds', label: 'Read every (seconds)', placeholder: '60' },
  { kind: 'number', path: 'historyDays', label: 'History (days)', placeholder: '800', help: 'How far back the first load goes.' },
];
const connection: FieldSpec[] = [
  { kind: 'text', path: 'url', label: 'URL', required: true, placeholder: 'https://host:port', help: 'The base address, without the path of its API.' },
  { kind: 'choice', path: 'auth.kind', label: 'Authentication', choices: ['none', 'basic', 'bearer', 'apikey', 'token'], default: 'none' },
  { kind: 'text', path: 'auth.user', label: 'User', help: 'For basic authentication; a technical account that may only read.' },
  { kind: 'secret', path: 'secret', label: 'Password, key or token' },
];
const network: FormSection = { title: 'Network and TLS', open: false, fields: [
  { kind: 'text', path: 'ca', label: 'CA certificate', help: 'PEM text of the authority that signed the server’s certificate, from -----BEGIN to -----END. A path is not read.' },
  { kind: 'text', path: 'clientCert', label: 'Client certificate', help: 'PEM text, from -----BEGIN to -----END.' },
  { kind: 'secret', path: 'clientKey', label: 'Client key' },
  { kind: 'text', path: 'serverName', label: 'Server name', help: 'The name its certificate is for, where it differs from the host.' },
  { kind: 'text', path: 'proxy', label: 'Proxy', placeholder: 'http://proxy:3128' },
  { kind: 'number', path: 'timeoutMs', label: 'Timeout (ms)', placeholder: '60000' },
  { kind: 'number', path: 'concurrency', label: 'Requests at a time', placeholder: '2' },
  { kind: 'number', path: 'retries', label: 'Retries', placeholder: '4' },
] };
const maps: FormSection = { title: 'Value maps', open: false, fields: [
  { kind: 'map', path: 'maps.tier', label: 'Severity tiers', from: 'Severity at the source', to: 'Tier', choices: SEVERITY_TIERS },
  { kind: 'map', path: 'maps.disposition', label: 'Dispositions', from: 'Disposition at the source', to: 'Means', choices: DISPOSITIONS },
  { kind: 'map', path: 'maps.client', label: 'Clients', from: 'Client at the source', to: 'Client id' },
  { kind: 'map', path: 'maps.origin', label: 'Ticket origins', from: 'Origin at the source', to: 'Means', choices: TICKET_ORIGINS },
] };
const client = (path: string): FieldSpec[] => [
  { kind: 'text', path: `${path}.fixed`, label: 'Always of client', help: 'Client id, when everything here belongs to one client.' },
  { kind: 'text', path: `${path}.field`, label: 'Client from field', help: 'The field whose value names the client; map its values below.' },
];
const general = (more: FieldSpec[]): FormSection => ({ title: 'Source', open: true, fields: [id, name, ...more, enabled] });

const elastic: FormSection[] = [
  general(connection),
  { title: 'What is read', open: true, fields: [
    { kind: 'part', path: 'alerts', label: 'Alerts', template: {}, help: 'Elastic Security’s own index, or any alert index by field names.', fields: [
      { kind: 'text', path: 'index', label: 'Alert index', placeholder: '.alerts-security.alerts-default' }, ...client('client'),
      { kind: 'text', path: 'url', label: 'Link to an alert', help: 'Address of an alert’s page; {id} becomes its id.' },
      { kind: 'list', path: 'acknowledgedStatuses', label: 'Statuses that acknowledge', placeholder: 'acknowledged' },
      { kind: 'list', path: 'closedStatuses', label: 'Statuses that close', placeholder: 'closed' },
      { kind: 'map', path: 'fields', label: 'Field names', from: 'What', to: 'Field', keys: ['id', 'rule', 'ruleName', 'ruleRevision', 'event', 'detected', 'readable', 'severity', 'status', 'statusUpdated', 'disposition', 'changed', 'suppressed', 'buildingBlock'] },
    ] },
    { kind: 'part', path: 'rules', label: 'Rule list', template: { index: '' }, help: 'An index that lists the rules; without one they are derived from the alerts.', fields: [
      { kind: 'text', path: 'index', label: 'Rule index', required: true },
      { kind: 'map', path: 'fields', label: 'Rule field names', from: 'What', to: 'Field', keys: ['id', 'name', 'revision', 'severity', 'enabled', 'query', 'attack', 'changed'] },
    ] },
    { kind: 'items', path: 'telemetry', label: 'Telemetry', one: 'telemetry stream', template: { name: '', index: '', evidence: 'agent_events' }, help: 'Which hosts sent security data on which day: the evidence of coverage.', fields: [
      { kind: 'text', path: 'name', label: 'Stream name', required: true }, { kind: 'text', path: 'index', label: 'Telemetry index', required: true },
      { kind: 'choice', path: 'evidence', label: 'Evidence', choices: EVIDENCE_KINDS, default: 'agent_events' },
      { kind: 'text', path: 'time', label: 'Time field', placeholder: '@timestamp' },
      { kind: 'map', path: 'fields', label: 'Host fields', from: 'What', to: 'Field', keys: ['host', 'fqdn', 'address', 'agent', 'instance', 'serial', 'mac', 'vrf', 'client'] }, ...client('client'),
      { kind: 'number', path: 'backfillDays', label: 'Back-fill (days)', placeholder: '90' },
    ] },
    ...pace,
  ] },
  maps, network,
];
const jira: FormSection[] = [
  general(connection),
  { title: 'What is read', open: true, fields: [
    { kind: 'choice', path: 'deployment', label: 'Deployment', choices: ['cloud', 'data_center'], default: 'cloud' },
    { kind: 'text', path: 'jql', label: 'JQL', required: true, placeholder: 'project = SOC', help: 'Must restrict: a project, a type.' },
    { kind: 'list', path: 'fields.alertId', label: 'Fields with alert ids', placeholder: 'customfield_10042', help: 'Custom field ids, labels, summary, description or remotelinks.' },
    { kind: 'text', path: 'fields.alertIdPattern', label: 'Alert id pattern', help: 'Regular expression of an alert id in a text.' },
    { kind: 'text', path: 'fields.alertIdPrefix', label: 'Alert id prefix' }, { kind: 'text', path: 'fields.labelPrefix', label: 'Label prefix' },
    { kind: 'text', path: 'fields.severity', label: 'Severity field', placeholder: 'priority' },
    { kind: 'text', path: 'fields.disposition', label: 'Disposition field', placeholder: 'resolution' },
    { kind: 'text', path: 'fields.origin', label: 'Origin field' }, { kind: 'text', path: 'fields.client', label: 'Client field' }, ...client('client'),
    ...pace,
  ] },
  { title: 'Workflow', open: false, fields: [
    { kind: 'map', path: 'statuses', label: 'Statuses', from: 'Status id or name', to: 'Entering it means', choices: TICKET_EVENT_TYPES },
    { kind: 'map', path: 'pauseStatuses', label: 'Pause statuses', from: 'Status id or name', to: 'Reason' },
    { kind: 'list', path: 'automationAccounts', label: 'Automation accounts', help: 'Accounts that are no human. Only the kind of actor is stored, never the account.' },
  ] },
  maps, network,
];
const netbox: FormSection[] = [
  general(connection),
  { title: 'What is read', open: true, fields: [
    { kind: 'switch', path: 'devices', label: 'Devices', default: true }, { kind: 'switch', path: 'virtualMachines', label: 'Virtual machines', default: true }, { kind: 'switch', path: 'prefixes', label: 'Prefixes', default: true },
    { kind: 'list', path: 'inScopeStatuses', label: 'Statuses in scope', placeholder: 'active' }, { kind: 'list', path: 'retiredStatuses', label: 'Retired statuses', placeholder: 'offline' },
    { kind: 'choice', path: 'vmKind', label: 'Virtual machines are', choices: ['endpoint', 'cloud_workload'], default: 'cloud_workload' },
    ...client('client'), ...pace,
  ] },
  { title: 'Roles, fields, exclusions', open: false, fields: [
    { kind: 'entries', path: 'roles', label: 'Device roles', one: 'role', template: { kind: 'endpoint' }, fields: [
      { kind: 'choice', path: 'kind', label: 'Asset kind', choices: ASSET_KINDS, default: 'endpoint' }, { kind: 'choice', path: 'role', label: 'Endpoint role', choices: ENDPOINT_ROLES, default: '' },
    ] },
    ...(['criticality', 'fqdn', 'agentId', 'instanceId', 'group'] as const).map((field): FieldSpec => ({ kind: 'text', path: `fields.${field}`, label: `Field: ${field}`, help: 'Name of the custom field.' })),
    { kind: 'entries', path: 'exclusionTags', label: 'Exclusion tags', one: 'tag', template: { reason: '', agreedBy: 'client' }, fields: [
      { kind: 'text', path: 'reason', label: 'Reason', required: true }, { kind: 'choice', path: 'agreedBy', label: 'Agreed by', choices: ['client', 'soc'], default: 'client' },
    ] },
  ] },
  maps, network,
];
const files: FormSection[] = [
  general(pace),
  { title: 'Files', open: true, fields: [{ kind: 'items', path: 'streams', label: 'Files', one: 'file', template: { name: '', kind: 'ticket', path: '', format: 'csv', columns: {} }, fields: [
    { kind: 'text', path: 'name', label: 'Stream name', required: true },
    { kind: 'choice', path: 'kind', label: 'Rows are', choices: ['alert', 'rule', 'ticket', 'asset', 'observation', 'ticket_audit'], default: 'ticket' },
    { kind: 'text', path: 'path', label: 'Path', required: true, help: 'Below a folder of the server setting files_root; * in the last part; .gz is unpacked.' },
    { kind: 'choice', path: 'format', label: 'Format', choices: ['csv', 'jsonl'], default: 'csv' },
    { kind: 'map', path: 'columns', label: 'Columns', from: 'Canonical field', to: 'Column, dotted path, or =text' },
    { kind: 'text', path: 'zone', label: 'Time zone of its dates', placeholder: 'UTC' }, { kind: 'text', path: 'dateFormat', label: 'Date format', placeholder: 'iso' },
    { kind: 'list', path: 'nullValues', label: 'Texts that mean not known' }, { kind: 'text', path: 'delimiter', label: 'Delimiter', placeholder: ',' }, { kind: 'text', path: 'listSeparator', label: 'List separator', placeholder: ';' },
    { kind: 'map', path: 'states', label: 'States', from: 'State', to: 'Entering it means', choices: TICKET_EVENT_TYPES }, { kind: 'map', path: 'pauseStates', label: 'Pause states', from: 'State', to: 'Reason' },
    { kind: 'text', path: 'idPrefix', label: 'Alert id prefix' }, { kind: 'list', path: 'automation', label: 'Automation actors' },
  ] }] },
  maps,
];

/** Forms by `system`. A source of another system is edited as YAML. */
export const SOURCE_FORMS: Readonly<Record<string, readonly FormSection[]>> = { elasticsearch: elastic, jira, netbox, files };

/** What can be added, in the words people look for. */
export const SOURCE_KINDS: readonly { readonly label: string; readonly id: string; readonly template: object }[] = [
  { label: 'Elasticsearch', id: 'elastic', template: { system: 'elasticsearch', product: 'elasticsearch', url: '', auth: { kind: 'apikey' }, alerts: {} } },
  { label: 'OpenSearch', id: 'opensearch', template: { system: 'elasticsearch', product: 'opensearch', url: '', auth: { kind: 'basic' }, alerts: {} } },
  { label: 'Jira Cloud', id: 'jira', template: { system: 'jira', deployment: 'cloud', url: '', auth: { kind: 'basic' }, jql: '' } },
  { label: 'Jira Data Center', id: 'jira', template: { system: 'jira', deployment: 'data_center', url: '', auth: { kind: 'bearer' }, jql: '' } },
  { label: 'NetBox', id: 'netbox', template: { system: 'netbox', url: '', auth: { kind: 'token' } } },
  { label: 'Files', id: 'files', template: { system: 'files', streams: [] } },
];
export const kindLabel = (source: { system?: unknown; product?: unknown; deployment?: unknown }): string =>
  SOURCE_KINDS.find(k => Object.entries(k.template).every(([key, value]) => !['system', 'product', 'deployment'].includes(key) || (source as Record<string, unknown>)[key] === value))?.label ?? String(source.system ?? 'unknown system');
