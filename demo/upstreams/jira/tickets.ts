import type { World, WorldTicket, WorldTicketChange } from '../../world/types';
import type { JiraTraps } from './traps';

/** A ticket as Jira knows it at an instant: only what has happened, and when it changed last. */
export interface Known {
  readonly ticket: WorldTicket;
  /** Changes so far, oldest first; the migration among them. */
  changes: readonly (WorldTicketChange | Migration)[];
  updated: number;
  /** Next change to come, or infinity. */
  next: number;
}
export interface Migration { readonly at: number; readonly actor: 'human'; readonly field: 'migration'; readonly from: string; readonly to: string }
const DONE = new Set(['Resolved', 'Closed']);

/**
 * All tickets ordered by (updated, id), kept up to date with the world's clock: a refresh looks at each ticket once and rebuilds
 * only those that changed, so that tens of thousands cost a millisecond.
 */
export class Tickets {
  private readonly known = new Map<number, Known>();
  private order: Known[] = [];
  private readonly keys = new Map<string, Known>();
  private migration: number | null = null;
  private at = -Infinity;
  /** Grows with every change of the order: counts are cached by it. */
  version = 0;

  constructor(private readonly world: World, private readonly now: () => number, private readonly traps: JiraTraps) {}

  /** Tickets visible now, ordered by (updated, id). */
  ordered(): readonly Known[] { this.refresh(); return this.order; }
  find(idOrKey: string): Known | undefined {
    // A bulk fetch asks for a thousand tickets in one request: the world is looked at once a second, not once a ticket.
    if (!(Math.abs(this.now() - this.at) < 1_000)) this.refresh();
    const found = this.keys.get(idOrKey.toUpperCase()) ?? this.known.get(Number(idOrKey));
    return found && this.visible(found) ? found : undefined;
  }
  private visible = ({ ticket }: Known): boolean => ticket.deletedAt === null || ticket.deletedAt > this.at;

  private refresh(): void {
    const now = this.now();
    if (this.traps.bulkMigrationAt !== this.migration) { this.migration = this.traps.bulkMigrationAt; this.known.clear(); this.order = []; this.at = -Infinity; }
    if (now === this.at) return;
    this.at = now;
    let moved = false;
    const gone: Known[] = [];
    for (const ticket of this.world.tickets(now)) {
      let entry = this.known.get(ticket.id);
      if (entry === undefined) {
        entry = { ticket, changes: [], updated: ticket.created, next: -Infinity };
        this.known.set(ticket.id, entry);
        this.keys.set(ticket.key.toUpperCase(), entry);
        this.order.push(entry);
        moved = true;
      } else if (entry.ticket !== ticket) { (entry as { ticket: WorldTicket }).ticket = ticket; entry.next = Math.min(entry.next, now); }
      if (entry.next <= now) { this.advance(entry, now); moved = true; }
      if (ticket.deletedAt !== null && ticket.deletedAt <= now) gone.push(entry);
    }
    if (gone.length > 0) { const lost = new Set(gone); const before = this.order.length; this.order = this.order.filter(e => !lost.has(e)); moved ||= this.order.length !== before; }
    if (!moved) return;
    // Nearly sorted already: the sort is close to linear.
    this.order.sort((a, b) => a.updated - b.updated || a.ticket.id - b.ticket.id);
    this.version += 1;
  }

  private advance(entry: Known, now: number): void {
    const past = entry.ticket.changes.filter(c => c.at <= now);
    const coming = entry.ticket.changes.find(c => c.at > now);
    const changes: (WorldTicketChange | Migration)[] = past;
    const at = this.migration;
    if (at !== null && at <= now && entry.ticket.created < at) {
      const status = [...past].reverse().find(c => c.field === 'status' && c.at < at)?.to;
      if (status && DONE.has(status)) { changes.push({ at, actor: 'human', field: 'migration', from: status, to: 'Completed' }); changes.sort((a, b) => a.at - b.at); }
    }
    entry.changes = changes;
    entry.updated = changes.length > 0 ? Math.max(entry.ticket.created, changes[changes.length - 1]!.at) : entry.ticket.created;
    entry.next = coming?.at ?? Infinity;
  }
}
