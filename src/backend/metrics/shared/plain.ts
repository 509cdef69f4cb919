import type { AssetKind, Clock } from '../../../model';
import { DAY, HOUR, MINUTE } from '../../../model';
import type { Cell } from '../metric';

/**
 * Words for readers who do not run a SOC (metrics.md, Rule 11): k of n and one sentence, made from the very figures of the row.
 * Nothing is rounded and nothing added: no interval, no rank.
 */
type Row = Readonly<Record<string, Cell>>;
export interface Plain { readonly k_of_n: string | null; readonly sentence: string }

const number = (n: number): string => n.toLocaleString('en-US');
export const kOfN = (k: number, n: number): string => `${number(k)} of ${number(n)}`;
const count = (n: number, one: string, many: string): string => `${number(n)} ${n === 1 ? one : many}`;
const listed = (parts: readonly string[]): string => (parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`);
const of = (row: Row, name: string): number => (typeof row[name] === 'number' ? row[name] : 0);

/** "3 days 2 h", "2 h 5 min", "14 min": two units at most. */
export function duration(ms: number): string {
  if (ms < MINUTE) return 'less than a minute';
  const days = Math.floor(ms / DAY), hours = Math.floor((ms % DAY) / HOUR), minutes = Math.floor((ms % HOUR) / MINUTE);
  if (days > 0) return `${count(days, 'day', 'days')}${hours > 0 ? ` ${hours} h` : ''}`;
  return hours > 0 ? `${hours} h${minutes > 0 ? ` ${minutes} min` : ''}` : `${minutes} min`;
}

const KINDS: Record<AssetKind, readonly [string, string]> = { endpoint: ['endpoint', 'endpoints'], cloud_workload: ['cloud workload', 'cloud workloads'], network_segment: ['network segment', 'network segments'] };

/** A row of coverage.now; `why` is the sentence behind its reason. */
export function plainCoverage(row: Row, why: string | undefined): Plain {
  const [one, many] = KINDS[row.kind as AssetKind];
  const n = of(row, 'in_scope'), k = of(row, 'covered');
  const excluded = of(row, 'excluded') > 0 ? ` ${count(of(row, 'excluded'), 'is', 'are')} left out by agreement.` : '';
  if (row.coverage === null) return { k_of_n: null, sentence: `Not measured: ${why ?? 'no reason is known'}${excluded}` };
  if (k === n) return { k_of_n: kOfN(k, n), sentence: `${n === 1 ? `The one ${one} reports` : `All ${number(n)} ${many} report`} to the SOC.${excluded}` };
  const gaps = [
    of(row, 'agent_only') > 0 && count(of(row, 'agent_only'), 'only checks in with its console', 'only check in with their console'), of(row, 'dark') > 0 && count(of(row, 'dark'), 'went silent but was seen elsewhere', 'went silent but were seen elsewhere'),
    of(row, 'absent') > 0 && count(of(row, 'absent'), 'was seen nowhere', 'were seen nowhere'), of(row, 'unknown') > 0 && `${number(of(row, 'unknown'))} cannot be judged at the moment`,
  ].filter((g): g is string => g !== false);
  return { k_of_n: kOfN(k, n), sentence: `${kOfN(k, n)} ${many} report to the SOC; of the others, ${listed(gaps)}.${excluded}` };
}

const DONE: Record<Clock, string> = { acknowledge: 'taken up', decide: 'decided', notify: 'reported to you', contain: 'contained', resolve: 'resolved' };

/** A row of sla.adherence; `why` is the sentence behind its reason. */
export function plainSla(row: Row, why: string | undefined): Plain {
  const done = DONE[row.clock as Clock];
  const tier = row.tier === 'untiered' ? 'unrated' : String(row.tier);
  const met = of(row, 'met'), missed = of(row, 'missed'), overdue = of(row, 'overdue'), untracked = of(row, 'untracked');
  const n = met + missed + overdue;
  const lost = untracked > 0 ? ` ${count(untracked, `${tier} alert was`, `${tier} alerts were`)} not handled by anybody before the time was up.` : '';
  const held = of(row, 'on_hold') > 0 ? ` ${count(of(row, 'on_hold'), 'case waits', 'cases wait')} on an agreed pause past the agreed time.` : '';
  if (row.met === null || n === 0) return { k_of_n: null, sentence: `${why ?? 'Nothing fell due.'}${lost}${held}` };
  if (met === n) return { k_of_n: kOfN(met, n), sentence: `${n === 1 ? `The one ${tier} case was` : `All ${number(n)} ${tier} cases were`} ${done} in time.${lost}${held}` };
  const late = [missed > 0 && count(missed, 'was late', 'were late'), overdue > 0 && count(overdue, 'is still open past its time', 'are still open past their time')].filter((p): p is string => p !== false);
  return { k_of_n: kOfN(met, n), sentence: `${kOfN(met, n)} ${tier} ${n === 1 ? 'case' : 'cases'} ${met === 1 ? 'was' : 'were'} ${done} in time; ${listed(late)}.${lost}${held}` };
}

/** A row of rules.outcomes. */
export function plainOutcomes(row: Row): Plain {
  const alerts = of(row, 'alerts'), decisions = of(row, 'decisions');
  const waiting = of(row, 'bucket_pending') + of(row, 'bucket_unmatched') + of(row, 'bucket_unclassified');
  const confirmed = String(row.confirmed ?? kOfN(0, decisions));
  const open = waiting > 0 ? ` ${count(waiting, 'alert has', 'alerts have')} no verdict yet.` : '';
  return { k_of_n: confirmed, sentence: decisions === 0 ? `Nobody has given a verdict on ${count(alerts, 'alert', 'alerts')} yet.` : `People judged ${count(decisions, 'case', 'cases')} out of ${count(alerts, 'alert', 'alerts')}; ${confirmed} confirmed a threat.${open}` };
}

/** What an uncovered asset needs, and from whom. A row of coverage.gaps. */
export function plainGap(row: Row): { readonly needed_from: 'you' | 'SOC'; readonly ask: string } {
  const by = typeof row.last_seen_by === 'string' && row.last_seen_by !== '' ? ` by ${row.last_seen_by}` : '';
  const reason = String(row.reason ?? '');
  if (row.state === 'unknown') return { needed_from: 'SOC', ask: 'We could not read our own source that far; nothing for you to do.' };
  if (reason.startsWith('with_source')) return { needed_from: 'SOC', ask: 'The source that carries it lost many hosts at once; we look into it.' };
  if (row.state === 'agent_only') return { needed_from: 'you', ask: 'Its agent checks in but sends no events. Please check the agent’s policy, or its way to the SIEM.' };
  if (row.state === 'dark') return { needed_from: 'you', ask: `It is running (seen${by}) but its security log is silent. Please check the agent or the log forwarding.` };
  return { needed_from: 'you', ask: row.last_seen === null ? 'Nothing has ever seen it. Is it installed yet, or registered under another name?' : 'Nothing sees it any more. Is it switched off, renamed or retired? Please tell us, or update the register.' };
}

const TIMES: readonly (readonly [string, string])[] = [['decided', 'decided'], ['notified', 'you were told'], ['contained', 'contained'], ['resolved', 'resolved']];
/** What happened in one incident, as spans since its detection. A row of sla.incidents. */
export function plainIncident(row: Row): string {
  const detected = row.detected;
  if (typeof detected !== 'number') return 'When it was detected is not recorded.';
  const said = TIMES.flatMap(([name, words]) => { const at = row[name]; return typeof at === 'number' ? [at < detected ? `${words} before the first alert` : `${words} after ${duration(at - detected)}`] : []; });
  const open = TIMES.filter(([name]) => row[name] === null && (name === 'notified' || name === 'contained')).map(([, words]) => (words === 'you were told' ? 'a notice to you' : 'a containment'));
  const head = said.length > 0 ? `${listed(said).replace(/^./, c => c.toUpperCase())}.` : 'Nothing is recorded after the detection.';
  return open.length > 0 ? `${head} Not recorded: ${listed(open)}.` : head;
}
