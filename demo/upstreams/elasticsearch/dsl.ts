/** The part of the query DSL that a collector uses, compiled to a predicate. Anything else is refused, as a typing error would be. */
export type Value = string | number | boolean | null;
export interface Field<D> {
  readonly type: 'date' | 'keyword' | 'long' | 'boolean' | 'ip';
  /** Dates as epoch ms; null = the document has none. */
  get(doc: D): Value | readonly string[];
}
export type Fields<D> = Readonly<Record<string, Field<D>>>;
export type Predicate<D> = (doc: D) => boolean;

export class QueryError extends Error { constructor(readonly type: string, reason: string, readonly status = 400) { super(reason); } }

const asList = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const onlyKey = (object: unknown): [string, unknown] => {
  const entries = typeof object === 'object' && object !== null ? Object.entries(object) : [];
  if (entries.length !== 1) throw new QueryError('parsing_exception', `[query] malformed query, expected one field, got ${entries.length}`);
  return entries[0] as [string, unknown];
};

/** A date of a query or cursor: ISO text or epoch ms. */
export function dateOf(value: unknown): number {
  const ms = typeof value === 'number' ? value : /^\d{10,14}$/.test(String(value)) ? Number(value) : Date.parse(String(value));
  if (Number.isNaN(ms)) throw new QueryError('parse_exception', `failed to parse date field [${String(value)}] with format [strict_date_optional_time||epoch_millis]`);
  return ms;
}

export function compile<D>(query: unknown, fields: Fields<D>): Predicate<D> {
  if (query === undefined || query === null) return () => true;
  const [kind, body] = onlyKey(query);
  switch (kind) {
    case 'match_all': return () => true;
    case 'match_none': return () => false;
    case 'bool': return bool(body as Record<string, unknown>, fields);
    case 'range': { const [name, bounds] = onlyKey(body); return range(fields[name], bounds as Record<string, unknown>); }
    case 'exists': return exists(fields[(body as { field: string }).field]);
    case 'term': { const [name, value] = onlyKey(body); return terms(fields[name], [typeof value === 'object' && value !== null ? (value as { value: unknown }).value : value]); }
    case 'terms': { const [name, values] = onlyKey(body); return terms(fields[name], asList(values)); }
    case 'ids': return terms(fields._id, asList((body as { values: unknown }).values));
    default: throw new QueryError('parsing_exception', `unknown query [${kind}]`);
  }
}

function bool<D>(body: Record<string, unknown>, fields: Fields<D>): Predicate<D> {
  const all = [...asList(body.filter), ...asList(body.must)].map(q => compile(q, fields));
  const none = asList(body.must_not).map(q => compile(q, fields));
  const some = asList(body.should).map(q => compile(q, fields));
  const needed = Number(body.minimum_should_match ?? (some.length > 0 && all.length === 0 ? 1 : 0));
  return doc => {
    for (const p of all) if (!p(doc)) return false;
    for (const p of none) if (p(doc)) return false;
    if (needed === 0) return true;
    let hits = 0;
    for (const p of some) if (p(doc) && ++hits >= needed) return true;
    return false;
  };
}

function range<D>(field: Field<D> | undefined, bounds: Record<string, unknown>): Predicate<D> {
  if (!field) return () => false;
  const bound = (name: string): number | string | null => (bounds[name] === undefined || bounds[name] === null ? null : field.type === 'date' ? dateOf(bounds[name]) : field.type === 'long' ? Number(bounds[name]) : String(bounds[name]));
  const [gte, gt, lte, lt] = [bound('gte'), bound('gt'), bound('lte'), bound('lt')];
  return doc => {
    const value = field.get(doc);
    if (value === null || typeof value === 'object' || typeof value === 'boolean') return false;
    return (gte === null || value >= gte) && (gt === null || value > gt) && (lte === null || value <= lte) && (lt === null || value < lt);
  };
}

const exists = <D>(field: Field<D> | undefined): Predicate<D> => (field ? doc => { const value = field.get(doc); return value !== null && !(Array.isArray(value) && value.length === 0); } : () => false);
function terms<D>(field: Field<D> | undefined, values: readonly unknown[]): Predicate<D> {
  if (!field) return () => false;
  const wanted = new Set(values.map(v => (field.type === 'date' ? dateOf(v) : field.type === 'long' ? Number(v) : String(v))));
  return doc => { const value = field.get(doc); return Array.isArray(value) ? value.some(v => wanted.has(v)) : value !== null && wanted.has(typeof value === 'boolean' ? String(value) : value as string | number); };
}
