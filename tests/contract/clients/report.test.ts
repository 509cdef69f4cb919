/** The client report: what a month is, whose rows it holds, and that no name of a rule or an asset can do anything in page or table. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { csvOf } from '../../../src/backend/handlers/report/csv';
import { htmlOf } from '../../../src/backend/handlers/report/html';
import { monthOf } from '../../../src/backend/handlers/report/month';
import { clientOf, makeReport, type Report } from '../../../src/backend/handlers/report/report';
import { SECTIONS } from '../../../src/backend/handlers/report/sections';
import { openScope } from '../../../src/backend/scope/gate';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { freezeReported } from '../../../src/backend/sync/reported/freeze';
import { recordSettings } from '../../../src/backend/workspace/settings-store';
import { explainCommand } from '../../../src/cli/explain';
import { reportCommand } from '../../../src/cli/report';
import { browserOf, printPdf } from '../../../src/cli/report/pdf';
import { runCli } from '../../../src/cli/program';
import { DAY, HOUR, rowId, type AlertRow, type TicketEvent, type TicketRow } from '../../../src/model';
import { workspaceSchema } from '../../../src/settings/schema';
import { streamState } from '../../oracles/integrity/worlds';
import { loadWorld, type WorldLoader } from '../../worlds/load';
import { readerOf } from '../../worlds/reader';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const OCTOBER = Date.parse('2026-10-05T08:00:00Z');
const HOSTILE = ['<script>alert(1)</script>', '=HYPERLINK("http://evil.example","x")', '"><img src=x onerror=alert(1)>', '+1+1', '@SUM(A1)', '\t=1', "-2';--", 'javascript:alert(1)'];
const settings = workspaceSchema.parse({
  workspace: 'main', zone: 'UTC', clients: [{ id: 'acme', name: 'Acme <b>&</b> "Sons"', zone: 'Europe/Berlin' }, { id: 'globex', name: 'Globex', zone: 'UTC' }],
  policy: { sla: { targets: [{ hours: { critical: { decide: 1 }, high: { decide: 4 } } }] } },
});
const event = (type: TicketEvent['type'], at: number, to: string | null = null): TicketEvent => ({ at, type, from: null, to, actor: 'human' });
const ticket = (n: number, client: string, title: string, hours: number): TicketRow => {
  const created = OCTOBER + n * DAY;
  return {
    id: rowId('desk', 'ticket', `T${n}`), source: 'desk', nativeId: `T${n}`, url: 'javascript:alert(1)', changed: created, gone: null, key: `${client}-${n}`, title, created, sourceSeverity: null, tier: 'critical', sourceClient: null, client, sourceStatus: null, done: false,
    sourceDisposition: 'tp', disposition: 'true_positive', dispositionAt: created + hours * HOUR, dispositionBy: 'human', origin: 'alert', quotes: [{ alert: `A${n}`, found: 'field', linkedAt: created }],
    timeline: [{ at: created, type: 'created', from: null, to: null, actor: 'automation' }, event('disposition_set', created + hours * HOUR, 'true_positive'), event('contained', created + (hours + 1) * HOUR)], mergedInto: null,
  };
};
const alert = (n: number, client: string, name: string): AlertRow => ({
  id: rowId('siem', 'alert', `A${n}`), source: 'siem', nativeId: `A${n}`, url: null, changed: OCTOBER + n * DAY, gone: null, joinId: `A${n}`, rule: `test:r${n}`, ruleName: name, ruleRevision: null, event: null, detected: OCTOBER + n * DAY, readable: null,
  sourceSeverity: null, tier: 'critical', sourceClient: null, client, sourceStatus: null, acknowledgedAt: null, acknowledgedBy: null, sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, suppressed: 0,
});
const world = {
  settings, rules: HOSTILE.map((name, n) => ({ id: rowId('siem', 'rule', `r${n}`), source: 'siem', nativeId: `r${n}`, url: null, changed: OCTOBER, gone: null, rule: `test:r${n}`, name, revision: null, tier: 'critical' as const, sourceSeverity: null, attack: [], enabled: true, queryHash: null, predecessor: null, derived: false })),
  alerts: [...HOSTILE.map((name, n) => alert(n, 'acme', name)), alert(20, 'globex', 'GLOBEX-CANARY-RULE')],
  tickets: [...HOSTILE.map((title, n) => ticket(n, 'acme', title, n % 2 === 0 ? 0.5 : 3)), ticket(20, 'globex', 'GLOBEX-CANARY-TITLE', 5)],
};
const folder = mkdtempSync(join(tmpdir(), 'soc-report-'));
let loader: WorldLoader;
let report: Report;
beforeAll(async () => {
  const store = await openDuckDb({ path: join(folder, 'world.duckdb') });
  loader = await loadWorld(store, world);
  const reader = readerOf(loader, ['acme']);
  report = await makeReport(reader, clientOf(reader, 'acme'), '2026-10', NOW);
}, 60_000);
afterAll(async () => { await loader.store.close(); rmSync(folder, { recursive: true, force: true }); });
const section = (id: string) => report.sections.find(s => s.id === id)!;

describe('months', () => {
  test.each([
    ['2026-10', 'Europe/Berlin', '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z', '2026-11-04T23:00:00.000Z'],
    ['2026-03', 'America/New_York', '2026-03-01T05:00:00.000Z', '2026-04-01T04:00:00.000Z', '2026-04-05T04:00:00.000Z'],
  ])('%s in %s is cut at its own midnights', (name, zone, from, to, closes) => {
    const month = monthOf(name, zone, NOW, 5);
    expect([month.range.from, month.range.to, month.closes].map(t => new Date(t).toISOString())).toEqual([from, to, closes]);
  });
  test('without a month it is the last complete one there, which differs by zone on the first', () => {
    const first = Date.parse('2026-11-01T02:00:00Z');
    expect(monthOf(null, 'Europe/Berlin', first, 5).name).toBe('2026-10');
    expect(monthOf(null, 'America/New_York', first, 5).name).toBe('2026-09');
  });
  test('the month that runs has no next one', () => {
    expect(monthOf('2026-11', 'UTC', NOW, 5).next).toBeNull();
    expect(monthOf('2026-10', 'UTC', NOW, 5)).toMatchObject({ previous: '2026-09', next: '2026-11' });
  });
  test.each(['2026-13', '2026-1', '10/2026', '2026-10-01', "2026-10';--", '2027-01'])('%s is refused in words', name => { expect(() => monthOf(name, 'UTC', NOW, 5)).toThrow(/YYYY-MM|has not begun/); });
});

test('agreed times are those of the month: what is agreed from its first day stands in it, east and west of UTC', async () => {
  const hours = (n: number) => ({ critical: { decide: n } });
  const changed = workspaceSchema.parse({
    ...settings, zone: 'Europe/Berlin', clients: [...settings.clients, { id: 'west', name: 'West', zone: 'America/Los_Angeles' }],
    policy: { sla: { targets: [{ hours: hours(9) }, { hours: hours(4), effectiveFrom: '2026-10-01' }, { client: 'west', hours: hours(2), effectiveFrom: '2026-11-01' }] } },
  });
  const agreed = async (client: string, month: string): Promise<number[]> => {
    const reader = openScope({ orgId: 1, dataSourceUid: null }, { store: loader.store, settings: changed, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: () => null }, [client]);
    return (await makeReport(reader, clientOf(reader, client), month, NOW)).targets.map(t => t.hours);
  };
  expect([await agreed('acme', '2026-09'), await agreed('acme', '2026-10'), await agreed('west', '2026-09'), await agreed('west', '2026-10'), await agreed('west', '2026-11')]).toEqual([[9], [4], [9], [4], [2]]);
});

test('every table is there, with the rows of the month', () => {
  expect(report.sections.map(s => s.id)).toEqual(SECTIONS.map(s => s.id));
  // Even tickets were decided after half an hour, odd ones after three: target one hour.
  expect(section('decided').rows).toEqual([expect.objectContaining({ tier: 'critical', k_of_n: '4 of 8', sentence: expect.stringContaining('4 of 8 critical cases were decided in time; 4 were late.') as string })]);
  expect(section('misses').rows).toHaveLength(4);
  expect(section('incidents').rows).toHaveLength(8);
  expect(section('incidents').rows.every(r => typeof r.contained === 'number' && r.notified === null)).toBe(true);
  expect(report).toMatchObject({ state: 'provisional', settingsVersion: 1, targets: [{ tier: 'critical', clock: 'decide', hours: 1 }, { tier: 'high', clock: 'decide', hours: 4 }] });
});

test('nothing of another client, in data, page or tables', () => {
  const all = [JSON.stringify(report), htmlOf(report, null), ...report.sections.map(csvOf)].join('\n');
  expect(all).not.toMatch(/globex/i);
  expect(() => clientOf(readerOf(loader, ['acme']), 'globex')).toThrow('There is no client "globex" here; there is acme.');
});

test('an operator must be narrowed: a report is never made in the whole workspace', async () => {
  const reader = readerOf(loader);
  await expect(makeReport(reader, clientOf(reader, 'acme'), '2026-10', NOW)).rejects.toThrow('scope of its client');
  expect(() => clientOf(reader, null)).toThrow('Say which client');
});

test('names are text: no element, attribute, script or link is made of them', () => {
  const html = htmlOf(report, { month: name => `?month=${name}`, csv: table => `?table=${table}` });
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).toContain('Acme &lt;b&gt;&amp;&lt;/b&gt; &quot;Sons&quot;');
  expect(html).not.toMatch(/<script|<img|<b>|onerror=alert\(1\)>[^&]*<img/);
  expect([...html.matchAll(/href="([^"]*)"/g)].map(m => m[1]).filter(h => !/^[?#]/.test(h!))).toEqual([]);
  expect([...html.matchAll(/<[a-z][^>]*>/g)].map(m => m[0]).filter(tag => /\s(src|on\w+|style)\s*=/.test(tag))).toEqual([]);
  expect(/<style>(.*?)<\/style>/s.exec(html)![1]).not.toMatch(/url\(|@import/);
});

describe('a month that was closed', () => {
  const SEPTEMBER = ticket(-20, 'acme', 'In September', 3);
  const streams = [{ id: 'siem', enabled: true }, { id: 'desk', enabled: true }] as unknown as typeof settings.sources;
  const frozen = { ...world, tickets: [SEPTEMBER, ...world.tickets] };
  /** The October report after the month was closed on 6 November, of rows that say something else since. */
  async function closed(after: typeof world, then: typeof world = frozen): Promise<Report> {
    const store = await openDuckDb({ path: ':memory:' });
    try {
      const before = await loadWorld(store, then);
      await store.transaction(async tx => {
        const read = { backfilled_to: 0, watermark: NOW, current: true };
        await tx.upsert('stream_state', [streamState('siem', 'alerts', read), streamState('desk', 'tickets', { ...read, kind: 'ticket' })]);
        await freezeReported(tx, { settings: { ...settings, sources: streams }, version: 3, dimensions: before.dimensions, now: Date.parse('2026-11-06T12:00:00Z') }, true);
        for (const name of ['alert', 'ticket', 'link', 'item', 'siem_mark'] as const) await tx.execute(sql`delete from ${table(name)}`);
      });
      const reader = readerOf(await loadWorld(store, after), ['acme']);
      return await makeReport(reader, clientOf(reader, 'acme'), '2026-10', NOW);
    } finally { await store.close(); }
  }
  const of = (r: Report, id: string) => r.sections.find(s => s.id === id)!;

  test('is final, says with which policy, and how it was in the month before', async () => {
    const r = await closed(frozen);
    expect(r).toMatchObject({ state: 'frozen', stateWhy: null, settingsVersion: 3 });
    expect(of(r, 'decided').rows).toEqual([expect.objectContaining({ k_of_n: '4 of 8', before: '0 of 1', sentence: 'As reported when the month closed: 4 of 8 critical cases in time, 4 late.' })]);
    // Nothing was raised in September: no figure, and no nought.
    expect(of(r, 'alerts').rows[0]).toMatchObject({ before: null });
    expect(of(r, 'alerts').rows[0]!.sentence).toMatch(/^As reported when the month closed: /);
    const said = of(r, 'reported-alerts').rows.find(row => row.month === r.month.name)!;
    expect(said).toMatchObject({ state: 'frozen', restated: 0 });
    expect(of(r, 'alerts').rows[0]!.k_of_n).toBe(said.confirmed);
    const html = htmlOf(r, null);
    expect(html).toContain('Final: this month is closed');
    expect(html).toContain('Closed on 2026-11-05');
    expect(html).toContain('No earlier month was restated');
    expect(html).toContain('policy version 3');
    expect(html).toContain('<th>Month before</th>');
  }, 60_000);

  test('keeps its figure when a case is edited afterwards, and names the restatement and its cause', async () => {
    const r = await closed({ ...frozen, tickets: frozen.tickets.map(t => (t.key === 'acme-1' ? { ...ticket(1, 'acme', t.title!, 0.5), changed: NOW } : t)) });
    expect(of(r, 'decided').rows[0]).toMatchObject({ k_of_n: '4 of 8', sentence: 'As reported when the month closed: 4 of 8 critical cases in time, 4 late. 1 of them counts otherwise now; see what was restated.' });
    expect(of(r, 'reported').rows.find(row => row.month === r.month.name)).toMatchObject({ state: 'frozen', met: 4, missed: 4, restated: 1, source_edit: 1, adherence: 0.5, now: 0.625 });
    expect(htmlOf(r, null)).toContain('Source edit');
  }, 60_000);

  test('keeps the row of a severity whose cases all vanished since', async () => {
    const r = await closed({ ...frozen, alerts: [], tickets: [] });
    expect(of(r, 'decided').rows).toEqual([expect.objectContaining({ tier: 'critical', k_of_n: '4 of 8' })]);
  }, 60_000);

  test('finds a rule again by its id: of two rules of one name each keeps its own alerts, and one that came later stands beside them', async () => {
    const renamed = world.rules.map((r, n) => (n < 2 ? { ...r, name: 'Twins' } : r));
    const twins = { ...frozen, rules: renamed, alerts: frozen.alerts.map((a, n) => (n < 2 ? { ...a, ruleName: 'Twins' } : a)) };
    const later = { ...alert(40, 'acme', 'Twins'), rule: 'test:r40', detected: OCTOBER + 2 * DAY };
    const more = { ...alert(41, 'acme', 'Twins'), rule: 'test:r0', detected: OCTOBER + 2 * DAY };
    const third = { ...renamed[0]!, id: rowId('siem', 'rule', 'r40'), nativeId: 'r40', rule: 'test:r40' };
    const r = await closed({ ...twins, rules: [...renamed, third], alerts: [...twins.alerts, later, more] }, twins);
    // r0 and r1 had one confirmed alert each when the month closed; another of r0 and one of r40 came to light since.
    expect(of(r, 'rules').rows.filter(row => row.rule_name === 'Twins').map(row => [row.rule, row.alerts, row.bucket_true]).sort()).toEqual([['test:r0', 1, 1], ['test:r1', 1, 1], ['test:r40', 1, 0]]);
    expect(of(r, 'rules').columns.map(c => c.name)).not.toContain('rule');
  }, 60_000);

  test('is final although nothing of it was ever counted', async () => {
    const r = await closed({ ...frozen, alerts: [], tickets: [] }, { ...frozen, alerts: [], tickets: [] });
    expect(r).toMatchObject({ state: 'frozen', stateWhy: null, settingsVersion: 3 });
    expect(of(r, 'decided').rows).toEqual([]);
  }, 60_000);

  test('verdicts of an earlier month that were turned stand there beside its cases', async () => {
    const before = { ...frozen, alerts: [...frozen.alerts, { ...alert(-20, 'acme', 'In September'), joinId: 'A-20' }] };
    const r = await closed({ ...before, tickets: before.tickets.map(t => (t.key === 'acme--20' ? { ...t, sourceDisposition: 'fp', disposition: 'false_positive', dispositionAt: NOW, changed: NOW } : t)) }, before);
    expect(of(r, 'reported-alerts').rows.find(row => row.month === '2026-09')).toMatchObject({ state: 'frozen', restated: 1, source_edit: 1 });
    expect(htmlOf(r, null)).toContain('<a href="#reported-alerts">1 decision</a> of earlier months counts otherwise now.');
  }, 60_000);

  test('a restatement of an earlier month stands at the top of the page', async () => {
    const r = await closed({ ...frozen, tickets: frozen.tickets.map(t => (t.key === 'acme--20' ? { ...ticket(-20, 'acme', 'In September', 0.5), changed: NOW } : t)) });
    expect(htmlOf(r, null)).toContain('<a href="#reported">1 case</a> of earlier months counts otherwise now.');
  }, 60_000);
});

