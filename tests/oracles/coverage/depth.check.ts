import { DAY, dayStart, localDay } from '../../../src/model';
import { integrityCountersQuery } from '../../../src/backend/metrics/integrity/counters';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import type { CoverageWorld } from '../../worlds/coverage';
import type { Estate } from './harness';
import { asOf, segmentOf, type Estate as Lives, type Merged, type OracleDay } from './oracle';

/**
 * Depth of each network segment after the last complete local day (metrics.md §1, Segment), in plain loops: every address that a registry
 * gives to a machine belongs to the segment of the longest prefix, and was seen if flows named it in the day before that end. On it rests
 * the counter of shallow segments: of the covered ones with five registered addresses or more, those of which less than a quarter was seen.
 */
export async function checkDepth(estate: Estate, world: CoverageWorld, seed: number, lives: Lives, days: readonly OracleDay[], saw: (what: string, n?: number) => void): Promise<void> {
  const rows = await estate.store.query<{ id: string; registered: number | null; seen: number | null }>(
    sql`select id, depth_registered as registered, depth_seen as seen from ${table('asset')} where kind = 'network_segment'`);
  const found = new Map(rows.map(r => [r.id, r]));
  for (const { id: client, zone } of world.settings.clients) {
    const end = dayStart(localDay(world.now, zone), zone);
    const now: Merged[] = lives.lives.flatMap(l => { const m = asOf(l, lives.interval(end)); return m ? [{ ...m, id: l.id }] : []; });
    const flows = world.days.flatMap(d => d.rows).filter(r => r.evidence === 'flow' && r.client === client && [r.first, r.last].some(at => at > end - DAY && at <= end));
    const machines = now.filter(a => a.client === client && a.kind !== 'network_segment' && a.from < end && a.to > end);
    const addresses = [...new Set(machines.flatMap(a => a.records.flatMap(r => r.addresses.map(x => x.address))))];
    const shallow = { k: 0, n: 0 };
    for (const segment of now.filter(a => a.client === client && a.kind === 'network_segment')) {
      const inside = addresses.filter(address => segmentOf({ evidence: 'flow', client, address, vrf: null } as never, end, now)?.id === segment.id);
      const seen = inside.filter(address => flows.some(r => r.address === address));
      const row = found.get(segment.id);
      expect({ seed, id: segment.id, registered: row?.registered, seen: row?.seen }).toEqual({ seed, id: segment.id, registered: inside.length, seen: seen.length });
      const covered = days.some(d => d.asset === segment.id && d.client === client && d.day === localDay(end, zone) - 1 && d.state === 'covered');
      if (covered && segment.to === Infinity && inside.length >= 5) { shallow.n++; if (4 * seen.length < inside.length) shallow.k++; }
      saw('address in a segment', inside.length); saw('address seen', seen.length); saw('address not seen', inside.length - seen.length);
    }
    const { rows: counters } = await integrityCountersQuery.run(estate.reader(), { ...estate.request({ filters: { client: [client] }, groupBy: ['client'] }), options: { counter: 'shallow_segments' } as never });
    const row = counters.find(r => r.counter === 'shallow_segments');
    expect({ seed, client, k: row?.k ?? 0, n: row?.n ?? 0, value: row?.value ?? null }).toEqual({ seed, client, ...shallow, value: shallow.n === 0 ? null : shallow.k / shallow.n });
    saw('a shallow segment', shallow.k); saw('a segment deep enough', shallow.n - shallow.k);
  }
}
export const DEPTH_MUST = ['address in a segment', 'address seen', 'address not seen', 'a shallow segment', 'a segment deep enough'];
