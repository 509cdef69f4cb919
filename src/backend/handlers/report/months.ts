import type { Cell } from '../../metrics/metric';
import { kOfN } from '../../metrics/shared/plain';
import type { ReportMonth } from './month';
import type { ReportSection } from './report';
import { SECTIONS } from './sections';

type Row = Readonly<Record<string, Cell>>;

/**
 * What was reported stays reported (metrics.md, Rule 10): a closed month's headline is the frozen figure, with what counts otherwise since.
 * A tier whose cases all vanished afterwards keeps its row.
 */
export function asReported(sections: readonly ReportSection[], history: ReportSection | undefined, month: ReportMonth): ReportSection[] {
  const frozen = (history?.rows ?? []).filter(r => r.month === month.name && r.state === 'frozen');
  const reported = (was: Row, row: Row | undefined): Row => {
    const [met, missed] = [Number(was.met ?? 0), Number(was.missed ?? 0)];
    const n = met + missed;
    const since = typeof was.restated === 'number' && was.restated > 0 ? ` ${was.restated} of them ${was.restated === 1 ? 'counts' : 'count'} otherwise now; see what was restated.` : '';
    return { tier: was.tier ?? null, standing: null, standing_why: null, ...row, k_of_n: kOfN(met, n), sentence: `As reported when the month closed: ${kOfN(met, n)} ${String(was.tier)} ${n === 1 ? 'case' : 'cases'} in time${missed > 0 ? `, ${missed} late` : ''}.${since}` };
  };
  const closed = (rows: readonly Row[]): Row[] => {
    const due = frozen.filter(f => Number(f.met ?? 0) + Number(f.missed ?? 0) > 0);
    // The order of the history is that of the tiers; rows it does not hold had nothing due.
    return [...due.map(f => reported(f, rows.find(r => r.tier === f.tier))), ...rows.filter(r => !due.some(f => f.tier === r.tier))];
  };
  return sections.map(s => (s.id === 'decided' && frozen.length > 0 ? { ...s, rows: closed(s.rows) } : s));
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
