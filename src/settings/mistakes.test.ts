import { parseSettings } from './parse';

/** Settings that were accepted once and then lost rows, counted wrongly or stopped the computing of every fact. */
const es = { id: 'siem', system: 'elasticsearch', url: 'https://siem.example:9200', auth: { kind: 'none' } };
const netbox = { id: 'netbox', system: 'netbox', url: 'https://netbox.example', auth: { kind: 'token' } };
const telemetry = { name: 'agents', index: 'logs-*', evidence: 'agent_events' };
const file = { name: 'export', kind: 'alert', path: 'a.csv', format: 'csv', columns: { id: 'id', detected: 'at' } };
const hours = { mon: [{ from: '09:00', to: '17:00' }] };
const clients = [{ id: 'acme', name: 'Acme', zone: 'UTC' }];
const problems = (settings: unknown): string => { const r = parseSettings(settings); return r.ok ? '' : r.problems.map(p => `${p.path}: ${p.message}`).join('\n'); };

it.each<[string, unknown, RegExp]>([
  ['two telemetry entries of one name share one place to go on from, so the second is never read', { sources: [{ ...es, telemetry: [telemetry, { ...telemetry, index: 'other-*' }] }] }, /^sources\[0\]\.telemetry\[1\]\.name: .*"agents" stands twice/],
  ['two file streams of one name', { sources: [{ id: 'f', system: 'files', streams: [file, file] }] }, /^sources\[0\]\.streams\[1\]\.name: .*"export" stands twice/],
  ['a client that does not exist would own every alert', { clients, sources: [{ ...es, alerts: { client: { fixed: 'acmee' } } }] }, /^sources\[0\]\.alerts\.client\.fixed: "acmee" is no client/],
  ['the same of telemetry', { clients, sources: [{ ...es, telemetry: [{ ...telemetry, client: { fixed: 'acmee' } }] }] }, /^sources\[0\]\.telemetry\[0\]\.client\.fixed: "acmee" is no client/],
  ['the same of tickets', { clients, sources: [{ id: 'jira', system: 'jira', url: 'https://jira.example', auth: { kind: 'none' }, jql: 'project = A', client: { fixed: 'acmee' } }] }, /^sources\[0\]\.client\.fixed: "acmee" is no client/],
  ['the same of files, where it is a constant', { clients, sources: [{ id: 'f', system: 'files', streams: [{ ...file, columns: { ...file.columns, client: '=acmee' } }] }] }, /^sources\[0\]\.streams\[0\]\.columns\.client: "acmee" is no client/],
  ['the same of a stream\'s own map', { clients, sources: [{ id: 'f', system: 'files', streams: [{ ...file, maps: { client: { Acme: 'acmee' } } }] }] }, /^sources\[0\]\.streams\[0\]\.maps\.client\.Acme: "acmee" is no client/],
  ['a URL with a password in it', { sources: [{ ...es, alerts: {}, url: 'https://user:pw@siem.example:9200' }] }, /^sources\[0\]\.url: .*auth\.user/],
  ['an interval longer than a timer can hold runs without a pause', { sources: [{ ...es, alerts: {}, intervalSeconds: 3_000_000 }] }, /^sources\[0\]\.intervalSeconds: /],
  ['a SIEM of which nothing is read stood as current and brought no row', { sources: [es] }, /^sources\[0\]: reads nothing; add alerts, rules or telemetry/],
  ['the same of a registry', { sources: [{ ...netbox, devices: false, virtualMachines: false, prefixes: false }] }, /^sources\[0\]: reads nothing; turn on devices/],
  ['a date that no calendar has stops every fact: contract', { clients: [{ ...clients[0], onboarded: '2026-02-30' }] }, /^clients\[0\]\.onboarded: .*2026-02-30/],
  ['… targets', { policy: { sla: { targets: [{ effectiveFrom: '2026-02-30', hours: {} }] } } }, /effectiveFrom: .*2026-02-30/],
  ['… holidays', { policy: { sla: { calendars: { office: { zone: 'UTC', hours, holidays: ['2026-13-01'] } } } } }, /holidays\[0\]: .*2026-13-01/],
  ['… coverage', { policy: { coverage: { requirements: [{ kind: 'endpoint', groups: [['flow']], effectiveFrom: '2025-02-29' }] } } }, /effectiveFrom: .*2025-02-29/],
  ['a time of day that no clock shows', { policy: { sla: { calendars: { office: { zone: 'UTC', hours: { mon: [{ from: '09:00', to: '24:30' }] } } } } } }, /HH:MM/],
  ['hours over midnight were left out without a word, beside others that count', { policy: { sla: { calendars: { office: { zone: 'UTC', hours: { ...hours, tue: [{ from: '22:00', to: '06:00' }] } } } } } }, /calendars\.office\.hours\.tue\[0\]: .*midnight/],
  ['a contract that ends before it begins has no target at all', { clients: [{ ...clients[0], onboarded: '2026-02-01', left: '2026-01-01' }] }, /^clients\[0\]\.left: /],
  ['two targets of one client from one date: the second hid the tiers of the first', { policy: { sla: { targets: [{ hours: { critical: { decide: 1 } } }, { hours: { low: { decide: 72 } } }] } } }, /^policy\.sla\.targets\[1\]: .*stand twice/],
  ['a target further off than a date can say', { policy: { sla: { targets: [{ hours: { critical: { decide: 1e12 } } }] } } }, /^policy\.sla\.targets\[0\]\.hours\.critical\.decide: .*more than ten years/],
  ['a calendar whose hours nobody would look at', { policy: { sla: { calendars: { '24x7': { zone: 'UTC', hours } } } } }, /^policy\.sla\.calendars\.24x7: .*another name/],
  ['a threshold in percent is never reached', { policy: { thresholds: { conflictShare: 2 } } }, /^policy\.thresholds\.conflictShare: 2 is no share; .*0\.95 for 95 %/],
  ['… or always', { policy: { thresholds: { joinCompleteness: 95 } } }, /^policy\.thresholds\.joinCompleteness: 95 is no share/],
  ['a bound in percent makes every rule a candidate', { policy: { tuning: { upperBound: 20 } } }, /^policy\.tuning\.upperBound: 20 is no share/],
  ['a limit under which nothing is answered: rows', { limits: { maxRows: 0 } }, /^limits\.maxRows: 0 is too little; use at least 1$/],
  ['… time', { limits: { queryTimeoutSeconds: 0 } }, /^limits\.queryTimeoutSeconds: 0 is too little/],
  ['a latency target before the event', { policy: { latency: { eventToDetected: -5 } } }, /^policy\.latency\.eventToDetected: -5 is too little; use at least 0$/],
  ['a window under a day makes hosts look dark at midnights that are not UTC’s', { policy: { coverage: { windowHours: { server: 12 } } } }, /^policy\.coverage\.windowHours\.server: 12 is too little; use at least 24/],
  ['a burst of one', { policy: { thresholds: { burstCount: 1 } } }, /^policy\.thresholds\.burstCount: 1 is too little; use at least 2$/],
  ['a registry that is no source', { policy: { coverage: { registryRank: ['netbxo'] } }, sources: [netbox] }, /^policy\.coverage\.registryRank\[0\]: "netbxo" is no source of this workspace; use one of: netbox$/],
  ['heartbeats accepted from a source that is none', { policy: { coverage: { requirements: [{ kind: 'endpoint', groups: [['flow']], acceptHeartbeatFrom: ['edrr'] }] } } }, /requirements\[0\]\.acceptHeartbeatFrom\[0\]: "edrr" is no source/],
  ['two requirements of one kind from one date: the second was never looked at', { policy: { coverage: { requirements: [{ kind: 'endpoint', groups: [['flow']] }, { kind: 'endpoint', groups: [['sensor']] }] } } }, /^policy\.coverage\.requirements\[1\]: .*stands twice \(also as requirements\[0\]\)/],
  ['one value with two meanings: the second was never looked at', { clients: [...clients, { id: 'beta', name: 'Beta', zone: 'UTC' }], sources: [{ ...es, alerts: {}, maps: { client: { ACME: 'acme', ' acme': 'beta' } } }] }, /^sources\[0\]\.maps\.client\. acme: "ACME" and " acme" are one value/],
  ['… of a stream of files', { sources: [{ id: 'f', system: 'files', streams: [{ ...file, maps: { tier: { P1: 'high', p1: 'low' } } }] }] }, /^sources\[0\]\.streams\[0\]\.maps\.tier\.p1: /],
  ['a certificate by its path, which is not read', { sources: [{ ...es, alerts: {}, ca: '/etc/ca.pem' }] }, /^sources\[0\]\.ca: is no PEM text/],
  ['a key in the query of a URL', { sources: [{ ...es, alerts: {}, url: 'https://siem.example/?apikey=abc' }] }, /^sources\[0\]\.url: holds a query/],
  ['basic authentication of nobody', { sources: [{ ...es, alerts: {}, auth: { kind: 'basic', secret: 'env:X' } }] }, /^sources\[0\]\.auth\.user: is missing/],
  ['an empty index is every index', { sources: [{ ...es, alerts: { index: '' } }] }, /^sources\[0\]\.alerts\.index: .*every index/],
  ['… also beside another', { sources: [{ ...es, telemetry: [{ ...telemetry, index: 'logs-*, ' }] }] }, /^sources\[0\]\.telemetry\[0\]\.index: .*every index/],
  ['telemetry read before it came', { sources: [{ ...es, telemetry: [{ ...telemetry, lagMinutes: -5 }] }] }, /^sources\[0\]\.telemetry\[0\]\.lagMinutes: -5 is too little/],
  ['an offset for a zone', { zone: '+02:00' }, /^zone: "\+02:00" is not an IANA time zone/],
  ['words for numbers out of range', { policy: { sla: { targets: [{ hours: { critical: { decide: 0 } } }] } } }, /decide: is too little; use more than 0$/],
  ['… and for what is empty', { sources: [{ id: 'jira', system: 'jira', url: 'https://jira.example', auth: { kind: 'none' }, jql: '' }] }, /^sources\[0\]\.jql: is empty; write it/],
  ['… and for a name', { workspace: 'My SOC' }, /^workspace: use lower-case letters, digits, - and _$/],
])('%s: refused with its place', (_name, settings, said) => { expect(problems(settings)).toMatch(said); });

