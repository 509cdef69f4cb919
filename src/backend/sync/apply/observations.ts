import type { ObservationRow } from '../../../model';
import type { StoreRow } from '../../store/schema';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import { breather } from '../breathe';
import type { Touched } from '../facts';
import { hostColumns, observationColumns, overlay } from '../rows';
import { type Applied, type ApplyContext } from './shared';

type Host = StoreRow<'seen_host'>;
type Day = StoreRow<'observation'>;
/** Observations grow within a day: first only moves back, last only on, the count is the greatest reading. */
const GROWS = { first: 'least', last: 'greatest' } as const;

/**
 * Exports: applyObservations. A day that was never read to its end is laid over the store without asking what stands there: of a first
 * load nothing does. A day read again asks, because only what changed is worth judging.
 */
export async function applyObservations({ tx, dimensions, touched, defer }: ApplyContext, rows: readonly ObservationRow[]): Promise<Applied> {
  const hosts = new Map<bigint, Host>();
  const days = new Days();
  const pause = breather();
  for (const row of rows) {
    await pause();
    const host = hostColumns(row, dimensions);
    const known = hosts.get(host.host_key);
    if (!known) hosts.set(host.host_key, overlay('seen_host', undefined, host));
    else { known.first = Math.min(known.first!, row.first); known.last = Math.max(known.last!, row.last); }
    const other = days.get(row, host.host_key);
    if (!other) days.add(observationColumns(row, dimensions, host.host_key));
    // Two rows of one host, kind and day (two sensors, two agents): one observation that spans both.
    else { other.first = Math.min(other.first!, row.first); other.last = Math.max(other.last!, row.last); other.count = other.count! + row.count; }
  }
  const done: Applied = { written: days.all.length, same: 0, older: 0 };
  let write: readonly Day[] = days.all;
  if (!defer) {
    write = await changed(tx, days.all, hosts);
    done.same = days.all.length - write.length;
    done.written = write.length;
  }
  await tx.upsert('seen_host', await moved(tx, hosts, defer ? touched.firsts : null), GROWS);
  await tx.upsert('observation', write, { ...GROWS, count: 'greatest' });
  for (const day of write) mark(touched, hosts.get(day.host_key!)!, day);
  return done;
}

/** Hosts never seen before, or seen later or earlier than was known; with `later`, those only seen earlier are noted there instead. */
async function moved(tx: ApplyContext['tx'], hosts: ReadonlyMap<bigint, Host>, later: Set<bigint> | null): Promise<Host[]> {
  const stored = new Map((await tx.lookup('seen_host', 'host_key', [...hosts.keys()], ['host_key', 'identity', 'first', 'last'])).map(host => [host.host_key!, host]));
  return [...hosts.values()].filter(host => {
    const old = stored.get(host.host_key!);
    if (!old || old.identity !== host.identity || host.last! > old.last!) return true;
    if (host.first! >= old.first!) return false;
    later?.add(host.host_key!);
    return later === null;
  });
}

/** Observations of a page by kind, day and host: a page knows few kinds and days, and a key of all three as text costs more than the row. */
class Days {
  readonly all: Day[] = [];
  private readonly found = new Map<string, Map<number, Map<bigint, Day>>>();
  get({ evidence, day }: ObservationRow, host: bigint): Day | undefined { return this.found.get(evidence)?.get(day)?.get(host); }
  add(row: Day): void {
    this.all.push(row);
    let days = this.found.get(row.evidence!);
    if (!days) this.found.set(row.evidence!, days = new Map());
    let hosts = days.get(row.day!);
    if (!hosts) days.set(row.day!, hosts = new Map());
    hosts.set(row.host_key!, row);
  }
}

async function changed(tx: ApplyContext['tx'], days: readonly Day[], hosts: ReadonlyMap<bigint, Host>): Promise<Day[]> {
  if (days.length === 0) return [];
  const numbers = [...new Set(days.map(d => d.day!))];
  const stored = await tx.query<Day>(sql`select * from ${table('observation')} where day = any(${numbers}) and host_key = any(${[...hosts.keys()]})`);
  const old = new Map(stored.map(d => [`${d.host_key}|${d.evidence}|${d.day}`, d]));
  return days.filter(day => { const was = old.get(`${day.host_key}|${day.evidence}|${day.day}`); return !was || day.first! < was.first! || day.last! > was.last! || day.count! > was.count!; });
}

function mark(touched: Touched, host: Host, { host_key, day }: Day): void {
  touched.hosts.add(host_key!);
  const span = touched.seen.get(host.client_key!);
  if (!span) touched.seen.set(host.client_key!, [day!, day!]);
  else if (day! < span[0]) span[0] = day!;
  else if (day! > span[1]) span[1] = day!;
}
