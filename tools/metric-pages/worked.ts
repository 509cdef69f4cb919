import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogEntry, ColumnDefinition, MetricId } from '../../src/catalog/types';
import { QUERY_VERSION } from '../../src/query/version';
import { LONGER, WORKED } from './worked-notes';

/** Exports: worked. The section of a page with a question, its answer over the week of the examples, and the answer derived by hand. */
type Answer = Readonly<Record<string, string | number | boolean>>;
const file = join(__dirname, 'worked.json');
const MOST = 8;
let known: Record<string, Answer[]> | undefined;
const answersOf = (id: string): Answer[] => (known ??= existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Record<string, Answer[]> : {})[id] ?? [];

function shown(column: ColumnDefinition | undefined, value: Answer[string] | undefined): string {
  if (value === undefined) return '';
  if (column?.kind === 'time') return new Date(Number(value)).toISOString().slice(0, 16).replace('T', ' ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value).replaceAll('|', '\\|');
}
export function worked(entry: CatalogEntry): string {
  const head = '## Worked example\n\n';
  const example = WORKED[entry.id as MetricId];
  const rows = answersOf(entry.id);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = rows.slice(0, MOST).map(r => line(example.columns.map(c => shown(entry.columns.find(x => x.name === c), r[c]))));
  const question = JSON.stringify({ version: QUERY_VERSION, metric: entry.id, view: entry.views[0], ...example.ask });
  return [
    `${head}Of ${example.of ? `[${LONGER[example.of].title.replace(/^The/, 'the')}](README.md#${LONGER[example.of].title.toLowerCase().replaceAll(' ', '-')})` : '[the week of the examples](README.md#the-week-of-the-worked-examples)'}, \`${question}\` answers${rows.length > MOST ? ` ${rows.length} rows, the first ${MOST} of which are` : ''}:`,
    [line(example.columns), line(example.columns.map(() => '---')), ...body].join('\n'), `**Why.** ${example.why}`,
  ].join('\n\n');
}
