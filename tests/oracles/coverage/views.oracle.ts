import type { ObservationRow } from '../../../src/model';
import type { CoverageWorld } from '../../worlds/coverage';
import { changeOracle, counts } from './change.oracle';
import { asOf, inPrefix, machineOf, segmentOf, type Estate, type Life, type Merged, type OracleDay } from './oracle';

/** What the panels of coverage show, from the oracle's asset-days, in plain loops (metrics.md §1). */
export interface Figures { in_scope: number; covered: number; agent_only: number; dark: number; absent: number; unknown: number; excluded: number; degraded: number; weak_share: number | null; coverage: number | null; coverage_without_exclusions: number | null }
export const UNCOVERED = ['agent_only', 'dark', 'absent', 'unknown'];

/** Of assets of one client and kind on one day. Past 1 % unknown there is no value, never a low one. */
export function figuresOf(days: readonly OracleDay[]): Figures {
  const n = (state: string): number => days.filter(d => d.state === state).length;
  const scope = days.length - n('excluded');
  const measured = scope > 0 && n('unknown') <= 0.01 * scope;
  return {
    in_scope: scope, covered: n('covered'), agent_only: n('agent_only'), dark: n('dark'), absent: n('absent'), unknown: n('unknown'), excluded: n('excluded'),
    degraded: days.filter(d => d.state === 'covered' && d.degraded).length, weak_share: n('covered') === 0 ? null : days.filter(d => d.state === 'covered' && d.weak).length / n('covered'),
    coverage: measured ? n('covered') / scope : null, coverage_without_exclusions: measured ? (n('covered') + days.filter(d => d.state === 'excluded' && d.otherwise === 'covered').length) / days.length : null,
  };
}

/** A fall of three points and five assets within seven days; null where either day has no value. */
export function signalOf(now: Figures, before: Figures): { change: number | null; signal: number | null } {
  if (now.coverage === null || before.coverage === null) return { change: null, signal: null };
  const change = now.coverage - before.coverage;
  return { change, signal: change <= -0.03 + 1e-9 && before.covered - now.covered >= 5 ? 1 : 0 };
}

/** What took most away within the seven days before the end of a day, in words with its number of assets; several where parts are worth the same. */
export function largestPart(days: readonly OracleDay[], lives: readonly Life[], client: string, kind: string, day: number): string[] {
  const [a, b] = [counts(days, client, kind, day - 7), counts(days, client, kind, day)];
  const rate = (a.c / a.n + b.c / b.n) / 2;
  const parts = changeOracle(days, lives, client, kind, day - 7, day).map(p => ({ ...p, worth: (p.covered - rate * p.scope) / ((a.n + b.n) / 2) }));
  const least = Math.min(...parts.map(p => p.worth));
  return parts.filter(p => p.worth <= least + 1e-12).map(p => `${p.part.split('_').join(' ')}${p.source === null ? '' : ` ${p.source}`} (${p.assets})`);
}

/**
 * Hosts that telemetry saw within [from, to), each as what it was at its last sighting: by its asset, else by name. An address alone is of a
 * network, whatever evidence named it. What several assets or networks could be is ambiguous, and no stranger's name hides behind it.
 */
export function seenHosts(world: CoverageWorld, estate: Estate, client: string, from: number, to: number): { seen: number; registered: number; ambiguous: number; strangers: string[] } {
  const hosts = new Map<string, { row: ObservationRow; last: number; here: boolean }>();
  for (const d of world.days) for (const row of d.rows) {
    if (row.client !== client) continue;
    // One identity of one source, however many kinds of evidence; a network of two routing tables holds two hosts of one address.
    const key = JSON.stringify([row.source, row.identifiers.map(i => i.value.toLowerCase()).sort(), row.fqdn, row.hostname, row.address, row.vrf]);
    const known = hosts.get(key);
    hosts.set(key, { row: known?.row ?? row, last: Math.max(known?.last ?? 0, row.last), here: known?.here === true || (row.last >= from && row.first < to) });
  }
  const named = new Map<string, { assets: string[]; what: Set<string> }>();
  for (const { row, last, here } of hosts.values()) {
    if (!here) continue;
    const then: Merged[] = estate.lives.flatMap(l => { const m = asOf(l, estate.interval(last)); return m ? [{ ...m, id: l.id }] : []; });
    // Identifiers are the same in any case, and are told in small letters.
    const name = row.fqdn ?? row.hostname ?? row.address ?? row.identifiers[0]!.value.toLowerCase();
    const entry = named.get(name) ?? { assets: [], what: new Set<string>() };
    named.set(name, entry);
    const asset = machineOf(row, last, then);
    if (asset) entry.assets.push(asset[0].id); else entry.what.add(whatElse(row, last, then, client));
  }
  const registered = new Set([...named.values()].flatMap(e => e.assets)).size;
  const rest = [...named].filter(([, e]) => e.assets.length === 0);
  const ambiguous = rest.filter(([, e]) => e.what.has('ambiguous'));
  const strangers = rest.filter(([, e]) => e.what.has('ambiguous') || !e.what.has('segment')).map(([name]) => name);
  return { seen: registered + strangers.length, registered, ambiguous: ambiguous.length, strangers };
}
function whatElse(row: ObservationRow, at: number, then: readonly Merged[], client: string): string {
  const machines = then.filter(a => a.client === client && a.kind !== 'network_segment');
  const held = row.address === null ? [] : machines.flatMap(a => a.records.flatMap(r => r.addresses.filter(x => x.address === row.address && (x.static || x.from !== null) && Math.max(x.from ?? -Infinity, x.static ? -Infinity : a.from) < Math.min(x.to ?? Infinity, x.static ? Infinity : a.to)).map(() => a)));
  const bearing = (name: string | null): number => (name === null ? 0 : machines.filter(a => a.records.some(r => r.hostname === name || r.fqdn === name)).length);
  if (held.length > 1 || bearing(row.hostname) > 1 || bearing(row.fqdn) > 1) return 'ambiguous';
  if (segmentOf({ ...row, evidence: 'flow' }, at, then)) return 'segment';
  const fits = row.address === null ? [] : then.filter(a => a.client === client && a.kind === 'network_segment' && at < a.to && inPrefix(row.address!, a.records[0]!.prefix!) && (row.vrf === null || (a.records[0]!.vrf ?? '') === row.vrf));
  return fits.length > 0 ? 'ambiguous' : 'none';
}
