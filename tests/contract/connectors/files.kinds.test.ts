import { gzipSync } from 'node:zlib';
import type { AlertRow, AssetRow, ObservationRow, RuleRow, TicketRow } from '../../../src/model';
import { connect, context, folder, read, rejectsOf, settingsOf } from './files';
import { readAll, streamOf } from './read';

describe('files connector: every kind', () => {
  let dir: ReturnType<typeof folder>;
  beforeEach(() => { dir = folder(); });
  afterEach(() => dir.remove());
  const rowsOf = async <R>(stream: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<R[]> => (await read(connect([dir.path], settingsOf(stream, more)))).rows as unknown as R[];

  it('alerts: mapped columns only, value maps, automation, no person', async () => {
    dir.write('alerts.csv', 'uid,when,sev,customer,verdict,verdict_at,by,analyst\r\nA-1,2026-05-01T10:00:00Z,P1,ACME GmbH,False Positive,2026-05-01T11:00:00Z,svc-soar,Jane Doe\r\na-2,2026-05-01T10:05:00Z,P9,Nobody,,,,Jane Doe\r\n');
    const result = await read(connect([dir.path], settingsOf({
      kind: 'alert', path: 'alerts.csv', automation: ['svc-soar'], idPrefix: 'A-',
      columns: { id: 'uid', detected: 'when', severity: 'sev', client: 'customer', disposition: 'verdict', dispositionAt: 'verdict_at', dispositionBy: 'by' },
    }, { maps: { tier: { p1: 'critical' }, client: { 'acme gmbh': 'acme' } } })));
    const [one, two] = result.rows as unknown as AlertRow[];
    expect(one).toMatchObject({
      id: 'export:alert:A-1', joinId: '1', detected: Date.UTC(2026, 4, 1, 10), readable: null, tier: 'critical', sourceSeverity: 'P1', client: 'acme', disposition: 'false_positive',
      dispositionAt: Date.UTC(2026, 4, 1, 11), dispositionBy: 'automation', suppressed: 0, rule: null,
    });
    expect(two).toMatchObject({ joinId: 'a-2', tier: 'untiered', client: 'unassigned', disposition: null, dispositionBy: null });
    expect(result.notices).toEqual(expect.arrayContaining([{ code: 'unknown_value', field: 'sev', value: 'P9', count: 1 }, { code: 'unknown_value', field: 'customer', value: 'Nobody', count: 1 }]));
    expect(JSON.stringify(result.pages)).not.toMatch(/Jane|Doe|svc-soar/);
  });

  it('rules: lists by separator, one rule over systems', async () => {
    dir.write('rules.csv', 'id;name;attack;on\nr1;Brute force;T1110|T1078;yes\nr2;Old;;no\n');
    const rows = await rowsOf<RuleRow>({ kind: 'rule', path: 'rules.csv', delimiter: ';', listSeparator: '|', columns: { id: 'id', name: 'name', attack: 'attack', enabled: 'on', system: '=elasticsearch' } });
    expect(rows.map(r => [r.rule, r.name, r.attack, r.enabled, r.derived])).toEqual([['elasticsearch:r1', 'Brute force', ['T1110', 'T1078'], true, false], ['elasticsearch:r2', 'Old', [], false, false]]);
  });

  it('tickets of JSON Lines: dotted paths, arrays, states, the times they name as timeline', async () => {
    dir.write('t.jsonl', `${JSON.stringify({ key: { id: 7 }, opened: 1_777_629_600, closed: 1_777_633_200, state: 'Closed', verdict: 'TP', alerts: ['A', 'B', 'A'], 'by.kind': 'bot', toString: 'x' })}\n\n${JSON.stringify({ key: { id: '8' }, opened: 1_777_629_600, state: 'Hmm' })}`);
    const result = await read(connect([dir.path], settingsOf({
      kind: 'ticket', path: 't.jsonl', format: 'jsonl', dateFormat: 'epoch_s', states: { closed: 'closed', New: 'created' }, automation: ['BOT'],
      columns: { id: 'key.id', created: 'opened', closedAt: 'closed', status: 'state', disposition: 'verdict', alerts: 'alerts', actor: 'by.kind', client: '=beta', title: 'constructor.name' }, maps: { disposition: { tp: 'true_positive' } },
    })));
    const [one, two] = result.rows as unknown as TicketRow[];
    expect(one).toMatchObject({ id: 'export:ticket:7', key: '7', client: 'beta', done: true, disposition: 'true_positive', dispositionBy: 'automation', title: null, quotes: [{ alert: 'A', found: 'field', linkedAt: null }, { alert: 'B' }] });
    expect(one!.timeline.map(e => [e.type, e.at, e.actor])).toEqual([['created', 1_777_629_600_000, 'unknown'], ['closed', 1_777_633_200_000, 'automation']]);
    expect(two).toMatchObject({ done: false, sourceStatus: 'Hmm', disposition: null });
    expect(result.notices).toEqual([{ code: 'unknown_value', field: 'state', value: 'Hmm', count: 1 }]);
  });

  it('assets: kinds and roles by values, "none" is no asset and is counted, exclusions end, segments', async () => {
    dir.write('a.csv', 'id,type,name,net,since,why,until,sn,ip\n1,Laptop,PC-1.acme.lan,,2025-01-01,,,S1;S2,10.0.0.1/24\n2,Printer,PR-1,,2025-01-01,,,,\n3,Net,,10.1.0.0/16,2025-01-01,,,,\n4,Laptop,PC-2,,2025-01-01,lab,2027-01-01,,\n5,Toaster,T,,2025-01-01,,,,\n6,Laptop,PC-3,,,,,,\n7,Net,,10.1,2025-01-01,,,,\n');
    const result = await read(connect([dir.path], settingsOf({
      path: 'a.csv', values: { kind: { laptop: 'endpoint', printer: 'none', net: 'network_segment' } },
      columns: { id: 'id', kind: 'type', role: '=workstation', name: 'name', prefix: 'net', registeredAt: 'since', client: '=acme', serial: 'sn', address: 'ip', exclusionReason: 'why', exclusionFrom: '=2026-05-01', exclusionTo: 'until', exclusionAgreedBy: '=client' },
    })));
    const rows = result.rows as unknown as AssetRow[];
    expect(rows.map(r => [r.nativeId, r.kind, r.role, r.name, r.hostname, r.prefix])).toEqual([['1', 'endpoint', 'workstation', 'PC-1.acme.lan', 'PC-1', null], ['3', 'network_segment', null, '10.1.0.0/16', null, '10.1.0.0/16'], ['4', 'endpoint', 'workstation', 'PC-2', 'PC-2', null]]);
    expect(rows[0]).toMatchObject({ identifiers: [{ type: 'serial', value: 'S1' }, { type: 'serial', value: 'S2' }], addresses: [{ address: '10.0.0.1', static: true }], exclusion: null });
    expect(rows[2]!.exclusion).toEqual({ reason: 'lab', agreedBy: 'client', from: Date.UTC(2026, 4, 1), to: Date.UTC(2026, 4, 1) + 90 * 86_400_000 });
    expect(result.notices).toEqual([{ code: 'no_asset', field: 'type', value: 'Printer', count: 1 }]);
    expect(rejectsOf(result).map(r => [r.nativeId, r.field, r.sample])).toEqual([['5', 'type', 'a.csv line 6: Toaster'], ['6', 'since', 'a.csv line 7'], ['7', 'net', 'a.csv line 8: 10.1']]);
    expect(rejectsOf(result)[0]!.reason).toContain('values.kind');
  });

  it('observations: a UTC day at a time, wherever its rows stand; never past the last writing', async () => {
    dir.write('o.csv', 'host,seen,n\nh1,2026-05-30T10:00:00Z,3\nh2,2026-05-31T23:59:59Z,\nh3,2026-05-30T11:00:00Z,4\n,2026-05-30T11:00:00Z,4\nh5,gestern,1\n');
    const connector = connect([dir.path], settingsOf({ kind: 'observation', path: 'o.csv', columns: { evidence: '=host_logs', last: 'seen', hostname: 'host', count: 'n', client: '=acme' } }), 1);
    const stream = streamOf(connector, 'x');
    const day = (d: number) => readAll(stream, context(), { from: Date.UTC(2026, 4, d), to: Date.UTC(2026, 4, d + 1) });
    const [d30, d31, d29] = [await day(30), await day(31), await day(29)];
    expect((d30.rows as unknown as ObservationRow[]).map(r => [r.hostname, r.count, r.evidence, r.day])).toEqual([['h1', 3, 'host_logs', 20603], ['h3', 4, 'host_logs', 20603]]);
    expect((d31.rows as unknown as ObservationRow[]).map(r => [r.hostname, r.count])).toEqual([['h2', 1]]);
    expect(d29.rows).toEqual([]);
    // Told once each, though three days were read.
    expect([d30, d31, d29].flatMap(rejectsOf).map(r => [r.field, r.sample])).toEqual([['seen', 'o.csv line 6: gestern'], ['host', 'o.csv line 5']]);
    expect(stream.mode).toBe('day');
    const { utimesSync } = await import('node:fs');
    utimesSync(`${dir.path}/o.csv`, new Date(), new Date(Date.now() - 3 * 86_400_000));
    expect(stream.lag).toBeGreaterThanOrEqual(3 * 86_400_000 - 1000);
  });

  it('ticket_audit: one ticket of many updates, in any order, over pages', async () => {
    const lines = ['no,at,st,prio,who,opened', 'T1,01-05-2026 10:00,New,2 - High,x,01-05-2026 09:55', 'T2,01-05-2026 10:01,New,?,bot,01-05-2026 10:01', 'T1,01-05-2026 12:00,Resolved,1 - Critical,x,01-05-2026 09:55',
      'T1,01-05-2026 10:30,Active,2 - High,x,01-05-2026 09:55', 'T1,01-05-2026 11:00,Awaiting Vendor,2 - High,x,01-05-2026 09:55', 'T1,02-05-2026 08:00,Active,1 - Critical,bot,01-05-2026 09:55', 'T1,02-05-2026 09:00,Closed,?,x,01-05-2026 09:55', 'T1,02-05-2026 09:30,Closed,?,bot,01-05-2026 09:55', 'T2,01-05-2026 10:30,Odd,?,x,01-05-2026 10:01'];
    dir.write('log.csv.gz', gzipSync(lines.join('\n')));
    const result = await read(connect([dir.path], settingsOf({
      kind: 'ticket_audit', path: 'log.csv.gz', dateFormat: 'dd-MM-yyyy HH:mm', nullValues: ['?'], automation: ['bot'],
      columns: { id: 'no', at: 'at', state: 'st', severity: 'prio', actor: 'who', created: 'opened', client: '=acme' },
      states: { New: 'created', Active: 'acknowledged', Resolved: 'resolved', Closed: 'closed' }, pauseStates: { 'Awaiting Vendor': 'vendor' },
    }), 1));
    const [one, two] = result.rows as unknown as TicketRow[];
    expect(result.ids).toEqual(['T1', 'T2']);
    expect(one!.timeline.map(e => `${e.type}${e.reason ? `:${e.reason}` : ''}@${new Date(e.at).toISOString().slice(8, 16)} ${e.actor}`)).toEqual([
      'created@01T09:55 unknown', 'acknowledged@01T10:30 human', 'paused:vendor@01T11:00 human', 'severity_changed@01T12:00 human', 'resumed:vendor@01T12:00 human', 'resolved@01T12:00 human',
      'reopened@02T08:00 automation', 'acknowledged@02T08:00 automation', 'closed@02T09:00 human',
    ]);
    expect(one!.timeline[3]).toMatchObject({ from: 'high', to: 'critical' });
    expect(one).toMatchObject({ tier: 'critical', done: true, sourceStatus: 'Closed', created: Date.UTC(2026, 4, 1, 9, 55), changed: Date.UTC(2026, 4, 2, 9, 30) });
    expect(two).toMatchObject({ tier: 'untiered', done: false });
    expect(two!.timeline.map(e => [e.type, e.actor])).toEqual([['created', 'automation'], ['touched', 'human']]);
    expect(result.notices).toEqual([{ code: 'unknown_value', field: 'st', value: 'Odd', count: 1 }]);
  });

  it('ticket_audit: updates follow each other by time, by a counter, or as they stand in the file', async () => {
    // The second update carries a time after the closing, as a clock set wrong writes it; the log's counter and its order say otherwise.
    dir.write('log.csv', 'no,at,st,n\nT1,2026-05-01 10:00,New,0\nT1,2026-05-01 12:00,Active,1\nT1,2026-05-01 11:00,Closed,2\n');
    const events = async (order: Record<string, string>) => (await rowsOf<TicketRow>({
      kind: 'ticket_audit', path: 'log.csv', columns: { id: 'no', at: 'at', state: 'st', ...order }, states: { New: 'created', Active: 'acknowledged', Closed: 'closed' },
    })).map(t => [t.timeline.map(e => e.type), t.done]);
    expect(await events({})).toEqual([[['created', 'closed', 'reopened', 'acknowledged'], false]]);
    expect(await events({ order: 'n' })).toEqual([[['created', 'closed', 'acknowledged'], true]]);
    expect(await events({ order: '=file' })).toEqual([[['created', 'closed', 'acknowledged'], true]]);
  });
});
