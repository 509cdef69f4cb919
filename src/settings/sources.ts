import { z } from 'zod';
import { ASSET_KINDS, DISPOSITIONS, ENDPOINT_ROLES, EVIDENCE_KINDS, SEVERITY_TIERS, TICKET_EVENT_TYPES, TICKET_ORIGINS } from '../model/vocabulary';
import { zone } from './policy';

/** `file:/path` or `env:NAME`. Under Grafana's data source the value itself lives in secureJsonData under `<source id>.<name>`. */
export const secretRef = z.string().regex(/^(file:\/.+|env:[A-Za-z_][A-Za-z0-9_]*)$/, 'write a secret as a reference, file:/path or env:NAME; a literal secret is refused');

/** Source value → ours; keys compared case-insensitively after trimming. Unknown value → the documented default plus a counted notice. */
const map = <T extends z.ZodType>(to: T) => z.record(z.string(), to);
export const valueMapsSchema = z.strictObject({
  tier: map(z.enum(SEVERITY_TIERS)).default({}),
  disposition: map(z.enum(DISPOSITIONS).nullable()).default({}),
  client: map(z.string()).default({}),
  origin: map(z.enum(TICKET_ORIGINS)).default({}),
});
export type ValueMaps = z.infer<typeof valueMapsSchema>;

/** Which client a record belongs to: fixed, by a field, or unassigned. */
const clientRule = z.strictObject({ fixed: z.string().optional(), field: z.string().optional() }).default({});

const base = {
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'use lower-case letters, digits, - and _'),
  name: z.string().optional(),
  enabled: z.boolean().default(true),
  maps: valueMapsSchema.prefault({}),
  intervalSeconds: z.number().min(5).default(60),
  /** How far back a first load goes. */
  historyDays: z.number().int().min(1).max(3660).default(800),
};
export const httpSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'no address; write it whole, such as https://siem.example:9200 (http:// or https://, host, port, path)' }),
  ca: z.string().optional(), clientCert: z.string().optional(), clientKey: secretRef.optional(), serverName: z.string().optional(),
  proxy: z.url({ error: 'no address; write it whole, such as http://proxy.example:3128, or leave it out' }).optional(),
  connectTimeoutMs: z.number().int().positive().default(10_000), timeoutMs: z.number().int().positive().default(60_000),
  maxBytes: z.number().int().positive().default(64 * 1024 * 1024), concurrency: z.number().int().min(1).max(16).default(2), retries: z.number().int().min(0).max(10).default(4),
});
const auth = z.strictObject({ user: z.string().optional(), secret: secretRef.optional(), kind: z.enum(['basic', 'bearer', 'apikey', 'token', 'none']) });

export const elasticSource = z.strictObject({
  ...base, ...httpSchema.shape, auth, system: z.literal('elasticsearch'),
  product: z.enum(['auto', 'elasticsearch', 'opensearch']).default('auto'),
  /** Alerts index or alias; null: this source gives no alerts. */
  alerts: z.strictObject({
    index: z.string().default('.alerts-security.alerts-default'),
    /** Field names for an alert index that is not Elastic Security's; absent ones keep Elastic Security's names. */
    fields: z.partialRecord(z.enum(['id', 'rule', 'ruleName', 'ruleRevision', 'event', 'detected', 'readable', 'severity', 'status', 'statusUpdated', 'disposition', 'changed', 'suppressed', 'buildingBlock']), z.string()).default({}),
    client: clientRule, filter: z.unknown().optional(), url: z.string().optional(),
    acknowledgedStatuses: z.array(z.string()).default(['acknowledged']), closedStatuses: z.array(z.string()).default(['closed']),
    /** A field (and its values) that marks a change of status as automation's; only the actor's kind is stored. Absent: every change is a human's. */
    automation: z.strictObject({ field: z.string(), values: z.array(z.string()).min(1) }).optional(),
  }).optional(),
  /** Kibana-less rule list: an index that lists rules, or derived from alerts. */
  rules: z.strictObject({ index: z.string(), fields: z.partialRecord(z.enum(['id', 'name', 'revision', 'severity', 'enabled', 'query', 'attack', 'changed']), z.string()).default({}) }).optional(),
  telemetry: z.array(z.strictObject({
    name: z.string().regex(/^[a-z0-9_]+$/, 'use lower-case letters, digits and _'), index: z.string(), evidence: z.enum(EVIDENCE_KINDS), time: z.string().default('@timestamp'),
    fields: z.partialRecord(z.enum(['host', 'fqdn', 'address', 'agent', 'instance', 'serial', 'mac', 'vrf', 'client']), z.string()).default({ host: 'host.name' }),
    client: clientRule, filter: z.unknown().optional(), backfillDays: z.number().int().min(1).default(90), lagMinutes: z.number().default(5),
  })).default([]),
});

