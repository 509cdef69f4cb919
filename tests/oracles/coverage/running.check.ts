import { coverageNowQuery } from '../../../src/backend/metrics/coverage/now';
import { DAY, localDay, MINUTE } from '../../../src/model';
import { random, type CoverageWorld } from '../../worlds/coverage';
import type { Estate } from './harness';
import { coverageOracle, type Estate as Lives, type OracleDay } from './oracle';
import { figuresOf } from './views.oracle';

/** coverage.now on the running day (metrics.md §1, Instant: today at now), where sources were read to within the agreed lag or not. Kinds that ask for one group of evidence. */
const KINDS = ['endpoint', 'cloud_workload', 'network_segment'];
const FIGURES = ['in_scope', 'covered', 'agent_only', 'dark', 'absent', 'unknown', 'excluded', 'weak_share', 'coverage', 'coverage_without_exclusions'] as const;

export async function checkRunning(estate: Estate, world: CoverageWorld, seed: number, lives: Lives, days: readonly OracleDay[], saw: (what: string, n?: number) => void): Promise<void> {
  const next = random(seed + 17);
  const read = (Math.max(...world.days.map(d => d.day)) + 1) * DAY;
  const at = read + Math.floor(next() * 59 * MINUTE) + 1;
  const { requirements } = world.settings.policy.coverage;
  for (const { id: client, zone } of world.settings.clients) {
    const today = localDay(at - 1, zone);
    // Where that day is over by now it is judged at its end.
    if (localDay(world.now, zone) - 1 >= today) continue;
    const last = today - 1;
    const expected = coverageOracle(world, lives, { at, lag: 60 * MINUTE, days: days.filter(d => d.day === last) }).filter(d => d.client === client);
    const rows = (await coverageNowQuery.run(estate.reader(), estate.request({ filters: { client: [client] }, asOf: at, range: { from: at - DAY, to: at } }))).rows;
    for (const kind of KINDS) {
      const row = rows.find(r => r.kind === kind);
      if (requirements.some(r => r.kind === kind && r.groups.length > 1) || row?.reason === 'no_source') continue;
      const of = figuresOf(expected.filter(d => d.kind === kind));
      const pick = (from: object): unknown => Object.fromEntries(FIGURES.map(f => [f, (from as Record<string, unknown>)[f]]));
      expect({ seed, client, kind, at, ...pick(row ?? figuresOf([])) as object }).toEqual({ seed, client, kind, at, ...pick(of) as object });
      saw('today'); saw('covered today', of.covered); saw('unknown today', of.unknown); saw('measured today', of.coverage === null ? 0 : 1);
    }
  }
}
export const RUNNING_MUST = ['today', 'covered today', 'unknown today', 'measured today'];
