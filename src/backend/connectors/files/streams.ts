import type { CanonicalRows, RowKind } from '../../../model';
import { SourceError } from '../http/port';
import type { Page, ReadContext, Reject, Stream } from '../stream';
import { fileFailure, hashOf, tailBefore } from './bytes';
import { normalise } from './normalise';
import { assertWritten } from './present';
import { findFiles, signatureOf, type FoundFile } from './paths';
import type { FilePlan } from './plan';
import { records, type RawRecord } from './records';
import { Fault, Remarks, Row } from './row';

/** Exports: fileStream and what the other kinds of stream share: filesOf, Seen, eachRow, stillThere, listingOf, made. */

/** Where reading goes on: file, byte and line; `tail` tells whether a file that changed meanwhile is still the one that was read. */
export interface Place { readonly at: 'row'; readonly file: number; readonly offset: number; readonly line: number; readonly tail: string; readonly signature: string; /** How the files stood when reading began. */ readonly began?: string }
/** Everything was given out: when the engine comes back with this, it has stored it. */
export interface Given { readonly at: 'end'; readonly signature: string }

export const pageOf = <K extends RowKind>(kind: K, rows: readonly CanonicalRows[K][], rejects: readonly Reject[], remarks: Remarks | null, cursor: unknown | null): Page<K> =>
  ({ kind, rows, rejects, notices: remarks?.list() ?? [], cursor, expected: null, complete: true });
/** Records per page: a packed file is unpacked from its start for every page, so its pages are larger. */
export const pageSize = (plan: FilePlan, file: FoundFile): number => plan.pageSize ?? (file.path.endsWith('.gz') ? 10_000 : 2_000);

export async function filesOf(plan: FilePlan): Promise<FoundFile[]> {
  if (plan.problem !== null) throw new SourceError('body', plan.source, `stream ${plan.stream.name}: ${plan.problem}`, 'Mend the settings of this stream.');
  const files = await findFiles(plan.source, plan.stream.name, plan.stream.path, plan.roots);
  assertWritten(plan, files);
  return files;
}

/**
 * What was last read whole and stored, so that unchanged files cost a look at their size and times. Held in memory: after a restart
 * files are read once more, and rows that come out the same are not touched.
 */
export class Seen {
  private known: { signature: string; sizes: string; hash: string } | null = null;
  async unchanged(files: readonly FoundFile[], signature: string, signal: AbortSignal): Promise<boolean> {
    if (this.known === null) return false;
    if (this.known.signature === signature) return true;
    if (this.known.sizes !== sizesOf(files) || this.known.hash !== await hashOf(files, signal)) return false;
    this.known = { ...this.known, signature };
    return true;
  }
  /** `signature`: of the files when their reading began. A file changed since is read again. */
  async stored(files: readonly FoundFile[], signature: string, signal: AbortSignal): Promise<void> {
    this.known = signatureOf(files) === signature ? { signature, sizes: sizesOf(files), hash: await hashOf(files, signal) } : null;
  }
}
const sizesOf = (files: readonly FoundFile[]): string => files.map(f => `${f.path}|${f.size}`).join('\n');

/** Calls `take` with each record from a place on, until it says enough. Returns the place after the last, or null at the end of all files. */
export async function eachRow(plan: FilePlan, context: ReadContext, files: readonly FoundFile[], from: Place | null, remarks: Remarks, take: (row: Row, record: RawRecord, file: FoundFile, index: number) => boolean): Promise<Omit<Place, 'signature' | 'began'> | null> {
  for (let index = from?.file ?? 0; index < files.length; index++) {
    const file = files[index]!;
    const start = from && from.file === index && from.offset > 0 ? { offset: from.offset, line: from.line } : null;
    try {
      let read = 0;
      for await (const record of records(plan.source, file, plan.stream, start)) {
        if (++read % 500 === 0) context.signal.throwIfAborted();
        if (take(new Row(plan, file, record, remarks, context.now()), record, file, index)) continue;
        return { at: 'row', file: index, offset: record.end, line: record.line, tail: file.path.endsWith('.gz') ? '' : await tailBefore(file, record.end) };
      }
    } catch (error) { throw fileFailure(plan.source, plan.stream.name, file, error); }
  }
  return null;
}

