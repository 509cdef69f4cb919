import { HOUR, MINUTE, SECOND } from '../../src/model/time';
import { dayStart, isoWeekday } from '../../src/model/zoned';
import { CLIENTS } from './clients';
import { isMonthEnd, relativeDay, type Context } from './context';
import { hostFor } from './hosts';
import { Rng, cumulative } from './rng';
import { OWN_VOLUME, SEVERITIES, TIER_SHARE } from './rules';
import { CAMPAIGN, DELETED, MONTH_END, NOISY, SILENT, STORY_RULES, UNREVIEWED } from './stories';
import type { WorldAlert, WorldRule } from './types';

/** An alert before anybody worked on it. */
export interface Draft extends Omit<WorldAlert, 'workflow'> {
  readonly definition: WorldRule;
  workflow: { at: number; status: 'acknowledged' | 'closed'; reason: string | null; actor: 'human' | 'automation' }[];
  /** Set for alerts that a story handles itself. */
  readonly story: 'campaign' | 'month-end' | 'deleted' | null;
}

/** Alerts per day over all clients at full scale, without the rules that have a volume of their own. */
const GENERAL_PER_DAY = 449;
/** A cause shows 1 + 0.32 × 3 times on average. */
const BURST = { chance: 0.32, most: 5, mean: 1.96 } as const;
/** By local hour: the working day brings most of them. */
const HOURS = cumulative([0.6, 0.5, 0.5, 0.5, 0.55, 0.7, 1, 1.6, 2.6, 3.1, 3.2, 3, 2.5, 2.8, 3, 2.9, 2.6, 2.1, 1.5, 1.2, 1.1, 1, 0.9, 0.7]);
const WEEKDAY = [0, 1.18, 1.1, 1.08, 1.07, 1.02, 0.44, 0.41];
const TIERS = cumulative(SEVERITIES.map(tier => TIER_SHARE[tier]));

/** All alerts detected on one local day of one client, ordered by detection. Depends on (seed, client, day, anchor) only. */
export function draftAlerts(context: Context, clientIndex: number, day: number): Draft[] {
  const { seed, scale, ruleSet } = context;
  const client = CLIENTS[clientIndex]!;
  const rng = new Rng(seed, 21, clientIndex, day);
  const midnight = dayStart(day, client.zone);
  const relative = relativeDay(context, day);
  const share = client.share * WEEKDAY[isoWeekday(day)]!;
  const drafts: Draft[] = [];
  const at = () => midnight + rng.weighted(HOURS) * HOUR + Math.floor(rng.next() * HOUR);
  const add = (rule: WorldRule, detected: number, story: Draft['story'] = null) => drafts.push(draft(context, clientIndex, rule, detected, rng, story));
  const rule = (id: string) => ruleSet.rules.find(r => r.stableId === id)!;
  const own = (id: string, perDay: number) => { for (let n = rng.poisson(perDay * share); n > 0; n--) add(rule(id), at()); };

  for (let n = rng.poisson((GENERAL_PER_DAY / BURST.mean) * scale * share); n > 0; n--) {
    const { rules, weights } = ruleSet.byTier[SEVERITIES[rng.weighted(TIERS)]!];
    const [cause, detected] = [rules[rng.weighted(weights)]!, at()];
    add(cause, detected);
    // One cause often shows several times: on more hosts, or again within the hour.
    if (rng.chance(BURST.chance)) for (let more = rng.int(1, BURST.most); more > 0; more--) add(cause, detected + Math.floor(rng.next() ** 2 * 50 * MINUTE));
  }
  // Story rules keep a floor: at small scale they must still be recognisable.
  const story = Math.max(scale, 0.06);
  own(STORY_RULES.noisy, (relative < NOISY.tunedOnDay ? NOISY.perDayBefore : NOISY.perDayAfter) * story);
  own(STORY_RULES.unreviewed, UNREVIEWED.perDay * story);
  for (const [id, perDay] of Object.entries(OWN_VOLUME)) {
    if ((STORY_RULES.disabled as readonly string[]).includes(id) && relative >= -120) continue;
    if ((STORY_RULES.fellSilent as readonly string[]).includes(id) && relative >= SILENT.fromDay) continue;
    own(id, perDay * ((STORY_RULES.reliable as readonly string[]).includes(id) ? Math.max(scale, 0.5) : Math.max(scale, 0.1)));
  }
  if (client.id === MONTH_END.client && isMonthEnd(day)) {
    for (let n = 0; n < MONTH_END.tickets; n++) add(rule(STORY_RULES.monthEnd), midnight + Math.floor(rng.between(6, 15) * HOUR), 'month-end');
  }
  if (client.id === DELETED.client && (DELETED.days as readonly number[]).includes(relative)) {
    add(ruleSet.byTier.high.rules[0]!, midnight + Math.floor(rng.between(9, 16) * HOUR), 'deleted');
  }
  if (relative === CAMPAIGN.fromDay) drafts.push(...campaignDrafts(context, clientIndex));
  return drafts.sort((a, b) => a.detected - b.detected || (a.id < b.id ? -1 : 1));
}

/** The campaign's alerts of one client. Apart from the day's stream, so that the SOC's ticket can quote those of every client. */
export function campaignDrafts(context: Context, clientIndex: number): Draft[] {
  const rng = new Rng(context.seed, 22, clientIndex);
  const start = context.anchor + CAMPAIGN.fromDay * 24 * HOUR + CAMPAIGN.hourUtc * HOUR;
  const rule = context.ruleSet.rules.find(r => r.stableId === STORY_RULES.campaign)!;
  return Array.from({ length: CAMPAIGN.alertsPerClient }, () => draft(context, clientIndex, rule, start + Math.floor(rng.between(0, 40) * MINUTE), rng, 'campaign'));
}

function draft(context: Context, clientIndex: number, definition: WorldRule, detected: number, rng: Rng, story: Draft['story']): Draft {
  // Rules run every five minutes: an event waits for the next run. A few hosts have clocks that run ahead.
  const lag = rng.chance(0.002) ? -rng.between(5, 90) * SECOND : rng.between(20, 320) * SECOND + rng.lognormal(25, 1.1) * SECOND;
  const indexing = rng.chance(0.004) ? rng.between(6, 70) * MINUTE : rng.lognormal(7, 0.8) * SECOND + SECOND;
  const nature = context.ruleSet.nature.get(definition.stableId)!;
  return {
    id: rng.uuid(), client: CLIENTS[clientIndex]!.id, rule: definition.stableId, definition, severity: definition.severity, story,
    host: hostFor(context.estate, clientIndex, detected, rng),
    event: Math.floor(detected - lag), detected, readable: Math.floor(detected + indexing),
    suppressed: nature.suppresses && rng.chance(0.3) ? rng.int(1, 40) : 0, workflow: [],
  };
}
