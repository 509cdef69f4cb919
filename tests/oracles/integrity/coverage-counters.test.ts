import { integrityCountersQuery } from '../../../src/backend/metrics/integrity/counters';
import { DAY, HOUR, dayNumber, type EvidenceKind } from '../../../src/model';
import { asset, seen, worldSettings } from '../../worlds/coverage';
import { storeRow } from '../../../src/backend/store/testing/rows';
import { Estate } from '../coverage/harness';

const MONDAY = dayNumber('2026-06-01');
const at = (day: number, hours = 0): number => (MONDAY + day) * DAY + hours * HOUR;

/**
 * integrity.counters over the estate, by hand: ten hosts of berlin. Seven send events and are matched by host name only, one only checks
 * in, two are seen by nobody; a stranger sends events too.
 */
test('counters of the estate say how the ten hosts are covered', async () => {
  const now = at(9, 23);
  const estate = await Estate.open(worldSettings(), now);
  try {
    await estate.assets(Array.from({ length: 10 }, (_, i) => asset('nb', `n${i}`, { hostname: `h${i}` })));
    const rows = (source: string, evidence: EvidenceKind, day: number, hosts: readonly string[]) => hosts.map(hostname => seen(source, evidence, MONDAY + day, at(day, 1), Math.min(at(day, 21), now), { hostname }));
    const hosts = ['h0', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'stranger'];
    for (const [source, evidence, of] of [['edr', 'agent_events', hosts], ['logs', 'host_logs', []], ['console', 'heartbeat', ['h7']], ['flows', 'flow', []], ['audit', 'audit_log', []]] as const) {
      const days = Array.from({ length: 19 }, (_, i) => i - 9);
      await estate.telemetry(days.filter(d => d < 9).map(d => ({ source, stream: 'all', day: MONDAY + d, rows: rows(source, evidence, d, of) })));
      await estate.telemetry([{ source, stream: 'all', day: MONDAY + 9, rows: rows(source, evidence, 9, of) }], now);
    }
    await estate.flush();
    const ask = async (groupBy: readonly 'client'[]) => (await integrityCountersQuery.run(estate.reader(), { ...estate.request({ groupBy, range: { from: at(2), to: now } }), options: { counter: 'all' } })).rows;
    for (const groupBy of [[], ['client']] as const) {
      const all = await ask(groupBy);
      const of = (counter: string) => all.find(r => r.counter === counter && (groupBy.length === 0 || r.client === 'berlin'));
      expect(of('weak_matches')).toMatchObject({ k: 7, n: 7, value: 1, state: 'past threshold' });
      expect(of('weak_matches')!.headlines).toContain('Estate coverage');
      expect(of('heartbeat_only')).toMatchObject({ k: 1, n: 10, value: 0.1, state: 'no threshold' });
      expect(of('unknown_assets')).toMatchObject({ k: 0, n: 10, value: 0, state: 'ok' });
      expect(of('exclusion_share')).toMatchObject({ k: 0, n: 10, value: 0, state: 'ok' });
      expect(of('registry_completeness')).toMatchObject({ k: 8, n: 9, value: 8 / 9, threshold: 0.9, state: 'past threshold' });
      expect(of('registry_disagreement')).toMatchObject({ k: 0, n: 0, value: null, state: 'not measured' });
      expect(of('days_not_measured')).toMatchObject({ k: 0, value: 0, state: 'no threshold' });
    }
    // Another client, of which nothing is registered, is not measured: never fine, never zero.
    expect((await ask(['client'])).find(r => r.counter === 'weak_matches' && r.client === 'york') ?? { value: null }).toMatchObject({ value: null });
  } finally { await estate.store.close(); }
}, 60_000);

/**
 * By hand: of six servers, `gone-dark` was seen until day 3 and retired on day 6 (within 7 days of going dark), `seen` was covered when it was
 * retired, `never` was never covered, `long` went dark on day −8 and was retired on day 6 (more than 7 days); two go on.
 */
test('retired soon after going dark, age of the registries, stamps from the future', async () => {
  const now = at(9, 23);
  const estate = await Estate.open(worldSettings(), now);
  try {
    const until: Record<string, number> = { 'gone-dark': 3, seen: 99, never: -99, long: -8, on: 99, 'on-too': 99 };
    await estate.assets(Object.keys(until).map(hostname => asset('nb', hostname, { hostname, retiredAt: hostname.startsWith('on') ? null : at(6) })));
    for (const [source, evidence] of [['edr', 'agent_events'], ['logs', 'host_logs'], ['console', 'heartbeat'], ['flows', 'flow'], ['audit', 'audit_log']] as const) {
      const rows = (d: number) => (source === 'edr' ? Object.keys(until).filter(h => d <= until[h]!).map(hostname => seen(source, evidence, MONDAY + d, at(d, 1), Math.min(at(d, 20), now), { hostname })) : []);
      await estate.telemetry(Array.from({ length: 24 }, (_, i) => i - 15).map(d => ({ source, stream: 'all', day: MONDAY + d, rows: rows(d) })));
      await estate.telemetry([{ source, stream: 'all', day: MONDAY + 9, rows: rows(9) }], now);
    }
    // Two hours ahead of the clock: refused.
    await estate.telemetry([{ source: 'edr', stream: 'all', day: MONDAY + 10, rows: [seen('edr', 'agent_events', MONDAY + 10, now + 2 * HOUR, now + 2 * HOUR, { hostname: 'on' })] }], now);
    await estate.store.transaction(async tx => {
      await tx.upsert('stream_state', [['nb', now - 2 * HOUR], ['cmdb', now - 26 * HOUR], ['new', null]].map(([source, last]) => storeRow('stream_state', { source: source as string, stream: 'assets', kind: 'asset', last_success: last as number | null })));
    });
    await estate.flush();
    const { rows } = await integrityCountersQuery.run(estate.reader(), { ...estate.request({ groupBy: [], range: { from: at(2), to: now } }), options: { counter: 'all' } });
    const of = (counter: string) => rows.find(r => r.counter === counter);
    expect(of('retired_after_dark')).toMatchObject({ k: 1, n: 4, value: 1 });
    // Not covered when they ended: gone-dark, never and long, of six registered in the range.
    expect(of('retired_uncovered')).toMatchObject({ k: 3, n: 6, value: 0.5, state: 'past threshold' });
    // The retirements lie at two o'clock in Berlin: a range from noon on holds the whole of that day (Rule 7).
    const { rows: noon } = await integrityCountersQuery.run(estate.reader(), { ...estate.request({ groupBy: [], range: { from: at(6, 10), to: now }, filters: { client: ['berlin'] } }), options: { counter: 'retired_uncovered' } });
    expect(noon[0]).toMatchObject({ k: 3, n: 6 });
    expect(of('registry_age')).toMatchObject({ k: 1, n: 3, value: 26 * 3600 });
    expect(of('refused_ahead')).toMatchObject({ k: 1, value: 1 });
  } finally { await estate.store.close(); }
}, 60_000);
