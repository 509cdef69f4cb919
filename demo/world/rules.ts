import { DAY } from '../../src/model/time';
import { Rng, cumulative, hashText } from './rng';
import { RULE_NAMES } from './rule-names';
import { NOISY, STORY_RULES } from './stories';
import type { WorldRule } from './types';

export type Severity = WorldRule['severity'];
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
/** Share of the alerts by tier, before the story rules. */
export const TIER_SHARE: Readonly<Record<Severity, number>> = { critical: 0.026, high: 0.15, medium: 0.33, low: 0.494 };

/** How a rule's alerts turn out. The shares of true, benign and false among determined verdicts. */
export interface RuleNature { readonly tp: number; readonly bp: number; readonly review: number; readonly suppresses: boolean }
export interface RuleSet {
  readonly rules: readonly WorldRule[];
  readonly nature: ReadonlyMap<string, RuleNature>;
  /** By tier: rules that the general stream draws from, with cumulative weights. */
  readonly byTier: Readonly<Record<Severity, { readonly rules: readonly WorldRule[]; readonly weights: Float64Array }>>;
}

const FIXED: Readonly<Record<string, { name: string; attack: string[]; severity: Severity }>> = {
  'soc-0001': { name: 'Script started by a management agent', attack: ['T1059.001', 'T1072'], severity: 'medium' },
  'soc-0002': { name: 'Outbound connection to a young domain', attack: ['T1583.001', 'T1071.001'], severity: 'low' },
  'soc-0003': { name: 'Loader of the Paper Heron campaign', attack: ['T1566.002', 'T1204.002', 'T1105'], severity: 'critical' },
  'soc-0004': { name: 'Dormant account still enabled (monthly review)', attack: ['T1078.002'], severity: 'low' },
  'soc-0005': { name: 'Decoy administrator password used', attack: ['T1078', 'T1110'], severity: 'critical' },
  'soc-0006': { name: 'Ransom note written to several shares', attack: ['T1486'], severity: 'high' },
  'soc-0007': { name: 'Decoy document opened outside the network', attack: ['T1005', 'T1567'], severity: 'high' },
  'soc-0008': { name: 'Old proxy log: category malicious', attack: ['T1071.001'], severity: 'medium' },
  'soc-0009': { name: 'Mail gateway: attachment type refused', attack: ['T1566.001'], severity: 'low' },
  'soc-0010': { name: 'VPN logon with an expired certificate', attack: ['T1133'], severity: 'medium' },
  'soc-0011': { name: 'Advertising software found and removed', attack: ['T1176'], severity: 'low' },
  'soc-0012': { name: 'Scan by the vulnerability scanner', attack: ['T1595.002'], severity: 'low' },
  'soc-0013': { name: 'Telnet logon (replaced)', attack: ['T1021'], severity: 'medium' },
  'soc-0014': { name: 'Macro document from the internet (replaced)', attack: ['T1566.001'], severity: 'low' },
};
/** Rules with a daily volume of their own, outside the general stream: alerts per day over all clients, at full scale. */
export const OWN_VOLUME: Readonly<Record<string, number>> = {
  'soc-0005': 0.12, 'soc-0006': 0.14, 'soc-0007': 0.16, 'soc-0008': 5, 'soc-0009': 7, 'soc-0010': 3, 'soc-0011': 9, 'soc-0012': 8, 'soc-0013': 2, 'soc-0014': 2,
};
/** Nobody writes rules in equal numbers: most are medium. */
const tierOf = (n: number): Severity => (n % 12 === 0 ? 'critical' : n % 12 < 4 ? 'high' : n % 12 < 9 ? 'medium' : 'low');

function natureOf(id: string, severity: Severity, rng: Rng): RuleNature {
  if (id === STORY_RULES.noisy) return { tp: 0.01, bp: 0.06, review: 0.93, suppresses: true };
  if (id === STORY_RULES.unreviewed) return { tp: 0.02, bp: 0.2, review: 0, suppresses: false };
  if (id === STORY_RULES.campaign) return { tp: 1, bp: 0, review: 1, suppresses: false };
  if (id === STORY_RULES.monthEnd) return { tp: 0, bp: 0.95, review: 1, suppresses: false };
  if ((STORY_RULES.reliable as readonly string[]).includes(id)) return { tp: 0.86, bp: 0.1, review: 1, suppresses: false };
  const base = { critical: 0.34, high: 0.19, medium: 0.08, low: 0.035 }[severity];
  const tp = Math.min(0.9, rng.lognormal(base * 0.8, 0.75));
  // A rule is either about behaviour that is mostly expected (benign) or about a pattern that is mostly wrong (false).
  const bp = (1 - tp) * (rng.chance(0.42) ? rng.between(0.55, 0.9) : rng.between(0.1, 0.35));
  return { tp, bp, review: rng.chance(0.06) ? rng.between(0.5, 0.75) : rng.between(0.86, 0.98), suppresses: rng.chance(0.15) };
}

/** 14 story rules and, at full scale, all names of rule-names.ts. */
export function makeRules(seed: number, anchor: number, scale: number): RuleSet {
  const rng = new Rng(seed, 11);
  const count = Math.max(48, Math.min(RULE_NAMES.length, Math.round(RULE_NAMES.length * Math.sqrt(scale))));
  const rules: WorldRule[] = [];
  const nature = new Map<string, RuleNature>();
  const add = (stableId: string, name: string, attack: readonly string[], severity: Severity) => {
    const first = anchor - 400 * DAY - Math.floor(rng.between(20, 900)) * DAY;
    const revisions = [{ revision: 1, from: first }];
    if (stableId === STORY_RULES.noisy) revisions.push({ revision: 2, from: anchor + NOISY.tunedOnDay * DAY });
    else if (rng.chance(0.3)) revisions.push({ revision: 2, from: anchor - Math.floor(rng.between(30, 380)) * DAY });
    const enabled = !(STORY_RULES.disabled as readonly string[]).includes(stableId);
    rules.push({ stableId, uuid: new Rng(seed, hashText(stableId)).uuid(), name, severity, attack, enabled, query: queryOf(name), revisions });
    nature.set(stableId, natureOf(stableId, severity, new Rng(seed, 12, hashText(stableId))));
  };
  for (const [id, fixed] of Object.entries(FIXED)) add(id, fixed.name, fixed.attack, fixed.severity);
  const general: Record<Severity, WorldRule[]> = { critical: [], high: [], medium: [], low: [] };
  for (let n = 0; n < count; n++) {
    const { name, attack } = RULE_NAMES[n]!;
    add(`soc-${String(101 + n).padStart(4, '0')}`, name, attack, tierOf(n));
    general[tierOf(n)].push(rules[rules.length - 1]!);
  }
  const byTier = Object.fromEntries(SEVERITIES.map(tier => [tier, { rules: general[tier], weights: heavyTail(general[tier].length) }])) as unknown as RuleSet['byTier'];
  return { rules, nature, byTier };
}
const heavyTail = (n: number): Float64Array => cumulative(Array.from({ length: n }, (_, k) => 1 / (k + 2.5) ** 1.1));
/** A query's text only has to be stable and different per rule: its hash is what the product uses. */
const queryOf = (name: string): string => `event.kind:event and rule.label:"${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}"`;
