import type { AssetKind, CoverageState } from '../../../../model';
import { fact, type DayFact } from '../../../facts/coverage/days';
import { replaceDays, type Span } from '../../../facts/coverage/spans';
import type { Transaction } from '../../../store/port';
import type { StoreRow } from '../../../store/schema';
import { sql } from '../../../store/sql';
import { table } from '../../../store/table';
import { judgedDays, type Judged } from '../../reported/written';
import type { RollUp } from './rollup';

type SpanRow = StoreRow<'asset_span'>;
const toSpan = (row: SpanRow): Span => ({
  first: row.first_day!, last: row.last_day!,
  fact: fact({ kind: row.kind as AssetKind, criticality: row.criticality, requirement: row.requirement! }, row.state as CoverageState, row.otherwise as Exclude<CoverageState, 'excluded'>, row.weak === true, row.degraded === true, row.reason),
});

/** Writes spans of many assets: only rows that differ are touched, and what changes goes to the roll-up. */
export class SpanWriter {
  private upserts: SpanRow[] = [];
  private removed: { asset: bigint; first: number }[] = [];
  /** By client: the stretch in which anything came out otherwise. */
  private readonly judged = new Map<number, Judged>();
  constructor(private readonly tx: Transaction, private readonly client: number, private readonly rollUp: RollUp) {}

  /** Stored spans that touch [first − 1, last + 1], by asset. */
  async load(assets: readonly bigint[], first: number, last: number): Promise<Map<bigint, SpanRow[]>> {
    const rows = await this.tx.query<SpanRow>(sql`
      select * from ${table('asset_span')} where last_day >= ${first - 1} and first_day <= ${last + 1} and asset_key in (select unnest(${[...assets]}::ubigint[])) order by asset_key, first_day`);
    const out = new Map<bigint, SpanRow[]>();
    for (const row of rows) { const list = out.get(row.asset_key!); if (list) list.push(row); else out.set(row.asset_key!, [row]); }
    return out;
  }

  /** Replaces the days of one asset from `first` on by `facts`. */
  replace(key: bigint, stored: readonly SpanRow[], facts: readonly (DayFact | null)[], first: number): Span[] {
    const last = first + facts.length - 1;
    const clip = (span: { first: number; last: number }, use: (from: number, to: number) => void): void => {
      const from = Math.max(span.first, first);
      const to = Math.min(span.last, last);
      if (from <= to) use(from, to);
    };
    for (const row of stored) { const span = toSpan(row); clip(span, (from, to) => this.rollUp.add(span.fact, from, to, -1)); }
    const spans = replaceDays(stored.map(toSpan), facts, first);
    for (const span of spans) clip(span, (from, to) => this.rollUp.add(span.fact, from, to, 1));
    const before = new Map(stored.map(row => [row.first_day!, row]));
    for (const span of spans) {
      const old = before.get(span.first);
      before.delete(span.first);
      const row: SpanRow = {
        asset_key: key, first_day: span.first, last_day: span.last, client_key: this.client, kind: span.fact.kind, criticality: span.fact.criticality, requirement: span.fact.requirement,
        state: span.fact.state, weak: span.fact.weak, degraded: span.fact.degraded, reason: span.fact.reason, otherwise: span.fact.otherwise,
      };
      const differing = old ? (Object.keys(row) as (keyof SpanRow)[]).filter(c => old[c] !== row[c]) : [];
      if (old && differing.length === 0) continue;
      this.upserts.push(row);
      // A span that only grew, or ended sooner, says the same of the days it had.
      if (old && differing.every(c => c === 'last_day')) this.otherwise(this.client, Math.min(old.last_day!, span.last) + 1, Math.max(old.last_day!, span.last));
      else for (const one of [row, ...(old ? [old] : [])]) this.otherwise(one.client_key!, one.first_day!, one.last_day!);
    }
    for (const [gone, old] of before) { this.removed.push({ asset: key, first: gone }); this.otherwise(old.client_key!, old.first_day!, old.last_day!); }
    return spans;
  }

  private otherwise(client: number, first: number, last: number): void {
    const known = this.judged.get(client);
    this.judged.set(client, { client, first: Math.min(first, known?.first ?? first), last: Math.max(last, known?.last ?? last) });
  }

  async flush(): Promise<void> {
    await judgedDays(this.tx, [...this.judged.values()]);
    this.judged.clear();
    if (this.removed.length > 0) {
      await this.tx.execute(sql`
        delete from ${table('asset_span')} where (asset_key, first_day) in
        (select unnest(${this.removed.map(r => r.asset)}::ubigint[]), unnest(${this.removed.map(r => r.first)}::integer[]))`);
    }
    await this.tx.upsert('asset_span', this.upserts);
    this.upserts = [];
    this.removed = [];
  }
}
