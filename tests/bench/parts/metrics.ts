import { metricQuery } from '../../../src/backend/metrics/all';
import type { Store } from '../../../src/backend/store/port';
import { bareScan } from '../bare';
import { median } from '../measure';
import { metricQuestions, panelQuestions, requestOf, type Question } from '../questions';
import { benchReader } from '../world/reader';

export interface MetricTiming { readonly name: string; readonly of: Question['of']; readonly range: Question['range']; readonly ms: number; readonly slowest: number; readonly cpuMs?: number; readonly bareMs: number | null; readonly rows: number; readonly error?: string }

/** Every panel and metric through the gate and its query, hot, beside its bare scan. */
export async function measureMetrics(store: Store, runs: number, pick: (question: Question) => boolean, say: (text: string) => void): Promise<MetricTiming[]> {
  const reader = benchReader(store);
  const out: MetricTiming[] = [];
  for (const question of [...panelQuestions(), ...metricQuestions()].filter(pick)) {
    let rows = 0;
    let error: string | undefined;
    const { ms, slowest, cpuMs } = await median(async () => { rows = (await metricQuery(question.parsed.entry.id).run(reader, requestOf(question))).rows.length; }, runs).catch((e: Error) => { error = e.message; return { ms: NaN, slowest: NaN, cpuMs: NaN }; });
    const bare = bareScan(reader, question);
    const bareMs = bare === null ? null : (await median(() => reader.query(bare), runs)).ms;
    out.push({ name: question.name, of: question.of, range: question.range, ms, slowest, cpuMs, bareMs, rows, ...(error !== undefined && { error }) });
    say(`${ms.toFixed(1).padStart(8)} ms  bare ${bareMs === null ? '–' : bareMs.toFixed(1)}  ${question.range}  ${question.name}  (${error ?? `${rows} rows`})`);
  }
  return out;
}
