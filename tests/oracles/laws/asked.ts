import { suggestions } from '../../../src/backend/handlers/suggestions';
import { metricQuery } from '../../../src/backend/metrics/all';
import { MetricRefused, type MetricResult } from '../../../src/backend/metrics/metric';
import { DRILLS } from '../../../src/backend/metrics/rows/all';
import { rowLinks } from '../../../src/backend/metrics/rows/link';
import { isDrill } from '../../../src/backend/metrics/rows/part';
import { Denied, type ScopedReader } from '../../../src/backend/scope/reader';
import { CATALOG } from '../../../src/catalog';
import type { CatalogEntry } from '../../../src/catalog/types';
import { parseQuery } from '../../../src/query/request';

/** Exports: When, Asked, askEach, askNamed, differing. Metrics asked one after the other, whole and cut short, with rows behind their values. */
export interface When { readonly range: { readonly from: number; readonly to: number }; readonly asOf: number }
/** A question in words, and its answer as text: every digit, every row in its place, every notice. */
export interface Asked { readonly question: string; readonly answer: string }

/** A list that is cut shows which of those that are even it takes. */
const LIMITS = [1_000, 3];
const OPTIONS: Readonly<Record<string, object>> = { 'coverage.change': { show: 'assets' }, 'integrity.orphans': { kind: 'all' } };
/** As many groups as a question may have. */
const MOST = 4;

async function run(reader: ScopedReader, when: When, query: object): Promise<MetricResult | null> {
  const parsed = parseQuery({ version: 1, ...query }, CATALOG);
  return metricQuery(parsed.entry.id).run(reader, { ...parsed, ...when } as never).catch((error: unknown) => { if (error instanceof Denied || error instanceof MetricRefused) return null; throw error; });
}
const told = (question: unknown, answer: unknown): Asked => ({ question: JSON.stringify(question), answer: JSON.stringify(answer) });

/** `turn` chooses one way of asking each: its groups, its bucket, and the value whose rows are asked for. */
export async function askEach(reader: ScopedReader, when: When, entries: readonly CatalogEntry[], turn: number): Promise<Asked[]> {
  const out: Asked[] = [];
  for (const [i, entry] of entries.filter(e => e.id !== 'rows' && e.id !== 'explain').entries()) {
    const ways = [[...new Set([...entry.defaultGroupBy, ...entry.groupBy])], entry.groupBy.filter(g => g !== 'client'), entry.defaultGroupBy].map(way => way.slice(0, MOST));
    const query = {
      metric: entry.id, groupBy: ways[(turn + i) % ways.length], bucket: entry.buckets[(turn + i) % entry.buckets.length]!, view: entry.views.includes('table') ? 'table' : entry.views[0]!,
      options: (turn + i) % 2 === 0 ? {} : OPTIONS[entry.id] ?? {},
    };
    for (const limit of LIMITS) {
      const answer = await run(reader, when, { ...query, limit });
      out.push(told({ ...query, limit }, answer));
      if (limit === LIMITS[0] && answer) out.push(...await behind(reader, when, entry, query, answer, turn + i));
    }
  }
  return out;
}

/** Rows behind two values, the first page of many and of few. */
async function behind(reader: ScopedReader, when: When, entry: CatalogEntry, query: object, { rows }: MetricResult, turn: number): Promise<Asked[]> {
  const drill = DRILLS[entry.id];
  if (!isDrill(drill)) return [];
  const values = rows.flatMap(row => Object.keys(drill.columns).filter(c => typeof row[c] === 'number' && row[c] !== 0).map(column => ({ row, column })));
  const out: Asked[] = [];
  for (const nth of [0, 1]) {
    const value = values[(turn * 7 + nth * 5) % Math.max(1, values.length)];
    if (!value) continue;
    out.push(...await rowsOf(reader, when, entry, query, value.row, value.column));
  }
  return out;
}
async function rowsOf(reader: ScopedReader, when: When, entry: CatalogEntry, query: object, row: MetricResult['rows'][number], column: string): Promise<Asked[]> {
  const links = rowLinks(entry, { ...parseQuery({ version: 1, ...query }, CATALOG), ...when }, { dashboard: 'rows', dataSource: 'ds' })!;
  const at = new URL(links.to(column, links.cell(row), ''), 'http://grafana');
  const options = Object.fromEntries(['asked', 'column', 'cell', 'time', 'class', 'page'].map(name => [name, at.searchParams.get(`var-${name}`)!]));
  return Promise.all(LIMITS.map(async limit => told([query, column, row, limit], await run(reader, when, { metric: 'rows', view: 'table', options, limit }))));
}

/** What is asked by name, or of one column: an asset explained, rules to choose from, the days of untracked alerts. */
export async function askNamed(reader: ScopedReader, when: When, asset: string): Promise<Asked[]> {
  const explained = { metric: 'explain', view: 'table', options: { what: 'asset', name: asset } };
  const adherence = { metric: 'sla.adherence', view: 'table', groupBy: ['tier'] };
  const answer = (await run(reader, when, adherence))!;
  const row = answer.rows.find(r => Number(r.untracked) > 0)!;
  return [told(explained, await run(reader, when, explained)), told('rules to choose from', await suggestions(reader, 'rule', '')), ...await rowsOf(reader, when, CATALOG.get('sla.adherence')!, adherence, row, 'untracked')];
}

/** Questions whose answers are not the same, with what stands where they part. */
export const differing = (before: readonly Asked[], after: readonly Asked[]): string[][] => before.flatMap(({ question, answer }, i) => {
  const other = after[i]!.answer;
  const at = Math.max(0, [...answer].findIndex((c, k) => c !== other[k]) - 100);
  return other === answer ? [] : [[question, answer.slice(at, at + 300), other.slice(at, at + 300)]];
});
