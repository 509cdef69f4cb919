import type { SqlValue, Store } from '../store/port';
import { sql, type Sql } from '../store/sql';
import { tablesIn } from '../store/table';

/**
 * Keys that a client's relations depend on and that no column of theirs tells: which rules it has alerts of, which sources carry rows of
 * it, which quoted ids are others' alerts. To find them reads whole tables, whatever a question's range, so they are found once per state of
 * the store. `keys` stands in a relation for the set and is empty; a reader puts the real one in its place before a statement runs.
 */
export interface KeySet { readonly name: string; readonly keys: readonly (number | bigint)[]; readonly statement: Sql; readonly bound: (keys: readonly (number | bigint)[]) => SqlValue }

/** For the small integer keys of a dimension: one character a key, which the store looks at by its place. Listing five hundred keys costs more than the question they belong to. */
export const keyBits = (name: string, statement: Sql): KeySet => ({ name, keys: [], statement, bound: bitsOf });
export const holds = (key: Sql, { keys }: KeySet): Sql => sql`case when ${key} < bit_length(${keys}::bit) then get_bit(${keys}::bit, ${key}) = 1 else false end`;
/** For hashes. */
export const keyList = (name: string, statement: Sql): KeySet => ({ name, keys: [], statement, bound: keys => keys });
export const lacks = (key: Sql, { keys }: KeySet): Sql => sql`${key} not in (select unnest(${keys}::ubigint[]))`;

function bitsOf(keys: readonly (number | bigint)[]): string {
  const bits = new Array<string>(1 + Math.max(0, ...keys.map(Number))).fill('0');
  for (const key of keys) bits[Number(key)] = '1';
  return bits.join('');
}

interface Known { readonly revision: number; readonly value: Promise<SqlValue> }
/** Sets of clients asked for lately: three a client, and those of operators who view as some. */
const KEPT = 3_000;
const byStore = new WeakMap<Store, Map<string, Known>>();

/**
 * The set as the store stands: kept by the clients' keys and the revision of the tables it is found in, so that neither another scope's nor an older one can be
 * taken. The revision is read before the rows: a set may be newer than its mark, never older.
 */
export function valueOf(store: Store, clients: readonly number[], { name, statement, bound }: KeySet, timeoutMs: number): Promise<SqlValue> {
  let known = byStore.get(store);
  if (!known) byStore.set(store, known = new Map());
  const key = `${name}|${clients.join()}`;
  const revision = store.revision(tablesIn(statement));
  const found = known.get(key);
  if (found?.revision === revision) return found.value;
  if (known.size >= KEPT) known.clear();
  const value = store.query<{ k: number | bigint | null }>(statement, { timeoutMs }).then(rows => bound(rows.flatMap(r => r.k ?? [])));
  const entry = { revision, value };
  known.set(key, entry);
  value.catch(() => { if (known.get(key) === entry) known.delete(key); });
  return value;
}

/** The statement with every set in its place; the same object where it uses none. */
export async function withSets(statement: Sql, sets: readonly KeySet[], ask: (set: KeySet) => Promise<SqlValue>): Promise<Sql> {
  const values = new Map<SqlValue, SqlValue>();
  for (const set of sets) if (statement.values.includes(set.keys)) values.set(set.keys, await ask(set));
  return values.size === 0 ? statement : { ...statement, values: statement.values.map(value => (values.has(value) ? values.get(value)! : value)) };
}
