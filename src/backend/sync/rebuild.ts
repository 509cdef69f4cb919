import type { Committer } from './commit';
import { runRecompute } from './commit';
import { factsHash } from './edits';
import { noneTouched } from './facts';
import { readMeta, writeMeta } from './meta';
import { sql } from '../store/sql';
import { table } from '../store/table';

/**
 * Exports: Rebuild. After a policy edit every fact is computed anew in slices (docs/adr/004): newest keys of each table first, each slice
 * in one transaction with its place in `meta`, so a kill goes on where it was. Panels read on; each row says its settings version, and the
 * percentage stands beside the notice.
 */
export interface FactsState {
  /** Version all facts have; null = none was finished yet. */
  readonly version: number | null;
  /** Version they are being brought to; equals `version` when done. */
  readonly target: number;
  readonly step: number;
  /** Instant below which rows of this step are still to do; null = the step begins. */
  readonly before: number | null;
  readonly done: number;
  readonly total: number;
  /** What of the settings the facts were computed with (edits.ts); absent in a store of an older build. */
  readonly of?: string;
}
const NAME = 'facts';
const SLICE = 500;
type Slice = { keys: bigint[]; before: number | null };
const STEPS = [
  { name: 'alert', next: (before: number | null, size: number) => sql`select alert_key as k, changed as t from ${table('alert')} where ${before === null ? sql`true` : sql`changed < ${before}`} order by changed desc, alert_key limit ${size}` },
  { name: 'ticket', next: (before: number | null, size: number) => sql`select ticket_key as k, changed as t from ${table('ticket')} where ${before === null ? sql`true` : sql`changed < ${before}`} order by changed desc, ticket_key limit ${size}` },
] as const;

export class Rebuild {
  private state: FactsState | null = null;
  constructor(private readonly committer: Committer) {}

  /** 0..100 while under way; null when facts and settings agree. */
  percent(): number | null {
    const s = this.state;
    return !s || s.version === s.target ? null : s.total === 0 ? 0 : Math.min(99, Math.floor((100 * s.done) / s.total));
  }

  /** Decides whether facts must be computed anew for the settings in force. An empty store needs none. */
  async prepare(): Promise<void> {
    const { store, settings } = this.committer.context;
    const { version, settings: given } = settings();
    const of = factsHash(given);
    const known = await readMeta<FactsState>(store, NAME);
    if (known && known.target === version) { this.state = known; return; }
    // A new address or limit gives every fact the value it has: what is done stays done, what is under way goes on.
    if (known && known.of === of) return this.save({ ...known, target: version, version: known.version === known.target ? version : known.version });
    const [count] = await store.query<{ n: number }>(sql`select (select count(*) from ${table('alert')}) + (select count(*) from ${table('ticket')}) as n`);
    const total = count!.n;
    await this.save({ version: total === 0 ? version : known?.version ?? null, target: version, step: 0, before: null, done: 0, total, of });
  }
  private async save(state: FactsState): Promise<void> {
    await this.committer.context.store.transaction(tx => writeMeta(tx, NAME, state));
    this.state = state;
  }

  /** Slices until done or stopped. `progress` after each. */
  async run(signal: AbortSignal, progress: () => void = () => undefined): Promise<void> {
    while (this.state && this.state.version !== this.state.target && !signal.aborted) {
      const s = this.state;
      const step = STEPS[s.step];
      if (step) {
        const slice = await this.slice(s.step, s.before);
        const next: FactsState = slice.before === null
          ? { ...s, step: s.step + 1, before: null, done: s.done + slice.keys.length } : { ...s, before: slice.before, done: s.done + slice.keys.length };
        await this.recompute(step.name, slice.keys, next);
      } else {
        // Coverage compares the policy it was judged by and marks itself.
        await this.committer.flush(true);
        await this.save({ ...s, version: s.target, done: s.total });
        progress();
        return;
      }
      progress();
    }
  }

  /** The next keys by time. All rows of the slice's oldest instant belong to it, so that equal times never fall between two slices. */
  private async slice(step: number, before: number | null): Promise<Slice> {
    const { store } = this.committer.context;
    for (let size = SLICE; ; size *= 4) {
      const rows = await store.query<{ k: bigint; t: number }>(STEPS[step]!.next(before, size + 1));
      if (rows.length <= size) return { keys: rows.map(r => r.k), before: null };
      const oldest = rows[rows.length - 1]!.t;
      const whole = rows.filter(r => r.t > oldest);
      // More rows of one instant than a slice holds (a bulk migration): take more at once.
      if (whole.length > 0) return { keys: whole.map(r => r.k), before: whole[whole.length - 1]!.t };
    }
  }

  private async recompute(name: 'alert' | 'ticket', keys: readonly bigint[], next: FactsState): Promise<void> {
    await this.committer.run(async tx => {
      const touched = noneTouched();
      const set = name === 'alert' ? touched.alerts : touched.tickets;
      for (const key of keys) set.add(key);
      await runRecompute(tx, touched, this.committer.context);
      await writeMeta(tx, NAME, next);
    });
    this.state = next;
  }
}
