import { assetsQuery } from '../../../src/backend/metrics/drill/assets';
import { dayStart, localDay } from '../../../src/model';
import type { CoverageWorld } from '../../worlds/coverage';
import type { Estate } from './harness';
import { asOf, type Estate as Lives, type OracleDay } from './oracle';

/**
 * metrics.md §1, Asset: records in only one registry are listed, and so are assets whose registries contradict each other. In plain loops
 * over the records as they stand now, of the assets that count on the last complete day.
 */
export async function checkRegistries(estate: Estate, world: CoverageWorld, seed: number, lives: Lives, days: readonly OracleDay[], saw: (what: string, n?: number) => void): Promise<void> {
  for (const { id: client, zone } of world.settings.clients) {
    const last = Math.min(Math.max(...days.filter(d => d.client === client).map(d => d.day)), localDay(world.now, zone) - 1);
    const at = dayStart(last + 1, zone);
    const assets = lives.lives.flatMap(life => {
      const now = life.client === client ? asOf(life, lives.edges.length) : null;
      return now === null ? [] : [{ id: life.id, kind: now.kind, name: now.records[0]!.name, to: now.to, records: now.records, registries: new Set(now.records.map(r => r.source)).size }];
    });
    const severalRegistries = (kind: string): boolean => new Set(assets.filter(a => a.kind === kind && a.to === Infinity).flatMap(a => a.records.map(r => r.source))).size > 1;
    const counted = assets.flatMap(a => days.filter(d => d.client === client && d.asset === a.id && d.day === last).map(d => ({ ...a, counts: d.kind })));
    const lone = counted.filter(a => a.registries === 1 && severalRegistries(a.counts));
    const split = counted.filter(a => a.registries > 1 && (new Set(a.records.map(r => r.kind)).size > 1 || new Set(a.records.flatMap(r => r.criticality ?? [])).size > 1 || new Set(a.records.map(r => r.retiredAt === null)).size > 1));
    const ask = async (show: string) => (await assetsQuery.run(estate.reader(), { ...estate.request({ filters: { client: [client] }, asOf: at, range: { from: 0, to: at } }), options: { page: 1, show } } as never)).rows;
    const names = (rows: readonly Readonly<Record<string, unknown>>[]): string[] => rows.map(r => String(r.name)).sort();
    expect({ seed, client, lone: names(await ask('one_registry')) }).toEqual({ seed, client, lone: names(lone) });
    const listed = await ask('disagreeing');
    expect({ seed, client, split: names(listed.filter(r => r.disagreement !== 'two records of one registry')) }).toEqual({ seed, client, split: names(split) });
    saw('known by one registry of several', lone.length); saw('registries disagree', split.length);
  }
}
export const REGISTRIES_MUST = ['known by one registry of several', 'registries disagree'];
