import { SCOPE_AIM } from '../parts/clients';
import type { BenchResult } from '../run';
import { count, ms, times } from './words';

/** One aim of the project, what was measured for it and whether it is met. */
export interface Aim { readonly aim: string; readonly value: string; readonly met: boolean | null; /** How many times the bound the worst is; null where it has no number. */ readonly off?: number | null }
export function aims(r: BenchResult): Aim[] {
  const out: Aim[] = [];
  const panels = (range: string) => (r.metrics ?? []).filter(m => m.of === 'panel' && m.range === range);
  for (const [range, most] of [['30 days', 100], ['all time', 300]] as const) {
    const all = panels(range);
    if (all.length === 0) continue;
    const time = (m: (typeof all)[number]): number => (m.error === undefined ? m.ms : Infinity);
    const late = all.filter(m => time(m) > most);
    const worst = [...all].sort((a, b) => time(b) - time(a))[0]!;
    out.push({ aim: `every panel's query ≤ ${most} ms, ${range}`, value: `${all.length - late.length} of ${all.length}; slowest ${worst.error === undefined ? ms(worst.ms) : 'stopped'} (${worst.name})`, met: late.length === 0, off: time(worst) / most });
    const spent = all.filter(m => m.error === undefined && m.cpuMs !== undefined);
    if (spent.length === all.length) {
      const costliest = [...spent].sort((a, b) => b.cpuMs! - a.cpuMs!)[0]!;
      const over = spent.filter(m => m.cpuMs! > most);
      out.push({ aim: `the same by processor time alone, ${range}`, value: `${spent.length - over.length} of ${spent.length}; most ${ms(costliest.cpuMs)} (${costliest.name})`, met: over.length === 0, off: costliest.cpuMs! / most });
    }
  }
  const scans = [...panels('30 days'), ...panels('all time')].filter(m => m.error === undefined && m.bareMs !== null && m.bareMs >= 5);
  if (scans.length > 0) { const over = scans.filter(m => m.ms > 1.5 * m.bareMs!); out.push({ aim: '≤ 1.5 × the bare scan (scans of 5 ms and more)', value: `${scans.length - over.length} of ${scans.length}`, met: over.length === 0, off: Math.max(...scans.map(m => m.ms / m.bareMs!)) / 1.5 }); }
  const rival = r.rivals?.find(x => x.range === 'all time');
  if (rival) out.push({ aim: 'rules.outcomes ≥ 20 × the join by hand, all time', value: `${times(rival.carefulMs, rival.productMs)}; ${times(rival.trustingMs, rival.productMs)} where the join trusts its rows`, met: Math.min(rival.trustingMs, rival.carefulMs) >= 20 * rival.productMs, off: 20 / (Math.min(rival.trustingMs, rival.carefulMs) / rival.productMs) });
  const zone = r.buckets?.zones;
  if (zone?.length) { const worst = Math.max(...zone.map(z => z.zoneMs / z.utcMs)); out.push({ aim: 'weeks in a zone ≤ 1.5 × UTC', value: `${worst.toFixed(2)} ×`, met: worst <= 1.5, off: worst / 1.5 }); }
  for (const [range, most] of [['30 days', 100], ['all time', 300]] as const) {
    const again = (r.process?.panels ?? []).filter(p => p.range === range && p.firstMs !== undefined);
    if (again.length === 0) continue;
    const late = again.filter(p => p.error !== undefined || p.ms > most);
    const worst = [...again].sort((a, b) => b.ms - a.ms)[0]!;
    out.push({ aim: `the same asked again of the backend, its answer kept, ≤ ${most} ms, ${range}`, value: `${again.length - late.length} of ${again.length}; slowest ${ms(worst.ms)} (${worst.name})`, met: late.length === 0, off: worst.ms / most });
  }
  if (r.process?.peakMb != null) { const most = r.alerts > 3_000_000 ? 3000 : 1000; out.push({ aim: `backend ≤ ${most / 1000} GB`, value: `${count(r.process.peakMb)} MB at its peak`, met: r.process.peakMb <= most, off: r.process.peakMb / most }); }
  if (r.clients) {
    const { scope, apply, neighbour, hostile } = r.clients;
    const sum = (of: (t: (typeof scope)[number]) => number): number => scope.reduce((n, t) => n + of(t), 0);
    const over = scope.filter(t => t.cpuRatio > SCOPE_AIM);
    const names = (some: typeof scope): string => (some.length === 0 ? '' : `, not ${[...new Set(some.map(t => t.name))].join(', ')}`);
    if (scope.length > 0) {
      out.push({ aim: `in a client's scope ≤ ${SCOPE_AIM} × the same rows by filter, every question (processor time)`, value: `${scope.length - over.length} of ${scope.length} questions${names(over)}; worst ${Math.max(...scope.map(t => t.cpuRatio)).toFixed(2)} ×`, met: over.length === 0, off: Math.max(...scope.map(t => t.cpuRatio)) / SCOPE_AIM });
      out.push({ aim: 'the same summed over all questions, elapsed', value: `${(sum(t => t.scopedMs) / sum(t => t.unscopedMs)).toFixed(2)} ×`, met: sum(t => t.scopedMs) <= SCOPE_AIM * sum(t => t.unscopedMs), off: sum(t => t.scopedMs) / sum(t => t.unscopedMs) / SCOPE_AIM });
    }
    if (apply) out.push({ aim: `\`clients apply\` of ${apply.organisations} ≤ 60 s, a second time writes nothing`, value: `${apply.seconds.toFixed(1)} s, ${count(apply.writes)} writes; then ${apply.againSeconds.toFixed(1)} s, ${apply.writesAgain} writes`, met: apply.seconds <= 60 && apply.writesAgain === 0 && apply.failed === 0 });
    if (neighbour) out.push({ aim: "a noisy organisation moves its neighbour's p95 by less than 2 ×", value: `${neighbour.ratio.toFixed(2)} × (${ms(neighbour.aloneMs)} alone, ${ms(neighbour.besideMs)} beside ${count(neighbour.flood)} queries)`, met: neighbour.ratio < 2, off: neighbour.ratio / 2 });
    if (hostile) out.push({ aim: 'event-loop lag < 100 ms while a hostile source answers (99th percentile)', value: `${ms(hostile.lagP99Ms)}, greatest ${ms(hostile.lagGreatestMs)} (${hostile.answers} answers; slowest of ${count(hostile.panels)} panels ${ms(hostile.slowestPanelMs)})`, met: hostile.lagP99Ms < 100, off: hostile.lagP99Ms / 100 });
  }
  const load = r.sync?.loads[0];
  if (load) out.push({ aim: 'sync ≥ 20 000 rows/s end to end (Elasticsearch)', value: `${count(Math.round(load.rowsPerSecond))} rows/s`, met: load.rowsPerSecond >= 20_000, off: 20_000 / load.rowsPerSecond });
  return out;
}

/** How far off a missed aim is. */
export const offBy = (a: Aim): string => (a.met ? '' : a.off == null || !Number.isFinite(a.off) ? 'stopped' : `${a.off.toFixed(a.off >= 10 ? 0 : 2)} ×`);
/** The verdict of a run for the console: every aim it touched, the missed ones first. */
export const verdict = (r: BenchResult): string[] => [...aims(r)].sort((a, b) => Number(a.met) - Number(b.met)).map(a => `${a.met ? 'met   ' : 'MISSED'}  ${a.aim}: ${a.value}${a.met ? '' : ` – off by ${offBy(a)}`}`);
