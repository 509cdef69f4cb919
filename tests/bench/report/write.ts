import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult } from '../run';
import { performancePage } from './page';
import { otherThreads } from './words';

const DOCS = join(__dirname, '..', '..', '..', 'docs');
const KEPT = join(DOCS, 'performance.json');
const PAGE = join(DOCS, 'performance.md');

/** Measurements by size and threads: a later run of a part replaces it, other parts and sizes stay. */
export type Kept = Readonly<Record<string, BenchResult>>;
export const keyOf = (r: BenchResult): string => `${r.alerts}${otherThreads(r, ' at ')}`;
export function merged(kept: Kept, result: BenchResult): Kept {
  const before = kept[keyOf(result)];
  // A run of the panels alone leaves what was known of the metrics, and the other way round.
  const others = (before?.metrics ?? []).filter(m => result.metrics && !result.metrics.some(r => r.of === m.of));
  return { ...kept, [keyOf(result)]: { ...before, ...result, ...(result.metrics && { metrics: [...result.metrics, ...others] }) } };
}

/** Keeps a run in docs/performance.json (ratios to the thousandth: 1.24 × must not be kept as 1.2) and writes docs/performance.md from all that is kept. */
export function writeReport(result: BenchResult): void {
  const kept = merged(existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, 'utf8')) as Kept) : {}, result);
  writeFileSync(KEPT, `${JSON.stringify(kept, (_, v: unknown) => (typeof v === 'number' && !Number.isInteger(v) ? (Math.abs(v) < 10 ? Math.round(v * 1000) / 1000 : Math.round(v * 10) / 10) : v), 1)}\n`);
  writeFileSync(PAGE, performancePage(kept));
}
