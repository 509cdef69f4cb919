import { TABLES } from '../store/schema';
import type { Sql } from '../store/sql';

/**
 * The last line: a statement of a request may read relations of its own reader and nothing else. Types and lint keep base tables out
 * of the metrics' text; this looks at the text that is about to run, so that a mistake in both shows an error and never a row.
 */
const NAMES = [...Object.keys(TABLES), 'migration', ...Object.keys(TABLES).map(t => `stage_${t}`), ...Object.keys(TABLES).map(t => `${t}_next`)].join('|');
/** Catalogs and functions of the engine that read something else than rows of a table. */
const ENGINE = 'duckdb_\\w+|information_schema|pg_catalog|pg_\\w+|sqlite_\\w+|read_\\w+|parquet_\\w+|glob|sniff_csv|query|query_table|pragma_\\w+';
const STOP = 'where|group|order|union|limit|select|on|using|having|window|qualify';
const NAMED = new RegExp(`\\b(?:from|join)\\s+(?:lateral\\s+)?(?:"?\\w+"?\\.){0,2}"?(?:${NAMES}|${ENGINE})\\b`, 'i');
const LISTED = new RegExp(`\\bfrom\\b(?:(?!\\b(?:${STOP})\\b).)*,\\s*(?:"?\\w+"?\\.){0,2}"?(?:${NAMES}|${ENGINE})\\b`, 'is');
const OTHER = /;|\b(?:attach|copy|install|load|pragma|call|export|import|insert|update|delete|drop|alter|create)\s/i;

/** Looks into each pair of brackets by itself, so that a list of tables is not broken by what stands in brackets within it. */
function namesTable(text: string): boolean {
  const wrong = (part: string): boolean => NAMED.test(part) || LISTED.test(part) || OTHER.test(part);
  let rest = text;
  for (let inner = true; inner;) {
    inner = false;
    let found = false;
    rest = rest.replace(/\(([^()]*)\)/g, (_, part: string) => { inner = true; found ||= wrong(part); return ' bracketed '; });
    if (found) return true;
  }
  return wrong(rest);
}

const textOf = (statement: Sql): string => statement.text.join('\u0000');

/** Statements of one reader: remembers the relations it handed out and refuses any other way to a table. */
export class StatementGuard {
  private readonly relations = new Set<string>();
  /** Statements are few and come again and again. */
  private readonly passed = new Set<string>();

  handOut(relation: Sql): void { this.relations.add(textOf(relation)); }

  /** Throws when the statement names a table by itself. That is a fault of this build, and no row was read. */
  check(statement: Sql): void {
    const text = textOf(statement);
    if (this.passed.has(text)) return;
    let rest = text;
    for (const relation of [...this.relations].sort((a, b) => b.length - a.length)) rest = rest.split(relation).join(' relation_of_the_gate ');
    if (namesTable(rest.replace(/'(?:[^']|'')*'/g, "''"))) throw new Error('A metric asked for a table outside its scope; nothing was read. This is a fault of this build.');
    this.passed.add(text);
  }
}
