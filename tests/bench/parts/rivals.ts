import { metricQuery } from '../../../src/backend/metrics/all';
import type { Store } from '../../../src/backend/store/port';
import { CATALOG } from '../../../src/catalog';
import { DAY } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { median } from '../measure';
import { careful, trusting } from '../rivals/outcomes';
import { plainTables } from '../rivals/plain';
import { benchReader } from '../world/reader';
import { DAYS, NOW } from '../world/settings';

export interface RivalTiming { readonly range: string; readonly productMs: number; readonly trustingMs: number; readonly carefulMs: number }
type Row = { rule: string; alerts: number; true: number; benign: number; false: number };

/** rules.outcomes by rule beside the join written by hand; refuses to compare unless all three say the same. */
export async function measureRivals(store: Store, alerts: number, folder: string, { threads, runs, memoryMb, say }: { threads: number; runs: number; memoryMb: number; say: (text: string) => void }): Promise<RivalTiming[]> {
  const plain = await plainTables(alerts, folder, threads, memoryMb);
  try {
    const reader = benchReader(store);
    const parsed = parseQuery({ version: 1, metric: 'rules.outcomes', groupBy: ['rule'] }, CATALOG);
    const out: RivalTiming[] = [];
    for (const [range, days] of [['30 days', 30], ['all time', DAYS]] as const) {
      // Whole days of the SOC's zone, as the product widens them: the same alerts on both sides.
      const from = Math.floor((NOW - days * DAY) / DAY) * DAY - 2 * DAY;
      const ask = () => metricQuery('rules.outcomes').run(reader, { ...parsed, range: { from, to: NOW }, asOf: NOW });
      const product = await median(ask, runs);
      const [one, two] = [await median(() => plain.query(trusting(from, NOW)), runs), await median(() => plain.query(careful(from, NOW)), runs)];
      if (range === 'all time') sameNumbers((await ask()).rows, await plain.query<Row>(trusting(from, NOW)), await plain.query<Row>(careful(from, NOW)));
      out.push({ range, productMs: product.ms, trustingMs: one.ms, carefulMs: two.ms });
      say(`rules.outcomes ${range}: product ${product.ms.toFixed(1)} ms, join by hand ${one.ms.toFixed(1)} ms (trusting), ${two.ms.toFixed(1)} ms (careful)`);
    }
    return out;
  } finally { await plain.close(); }
}

function sameNumbers(rows: readonly Readonly<Record<string, unknown>>[], ...rivals: readonly Row[][]): void {
  const ours = new Map(rows.map(r => [String(r.rule_name), [r.alerts, r.bucket_true, r.bucket_benign, r.bucket_false].map(Number).join()]));
  for (const rival of rivals) {
    const differs = rival.find(r => ours.get(r.rule) !== [r.alerts, r.true, r.benign, r.false].map(Number).join());
    if (rival.length !== ours.size || differs) throw new Error(`the join written by hand and rules.outcomes disagree${differs ? ` on "${differs.rule}": ${ours.get(differs.rule)} against ${[differs.alerts, differs.true, differs.benign, differs.false].join()}` : ''}; a comparison of times means nothing then`);
  }
}
