import { HOUR } from '../../../model';
import type { Cell } from '../../metrics/metric';
import { kOfN } from '../../metrics/shared/plain';
import type { ReportMonth } from './month';
import type { ReportSection } from './report';
import { SECTIONS } from './sections';

type Row = Readonly<Record<string, Cell>>;

/**
 * What was reported stays reported (metrics.md, Rule 10): a closed month's headlines are the frozen figures, with what counts otherwise since.
 * Of a month past its closing day that is not frozen the table says so: coverage, cases and verdicts are frozen each by itself.
 */
export function asReported(sections: readonly ReportSection[], all: readonly ReportSection[], month: ReportMonth, now: number): ReportSection[] {
  const of = (id: string): Row[] => (all.find(s => s.id === id)?.rows ?? []).filter(r => r.month === month.name);
  const [cases, coverage, alerts, rules] = [of('reported'), of('reported-coverage'), of('reported-alerts'), of('reported-rules')];
  const everyMonth = all.find(s => s.id === 'reported-coverage')?.rows ?? [];
  const isFrozen = (r: Row): boolean => r.state === 'frozen';
  /** The table with its frozen rows first; rows of what was not frozen with them follow. */
  const closed = (s: ReportSection, frozen: readonly Row[], by: string | null, reported: (was: Row, row: Row | undefined) => Row): ReportSection =>
    (frozen.length === 0 ? s : { ...s, rows: [...frozen.map(f => reported(f, s.rows.find(r => by === null || r[by] === f[by]))), ...(by === null ? [] : s.rows.filter(r => !frozen.some(f => f[by] === r[by])))] });
  const notice = (s: ReportSection, months: readonly Row[], what: string): ReportSection => {
    const open = now >= month.closes ? months.find(r => !isFrozen(r)) : undefined;
    return open === undefined ? s : { ...s, notices: [...s.notices, open.state === 'not kept' ? `${what} of this month was not kept when it closed: these are the figures of today.` : `${what} of this month is provisional: its closing day has passed, but not every source is read that far.`] };
  };
  return sections.map(s => {
    switch (s.id) {
      // The order of the history is that of the tiers; rows it does not hold had nothing due.
      case 'decided': return closed(s, cases.filter(r => isFrozen(r) && num(r.met) + num(r.missed) > 0), 'tier', casesSaid);
      case 'coverage': return notice(closed(s, coverage.filter(r => isFrozen(r) && r.end_in_scope !== null), 'kind', coverageSaid), coverage, 'Coverage');
      case 'coverage-months': return { ...s, rows: s.rows.map(row => { const was = everyMonth.find(r => isFrozen(r) && r.kind === row.kind && r.month === nameAt(num(row.time))); return was ? { ...row, coverage: was.coverage ?? null, in_scope: was.in_scope ?? null, covered: was.covered ?? null, days: was.days ?? null, days_measured: was.days_measured ?? null } : row; }) };
      case 'alerts': return notice(closed(s, alerts.filter(isFrozen), null, alertsSaid), alerts, 'What became of the alerts');
      case 'rules': return closed(s, rules.filter(isFrozen).sort((a, b) => num(b.alerts) - num(a.alerts)), 'rule', (was, row) => Object.fromEntries([...new Set([...s.columns.map(c => c.name), ...Object.keys(row ?? {})])].map(name => [name, was[name] ?? null])));
      default: return s;
    }
  });
}
/** Name of the month that begins at a local midnight, which lies at most 14 h before and 12 h after that of UTC. */
const nameAt = (begins: number): string => new Date(begins + 15 * HOUR).toISOString().slice(0, 7);
const num = (value: Cell | undefined): number => Number(value ?? 0);
const since = (was: Row, one: string, many: string): string => (typeof was.restated === 'number' && was.restated > 0 ? ` ${was.restated} ${was.restated === 1 ? one : many} otherwise now; see what was restated.` : '');

function casesSaid(was: Row, row: Row | undefined): Row {
  const [met, missed] = [num(was.met), num(was.missed)];
  const n = met + missed;
  return { tier: was.tier ?? null, standing: null, standing_why: null, ...row, k_of_n: kOfN(met, n), sentence: `As reported when the month closed: ${kOfN(met, n)} ${String(was.tier)} ${n === 1 ? 'case' : 'cases'} in time${missed > 0 ? `, ${missed} late` : ''}.${since(was, 'of them counts', 'of them count')}` };
}
const KINDS: Readonly<Record<string, readonly [string, string]>> = { endpoint: ['endpoint', 'endpoints'], cloud_workload: ['cloud workload', 'cloud workloads'], network_segment: ['network segment', 'network segments'] };
function coverageSaid(was: Row, row: Row | undefined): Row {
  const [k, n] = [num(was.end_covered), num(was.end_in_scope)];
  const [one, many] = KINDS[String(was.kind)] ?? ['asset', 'assets'];
  return { kind: was.kind ?? null, standing: null, standing_why: null, ...row, k_of_n: kOfN(k, n), sentence: `As reported when the month closed: at its end ${kOfN(k, n)} ${n === 1 ? one : many} reported to the SOC.${since(was, `${one} of the month counts`, `${many} of the month count`)}` };
}
function alertsSaid(was: Row, row: Row | undefined): Row {
  const [confirmed, decisions] = String(was.confirmed).split(' of ').map(Number) as [number, number];
  const alerts = `${num(was.alerts).toLocaleString('en-US')} ${was.alerts === 1 ? 'alert' : 'alerts'}`;
  return { standing: null, standing_why: null, ...row, k_of_n: kOfN(confirmed, decisions), sentence: `As reported when the month closed: ${decisions === 0 ? `nobody had given a verdict on ${alerts}` : `people had judged ${decisions.toLocaleString('en-US')} ${decisions === 1 ? 'case' : 'cases'} out of ${alerts}; ${kOfN(confirmed, decisions)} confirmed a threat`}.${since(was, 'decision counts', 'decisions count')}` };
}

/** What counts otherwise now in months before this one, part by part: its table and the words for it. Parts without any are left out. */
export function restatedEarlier(sections: readonly ReportSection[], month: ReportMonth): { readonly table: string; readonly n: number; readonly words: string }[] {
  return ([['reported', 'case', 'cases'], ['reported-coverage', 'asset', 'assets'], ['reported-alerts', 'decision', 'decisions']] as const).flatMap(([table, one, many]) => {
    const n = (sections.find(s => s.id === table)?.rows ?? []).reduce((sum, r) => sum + (r.month !== month.name ? num(r.restated) : 0), 0);
    return n > 0 ? [{ table, n, words: `${n.toLocaleString('en-US')} ${n === 1 ? one : many}` }] : [];
  });
}

/** Headlines with how many it were in the month before; null where nothing was counted then. */
export function withMonthBefore(sections: readonly ReportSection[], earlier: readonly ReportSection[]): ReportSection[] {
  return sections.map(section => {
    const was = earlier.find(s => s.id === section.id);
    const by = SECTIONS.find(w => w.id === section.id)?.comparedBy;
    if (!was || by === undefined) return section;
    const at = section.columns.findIndex(c => c.name === 'k_of_n') + 1;
    const before = { name: 'before', title: 'Month before', kind: 'text', unit: null };
    return {
      ...section, columns: [...section.columns.slice(0, at), before, ...section.columns.slice(at)],
      rows: section.rows.map(row => ({ ...row, before: was.rows.find(r => by === null || r[by] === row[by])?.k_of_n ?? null })),
    };
  });
}
