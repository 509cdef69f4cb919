import { bucketEdges } from '../../../src/model';
import type { Store } from '../../../src/backend/store/port';
import { DAY } from '../../../src/model';
import { measureBuckets, type BucketTiming } from '../store/buckets';
import { metricQuery } from '../../../src/backend/metrics/all';
import { CATALOG } from '../../../src/catalog';
import { parseQuery } from '../../../src/query/request';
import { median } from '../measure';
import { benchReader } from '../world/reader';
import { clientId, DAYS, NOW, zoneOf } from '../world/settings';

export interface ZoneTiming { readonly metric: string; readonly utcMs: number; readonly zoneMs: number }
/** A client of each zone: their weeks are cut in it. Both have about as many alerts. */
const inZone = (zone: string): string => clientId(Array.from({ length: 50 }, (_, i) => i + 1).filter(k => k > 20).find(k => zoneOf(k) === zone)!);

/** Ways to cut time, and weeks of a client in a zone with summer time beside those of one in UTC. */
export async function measureTime(store: Store, runs: number, say: (text: string) => void): Promise<{ methods: BucketTiming[]; zones: ZoneTiming[] }> {
  const range = { from: NOW - DAYS * DAY, to: NOW };
  const methods = await measureBuckets(store, bucketEdges(range, 'week', 'Europe/Berlin'), runs, say);
  const zones: ZoneTiming[] = [];
  for (const metric of ['sla.trend', 'coverage.history'] as const) {
    const ask = (zone: string) => {
      const parsed = parseQuery({ version: 1, metric, view: 'series', bucket: 'week', filters: { client: [inZone(zone)] } }, CATALOG);
      return median(() => metricQuery(metric).run(benchReader(store), { ...parsed, range, asOf: NOW }), runs);
    };
    const [utc, zone] = [await ask('UTC'), await ask('America/New_York')];
    zones.push({ metric, utcMs: utc.ms, zoneMs: zone.ms });
    say(`${metric}: weeks in UTC ${utc.ms.toFixed(1)} ms, in America/New_York ${zone.ms.toFixed(1)} ms`);
  }
  return { methods, zones };
}
