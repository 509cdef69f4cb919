import { CATALOG, ENTRIES } from '../../catalog';
import { standingColumns } from '../../catalog/standing';
import { standingOf, wantsStanding, withStanding, type Findings } from './standing';

const adherence = CATALOG.get('sla.adherence')!;
const none: Findings = { past: [] };
const some: Findings = { past: [{ counter: 'downgrades', client: 'acme', text: 'Opened below the alert 7.0 %, agreed at most 5.0 %' }, { counter: 'source_lag', client: null, text: 'Source lag 2 h, agreed at most 1 h' }] };

describe('standing', () => {
  it('is measured, qualified naming the counters, or not measured with the sentence of the reason', () => {
    expect(standingOf(adherence, { adherence: 0.9, reason: null }, none)).toEqual({ standing: 'measured', standing_why: null });
    expect(standingOf(adherence, { client: 'acme', adherence: 0.9, reason: null }, some)).toEqual({ standing: 'qualified', standing_why: 'Opened below the alert 7.0 %, agreed at most 5.0 %; Source lag 2 h, agreed at most 1 h' });
    expect(standingOf(adherence, { client: 'bravo', adherence: 1, reason: null }, some)).toEqual({ standing: 'qualified', standing_why: 'Source lag 2 h, agreed at most 1 h' });
    expect(standingOf(adherence, { client: 'acme', adherence: null, reason: 'nothing_due' }, some)).toEqual({ standing: 'not measured', standing_why: adherence.nullReasons.nothing_due });
  });
  it('is not touched by a counter of another kind of asset', () => {
    const coverage = CATALOG.get('coverage.now')!;
    const shallow: Findings = { past: [{ counter: 'shallow_segments', client: null, text: 'Shallow segments 40.0 %, agreed at most 10.0 %' }] };
    expect(standingOf(coverage, { kind: 'endpoint', coverage: 0.9, reason: null }, shallow).standing).toBe('measured');
    expect(standingOf(coverage, { kind: 'network_segment', coverage: 0.9, reason: null }, shallow).standing).toBe('qualified');
  });
  it('takes 0 for a value', () => { expect(standingOf(adherence, { adherence: 0, reason: null }, none).standing).toBe('measured'); });
  it('is asked for by single values, and by tables that show it', () => {
    expect([wantsStanding(adherence, 'stat', ['adherence']), wantsStanding(adherence, 'table', null), wantsStanding(adherence, 'table', ['tier', 'adherence']), wantsStanding(adherence, 'table', ['adherence', 'standing']), wantsStanding(adherence, 'alert', null)])
      .toEqual([true, true, false, true, false]);
    expect(wantsStanding(CATALOG.get('sla.at_risk')!, 'table', null)).toBe(false);
  });
  it('stands in the catalog of every headline and of nothing else', () => {
    for (const e of ENTRIES) expect([e.id, standingColumns.every(c => e.columns.includes(c))]).toEqual([e.id, e.headline !== null]);
  });
  it('leaves the rows as they are beside it', () => {
    expect(withStanding(adherence, { rows: [{ tier: 'high', adherence: 1 }], notices: [{ severity: 'info', text: 'x' }] }, none)).toEqual({ rows: [{ tier: 'high', adherence: 1, standing: 'measured', standing_why: null }], notices: [{ severity: 'info', text: 'x' }] });
  });
});
