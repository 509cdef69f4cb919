import type { BenchResult } from '../run';
import { limitOf, limits } from './limits';
import type { Kept } from './write';

const ms = (value: number | null | undefined): string => (value == null || Number.isNaN(value) ? '–' : value >= 1000 ? `${(value / 1000).toFixed(2)} s` : value >= 10 ? `${value.toFixed(0)} ms` : `${value.toFixed(1)} ms`);
/** A question that failed says so in a word; performance.json has the message. */
const said = (m: { readonly ms: number; readonly error?: string } | undefined): string => (m?.error === undefined ? ms(m?.ms) : /longer than/.test(m.error) ? 'stopped after 30 s' : 'failed');
const times = (a: number, b: number | null): string => (b === null || b === 0 ? '–' : `${(a / b).toFixed(a / b >= 10 ? 0 : 1)} ×`);
const count = (n: number): string => n.toLocaleString('en').replace(/,/g, ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => [`| ${head.join(' | ')} |`, `|${head.map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`, ...rows.map(r => `| ${r.join(' | ')} |`)].join('\n');

/** docs/performance.md. A figure stands beside its aim; what limits a miss is said in limits.ts. */
export function performancePage(kept: Kept): string {
  const runs = Object.values(kept).sort((a, b) => a.alerts - b.alerts || a.threads - b.threads);
  const newest = runs[runs.length - 1];
  if (!newest) return '# Performance\n\nNothing was measured yet: `npm run bench -- --write`.\n';
  const { machine } = newest;
  return `${[
    '# Performance',
    'Written by `npm run bench -- --write`; the measurements are in `performance.json` beside this page. Ratios are within one run; times are medians after two runs to warm up, through the real gate and the metric\'s query. "Bare scan" is the same filter and GROUP BY with `count(*)` only.',
    `Machine: ${machine.cores} cores (${machine.model}), ${machine.memoryGb} GB, ${machine.platform}, Node ${machine.node}, DuckDB ${machine.duckdb}, ${machine.date}. ${machine.load === undefined ? 'It was shared with other work while this was measured: single times may be half as long on an idle one.' : `Load when it began: ${machine.load.toFixed(1)}.`} Processor time is what a query takes of one core whatever else runs.`,
    summary(runs), ...runs.map(section), '## What limits it', limits.trim(),
  ].join('\n\n')}\n`;
}

interface Aim { readonly aim: string; readonly value: string; readonly met: boolean | null; /** How many times the bound the worst is; null where it has no number. */ readonly off?: number | null }
function aims(r: BenchResult): Aim[] {
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
    const { scope, apply, neighbour } = r.clients;
    const sum = (of: (t: (typeof scope)[number]) => number): number => scope.reduce((n, t) => n + of(t), 0);
    const over = scope.filter(t => t.ratio > 1.2);
    if (scope.length > 0) out.push({ aim: 'in a client\'s scope ≤ 1.2 × the same rows by filter', value: `${(sum(t => t.scopedMs) / sum(t => t.unscopedMs)).toFixed(2)} × over all; ${scope.length - over.length} of ${scope.length} questions${over.length > 0 ? `, not ${[...new Set(over.map(t => t.name))].join(', ')}` : ''}`, met: over.length === 0, off: Math.max(...scope.map(t => t.ratio)) / 1.2 });
    const spent = scope.filter(t => t.cpuRatio !== undefined && t.cpuRatio > 1.2);
    if (scope.some(t => t.cpuRatio !== undefined)) out.push({ aim: 'the same by processor time alone', value: `${scope.length - spent.length} of ${scope.length} questions${spent.length > 0 ? `, not ${[...new Set(spent.map(t => t.name))].join(', ')}` : ''}`, met: spent.length === 0, off: Math.max(...scope.map(t => t.cpuRatio ?? 0)) / 1.2 });
    if (apply) out.push({ aim: `\`clients apply\` of ${apply.organisations} ≤ 60 s, a second time writes nothing`, value: `${apply.seconds.toFixed(1)} s, ${count(apply.writes)} writes; then ${apply.againSeconds.toFixed(1)} s, ${apply.writesAgain} writes`, met: apply.seconds <= 60 && apply.writesAgain === 0 && apply.failed === 0 });
    if (neighbour) out.push({ aim: "a noisy organisation moves its neighbour's p95 by less than 2 ×", value: `${neighbour.ratio.toFixed(2)} × (${ms(neighbour.aloneMs)} alone, ${ms(neighbour.besideMs)} beside ${count(neighbour.flood)} queries)`, met: neighbour.ratio < 2 });
  }
  const load = r.sync?.loads[0];
  if (load) out.push({ aim: 'sync ≥ 20 000 rows/s end to end (Elasticsearch)', value: `${count(Math.round(load.rowsPerSecond))} rows/s`, met: load.rowsPerSecond >= 20_000, off: 20_000 / load.rowsPerSecond });
  return out;
}
const summary = (runs: readonly BenchResult[]): string => ['## Aims', ...runs.map(r => `**${title(r)}**\n\n${table(['Aim', 'Measured', 'Met', 'Off by'], aims(r).map(a => [a.aim, a.value, a.met ? 'yes' : 'no', a.met ? '' : a.off == null || !Number.isFinite(a.off) ? 'stopped' : `${a.off.toFixed(a.off >= 10 ? 0 : 2)} ×`]))}`)].join('\n\n');
/** Late panels, worst first, with what limits each. */
function misses(r: BenchResult): string {
  const late = (r.metrics ?? []).filter(m => m.of === 'panel').map(m => ({ ...m, off: m.error === undefined ? m.ms / (m.range === '30 days' ? 100 : 300) : Infinity })).filter(m => m.off > 1).sort((a, b) => b.off - a.off);
  if (late.length === 0) return '';
  return table(['Late panel', 'range', 'measured', 'processor', 'off by', 'limited by', 'what would move it'], late.map(m => [m.name, m.range, said(m), ms(m.cpuMs), Number.isFinite(m.off) ? `${m.off.toFixed(1)} ×` : 'stopped', ...limitOf(m.name.split(' · ')[0]!)]));
}
const title = (r: BenchResult): string => `${count(r.alerts)} alerts, ${count(Math.round(r.alerts * 0.3))} tickets${r.threads === 1 ? '' : `, ${r.threads} threads`}`;

