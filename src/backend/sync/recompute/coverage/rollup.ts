import type { DayFact } from '../../../facts/coverage/days';
import { keyOf } from '../../../store/key';
import type { Transaction } from '../../../store/port';
import type { StoreRow } from '../../../store/schema';

type Cell = Pick<StoreRow<'coverage_day'>, 'kind' | 'criticality' | 'requirement' | 'state'> & { readonly days: Map<number, [number, number, number, number]> };

/** Changes of the day roll-up of one client, added up in memory and written once. */
export class RollUp {
  private readonly cells = new Map<string, Cell>();
  constructor(private readonly clientKey: number) {}

  /** Adds (or with −1 takes away) an asset's days [first, last] in one fact. */
  add(fact: DayFact, first: number, last: number, sign: 1 | -1): void {
    const name = `${fact.kind}|${fact.requirement}|${fact.state}|${fact.criticality ?? ''}|${fact.criticality === null}`;
    let cell = this.cells.get(name);
    if (!cell) { cell = { kind: fact.kind, criticality: fact.criticality, requirement: fact.requirement, state: fact.state, days: new Map() }; this.cells.set(name, cell); }
    for (let day = first; day <= last; day++) {
      let n = cell.days.get(day);
      if (!n) { n = [0, 0, 0, 0]; cell.days.set(day, n); }
      n[0] += sign;
      if (fact.weak) n[1] += sign;
      if (fact.degraded) n[2] += sign;
      if (fact.state === 'excluded' && fact.otherwise === 'covered') n[3] += sign;
    }
  }

  async write(tx: Transaction): Promise<void> {
    const changed: { key: bigint; day: number; cell: Cell; n: readonly number[] }[] = [];
    for (const cell of this.cells.values()) for (const [day, n] of cell.days) {
      if (n.some(v => v !== 0)) changed.push({ key: keyOf('cell', this.clientKey, day, cell.kind!, cell.requirement!, cell.state!, cell.criticality ?? '', cell.criticality === null ? 1 : 0), day, cell, n });
    }
    if (changed.length === 0) return;
    const old = new Map((await tx.lookup('coverage_day', 'cell_key', changed.map(c => c.key))).map(row => [row.cell_key!, row]));
    const write: StoreRow<'coverage_day'>[] = [];
    const empty: bigint[] = [];
    for (const { key, day, cell, n } of changed) {
      const before = old.get(key);
      const total = (before?.n ?? 0) + n[0]!;
      if (total === 0) { if (before) empty.push(key); continue; }
      write.push({
        cell_key: key, day, client_key: this.clientKey, kind: cell.kind, criticality: cell.criticality, requirement: cell.requirement, state: cell.state,
        n: total, weak: (before?.weak ?? 0) + n[1]!, degraded: (before?.degraded ?? 0) + n[2]!, excluded_covered: (before?.excluded_covered ?? 0) + n[3]!,
      });
    }
    await tx.upsert('coverage_day', write);
    await tx.remove('coverage_day', 'cell_key', empty);
  }
}
