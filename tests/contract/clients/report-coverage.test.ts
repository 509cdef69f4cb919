/** Coverage in the client report once its month has closed: as frozen, restated since, or missing although the cases are frozen. */
import { htmlOf } from '../../../src/backend/handlers/report/html';
import { clientOf, makeReport, type Report } from '../../../src/backend/handlers/report/report';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { storeRow } from '../../../src/backend/store/testing/rows';
import { freezeReported } from '../../../src/backend/sync/reported/freeze';
import { DAY, dayNumber, HOUR, type AssetRow } from '../../../src/model';
import type { WorkspaceSettings } from '../../../src/settings/schema';
import { Estate } from '../../oracles/coverage/harness';
import { asset, seen, worldSettings, type TelemetryDay } from '../../worlds/coverage';

jest.setTimeout(120_000);
/** Ten servers of client berlin in May 2026, nine of them seen every day; the tenth fell silent on the 22nd. */
const MAY = dayNumber('2026-05-01');
const CLOSING = dayNumber('2026-06-05') * DAY - 2 * HOUR;
const settings: WorkspaceSettings = (() => { const given = worldSettings(); return { ...given, policy: { ...given.policy, reporting: { closingDay: 5, months: 13 } } }; })();
const hosts: AssetRow[] = Array.from({ length: 10 }, (_, i) => asset('nb', `n${i}`, { hostname: `h${i}` }));
const days = (sees: (i: number, day: number) => boolean): TelemetryDay[] => Array.from({ length: 44 }, (_, k) => MAY - 9 + k).flatMap(day => ['edr', 'logs', 'console', 'flows', 'audit'].map(source => ({
  source, stream: 'all', day, rows: source === 'edr' ? hosts.flatMap((_a, i) => (sees(i, day) ? [seen('edr', 'agent_events', day, day * DAY + HOUR, day * DAY + 20 * HOUR, { hostname: `h${i}` })] : [])) : [],
})));
const usual = (i: number, day: number): boolean => i < 9 || day < MAY + 21;

let estate: Estate;
beforeEach(async () => {
  estate = await Estate.open(settings, CLOSING);
  await estate.assets(hosts);
  await estate.telemetry(days(usual).filter(d => (d.day + 1) * DAY <= CLOSING));
  await estate.flush();
});
afterEach(() => estate.store.close());

/** Closes May at the closing instant; streams of cases are current, those of the estate as told. */
const close = (telemetry: object = {}): Promise<void> => estate.store.transaction(async tx => {
  const row = (source: string, kind: 'alert' | 'asset' | 'observation', more: object = {}) => storeRow('stream_state', { source, stream: kind === 'alert' ? 'alerts' : 'all', kind, progress: 1, current: true, watermark: CLOSING, backfilled_to: 0, ...more });
  await tx.upsert('stream_state', [row('edr', 'alert'), ...settings.sources.map(s => row(s.id, ['cmdb', 'nb'].includes(s.id) ? 'asset' : 'observation', s.id === 'edr' ? telemetry : {}))]);
  await freezeReported(tx, { settings: estate.settings, version: 7, dimensions: estate.dimensions, now: CLOSING }, true);
});
async function report(month: string): Promise<Report> {
  const reader = estate.reader(['berlin']);
  return makeReport(reader, clientOf(reader, 'berlin'), month, estate.now);
}
const of = (r: Report, id: string) => r.sections.find(s => s.id === id)!;
const endpoints = (r: Report) => of(r, 'coverage').rows.find(row => row.kind === 'endpoint')!;

test('is what was frozen, whatever became known since; what counts otherwise is said in its sentence, and on the first line of later months', async () => {
  await close();
  estate.now = CLOSING + 3 * DAY;
  // The tenth spoke after all, on the 25th to the 31st: told in June.
  await estate.telemetry(days((i, d) => usual(i, d) || (d >= MAY + 24 && d <= MAY + 30)).filter(d => d.source === 'edr' && d.day >= MAY + 24 && d.day <= MAY + 30));
  await estate.flush();
  const may = await report('2026-05');
  expect(may).toMatchObject({ state: 'frozen', settingsVersion: 7 });
  expect(endpoints(may)).toMatchObject({ k_of_n: '9 of 10', sentence: 'As reported when the month closed: at its end 9 of 10 endpoints reported to the SOC. 1 endpoint of the month counts otherwise now; see what was restated.' });
  expect(of(may, 'coverage').notices.join()).not.toMatch(/provisional|not kept/);
  // 310 asset-days, nine of them without the tenth: as reported 300, and now seven more.
  expect(of(may, 'coverage-months').rows.find(r => r.kind === 'endpoint' && r.covered === 300)).toMatchObject({ in_scope: 310, coverage: 300 / 310 });
  expect(of(may, 'reported-coverage').rows.find(r => r.month === '2026-05' && r.kind === 'endpoint')).toMatchObject({ state: 'frozen', covered: 300, now: 307 / 310, restated: 1, late_data: 1 });
  expect(htmlOf(may, null)).toContain('No earlier month was restated.');
  expect(htmlOf(await report('2026-06'), null)).toContain('<a href="#reported-coverage">1 asset</a> of earlier months counts otherwise now.');
});

test('where it is not frozen with the cases its table says so and shows what stands today', async () => {
  await close({ current: false });
  const may = await report('2026-05');
  expect(may.state).toBe('frozen');
  expect(endpoints(may)).toMatchObject({ k_of_n: '9 of 10' });
  expect(String(endpoints(may).sentence)).not.toContain('As reported');
  expect(of(may, 'coverage').notices).toContain('Coverage of this month is provisional: its closing day has passed, but not every source is read that far.');
  expect(htmlOf(may, null)).toContain('Coverage of this month is provisional');
  expect(of(may, 'reported-coverage').rows.find(r => r.month === '2026-05' && r.kind === 'endpoint')).toMatchObject({ state: 'provisional', restated: null });
});

test('where the month closed before coverage was kept, that is said instead', async () => {
  await close();
  await estate.store.transaction(async tx => {
    for (const name of ['reported_coverage', 'reported_asset'] as const) await tx.execute(sql`delete from ${table(name)}`);
    await tx.execute(sql`update ${table('reported_part')} set frozen_at = null, settings_version = null, definition = null, n = null where part = 'coverage'`);
  });
  const may = await report('2026-05');
  expect(may.state).toBe('frozen');
  expect(String(endpoints(may).sentence)).not.toContain('As reported');
  expect(of(may, 'coverage').notices).toContain('Coverage of this month was not kept when it closed: these are the figures of today.');
});