it('leaves good settings alone', () => {
  expect(problems({
    clients: [{ ...clients[0], onboarded: '2024-02-29', left: '2026-01-01' }],
    sources: [
      { ...es, alerts: { client: { fixed: 'acme' } }, telemetry: [telemetry, { ...telemetry, name: 'flows', evidence: 'flow', client: { fixed: 'unassigned' } }] },
      { ...es, id: 'rules', rules: { index: 'rules-*' } }, { ...es, id: 'agents', telemetry: [telemetry] }, { ...netbox, devices: false, virtualMachines: false },
      { id: 'files', system: 'files', maps: { client: { 'ACME GmbH': 'acme' } }, streams: [{ ...file, columns: { ...file.columns, client: '=Acme GmbH' } }, { ...file, name: 'b', columns: { ...file.columns, client: '= Acme' } }, { ...file, name: 'c', columns: { ...file.columns, client: '=unassigned' } }, { ...file, name: 'd', columns: { ...file.columns, client: 'tenant' } }] },
      { id: 'jira', system: 'jira', url: 'https://jira.example', auth: { kind: 'none' }, jql: 'project = A', client: { fixed: 'The Acme' }, maps: { client: { 'the acme': 'acme' } } },
    ],
    policy: { thresholds: { joinCompleteness: 1, conflictShare: 0, burstCount: 2, quarantinedRows: 0 }, coverage: { registryRank: ['netbox'], requirements: [{ kind: 'endpoint', groups: [['flow']] }, { kind: 'endpoint', groups: [['flow']], effectiveFrom: '2026-01-01' }, { kind: 'endpoint', client: 'acme', groups: [['flow']] }] }, sla: {
      calendars: { office: { zone: 'UTC', hours: { mon: [{ from: '00:00', to: '06:00' }, { from: '22:00', to: '24:00' }] }, holidays: ['2026-12-25'] } },
      targets: [{ hours: {} }, { client: 'acme', hours: {} }, { effectiveFrom: '2026-01-01', hours: {} }],
    } },
  })).toBe('');
});
