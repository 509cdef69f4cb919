import { DAY, HOUR, dayNumber, type ObservationRow } from '../../../src/model';
import { coverageHistoryQuery } from '../../../src/backend/metrics/coverage/history';
import { coverageNowQuery } from '../../../src/backend/metrics/coverage/now';
import { asset, seen, worldSettings } from '../../worlds/coverage';
import { Estate } from './harness';

/** Sources that the settings read no longer, by hand (docs/adr/045). Client berlin; the SOC's zone is UTC. Day 0 is Monday 1 June 2026. */
const MONDAY = dayNumber('2026-06-01');
const at = (day: number, hours = 0): number => (MONDAY + day) * DAY + hours * HOUR;
let estate: Estate;
afterEach(async () => { await estate.store.close(); });
const now = async (given = {}) => (await coverageNowQuery.run(estate.reader(), estate.request(given))).rows;
const history = async (from: number, to: number) => (await coverageHistoryQuery.run(estate.reader(), estate.request({ bucket: 'day', range: { from: at(from), to: at(to) }, groupBy: ['client', 'kind'] }))).rows;

/** Four hosts seen by edr on days 0 to 5, when the settings stop reading it: taken out, or switched off. No source of host logs; what else there is goes on to day 9. */
async function withoutEdr(how: 'removed' | 'switched off', more: readonly string[], telemetry: (d: number) => readonly ObservationRow[]): Promise<void> {
  const all = worldSettings();
  const others = all.sources.filter(s => s.id !== 'logs');
  estate = await Estate.open({ ...all, sources: others }, at(10, -1));
  await estate.assets([0, 1, 2, 3].map(i => asset('nb', `n${i}`, { hostname: `h${i}` })));
  const days = (source: string, from: number, to: number, rows: (d: number) => readonly ObservationRow[]) => Array.from({ length: to - from + 1 }, (_, i) => from + i).map(d => ({ source, stream: 'all', day: MONDAY + d, rows: rows(d) }));
  for (const source of ['console', 'flows', 'audit']) await estate.telemetry(days(source, -9, 9, () => []), at(10, -1));
  await estate.telemetry(days('edr', -9, 5, d => [0, 1, 2, 3].map(i => seen('edr', 'agent_events', MONDAY + d, at(d, 1), at(d, 21), { hostname: `h${i}` }))));
  await estate.flush();
  const copy = others.find(s => s.id === 'edr')!;
  estate.settings = { ...all, sources: [...others.flatMap(s => (s.id !== 'edr' ? [s] : how === 'removed' ? [] : [{ ...s, enabled: false }])), ...more.map(id => ({ ...copy, id }))] };
  for (const source of more) await estate.telemetry(days(source, 6, 9, telemetry), at(10, -1));
  await estate.flush();
}

test.each(['removed', 'switched off'] as const)('a source that is %s ends where it was last read: another takes its place, and the days before stay', async how => {
  await withoutEdr(how, ['edr2'], d => [0, 1, 2].map(i => seen('edr2', 'agent_events', MONDAY + d, at(d, 1), at(d, 21), { hostname: `h${i}` })));
  const rows = (await history(0, 10)).filter(r => r.kind === 'endpoint');
  expect(rows.map(r => [r.covered, r.absent, r.unknown, r.coverage])).toEqual([...Array.from({ length: 6 }, () => [4, 0, 0, 1]), ...Array.from({ length: 4 }, () => [3, 1, 0, 0.75])]);
  expect((await now()).find(r => r.kind === 'endpoint')).toMatchObject({ covered: 3, absent: 1, unknown: 0, coverage: 0.75, last_measured: 0.75 });
});

test.each(['removed', 'switched off'] as const)('the only source that is %s leaves the days before measured and those after without a value', async how => {
  await withoutEdr(how, [], () => []);
  const rows = (await history(0, 10)).filter(r => r.kind === 'endpoint');
  expect(rows.map(r => [r.covered, r.coverage, r.reason])).toEqual([...Array.from({ length: 6 }, () => [4, 1, null]), ...Array.from({ length: 4 }, () => [null, null, 'no_source'])]);
  expect((await now()).find(r => r.kind === 'endpoint')).toMatchObject({ coverage: null, reason: 'no_source', last_measured: 1 });
  expect((await now({ asOf: at(6, -2), range: { from: at(0), to: at(6, -2) } })).find(r => r.kind === 'endpoint')).toMatchObject({ covered: 4, coverage: 1 });
});
