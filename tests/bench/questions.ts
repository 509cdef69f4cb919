import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOG, ENTRIES } from '../../src/catalog';
import type { CatalogEntry } from '../../src/catalog/types';
import { DAY } from '../../src/model';
import { parseQuery, type ParsedQuery } from '../../src/query/request';
import { clientId, DAYS, NOW } from './world/settings';

/** One measured question: as a panel sends it, over one range. */
export interface Question { readonly name: string; readonly of: 'panel' | 'metric'; readonly range: '30 days' | 'all time'; readonly query: unknown; readonly parsed: ParsedQuery; readonly from: number }
const RANGES = [['30 days', NOW - 30 * DAY], ['all time', NOW - DAYS * DAY]] as const;
const ROOT = join(__dirname, '..', '..');

interface Target { readonly metric?: string; readonly [key: string]: unknown }
interface Panel { readonly title?: string; readonly targets?: readonly Target[]; readonly panels?: readonly Panel[] }

interface Dashboard { readonly title?: unknown; readonly panels?: readonly Panel[] }
const bundled = (): Dashboard[] => readdirSync(join(ROOT, 'dashboards')).filter(f => f.endsWith('.json')).sort().map(f => JSON.parse(readFileSync(join(ROOT, 'dashboards', f), 'utf8')) as Dashboard);

/** Every query of the operators' dashboards, or of those given, variables at All; equal queries of several panels once. */
export function panelQuestions(dashboards: readonly Dashboard[] = bundled()): Question[] {
  const seen = new Map<string, Question>();
  for (const { title, panels = [] } of dashboards) {
    for (const panel of panels.flatMap(p => [p, ...(p.panels ?? [])])) for (const target of panel.targets ?? []) {
      if (!target.metric) continue;
      const query = withoutVariables(target);
      const { columns: _columns, ...asked } = query;
      for (const [range, from] of RANGES) {
        const key = JSON.stringify([asked, range]);
        if (!seen.has(key)) seen.set(key, { name: `${target.metric} · ${panel.title ?? title}`, of: 'panel', range, query, parsed: parseQuery(query, CATALOG), from });
      }
    }
  }
  return [...seen.values()];
}
function withoutVariables(target: Target): Target {
  const { datasource: _d, refId: _r, ...query } = target;
  const filters = Object.fromEntries(Object.entries((query.filters ?? {}) as Record<string, string[]>).filter(([, values]) => !values.some(v => v.startsWith('$'))));
  // An option that a variable fills takes its default.
  const options = Object.fromEntries(Object.entries((query.options ?? {}) as Record<string, unknown>).filter(([, value]) => !(typeof value === 'string' && value.startsWith('$'))));
  return { ...query, filters, ...(query.options !== undefined && { options }) };
}

/** The least a query must say; one that is always cut by time names its first bucket. */
const base = (entry: CatalogEntry) => ({ version: 1, metric: entry.id, ...(!entry.buckets.includes('none') && { bucket: entry.buckets[0] }) });

/** Every metric of the catalog: as it stands, and for one client; both ranges. */
export function metricQuestions(): Question[] {
  return ENTRIES.flatMap(entry => [{ name: `${entry.id}`, query: base(entry) }, ...(entry.filters.includes('client') ? [{ name: `${entry.id} · one client`, query: { ...base(entry), filters: { client: [clientId(3)] } } }] : [])]
    .flatMap(({ name, query }) => RANGES.map(([range, from]): Question => ({ name, of: 'metric', range, query, parsed: parseQuery(query, CATALOG), from }))));
}
export const requestOf = (question: Question) => ({ ...question.parsed, range: { from: question.from, to: NOW }, asOf: NOW });
