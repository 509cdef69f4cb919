import type { Life, OracleDay } from './oracle';

/** coverage.change in plain loops over asset-days (metrics.md §1, Change). */
export interface OraclePart { part: string; source: string | null; assets: number; covered: number; scope: number }
const inScope = (d: OracleDay | undefined): number => (d && d.state !== 'excluded' ? 1 : 0);
const covered = (d: OracleDay | undefined): number => (d?.state === 'covered' ? 1 : 0);

/** First and last measured day of [from, to] of one client and kind; null where there are no two. */
export function measuredEnds(days: readonly OracleDay[], client: string, kind: string, from: number, to: number): [number, number] | null {
  const measured: number[] = [];
  for (let day = from; day <= to; day++) {
    const here = days.filter(d => d.client === client && d.kind === kind && d.day === day && d.state !== 'excluded');
    if (here.length > 0 && here.filter(d => d.state === 'unknown').length <= 0.01 * here.length) measured.push(day);
  }
  return measured.length < 2 ? null : [measured[0]!, measured[measured.length - 1]!];
}
export function counts(days: readonly OracleDay[], client: string, kind: string, day: number): { n: number; c: number } {
  const here = days.filter(d => d.client === client && d.kind === kind && d.day === day);
  return { n: here.filter(d => inScope(d)).length, c: here.filter(d => covered(d)).length };
}

export function changeOracle(days: readonly OracleDay[], lives: readonly Life[], client: string, kind: string, d0: number, d1: number): OraclePart[] {
  const out: OraclePart[] = [];
  const put = (part: string, source: string | null, dc: number, dn: number): void => {
    if (dc === 0 && dn === 0) return;
    let known = out.find(p => p.part === part && p.source === source);
    if (!known) out.push(known = { part, source, assets: 0, covered: 0, scope: 0 });
    known.assets++; known.covered += dc; known.scope += dn;
  };
  const own = days.filter(d => d.client === client);
  for (const asset of new Set(own.map(d => d.asset))) {
    const mine = own.filter(d => d.asset === asset).sort((a, b) => a.day - b.day);
    const [a, b] = [mine.find(d => d.day === d0), mine.find(d => d.day === d1)];
    const life = lives.find(l => l.id === asset && l.client === client);
    if (a && b && a.kind !== b.kind) {
      if (a.kind === kind) put('reclassified', null, -covered(a), -inScope(a));
      if (b.kind === kind) put('reclassified', null, covered(b), inScope(b));
      continue;
    }
    if ((a ?? b)?.kind !== kind) continue;
    const [dc, dn] = [covered(b) - covered(a), inScope(b) - inScope(a)];
    if (inScope(a) && inScope(b)) {
      let turnedWithPolicy = false;
      for (let i = 1; i < mine.length; i++) if (mine[i]!.day > d0 && mine[i]!.day <= d1 && covered(mine[i]) !== covered(mine[i - 1])) turnedWithPolicy = mine[i]!.requirement !== mine[i - 1]!.requirement;
      const source = b!.reason?.startsWith('with_source:') ? b!.reason.split(':')[1]! : null;
      if (turnedWithPolicy && a!.requirement !== b!.requirement) put('policy', null, dc, dn);
      else if (a!.state === 'unknown' || b!.state === 'unknown') put('not_read', null, dc, dn);
      else if (dc > 0) put('came_back', null, dc, dn);
      else put(source ? 'dark_with_source' : 'went_dark', source, dc, dn);
    } else if (inScope(a)) {
      put(b ? 'excluded' : life?.ended ? life.ended : covered(a) ? 'retired_covered' : 'retired_uncovered', null, dc, dn);
    } else if (inScope(b)) {
      put(a ? 'un_excluded' : life?.began ? life.began : covered(b) ? 'registered_covered' : 'registered_uncovered', null, dc, dn);
    }
  }
  return out;
}