test('what a client reads holds no code of ours, and an empty time of an incident says so', () => {
  const html = htmlOf(report, null);
  expect(html).not.toMatch(/\b(went_dark|cloud_workload|network_segment|acknowledge)\b/);
  // Nobody was notified of any of them: the column stays and says it.
  expect(html).toContain('<th>Notified</th>');
  expect(html).toContain('<td class="t">not recorded</td>');
});

test('spreadsheet formulas are neutralised, everything else comes back as it was', () => {
  const rows = parse(csvOf(section('incidents')), { columns: true }) as Record<string, string>[];
  expect(rows).toHaveLength(8);
  const titles = rows.map(r => r.Title!);
  for (const title of titles) expect(title).not.toMatch(/^\s*[=+\-@]|^\t/);
  expect(titles.map(t => t.replace(/^'/, '')).sort()).toEqual([...HOSTILE].sort());
  for (const s of report.sections) for (const line of parse(csvOf(s), {}) as string[][]) for (const cell of line) if (Number.isNaN(Number(cell))) expect(cell).not.toMatch(/^\s*[=+\-@]/);
});

test('an empty value is empty, never a nought', () => {
  const [row] = parse(csvOf(section('incidents')), { columns: true }) as Record<string, string>[];
  expect(row!.Notified).toBe('');
  expect(row!.Detected).toMatch(/^2026-10-\d\dT.*Z$/);
});

test('prints to PDF where a browser is present, and says what to do where none is', async () => {
  expect(() => browserOf({ PATH: folder })).toThrow(/no Chromium.*HTML page prints the same/);
  const html = join(folder, 'page.html'), pdf = join(folder, 'page.pdf');
  writeFileSync(html, htmlOf(report, null));
  await expect(printPdf(html, pdf, { CHROMIUM: '/bin/false' })).rejects.toThrow('made no PDF');
  let browser: string;
  try { browser = browserOf(process.env); } catch { console.log('PDF not tried: no Chromium on this machine'); return; }
  await printPdf(html, pdf, { ...process.env, CHROMIUM: browser });
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
}, 90_000);

test('from the command line out of a store that nobody holds; a store that is not there is named', async () => {
  const data = join(folder, 'data');
  mkdirSync(join(data, 'main'), { recursive: true });
  const own = await openDuckDb({ path: join(data, 'main', 'outcomes.duckdb') });
  await loadWorld(own, world);
  await recordSettings(own, settings, 'file', 1, NOW);
  await own.close();
  const run = async (...args: string[]) => {
    const out: string[] = [], said: string[] = [];
    const code = await runCli(['report', ...args], [reportCommand], { out: l => out.push(l), say: l => said.push(l), env: {}, now: () => NOW });
    return { code, out, said: said.join('\n') };
  };
  const made = await run('--client', 'acme', '--month', '2026-10', '--data', data, '--out', join(folder, 'out'));
  expect([made.code, made.said]).toEqual([0, expect.stringContaining(`Read the store in ${data}`)]);
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(['acme-2026-10.html', ...[...SECTIONS.map(s => s.id), 'agreed-times', 'definitions', 'month'].map(id => `acme-2026-10-${id}.csv`)].sort());
  expect(readFileSync(join(folder, 'out', 'acme-2026-10-decided.csv'), 'utf8')).toContain('4 of 8');
  expect(await run('--client', 'ghost', '--data', data)).toMatchObject({ code: 1, said: expect.stringContaining('There is no client "ghost"') as string });
  expect(await run('--client', 'acme', '--data', join(folder, 'none'))).toMatchObject({ code: 1, said: expect.stringContaining('There is no store') as string });
  expect(await run('--client', 'acme')).toMatchObject({ code: 1, said: expect.stringContaining('Where from?') as string });
}, 60_000);

test('explain from the command line: the steps of an alert and a ticket; as a client nothing of another one', async () => {
  const data = join(folder, 'explained');
  mkdirSync(join(data, 'main'), { recursive: true });
  const own = await openDuckDb({ path: join(data, 'main', 'outcomes.duckdb') });
  await loadWorld(own, world);
  await recordSettings(own, settings, 'file', 1, NOW);
  await own.close();
  const run = async (...args: string[]) => {
    const out: string[] = [], said: string[] = [];
    const code = await runCli(['explain', ...args], [explainCommand], { out: l => out.push(l), say: l => said.push(l), env: {}, now: () => NOW });
    return { code, out: out.join('\n'), said: said.join('\n') };
  };
  expect(await run('alert', 'A20', '--data', data)).toMatchObject({ code: 0, out: expect.stringMatching(/^A20 \(globex\)\n[\s\S]*Verdict: true[\s\S]*rule: [A-Z]/) as string });
  const ticket = await run('ticket', 'acme-1', '--data', data, '--json', '--at', '2026-11-01T00:00:00Z');
  expect(JSON.parse(ticket.out)).toMatchObject({ what: 'ticket', name: 'acme-1', asOf: Date.parse('2026-11-01T00:00:00Z') });
  expect((JSON.parse(ticket.out) as { steps: unknown[] }).steps.length).toBeGreaterThan(3);
  for (const [what, name] of [['alert', 'A20'], ['ticket', 'globex-20']] as const) {
    const foreign = await run(what, name, '--data', data, '--client', 'acme');
    expect(foreign).toMatchObject({ code: 0, out: '', said: expect.stringContaining('is among the rows you can see') as string });
  }
  expect((await run('alert', 'A1', '--data', data, '--client', 'acme')).out).toContain('A1 (acme)');
  expect(await run('person', 'x', '--data', data)).toMatchObject({ code: 1, said: expect.stringContaining('what=alert, ticket or asset') as string });
  expect(await run('alert', 'A1', '--data', data, '--at', 'yesterday')).toMatchObject({ code: 1, said: expect.stringContaining('is an instant') as string });
}, 60_000);
