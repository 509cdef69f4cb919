import { createHash } from 'node:crypto';
import type { Notice, Reject } from '../connectors/stream';
import type { Store, Transaction } from '../store/port';
import type { StoreRow } from '../store/schema';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { readMeta, writeMeta } from './meta';

/** Exports: Ledger, rejectsOf. Rejected rows and notices of one stream: each with its reason, counted, with a sample. */
/** Rejects remembered beyond the process, newest last; of a stream with more broken records than that the oldest are counted again. */
const REMEMBERED = 20_000;
const cut = (text: string | null, length = 500): string => (text ?? '').slice(0, length);

/** Name of what is remembered of a stream's rejects. */
export const rejectsOf = (source: string, stream: string): string => `rejects:${source}:${stream}`;

export class Ledger {
  /** Rejects that were counted: the overlap reads the same broken record every minute, a full list with every run of every process, and it is one record. */
  private seen = new Set<string>();
  private readonly name: string;
  constructor(private readonly source: string, private readonly stream: string) { this.name = rejectsOf(source, stream); }

  /** What earlier processes counted. */
  async load(store: Pick<Store, 'query'>): Promise<void> { this.seen = new Set((await readMeta<string[]>(store, this.name)) ?? []); }

  /** Rejects not counted yet. */
  fresh(rejects: readonly Reject[]): Reject[] {
    return rejects.filter(r => !this.seen.has(this.key(r)));
  }
  counted(rejects: readonly Reject[]): void {
    if (this.seen.size > 5 * REMEMBERED) this.seen = new Set([...this.seen].slice(-REMEMBERED));
    for (const reject of rejects) this.seen.add(this.key(reject));
  }
  private key(r: Reject): string { return createHash('sha256').update(JSON.stringify([r.nativeId ?? r.sample, r.field, r.reason])).digest('base64url').slice(0, 16); }

  async write(tx: Transaction, rejects: readonly Reject[], notices: readonly Notice[], now: number): Promise<void> {
    if (rejects.length > 0) {
      const stored = await tx.query<StoreRow<'quarantine'>>(sql`select * from ${table('quarantine')} where source = ${this.source} and stream = ${this.stream}`);
      const rows = new Map(stored.map(row => [`${row.reason}\u0000${row.field}`, row]));
      const touched = new Set<string>();
      for (const reject of rejects) {
        const key = `${cut(reject.reason)}\u0000${cut(reject.field)}`;
        const old = rows.get(key);
        rows.set(key, {
          source: this.source, stream: this.stream, reason: cut(reject.reason), field: cut(reject.field), native_id: reject.nativeId === null ? null : cut(reject.nativeId),
          count: (old?.count ?? 0) + 1, sample: cut(reject.sample), first: old?.first ?? now, last: now,
        });
        touched.add(key);
      }
      await tx.upsert('quarantine', [...touched].map(key => rows.get(key)!));
      await writeMeta(tx, this.name, [...this.seen, ...rejects.map(r => this.key(r))].slice(-REMEMBERED));
    }
    const counted = notices.filter(n => n.count > 0);
    if (counted.length > 0) {
      const stored = await tx.query<StoreRow<'notice'>>(sql`select * from ${table('notice')} where source = ${this.source} and stream = ${this.stream}`);
      const rows = new Map(stored.map(row => [`${row.code}\u0000${row.field}\u0000${row.value}`, row]));
      const touched = new Set<string>();
      for (const notice of counted) {
        const key = `${notice.code}\u0000${cut(notice.field)}\u0000${cut(notice.value, 200)}`;
        const old = rows.get(key);
        rows.set(key, {
          source: this.source, stream: this.stream, code: notice.code, field: cut(notice.field), value: cut(notice.value, 200),
          count: (old?.count ?? 0) + notice.count, first: old?.first ?? now, last: now,
        });
        touched.add(key);
      }
      await tx.upsert('notice', [...touched].map(key => rows.get(key)!));
    }
  }
}
