import type { Notice } from '../frames/frame';
import type { Cell } from '../metrics/metric';

type Row = Readonly<Record<string, Cell>>;
export interface FrameStanding { readonly state: string; readonly why: readonly string[] }

/** Standing of a whole answer, for `meta.custom.standing`: qualified as soon as one value is, not measured only when all are. Null: not asked for. */
export function frameStanding(rows: readonly Row[]): FrameStanding | null {
  const said = rows.filter(r => typeof r.standing === 'string');
  if (said.length === 0) return null;
  const state = ['qualified', 'measured', 'not measured'].find(s => said.some(r => r.standing === s))!;
  return { state, why: [...new Set(said.filter(r => r.standing === state && r.standing_why !== null).map(r => String(r.standing_why)))] };
}

/** What a single value cannot show beside itself stands behind the panel's sign. */
export const standingNotices = (standing: FrameStanding | null): Notice[] =>
  standing?.state === 'qualified' ? [{ severity: 'warning', text: `Qualified: ${standing.why.join('; ')}.` }] : [];
