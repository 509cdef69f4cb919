import { createHash } from 'node:crypto';
import type { UpstreamRequest, UpstreamResponse } from '../http';
import { JqlError, parseJql, type Query } from './jql';
import { historiesOf, issueOf, type Shape } from './shapes';
import type { Known, Tickets } from './tickets';

export const failure = (status: number, messages: readonly string[], errors: Record<string, string> = {}): UpstreamResponse => ({ status, body: { errorMessages: messages, errors } });
type Body = { jql?: string; fields?: string[]; maxResults?: number; nextPageToken?: string; startAt?: number; expand?: string | string[] };
const bodyOf = (request: UpstreamRequest): Body => ({
  ...Object.fromEntries([...request.query].map(([k, v]) => [k, k === 'fields' ? v.split(',') : k === 'maxResults' || k === 'startAt' ? Number(v) : v])), ...(request.body as Body | null),
});

/** Answers queries over the ordered tickets: the range by two binary searches, the rest by the query's test. */
export class Search {
  private readonly counts = new Map<string, number>();
  private countsAt = -1;
  constructor(private readonly shape: Shape, private readonly tickets: Tickets) {}

  private query(jql: string): Query {
    const { shape } = this;
    const parsed = parseJql(jql, k => shape.clients.get(k.ticket.client)!.key, shape.traps.missingFields);
    if (shape.traps.lapsedKey) return { ...parsed, test: () => false };
    if (shape.traps.hiddenProjects.length === 0) return parsed;
    return { ...parsed, test: k => !shape.traps.hiddenProjects.includes(shape.clients.get(k.ticket.client)!.key) && parsed.test(k) };
  }
  private hidden(): string { return `${this.shape.traps.hiddenProjects.join()}${this.shape.traps.lapsedKey}`; }
  private range(order: readonly Known[], { from, to }: Query): [number, number] { return [lower(order, from, -1), lower(order, to, -1)]; }

  count(jql: string): number {
    const order = this.tickets.ordered();
    if (this.countsAt !== this.tickets.version) { this.counts.clear(); this.countsAt = this.tickets.version; }
    const known = this.counts.get(jql + this.hidden());
    if (known !== undefined) return known;
    const query = this.query(jql);
    const [lo, hi] = this.range(order, query);
    let n = 0;
    for (let i = lo; i < hi; i++) if (query.test(order[i]!)) n += 1;
    this.counts.set(jql + this.hidden(), n);
    return n;
  }

  approximate(request: UpstreamRequest): UpstreamResponse { return guarded(() => ({ status: 200, body: { count: this.count(bodyOf(request).jql ?? '') } })); }

