import { DAY } from '../../src/model/time';
import { adherence, decideOutcome, endpointCoverage, largestBurst, quotedIds, verdicts } from './checks';
import { isNight } from './decide';
import { createWorld, LOST_FIELD, MONTH_END, NIGHT, NOISY, ROLLOUT, STORIES, STORY_RULES } from './index';

/** `tsx demo/world/summary.ts --date 2026-11-24 [--scale 1]`: counts and story figures of the demo world, at noon UTC of that day. */
const option = (name: string): string | undefined => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
const say = (line: string) => process.stdout.write(line + '\n');
const percent = (k: number, n: number) => (n === 0 ? 'no case' : `${((100 * k) / n).toFixed(1)} % (${k} of ${n})`);

const started = performance.now();
const world = createWorld({ anchor: option('--date'), scale: Number(option('--scale') ?? 1) });
const now = world.anchor + DAY / 2;
const alerts = world.alerts(now);
const tickets = world.tickets(now);
say(`World of ${new Date(world.anchor).toISOString().slice(0, 10)}: ${alerts.length} alerts, ${world.rules.length} rules, ${tickets.length} tickets, ${world.assets(now).length} registry records in ${Math.round(performance.now() - started)} ms`);

const byId = new Map(alerts.map(a => [a.id, a]));
const outcomes = tickets.map(t => decideOutcome(t, byId));
for (const days of [30, 400]) {
  const cells = adherence(outcomes, now - days * DAY, now);
  say(`Decided in time, last ${days} days: ${Object.entries(cells).map(([tier, c]) => `${tier} ${percent(c.met, c.n)}`).join(' · ')}`);
}
const verdict = verdicts(alerts, tickets);
const mix = new Map<string, number>();
for (const alert of alerts) { const v = verdict.get(alert.id) ?? 'none'; mix.set(v, (mix.get(v) ?? 0) + 1); }
say(`Verdicts: ${[...mix].sort((a, b) => b[1] - a[1]).map(([v, n]) => `${v} ${percent(n, alerts.length)}`).join(' · ')}`);
const linked = new Set(tickets.flatMap(quotedIds));
const urgent = alerts.filter(a => a.severity === 'critical' || a.severity === 'high');
say(`Join completeness, critical and high: ${percent(urgent.filter(a => linked.has(a.id) || verdict.has(a.id)).length, urgent.length)}`);
const lost = urgent.filter(a => a.client === LOST_FIELD.client && a.detected >= world.anchor + LOST_FIELD.fromDay * DAY && a.detected < world.anchor + (LOST_FIELD.toDay + 1) * DAY);
say(`… of ${LOST_FIELD.client} in the three days without the field: ${percent(lost.filter(a => linked.has(a.id) || verdict.has(a.id)).length, lost.length)}`);

const night = { night: { k: 0, n: 0 }, other: { k: 0, n: 0 } };
tickets.forEach((t, i) => {
  const outcome = outcomes[i];
  if (t.client !== NIGHT.client || outcome?.tier !== 'critical' || outcome.due >= now) return;
  const cell = night[isNight(outcome.start) ? 'night' : 'other'];
  cell.n++;
  if (!outcome.met) cell.k++;
});
say(`Critical misses of ${NIGHT.client}: night ${percent(night.night.k, night.night.n)}, other shifts ${percent(night.other.k, night.other.n)}`);
for (const [label, from, to] of [['before', -95, -67], ['after', -53, -25]] as const) {
  const noisy = alerts.filter(a => a.rule === STORY_RULES.noisy && a.detected >= world.anchor + from * DAY && a.detected < world.anchor + to * DAY);
  say(`Noisy rule, 28 days ${label} (tuned on day ${NOISY.tunedOnDay}): ${noisy.length} alerts, false ${percent(noisy.filter(a => verdict.get(a.id) === 'false_positive').length, noisy.length)}, reviewed ${percent(noisy.filter(a => verdict.has(a.id)).length, noisy.length)}`);
}
const today = Math.floor(world.anchor / DAY);
for (const client of world.clients) {
  const days = client.id === ROLLOUT.client ? [-22, -19, -12, -9, -7, -6, -5, -4, -3, -2, -1, 0] : [-9, -2, 0];
  say(`Endpoints covered, ${client.id}: ${days.map(d => { const c = endpointCoverage(world, client.id, today + d, now); return `day ${d} ${c ? percent(c.covered, c.n) : 'not measured'}`; }).join(' · ')}`);
}
say(`Largest burst of closes, ${MONTH_END.client}: ${largestBurst(tickets, MONTH_END.client, world.anchor - 60 * DAY, now)}; deleted tickets: ${tickets.filter(t => t.deletedAt !== null).length}`);
for (const story of STORIES) say(`  ${story.id} (${story.client ?? 'all clients'}, day ${story.fromDay} to ${story.toDay}${story.rules.length ? `, ${story.rules.join(' ')}` : ''}): ${story.title}`);
