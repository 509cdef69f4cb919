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
    policy: { sla: {
      calendars: { office: { zone: 'UTC', hours: { mon: [{ from: '00:00', to: '06:00' }, { from: '22:00', to: '24:00' }] }, holidays: ['2026-12-25'] } },
      targets: [{ hours: {} }, { client: 'acme', hours: {} }, { effectiveFrom: '2026-01-01', hours: {} }],
    } },
  })).toBe('');
});