  /** Cloud: tokens; they belong to their query and stand on (updated, id). */
  cloud(request: UpstreamRequest): UpstreamResponse {
    return guarded(() => {
      const { traps } = this.shape;
      const body = bodyOf(request);
      const query = this.query(body.jql ?? '');
      if (!query.bounded) return failure(400, ['Unbounded JQL queries are not allowed here. Please add a search restriction to your query.']);
      if (body.maxResults !== undefined && (body.maxResults < 1 || body.maxResults > 5000)) return failure(400, ['The value of maxResults must be between 1 and 5000.']);
      const digest = createHash('sha1').update(body.jql ?? '').digest('hex').slice(0, 12);
      let after: Token | null = null;
      if (body.nextPageToken) {
        after = readToken(body.nextPageToken);
        if (after === null || after.q !== digest) return failure(400, ['The provided next page token is invalid or expired.']);
      }
      const order = this.tickets.ordered();
      const [lo, hi] = this.range(order, query);
      const size = Math.min(body.maxResults ?? 50, traps.shortPage ?? Infinity);
      const page = after?.n ?? 0;
      const found: Known[] = [];
      const take = (start: number, step: 1 | -1): number => { let i = start; for (; i >= lo && i < hi && found.length < size; i += step) if (query.test(order[i]!)) found.push(order[i]!); return i; };
      let stopped: number;
      const empty = traps.emptyPages && page % 2 === 1;
      if (query.descending) stopped = take(after ? Math.min(hi, lower(order, after.u, after.i)) - 1 : hi - 1, -1);
      else { const start = after ? Math.max(lo, lower(order, after.u, after.i + 1)) : lo; stopped = empty ? start : take(start, 1); }
      let more = false;
      for (let i = stopped; i >= lo && i < hi && !more; i += query.descending ? -1 : 1) more = query.test(order[i]!);
      const last = found[found.length - 1];
      const token = (t: Token) => Buffer.from(JSON.stringify(t)).toString('base64url');
      const here: Token = last ? { q: digest, u: last.updated, i: last.ticket.id, n: page + 1 } : { q: digest, u: after?.u ?? query.from, i: after?.i ?? 0, n: page + 1 };
      let next = more ? token(here) : null;
      if (next === null && traps.repeatToken) next = body.nextPageToken ?? token({ ...here, n: 1 });
      if (next === null && traps.endless) next = token(here);
      if (next !== null && page + 1 === traps.stuckPage && body.nextPageToken) next = body.nextPageToken;
      const issues = found.map(k => issueOf(this.shape, k, body.fields ?? null));
      if (traps.isLastNeverTrue) return { status: 200, body: { issues, isLast: false, ...(next === null ? {} : { nextPageToken: next }) } };
      return { status: 200, body: { issues, isLast: next === null, ...(next === null ? {} : { nextPageToken: next }) } };
    });
  }

  /** Data Center: offsets and a total, change logs embedded on request. */
  dataCenter(request: UpstreamRequest): UpstreamResponse {
    return guarded(() => {
      const body = bodyOf(request);
      const { traps } = this.shape;
      const query = this.query(body.jql ?? '');
      const order = this.tickets.ordered();
      const [lo, hi] = this.range(order, query);
      const total = this.count(body.jql ?? '');
      const startAt = body.startAt ?? 0;
      const maxResults = Math.min(body.maxResults ?? 50, 1000, traps.shortPage ?? Infinity);
      const issues: unknown[] = [];
      const expand = ([] as string[]).concat(body.expand ?? []).join(',').includes('changelog');
      let skipped = 0;
      for (let n = 0, i = query.descending ? hi - 1 : lo; n < hi - lo && issues.length < maxResults; n++, i += query.descending ? -1 : 1) {
        const known = order[i]!;
        if (!query.test(known)) continue;
        if (skipped++ < startAt) continue;
        issues.push({ ...issueOf(this.shape, known, body.fields ?? ['*navigable']), ...(expand ? { changelog: this.embedded(known) } : {}) });
      }
      return { status: 200, body: { expand: 'schema,names', startAt, maxResults, total, issues } };
    });
  }

  /** Newest first on Cloud's embed, oldest first on Data Center; capped by the trap. */
  embedded(known: Known): unknown {
    const all = historiesOf(this.shape, known, null, false);
    const cap = this.shape.traps.embedCap;
    const histories = cap === null ? all : [...all].reverse().slice(0, cap);
    return { startAt: 0, maxResults: histories.length, total: all.length, histories };
  }
}

interface Token { readonly q: string; readonly u: number; readonly i: number; readonly n: number }
function readToken(token: string): Token | null { try { return JSON.parse(Buffer.from(token, 'base64url').toString()) as Token; } catch { return null; } }
function guarded(work: () => UpstreamResponse): UpstreamResponse {
  try { return work(); } catch (error) { if (error instanceof JqlError) return failure(400, [error.message]); throw error; }
}

/** First place whose (updated, id) is not below the given one. */
function lower(order: readonly Known[], updated: number, id: number): number {
  let [lo, hi] = [0, order.length];
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    const k = order[mid]!;
    if (k.updated < updated || (k.updated === updated && k.ticket.id < id)) lo = mid + 1; else hi = mid;
  }
  return lo;
}