export const jiraSource = z.strictObject({
  ...base, ...httpSchema.shape, auth, system: z.literal('jira'),
  deployment: z.enum(['cloud', 'data_center']).default('cloud'),
  /** Scope of tickets; must restrict (a project, a type). */
  jql: z.string().min(1),
  fields: z.strictObject({
    /** Where alert ids stand: custom field ids, `labels`, `summary`, `description`, or `remotelinks`. */
    alertId: z.array(z.string()).default([]), alertIdPattern: z.string().optional(), alertIdPrefix: z.string().optional(), labelPrefix: z.string().optional(),
    severity: z.string().default('priority'), client: z.string().optional(), disposition: z.string().default('resolution'), origin: z.string().optional(),
    mergedInto: z.string().optional(),
  }).prefault({}),
  client: clientRule,
  /** By status id or name → what entering it means; statusCategory is the fallback. */
  statuses: z.record(z.string(), z.enum(TICKET_EVENT_TYPES)).default({}),
  pauseStatuses: z.record(z.string(), z.string()).default({}),
  /** Account ids or login names whose actions are automation; only the kind is stored. */
  automationAccounts: z.array(z.string()).default([]),
});

export const netboxSource = z.strictObject({
  ...base, ...httpSchema.shape, auth, system: z.literal('netbox'),
  devices: z.boolean().default(true), virtualMachines: z.boolean().default(true), prefixes: z.boolean().default(true),
  inScopeStatuses: z.array(z.string()).default(['active', 'failed', 'staged']), retiredStatuses: z.array(z.string()).default(['decommissioning', 'offline']),
  roles: z.record(z.string(), z.strictObject({ kind: z.enum(ASSET_KINDS).nullable(), role: z.enum(ENDPOINT_ROLES).optional() })).default({}),
  vmKind: z.enum(['endpoint', 'cloud_workload']).default('cloud_workload'),
  fields: z.strictObject({ criticality: z.string().optional(), fqdn: z.string().optional(), agentId: z.string().optional(), instanceId: z.string().optional(), group: z.string().optional() }).prefault({}),
  client: clientRule,
  exclusionTags: z.record(z.string(), z.strictObject({ reason: z.string(), agreedBy: z.enum(['client', 'soc']) })).default({}),
});

/** CSV or JSON Lines for any canonical kind. */
export const filesSource = z.strictObject({
  ...base, system: z.literal('files'),
  streams: z.array(z.strictObject({
    name: z.string().regex(/^[a-z0-9_]+$/, 'use lower-case letters, digits and _'), kind: z.enum(['alert', 'rule', 'ticket', 'asset', 'observation', 'ticket_audit']),
    /** Path or glob (`*` in the last part) below an allowed root; `.gz` is unpacked. */
    path: z.string(), format: z.enum(['csv', 'jsonl']),
    /** Canonical field → column (CSV) or dotted path (JSON Lines); `=text` gives a constant. */
    columns: z.record(z.string(), z.string()),
    zone: zone.default('UTC'),
    /** `iso`, `epoch_ms`, `epoch_s`, or a pattern of dd MM yyyy HH mm ss such as `dd-MM-yyyy HH:mm`. */
    dateFormat: z.string().default('iso'),
    /** Texts that mean "not known", as `?` or `-`. */
    nullValues: z.array(z.string()).default(['']),
    delimiter: z.string().length(1).default(','), listSeparator: z.string().default(';'),
    /** kind ticket_audit: rows are updates; state → event type when a row enters it. */
    states: z.record(z.string(), z.enum(TICKET_EVENT_TYPES)).default({}), pauseStates: z.record(z.string(), z.string()).default({}),
    /** Stripped from alert ids. `automation`: values of the `actor` column that are no human's; only the kind is stored. */
    idPrefix: z.string().optional(), automation: z.array(z.string()).default([]),
    /** Canonical field (kind, role, evidence, exclusionAgreedBy) → source value → ours; kind `none`: the row is no asset and is counted. */
    values: z.record(z.string(), z.record(z.string(), z.string())).default({}),
    maps: valueMapsSchema.prefault({}),
  })).min(1),
});

export const sourceSchema = z.discriminatedUnion('system', [elasticSource, jiraSource, netboxSource, filesSource]);
export type SourceSettings = z.infer<typeof sourceSchema>;
export type ElasticSettings = z.infer<typeof elasticSource>;
export type JiraSettings = z.infer<typeof jiraSource>;
export type NetboxSettings = z.infer<typeof netboxSource>;
export type FilesSettings = z.infer<typeof filesSource>;
export type HttpSettings = z.infer<typeof httpSchema>;
