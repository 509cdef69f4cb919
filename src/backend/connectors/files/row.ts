import { DAY, TICKET_ORIGINS, UNASSIGNED, type ActorKind, type Disposition, type Ms, type SeverityTier, type TicketOrigin } from '../../../model';
import { mapClient, mapDisposition, mapTier } from '../../../settings/value-maps';
import { shapeOf } from '../own';
import type { Notice, Reject } from '../stream';
import type { FilePlan } from './plan';
import type { FoundFile } from './paths';
import type { RawRecord } from './records';

/** Exports: Row, Fault, Remarks. One record seen through the mapping: only mapped columns can be asked for. */
export class Fault extends Error {
  constructor(readonly column: string, readonly reason: string, readonly value: string | null) { super(reason); }
}
export class Remarks {
  private readonly counts = new Map<string, Notice>();
  add(code: string, field: string | null, value: string | null): void {
    const key = `${code}|${field}|${value}`;
    this.counts.set(key, { code, field, value, count: (this.counts.get(key)?.count ?? 0) + 1 });
  }
  list(): Notice[] { return [...this.counts.values()]; }
}
/** Clocks of two systems and their zones differ, by less than this. */
const AHEAD = DAY;
const EARLIEST = Date.UTC(1990, 0, 1);
const TRUE = new Set(['true', 'yes', 'y', '1', 'on', 'enabled']);
const FALSE = new Set(['false', 'no', 'n', '0', 'off', 'disabled']);

export class Row {
  constructor(private readonly plan: FilePlan, private readonly file: FoundFile, private readonly record: RawRecord, private readonly remarks: Remarks, private readonly now: Ms) {}