/**
 * A place stays good while the files before it are the same and its own is, or only grew; what lies behind it is still to be read. Else
 * reading begins anew: a log that grows all the while would never be read to its end.
 */
export async function stillThere(files: readonly FoundFile[], signature: string, place: Place): Promise<boolean> {
  if (place.signature === signature) return true;
  const [was, is] = [place.signature.split('\n'), signature.split('\n')];
  const file = files[place.file];
  if (file === undefined || was.slice(0, place.file).some((line, i) => line !== is[i]) || !was[place.file]?.startsWith(`${file.path}|`)) return false;
  return was[place.file] === is[place.file] || (place.tail !== '' && file.size >= place.offset && await tailBefore(file, place.offset) === place.tail);
}

/** Rows whose record is one row: the whole list whenever the files changed. */
export function fileStream<K extends Exclude<RowKind, 'observation'>>(plan: FilePlan, kind: K): Stream<K> {
  const seen = new Seen();
  return {
    name: plan.stream.name, kind, mode: 'full', overlap: 0, lag: 0,
    async read(context, _window, cursor) {
      const files = await filesOf(plan);
      const signature = signatureOf(files);
      const at = cursor as Place | Given | null;
      if (at?.at === 'end') { await seen.stored(files, at.signature, context.signal); return pageOf(kind, [], [], null, null); }
      if (at === null && await seen.unchanged(files, signature, context.signal)) return pageOf(kind, [], [], null, null);
      const place = at !== null && await stillThere(files, signature, at) ? at : null;
      const began = place?.began ?? place?.signature ?? signature;
      const remarks = new Remarks();
      if (at !== null && place === null) remarks.add('file_changed_while_read', null, files[0]!.name);
      const rows: CanonicalRows[K][] = [];
      const rejects: Reject[] = [];
      /** Of this page: enough to tell a file whose id column is none. */
      const ids = new Set<string>();
      let taken = 0;
      const next = await eachRow(plan, context, files, place, remarks, (row, _record, file) => {
        const one = made(row, () => normalise(kind, plan, row, context.now()));
        if (one.reject) rejects.push(one.reject);
        else if (one.row) {
          if (ids.has(one.row.nativeId)) row.remark('id_twice', 'id');
          ids.add(one.row.nativeId);
          rows.push(one.row);
        }
        return ++taken < pageSize(plan, file);
      });
      return pageOf(kind, rows, rejects, remarks, next === null ? { at: 'end', signature: began } satisfies Given : { ...next, signature, began } satisfies Place);
    },
    listIds: listingOf(plan),
  };
}

/** A row, or the reason why it is none. */
export function made<T>(row: Row, make: () => T): { readonly row: T | null; readonly reject: Reject | null } {
  const broken = row.broken();
  if (broken) return { row: null, reject: broken };
  try { return { row: make(), reject: null }; } catch (error) { return { row: null, reject: row.reject(error) }; }
}

/**
 * The ids now in the files. A record whose id cannot be read makes the listing incomplete: nothing is marked gone by it, and it is
 * not tried again before the files change.
 */
export function listingOf(plan: FilePlan): NonNullable<Stream['listIds']> {
  let incomplete: string | null = null;
  return async (context, _window, cursor) => {
    const at = cursor as Place | null;
    const files = await filesOf(plan);
    const signature = signatureOf(files);
    if (incomplete === signature || (at !== null && at.signature !== signature)) return { ids: [], cursor: null, complete: false };
    const ids = new Set<string>();
    let complete = true;
    let taken = 0;
    const next = await eachRow(plan, context, files, at, new Remarks(), row => {
      // A record without an id is none that could be missed.
      try { if (row.broken()) complete = false; else { const id = row.text('id'); if (id !== null) ids.add(id); } } catch (error) { if (!(error instanceof Fault)) throw error; complete = false; }
      return ++taken < (plan.pageSize ?? 50_000);
    });
    if (!complete) incomplete = signature;
    return { ids: [...ids], cursor: next === null ? null : { ...next, signature }, complete };
  };
}
