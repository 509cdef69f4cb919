import type { Reject, Stream } from '../stream';
import { ticketOfUpdates, updateOf, type Update } from './audit';
import { signatureOf } from './paths';
import type { FilePlan } from './plan';
import { Remarks } from './row';
import { eachRow, filesOf, listingOf, made, pageOf, Seen, type Given } from './streams';

/** Exports: auditStream. Tickets made of their updates, which may stand anywhere in the files: the mapped fields of all are held for one run. */
interface Loaded { readonly signature: string; readonly tickets: readonly (readonly Update[])[] }
interface Ticket { readonly at: 'ticket'; readonly next: number; readonly signature: string }
const PAGE = 500;

export function auditStream(plan: FilePlan): Stream<'ticket'> {
  const seen = new Seen();
  const name = `files.audit.${plan.source}.${plan.stream.name}`;
  return {
    name: plan.stream.name, kind: 'ticket', mode: 'full', overlap: 0, lag: 0,
    async read(context, _window, cursor) {
      const files = await filesOf(plan);
      const signature = signatureOf(files);
      const at = cursor as Ticket | Given | null;
      if (at?.at === 'end') { await seen.stored(files, at.signature, context.signal); return pageOf('ticket', [], [], null, null); }
      if (at === null && await seen.unchanged(files, signature, context.signal)) return pageOf('ticket', [], [], null, null);
      const remarks = new Remarks();
      const rejects: Reject[] = [];
      let loaded = at === null ? undefined : context.cache.get(name) as Loaded | undefined;
      // A run goes on with what it read at its beginning; a run that was cut off, over files that changed since, begins anew.
      const goesOn = at !== null && (loaded ?? { signature }).signature === at.signature;
      if (!loaded || !goesOn) {
        const byTicket = new Map<string, Update[]>();
        await eachRow(plan, context, files, null, remarks, row => {
          const one = made(row, () => updateOf(plan, row));
          if (one.reject) rejects.push(one.reject);
          else if (one.row) { const list = byTicket.get(one.row.id); if (list) list.push(one.row); else byTicket.set(one.row.id, [one.row]); }
          return true;
        });
        loaded = { signature, tickets: [...byTicket.values()] };
        context.cache.set(name, loaded);
      }
      const from = goesOn ? at.next : 0;
      const next = from + (plan.pageSize ?? PAGE);
      const rows = loaded.tickets.slice(from, next).map(updates => ticketOfUpdates(plan, updates));
      const more = next < loaded.tickets.length;
      if (!more) context.cache.delete(name);
      return pageOf('ticket', rows, rejects, remarks, more ? { at: 'ticket', next, signature: loaded.signature } satisfies Ticket : { at: 'end', signature: loaded.signature } satisfies Given);
    },
    listIds: listingOf(plan),
  };
}