  /** The column a field is read from, for messages. */
  column(field: string): string { return this.plan.stream.columns[field] ?? field; }
  private value(field: string): unknown {
    const column = Object.hasOwn(this.plan.stream.columns, field) ? this.plan.stream.columns[field]! : null;
    if (column === null) return undefined;
    return column.startsWith('=') ? column.slice(1) : this.record.get(column);
  }
  private clean(value: unknown, field: string): string | null {
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') throw new Fault(this.column(field), 'not a single value; map a deeper path, or a list field', shapeOf(value));
    // JSON holds more digits than a number here: two ids that differ in the last ones would be one.
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) throw new Fault(this.column(field), 'a number of more digits than can be read exactly; write it as text, in quotes', null);
    const text = String(value).trim();
    if (text.includes('\uFFFD')) this.remarks.add('not_utf8', this.column(field), null);
    return text === '' || this.plan.nulls.has(text) || this.plan.nulls.has(String(value)) ? null : text;
  }
  /** Text of a field; null where it is not mapped, empty, or one of the texts that mean "not known". Of a list the first. */
  text(field: string): string | null {
    const value = this.value(field);
    return this.clean(Array.isArray(value) ? value[0] : value, field);
  }
  /** As `text`; a record without it is refused. */
  need(field: string): string {
    const text = this.text(field);
    if (text === null) throw new Fault(this.column(field), `no value, but ${field} is needed`, null);
    return text;
  }
  /** Values of a list: a JSON array, or a text parted by the list separator. */
  list(field: string): string[] {
    const value = this.value(field);
    const parts = Array.isArray(value) ? value : (this.clean(value, field)?.split(this.plan.stream.listSeparator) ?? []);
    return [...new Set(parts.map(part => this.clean(part, field)).filter((p): p is string => p !== null))];
  }
  ms(field: string): Ms | null {
    const text = this.text(field);
    if (text === null) return null;
    const constant = this.column(field).startsWith('=');
    const read = (constant ? this.plan.constantDate : this.plan.date)(text);
    if (read.ms === null) throw new Fault(this.column(field), `${read.why}; expected ${constant ? 'iso' : this.plan.stream.dateFormat} in ${this.plan.stream.zone}`, text);
    const why = this.misplaced(read.ms);
    if (why !== null) throw new Fault(this.column(field), why, text);
    if (read.twice) this.remarks.add('local_time_twice', this.column(field), null);
    return read.ms;
  }
  /**
   * What happened lies behind us, and after the first systems that tell of it: seconds read as milliseconds, or a date that stands for
   * "never", would put it where no panel looks, or decide a case before it began. Of assets some dates lie ahead, or mean "always".
   */
  private misplaced(at: Ms): string | null {
    if (this.plan.stream.kind === 'asset') return null;
    if (at < EARLIEST) return 'lies before 1990; check dateFormat, or list the text under nullValues if it means "not known"';
    return at > this.now + AHEAD ? 'lies more than a day ahead; check dateFormat and zone, or list the text under nullValues if it means "not known"' : null;
  }
  needMs(field: string): Ms {
    this.need(field);
    return this.ms(field)!;
  }
  flag(field: string): boolean | null {
    const text = this.text(field)?.toLowerCase() ?? null;
    if (text === null) return null;
    if (!TRUE.has(text) && !FALSE.has(text)) throw new Fault(this.column(field), 'neither true nor false', text);
    return TRUE.has(text);
  }
  count(field: string): number | null {
    const text = this.text(field);
    if (text === null) return null;
    if (!/^\d{1,15}(\.0+)?$/.test(text)) throw new Fault(this.column(field), 'not a count', text);
    return Number(text);
  }
  /** A word of a closed vocabulary, by `values.<field>` or as it is. Null where there is none; an unknown one is refused. */
  word<T extends string>(field: string, words: readonly T[], more: readonly string[] = []): T | string | null {
    const text = this.text(field);
    if (text === null) return null;
    const fold = text.toLowerCase();
    const map = Object.hasOwn(this.plan.stream.values, field) ? this.plan.stream.values[field]! : {};
    const word = Object.entries(map).find(([from]) => from.trim().toLowerCase() === fold)?.[1] ?? fold;
    if (!(words as readonly string[]).includes(word) && !more.includes(word)) throw new Fault(this.column(field), `not one of ${words.join(', ')}; name it under values.${field}`, text);
    return word;
  }
  tier(): { sourceSeverity: string | null; tier: SeverityTier } {
    const sourceSeverity = this.text('severity');
    const mapped = mapTier(sourceSeverity, this.plan.maps.tier);
    if (!mapped.known) this.unknown('severity', sourceSeverity);
    return { sourceSeverity, tier: mapped.value };
  }
  disposition(): { sourceDisposition: string | null; disposition: Disposition | null } {
    const sourceDisposition = this.text('disposition');
    const mapped = mapDisposition(sourceDisposition, this.plan.maps.disposition);
    if (!mapped.known) this.unknown('disposition', sourceDisposition);
    return { sourceDisposition, disposition: mapped.value };
  }
  client(): { sourceClient: string | null; client: string } {
    const sourceClient = this.text('client');
    const client = mapClient(sourceClient, this.plan.maps.client, this.plan.clients);
    if (client === null && sourceClient !== null) this.unknown('client', sourceClient);
    return { sourceClient, client: client ?? UNASSIGNED };
  }
  origin(): TicketOrigin {
    const text = this.text('origin');
    if (text === null) return 'unknown';
    const fold = text.toLowerCase();
    const known = Object.entries(this.plan.maps.origin).find(([from]) => from.trim().toLowerCase() === fold)?.[1] ?? TICKET_ORIGINS.find(o => o === fold);
    if (known === undefined) this.unknown('origin', text);
    return known ?? 'unknown';
  }
  /** Only the kind: the value is compared and forgotten. Not mapped or empty: unknown. */
  actor(field = 'actor'): ActorKind {
    const text = this.text(field);
    return text === null ? 'unknown' : this.plan.automation.has(text.toLowerCase()) ? 'automation' : 'human';
  }
  /** The record's page: http and https only. */
  url(): string | null {
    const text = this.text('url');
    return text !== null && /^https?:\/\//i.test(text) ? text : null;
  }
  unknown(field: string, value: string | null): void { this.remarks.add('unknown_value', this.column(field), value); }
  remark(code: string, field: string, value: string | null = null): void { this.remarks.add(code, this.column(field), value); }

  /** Where the record stands and the value at fault; never the whole record, which may name people. */
  reject(error: unknown): Reject {
    if (!(error instanceof Fault)) throw error;
    let nativeId: string | null = null;
    try { nativeId = this.text('id'); } catch { nativeId = null; }
    return { nativeId, field: error.column, reason: error.reason, sample: `${this.file.name} line ${this.record.line}${error.value === null ? '' : `: ${error.value}`}`.slice(0, 500) };
  }
  broken(): Reject | null {
    return this.record.broken === null ? null : { nativeId: null, field: null, reason: this.record.broken, sample: `${this.file.name} line ${this.record.line}` };
  }
}
