import { DAY, utcDay, type ObservationRow } from '../../../model';
import type { ReadContext, Reject, Stream } from '../stream';
import { normalise } from './normalise';
import { newestWriting, signatureOf, type FoundFile } from './paths';
import type { FilePlan } from './plan';
import { Remarks } from './row';
import { eachRow, filesOf, made, pageOf, pageSize, stillThere, type Place } from './streams';

/**
 * Exports: observationStream. What was seen is judged by day, so a file is read a UTC day at a time. Where in the files each day stands
 * is noted in one pass, kept while the files do not change.
 */
interface Span { readonly first: Omit<Place, 'signature' | 'tail' | 'at'>; last: { file: number; offset: number } }
interface Index { readonly signature: string; readonly days: ReadonlyMap<number, Span>; readonly rejects: readonly Reject[]; told: boolean }

export function observationStream(plan: FilePlan): Stream<'observation'> {
  let index: Index | null = null;
  let files: readonly FoundFile[] = [];
  async function indexOf(context: ReadContext): Promise<Index> {
    files = await filesOf(plan);
    const signature = signatureOf(files);
    if (index?.signature === signature) return index;
    const days = new Map<number, Span>();
    const rejects: Reject[] = [];
    let before = { file: 0, offset: 0, line: 0 };
    await eachRow(plan, context, files, null, new Remarks(), (row, record, _file, number) => {
      if (number !== before.file) before = { file: number, offset: 0, line: 0 };
      const one = made(row, () => utcDay(row.needMs('last')));
      if (one.reject) rejects.push(one.reject);
      else {
        const span = days.get(one.row!);
        if (span) span.last = { file: number, offset: record.end }; else days.set(one.row!, { first: before, last: { file: number, offset: record.end } });
      }
      before = { file: number, offset: record.end, line: record.line };
      return true;
    });
    return (index = { signature, days, rejects, told: false });
  }
  return {
    name: plan.stream.name, kind: 'observation', mode: 'day', overlap: 0,
    /** A file knows nothing past its last writing: later days are not read, and hosts are not dark because an export is late. */
    get lag() {
      const newest = newestWriting(plan.stream.path, plan.roots);
      return newest === null ? 0 : Math.max(0, Date.now() - newest);
    },
    async read(context, window, cursor) {
      const known = await indexOf(context);
      const day = utcDay(window.from);
      const span = known.days.get(day);
      // Records without a day belong to no window: they are told once per state of the files.
      const rejects: Reject[] = known.told ? [] : [...known.rejects];
      known.told = true;
      const at = cursor as Place | null;
      if (!span) return pageOf('observation', [], rejects, null, null);
      const remarks = new Remarks();
      const rows: ObservationRow[] = [];
      const from: Place = at !== null && await stillThere(files, known.signature, at) ? at : { at: 'row', tail: '', signature: known.signature, ...span.first };
      let taken = 0;
      let whole = false;
      const next = await eachRow(plan, context, files, from, remarks, (row, record, file, number) => {
        const one = made(row, () => { const last = row.needMs('last'); return last >= day * DAY && last < (day + 1) * DAY ? normalise('observation', plan, row, context.now()) : null; });
        // Those without a day were told with the index.
        if (one.row) rows.push(one.row); else if (one.reject && !known.rejects.some(r => r.sample === one.reject!.sample)) rejects.push(one.reject);
        whole = number > span.last.file || (number === span.last.file && record.end >= span.last.offset);
        return !whole && ++taken < pageSize(plan, file);
      });
      return pageOf('observation', rows, rejects, remarks, next === null || whole ? null : { ...next, signature: known.signature } satisfies Place);
    },
  };
}
