import type { BenchResult } from '../run';
import { aims, offBy } from './aims';
import { limitOf, limits } from './limits';
import { count, ms, otherThreads, said, times } from './words';
import type { Kept } from './write';

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

const summary = (runs: readonly BenchResult[]): string => ['## Aims', ...runs.map(r => `**${title(r)}**\n\n${table(['Aim', 'Measured', 'Met', 'Off by'], aims(r).map(a => [a.aim, a.value, a.met ? 'yes' : 'no', offBy(a)]))}`)].join('\n\n');
/** Late panels, worst first, with what limits each. */
function misses(r: BenchResult): string {
  const late = (r.metrics ?? []).filter(m => m.of === 'panel').map(m => ({ ...m, off: m.error === undefined ? m.ms / (m.range === '30 days' ? 100 : 300) : Infinity })).filter(m => m.off > 1).sort((a, b) => b.off - a.off);
  if (late.length === 0) return '';
  return table(['Late panel', 'range', 'measured', 'processor', 'off by', 'limited by', 'what would move it'], late.map(m => [m.name, m.range, said(m), ms(m.cpuMs), Number.isFinite(m.off) ? `${m.off.toFixed(1)} ×` : 'stopped', ...limitOf(m.name.split(' · ')[0]!)]));
}
const title = (r: BenchResult): string => `${count(r.alerts)} alerts, ${count(Math.round(r.alerts * 0.3))} tickets${otherThreads(r, ', ')}`;

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
  if (r.clients) parts.push('### The price of a scope', 'One question over the same rows: asked by an operator who filters to a client, and in that client\'s own scope, taking turns. The filter reads the same rows of the same file, at the same density; a store of one client\'s rows alone would flatter neither. Judged by the median of the pairs\' processor times; the elapsed ones stand beside. Worst first.',
    table(['Question', 'range', 'filtered', 'in scope', 'ratio', 'by processor time'], [...r.clients.scope].sort((a, b) => b.cpuRatio - a.cpuRatio).map(t => [t.name, t.range, ms(t.unscopedMs), ms(t.scopedMs), `${t.ratio.toFixed(2)} ×`, `${t.cpuRatio.toFixed(2)} ×`])));
  if (r.sync) parts.push('### Sync', 'Alerts of the demo\'s Elasticsearch over HTTP, facts included; the upstream runs in a process of its own, the backend in its own.',
    table(['Alerts stored before', 'rows', 'time', 'rows/s', 'processor', 'peak memory'], r.sync.loads.map(l => [count(l.history), count(l.rows), ms(l.seconds * 1000), count(Math.round(l.rowsPerSecond)), l.processorSeconds === null ? '–' : `${l.processorSeconds.toFixed(1)} s`, l.peakMb === null ? '–' : `${count(l.peakMb)} MB`])),
    r.sync.storeShare === null ? '' : `The same load in one process: ${count(Math.round(r.sync.inProcessRowsPerSecond ?? 0))} rows/s, ${Math.round(100 * r.sync.storeShare)} % of the time within calls of the store.`);
  return parts.filter(p => p !== '').join('\n\n');
}
