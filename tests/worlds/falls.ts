import { DAY, HOUR, type AssetRow, type ObservationRow } from '../../src/model';
import { asset, random, seen, type CoverageWorld, type TelemetryDay } from './coverage';

/**
 * What small random estates hardly ever do by themselves, put into a third of them each: coverage that falls by about five assets within a
 * week (on either side of the signal's threshold, or because a source lost its hosts), and networks with enough registered addresses to
 * have a depth. Drawn after everything else, so that the other estates stay what their seed made them.
 */
export function withFalls(world: CoverageWorld, seed: number): CoverageWorld {
  const next = random(seed + 515_151);
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const client = world.settings.clients[between(0, world.settings.clients.length - 1)]!.id;
  const first = Math.min(...world.days.map(d => d.day));
  const falls = next() < 0.35;
  const deep = next() < 0.35;
  const crowd = falls ? { size: between(5, 10), silent: between(4, 6), from: first + between(6, 10), loss: next() < 0.3, excluded: next() < 0.3 } : null;
  const assets: AssetRow[] = [...world.assets];
  let days: TelemetryDay[] = [...world.days];
  if (crowd) {
    for (let i = 0; i < crowd.size; i++) {
      // The last one is excluded for a few days, and seen all the same.
      const exclusion = crowd.excluded && i === crowd.size - 1 ? { reason: 'rebuilt', agreedBy: 'client' as const, from: (crowd.from - 3) * DAY, to: (crowd.from + 2) * DAY } : null;
      assets.push(asset('nb', `crowd${i}-${client}`, { client, hostname: `crowd${i}-${client}`, identifiers: [{ type: 'agent', value: `crowd-${client}-${i}` }], exclusion }));
    }
    days = days.map(d => {
      if (d.source !== 'edr') return d;
      const talking = Array.from({ length: crowd.size }, (_, i) => i).filter(i => d.day < crowd.from || i >= crowd.silent);
      const rows = [...d.rows, ...talking.map(i => seen('edr', 'agent_events', d.day, d.day * DAY + HOUR, d.day * DAY + 20 * HOUR, { client, identifiers: [{ type: 'agent', value: `crowd-${client}-${i}` }], hostname: `crowd${i}-${client}` }))];
      return { ...d, rows: crowd.loss && d.day >= crowd.from ? rows.slice(0, 1) : rows };
    });
  }
  if (deep) {
    const n = client === 'york' ? 2 : 1;
    const address = (i: number): string => `10.${n}.1.${50 + i}`;
    const [registered, known] = [between(4, 8), between(0, 3)];
    assets.push(asset('cmdb', `rack-${client}`, { client, hostname: `rack-${client}`, addresses: Array.from({ length: registered }, (_, i) => ({ address: address(i), static: true, from: null, to: null })) }));
    days = days.map(d => (d.source === 'flows' ? { ...d, rows: [...d.rows, ...Array.from({ length: known }, (_, i) => flow(d.day, client, address(i), between(0, 23)))] } : d));
  }
  return { ...world, assets, days };
}
const flow = (day: number, client: string, address: string, hour: number): ObservationRow => seen('flows', 'flow', day, day * DAY + hour * HOUR, day * DAY + Math.min(23, hour + 2) * HOUR, { client, address });