function section(r: BenchResult): string {
  const parts = [`## ${title(r)}`, r.file ? `File ${r.file.mb === null ? '–' : `${count(r.file.mb)} MB`}.` : ''];
  const late = misses(r);
  if (late !== '') parts.push('### Panels past their aim', late);
  if (r.rivals) parts.push('### Beside the join written by hand', 'rules.outcomes by rule, over the same rows in three plain tables of the same engine (`tests/bench/rivals/`). The careful join is right for any rows; the trusting one takes for granted that no alert stands in two tickets. Neither counts decisions.',
    table(['Range', 'Product', 'Careful join', 'Trusting join', 'Ratio'], r.rivals.map(x => [x.range, ms(x.productMs), ms(x.carefulMs), ms(x.trustingMs), `${times(x.carefulMs, x.productMs)} / ${times(x.trustingMs, x.productMs)}`])));
  for (const kind of ['panel', 'metric'] as const) {
    const all = (r.metrics ?? []).filter(m => m.of === kind);
    if (all.length > 0) parts.push(kind === 'panel' ? '### Queries of the bundled dashboards' : '### Every metric, as it stands and for one client', table(['', '30 days', 'bare', 'all time', 'bare', 'ratio'], [...new Set(all.map(m => m.name))].map(name => {
      const [a, b] = ['30 days', 'all time'].map(range => all.find(m => m.name === name && m.range === range));
      return [name, said(a), ms(a?.bareMs), said(b), ms(b?.bareMs), b && b.error === undefined ? times(b.ms, b.bareMs) : '–'];
    })));
  }
  if (r.process) parts.push('### The backend as Grafana starts it', `Start to handshake ${ms(r.process.handshakeMs)}, to the first answer ${ms(r.process.firstAnswerMs)}. Resident ${r.process.memoryAtStartMb ?? '–'} MB after it, ${r.process.memoryMb ?? '–'} MB after all queries, ${r.process.peakMb ?? '–'} MB at the peak. Protocol, handlers, standing and frames included. First: the process has not met the question. Again: its answer is kept while no commit touches a table behind it (docs/adr/038):`,
    table(['All queries of all dashboards at once', 'queries', 'until the last answer, first', 'again'], r.process.dashboards.map(d => [d.range, String(d.queries), ms(d.firstMs), ms(d.ms)])),
    table(['Query', '30 days, first', 'again', 'all time, first', 'again'], [...new Set(r.process.panels.map(p => p.name))].map(name => [name, ...['30 days', 'all time'].flatMap(range => { const p = r.process!.panels.find(x => x.name === name && x.range === range); return [said(p && { ...p, ms: p.firstMs }), said(p)]; })])));
  if (r.buckets) parts.push('### Time', table(['Weeks over all alerts, counted by', 'time', 'buckets'], r.buckets.methods.map(m => [m.method, ms(m.ms), String(m.buckets)])), table(['One client, by week', 'UTC', 'America/New_York', 'ratio'], r.buckets.zones.map(z => [z.metric, ms(z.utcMs), ms(z.zoneMs), times(z.zoneMs, z.utcMs)])));
  if (r.grafana) parts.push('### Beside Grafana\'s own transformations', 'Outcomes by rule from tables that the browser holds already (`joinByField` and `groupBy` of @grafana/data); loading them is not counted.',
    table(['Alerts', 'transformations', 'product', 'ratio'], r.grafana.map(g => [count(g.alerts), ms(g.transformationsMs), ms(g.productMs), times(g.transformationsMs, g.productMs)])));
  if (r.clients) parts.push('### The price of a scope', 'One question over the same rows: asked by an operator who filters to a client, and in that client\'s own scope. Worst first.',
    table(['Question', 'range', 'filtered', 'in scope', 'ratio', 'by processor time'], [...r.clients.scope].sort((a, b) => b.ratio - a.ratio).map(t => [t.name, t.range, ms(t.unscopedMs), ms(t.scopedMs), `${t.ratio.toFixed(2)} ×`, t.cpuRatio === undefined ? '–' : `${t.cpuRatio.toFixed(2)} ×`])));
  if (r.sync) parts.push('### Sync', 'Alerts of the demo\'s Elasticsearch over HTTP, facts included; the upstream runs in a process of its own, the backend in its own.',
    table(['Alerts stored before', 'rows', 'time', 'rows/s', 'processor', 'peak memory'], r.sync.loads.map(l => [count(l.history), count(l.rows), ms(l.seconds * 1000), count(Math.round(l.rowsPerSecond)), l.processorSeconds === null ? '–' : `${l.processorSeconds.toFixed(1)} s`, l.peakMb === null ? '–' : `${count(l.peakMb)} MB`])),
    r.sync.storeShare === null ? '' : `The same load in one process: ${count(Math.round(r.sync.inProcessRowsPerSecond ?? 0))} rows/s, ${Math.round(100 * r.sync.storeShare)} % of the time within calls of the store.`);
  return parts.filter(p => p !== '').join('\n\n');
}
