import type { Policy } from './policy';

/** Exports: coverageWords. */

/**
 * Everything of the coverage policy that can change what an asset of a client was on a day up to `lastDay` (ISO), as text to compare by. The
 * same whether the policy is the whole one or narrowed to the client.
 */
export function coverageWords(coverage: Policy['coverage'], client: string, lastDay: string): string {
  const requirements = coverage.requirements.filter(r => (r.client === '*' || r.client === client) && r.effectiveFrom <= lastDay);
  return JSON.stringify([requirements, coverage.windowHours, coverage.registryRank, coverage.placeholderIdentifiers, coverage.clockSkewMinutes]);
}
