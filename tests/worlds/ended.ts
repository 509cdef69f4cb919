import { DAY } from '../../src/model';
import { random, type CoverageWorld } from './coverage';

/**
 * A source that the settings read no longer, in a quarter of the estates: taken out or switched off, some days before the last. Drawn after everything
 * else, so that the other estates stay what their seed made them.
 */
export function withEnded(world: CoverageWorld, seed: number): CoverageWorld {
  const next = random(seed + 707_071);
  if (next() >= 0.25) return world;
  const sources = [...new Set(world.days.map(d => d.source))];
  const source = sources[Math.floor(next() * sources.length)]!;
  const days = world.days.filter(d => d.source === source).map(d => d.day);
  const last = Math.max(...days) - Math.floor(next() * 6);
  if (!days.some(day => day <= last)) return world;
  const removed = next() < 0.5;
  return {
    ...world, days: world.days.filter(d => d.source !== source || d.day <= last),
    settings: { ...world.settings, sources: world.settings.sources.flatMap(s => (s.id !== source ? [s] : removed ? [] : [{ ...s, enabled: false }])) },
  };
}

/** Short-lived instances that are excluded, in a quarter of the estates: some of a group, or all of it. */
export function withExcludedPool(world: CoverageWorld, seed: number): CoverageWorld {
  const next = random(seed + 909_091);
  if (next() >= 0.25) return world;
  const [share, first] = [next() < 0.5 ? 1 : 0.5, Math.min(...world.days.map(d => d.day))];
  const out = new Set(world.assets.filter(a => a.group !== null && next() < share).map(a => a.id));
  const exclusion = { reason: 'trial', agreedBy: 'soc' as const, from: (first + Math.floor(next() * 6)) * DAY, to: (first + 7 + Math.floor(next() * 20)) * DAY };
  return { ...world, assets: world.assets.map(a => (out.has(a.id) ? { ...a, exclusion } : a)) };
}
