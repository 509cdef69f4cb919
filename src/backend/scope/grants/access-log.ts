import type { Store } from '../../store/port';
import { keyOf } from '../../store/key';
import { sql } from '../../store/sql';
import { table } from '../../store/table';
import type { DenialCode } from '../reader';

const DAY = 86_400_000;
/** Organisation numbers come from Grafana, so they are few; this bounds memory should they not be. */
const MOST = 10_000;
/** How long counts may wait in memory before they are written, ms. */
export const FLUSH_EVERY = 10_000;

export type AccessResult = 'allowed' | DenialCode;
export interface Access { readonly orgId: number; /** Role in the organisation; `none` when there is no user (alert rules, public dashboards). */ readonly role: string; readonly result: AccessResult }
export interface CountedAccess extends Access { readonly day: number; readonly count: number; readonly first: number; readonly last: number }

/**
 * Counts requests by day, organisation, role and result. It knows no user, no address and no query. Kept in memory and added to the
 * store now and then; what a kill loses is at most FLUSH_EVERY of counts.
 */
export class AccessLog {
  private pending = new Map<string, CountedAccess>();
  private flushed = 0;
  /** Kinds seen on `today`, so that the first of each is told once a day however often counts are written. */
  private told = new Set<string>();
  private today = -Infinity;
  private total = { allowed: 0, denied: 0 };

  /** Notes one request; true when it is the first of its kind of the day in this process (worth a log line). */
  note(access: Access, now: number): boolean {
    if (access.result === 'allowed') this.total.allowed++; else this.total.denied++;
    const day = Math.floor(now / DAY);
    const key = `${day} ${access.orgId} ${access.role} ${access.result}`;
    const known = this.pending.get(key);
    if (!known && this.pending.size >= MOST) return false;
    this.pending.set(key, { ...access, day, count: (known?.count ?? 0) + 1, first: known?.first ?? now, last: now });
    if (day !== this.today) { this.today = day; this.told.clear(); }
    if (this.told.has(key) || this.told.size >= MOST) return false;
    this.told.add(key);
    return true;
  }

  /** Since the start of the process, for its metrics: no organisation is named there. */
  totals(): { readonly allowed: number; readonly denied: number } { return { ...this.total }; }

  due(now: number): boolean { return this.pending.size > 0 && now - this.flushed >= FLUSH_EVERY; }

  /** Adds what was counted to the store. */
  async flush(store: Store, now: number): Promise<void> {
    this.flushed = now;
    const batch = [...this.pending.values()];
    this.pending = new Map();
    if (batch.length === 0) return;
    try {
      await store.transaction(async tx => {
        const keys = batch.map(keyOfAccess);
        const stored = new Map((await tx.lookup('access_day', 'access_key', keys)).map(r => [r.access_key, r]));
        await tx.upsert('access_day', batch.map((a, i) => {
          const before = stored.get(keys[i]!);
          return { access_key: keys[i]!, day: a.day, org_id: a.orgId, role: a.role, result: a.result, count: a.count + (before?.count ?? 0), first: Math.min(a.first, before?.first ?? a.first), last: Math.max(a.last, before?.last ?? a.last) };
        }));
      });
    } catch (error) {
      for (const a of batch) { const again = this.pending.get(`${a.day} ${a.orgId} ${a.role} ${a.result}`); this.pending.set(`${a.day} ${a.orgId} ${a.role} ${a.result}`, again ? { ...again, count: again.count + a.count, first: Math.min(again.first, a.first) } : a); }
      throw error;
    }
  }
}
const keyOfAccess = (a: CountedAccess): bigint => keyOf(a.day, a.orgId, a.role, a.result);

/** What the store holds since a day, newest first; denials only if asked. For operators. */
export async function readAccesses(store: Store, since: number, denied: boolean): Promise<CountedAccess[]> {
  const rows = await store.query<{ day: number; org_id: number; role: string; result: string; count: number; first: number; last: number }>(sql`
    select day, org_id, role, result, count, first, last from ${table('access_day')} where last >= ${since} and (not ${denied} or result <> 'allowed') order by last desc, org_id, role, result limit 10000`);
  return rows.map(r => ({ day: r.day, orgId: r.org_id, role: r.role, result: r.result as AccessResult, count: Number(r.count), first: r.first, last: r.last }));
}
