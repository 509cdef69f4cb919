import type { Known } from './tickets';

/** A parsed query: a test for one ticket, and the bounds on `updated` that every match must satisfy (for a quick start). */
export interface Query { readonly test: (known: Known) => boolean; readonly from: number; readonly to: number; readonly bounded: boolean; readonly descending: boolean }
export class JqlError extends Error {}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(>=|<=|!=|=|>|<|~)|([(),])|([^\s(),"'=<>!~]+))/y;
type Value = { readonly text: string; readonly quoted: boolean };

/** The part of JQL that collectors use: AND, OR, NOT, parentheses, =, !=, in, comparisons of dates, ORDER BY. */
export function parseJql(jql: string, projectOf: (known: Known) => string, missing: readonly string[]): Query {
  const [where, order] = jql.split(/\border\s+by\b/i) as [string, string | undefined];
  const tokens: { text: string; kind: 'quoted' | 'op' | 'mark' | 'word' }[] = [];
  TOKEN.lastIndex = 0;
  const source = where.trim();
  while (TOKEN.lastIndex < source.length) {
    const start = TOKEN.lastIndex;
    const m = TOKEN.exec(source);
    if (!m) throw new JqlError(`Error in the JQL Query: The character '${source[start]}' is a reserved JQL character.`);
    const kind = m[1] !== undefined ? 'quoted' : m[2] !== undefined ? 'op' : m[3] !== undefined ? 'mark' : 'word';
    tokens.push({ kind, text: kind === 'quoted' ? m[1]!.slice(1, -1) : (m[2] ?? m[3] ?? m[4])! });
  }
  let i = 0;
  let [from, to, depthOr] = [-Infinity, Infinity, 0];
  const word = (w: string) => tokens[i]?.kind === 'word' && tokens[i]!.text.toLowerCase() === w;
  const expect = (text: string) => { if (tokens[i]?.text !== text) throw new JqlError(`Error in the JQL Query: Expecting '${text}' but got '${tokens[i]?.text ?? 'the end'}'.`); i += 1; };
  const value = (): Value => { const t = tokens[i]; if (!t || t.kind === 'mark' || t.kind === 'op') throw new JqlError('Error in the JQL Query: Expecting a value.'); i += 1; return { text: t.text, quoted: t.kind === 'quoted' }; };
  type Test = (known: Known) => boolean;
  const either = (): Test => { let left = both(); while (word('or')) { i += 1; depthOr += 1; const [a, b] = [left, both()]; left = k => a(k) || b(k); } return left; };
  const both = (): Test => { let left = factor(); while (word('and')) { i += 1; const [a, b] = [left, factor()]; left = k => a(k) && b(k); } return left; };
  const factor = (): Test => {
    if (word('not')) { i += 1; const inner = factor(); return k => !inner(k); }
    if (tokens[i]?.text === '(' && tokens[i]!.kind === 'mark') { i += 1; const inner = either(); expect(')'); return inner; }
    return clause();
  };
  const clause = (): Test => {
    const field = value().text;
    const name = field.toLowerCase();
    if (missing.includes(field) || !['project', 'updated', 'created', 'issuetype', 'type', 'key', 'issuekey', 'id', 'labels'].includes(name)) throw new JqlError(`Field '${field}' does not exist or you do not have permission to view it.`);
    if (word('in')) {
      i += 1; expect('(');
      const values = [value()];
      while (tokens[i]?.text === ',') { i += 1; values.push(value()); }
      expect(')');
      return k => values.some(v => equals(name, k, v.text));
    }
    const op = tokens[i]?.text ?? '';
    if (tokens[i]?.kind !== 'op') throw new JqlError(`Error in the JQL Query: Expecting operator but got '${op || 'the end'}'.`);
    i += 1;
    const v = value();
    if (name === 'updated' || name === 'created') {
      const at = moment(v);
      if (name === 'updated' && (op === '>=' || op === '>')) from = Math.max(from, at);
      if (name === 'updated' && (op === '<' || op === '<=')) to = Math.min(to, op === '<' ? at : at + 1);
      const read = name === 'updated' ? (k: Known) => k.updated : (k: Known) => k.ticket.created;
      return op === '>=' ? k => read(k) >= at : op === '>' ? k => read(k) > at : op === '<' ? k => read(k) < at : op === '<=' ? k => read(k) <= at : k => read(k) === at;
    }
    return op === '!=' ? k => !equals(name, k, v.text) : k => equals(name, k, v.text);
  };
  const equals = (name: string, k: Known, text: string): boolean =>
    name === 'project' ? projectOf(k).toLowerCase() === text.toLowerCase() : name === 'key' || name === 'issuekey' || name === 'id' ? k.ticket.key === text || String(k.ticket.id) === text : name === 'labels' ? text === 'soc' : true;
  const test = source === '' ? () => true : either();
  if (i < tokens.length) throw new JqlError(`Error in the JQL Query: Unexpected '${tokens[i]!.text}'.`);
  return { test, from: depthOr > 0 ? -Infinity : from, to: depthOr > 0 ? Infinity : to, bounded: source !== '', descending: /\bdesc\b/i.test(order ?? '') };
}

/** A bare number is epoch milliseconds; a date string is read to the minute. */
function moment({ text, quoted }: Value): number {
  if (!quoted && /^-?\d{6,}$/.test(text) || text === '0') return Number(text);
  const m = /^(\d{4})[-/](\d\d)[-/](\d\d)(?: (\d\d):(\d\d))?$/.exec(text);
  if (!m) throw new JqlError(`Date value '${text}' for field 'updated' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`);
  return Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3]), Number(m[4] ?? 0), Number(m[5] ?? 0));
}
