import type { ReadContext } from '../connectors/stream';
import { readMeta, writeMeta } from './meta';
import type { StreamRunOptions } from './stream-run';

/** How long the fields of a source are trusted to be there, ms. */
const TRUSTED = 10 * 60_000;

/**
 * Exports: MappingWatch. Asks a stream for its mapped fields with the first window, after a failure, and now and then: a field that
 * vanishes at its source must not vanish from what is stored. Which fields were there once outlives the process; one that never was
 * is waited for, with a word in the log and in the source's status.
 */
export class MappingWatch {
  private asked: number | null = null;
  private said: string | null = null;
  constructor(private readonly o: Pick<StreamRunOptions, 'source' | 'stream' | 'committer' | 'now' | 'log'>) {}

  /** Rejects with what is missing. Resolves with what is waited for, null for nothing; undefined when the source was not asked. */
  async assert(context: ReadContext): Promise<string | null | undefined> {
    const { source, stream, committer: { context: { store } }, log } = this.o;
    const now = this.o.now();
    if (!stream.mapped || (this.asked !== null && now - this.asked < TRUSTED)) return undefined;
    const name = `fields:${source}:${stream.name}`;
    const seen = (await readMeta<string[]>(store, name)) ?? [];
    const found = await stream.mapped(context, seen);
    this.asked = now;
    if (!found) return null;
    const all = [...new Set([...seen, ...found.present])].sort();
    if (all.length > seen.length) await store.transaction(tx => writeMeta(tx, name, all));
    if (found.waiting !== null && found.waiting !== this.said) log('warn', `${source}: stream ${stream.name}: ${found.waiting}`, { source, stream: stream.name });
    this.said = found.waiting;
    return found.waiting;
  }
  again(): void { this.asked = null; }
}
