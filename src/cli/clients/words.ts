import type { Finding } from './doctor';
import type { Outcome } from './every';
import type { Step } from './organisation';

const SIGN = { create: '+', update: '~', keep: ' ' } as const;
const LONGEST_DIFF = 12;

/** The diff as lines: `+` made, `~` changed with what changes, nothing for what stays. */
export function outcomeLines(outcomes: readonly Outcome[], written: boolean): string[] {
  return outcomes.flatMap(o => {
    const changed = o.steps.filter(s => s.action !== 'keep');
    const head = `${o.organisation}${o.orgId === null ? '' : ` (organisation ${o.orgId})`}`;
    if (o.error !== null) return [`${head}: FAILED${written && changed.length > 0 ? ` after ${changed.length} ${changed.length === 1 ? 'change' : 'changes'}` : ''}. ${o.error}`];
    if (changed.length === 0) return [`${head}: as it should be`];
    return [`${head}:`, ...changed.flatMap(stepLines)];
  });
}
function stepLines(step: Step): string[] {
  const shown = step.changes.slice(0, LONGEST_DIFF);
  const more = step.changes.length - shown.length;
  return [`  ${SIGN[step.action]} ${step.what}`, ...shown.map(c => `      ${c}`), ...(more > 0 ? [`      and ${more} more`] : [])];
}

/** One line for the end: how many were made, changed, right already, and failed. */
export function summary(outcomes: readonly Outcome[], written: boolean): string {
  const steps = outcomes.filter(o => o.error === null).flatMap(o => o.steps);
  const count = (action: Step['action']) => steps.filter(s => s.action === action).length;
  const failed = outcomes.filter(o => o.error !== null).length;
  const [made, changed] = written ? ['made', 'changed'] : ['to make', 'to change'];
  return `${outcomes.length} organisations: ${count('create')} ${made}, ${count('update')} ${changed}, ${count('keep')} as they should be${failed > 0 ? `; ${failed} failed` : ''}.`;
}

export const findingLines = (findings: readonly Finding[]): string[] => findings.flatMap(f => {
  const head = `${f.organisation}${f.orgId === null ? '' : ` (organisation ${f.orgId})`}`;
  return f.problems.length === 0 ? [`${head}: sees exactly ${f.sees.join(', ')}`] : [`${head}: ${f.problems.length} ${f.problems.length === 1 ? 'problem' : 'problems'}`, ...f.problems.map(p => `  ! ${p}`)];
});
