/** The bundled dashboards: what their files say must be what the builders made, and what the backend will answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL } from '../../dashboards/builders/all';
import { CLIENT } from '../../dashboards/builders/client/all';
import { describe as describeMetrics, type Query } from '../../dashboards/builders/panels';
import { CATALOG } from '../../src/catalog';
import type { OutcomesQuery } from '../../src/query/model';
import { SEVERITY_TIERS } from '../../src/model';
import { parseQuery } from '../../src/query/request';

interface Target extends OutcomesQuery { refId: string; datasource: { uid: string } }
interface Override { matcher: { id: string; options: string }; properties: { id: string; value: unknown }[] }
interface PanelJson {
  id: number; type: string; title: string; description?: string; gridPos: { x: number; y: number; w: number; h: number }; targets?: Target[]; links?: { url: string }[];
  fieldConfig?: { defaults: { noValue?: string; links?: { url: string }[]; custom?: { spanNulls?: boolean } }; overrides: Override[] }; transformations?: unknown; datasource?: { uid: string };
}
interface DashboardJson { uid: string; title: string; panels: PanelJson[]; templating: { list: { name: string; type: string; query: unknown }[] }; links: { type: string; url: string; includeVars: boolean; keepTime: boolean }[] }

const folder = join(__dirname, '..', '..', 'dashboards');
const files = readdirSync(folder).filter(f => f.endsWith('.json'));
const read = (file: string): DashboardJson => JSON.parse(readFileSync(join(folder, file), 'utf8')) as DashboardJson;
const dashboards: [string, DashboardJson][] = files.map(f => [f, read(f)]);
const panels: [string, PanelJson, DashboardJson][] = dashboards.flatMap(([file, d]) => d.panels.map((p): [string, PanelJson, DashboardJson] => [`${file}: ${p.title}`, p, d]));
const drawn = panels.filter(([, p]) => p.type !== 'row' && p.type !== 'text');
/** What Grafana and the preview both have (no heat map, bar chart, pie chart, histogram, repeat or library panel). */
const TYPES = ['stat', 'timeseries', 'table', 'bargauge', 'gauge', 'state-timeline', 'text', 'row'];

test('every file is what its builder makes, and every builder has its file', () => {
  expect(files.map(f => f.replace(/\.json$/, '')).sort()).toEqual(Object.keys(ALL).sort());
  for (const [file, json] of dashboards) expect(json).toEqual(JSON.parse(JSON.stringify(ALL[file.replace(/\.json$/, '')])));
});

test('uids and titles are unique', () => {
  for (const names of [dashboards.map(([, d]) => d.uid), dashboards.map(([, d]) => d.title)]) expect(new Set(names).size).toBe(names.length);
  for (const [file, d] of dashboards) expect([file, new Set(d.panels.map(p => p.id)).size]).toEqual([file, d.panels.length]);
});

test('they hold metric ids and options only: no SQL, formula or transformation, and no path or address', () => {
  for (const [file, d] of dashboards) {
    const text = JSON.stringify({ ...d, panels: d.panels.map(({ description: _words, ...p }) => p) });
    expect([file, /\bselect\b.+\bfrom\b/i.test(text), /"expression"|"transformations"|rawSql/.test(text), /https?:\/\//.test(text)]).toEqual([file, false, false, false]);
  }
});

test.each(drawn)('%s: a panel both worlds can draw, described, with its empty state', (_name, p) => {
  expect(TYPES).toContain(p.type);
  expect(p.targets?.length).toBeGreaterThan(0);
  expect(p.description).toBe(describeMetrics(p.targets as unknown as Query[]));
  expect(p.fieldConfig?.defaults.noValue).toMatch(/\w/);
  expect(p.datasource?.uid).toBe('${ds}');
  if (p.type === 'timeseries') expect(p.fieldConfig?.defaults.custom?.spanNulls).toBe(false);
});

test.each(drawn)('%s: the backend takes its queries, also with every variable chosen', (_name, p, d) => {
  for (const target of p.targets!) {
    expect(target.datasource.uid).toBe('${ds}');
    const parsed = parseQuery(target, CATALOG);
    expect([target.metric, parsed.columns?.length ?? 0]).not.toEqual([target.metric, 0]);
    const variables = [...JSON.stringify(target.filters ?? {}).matchAll(/\$(\w+)/g)].map(m => m[1]);
    for (const name of variables) expect(d.templating.list.map(v => v.name)).toContain(name);
    const chosen = JSON.parse(JSON.stringify(target).replace(/"\$(\w+)"/g, '"chosen"')) as unknown;
    expect(Object.keys(parseQuery(chosen, CATALOG).filters).sort()).toEqual(Object.keys(target.filters ?? {}).sort());
  }
});

test.each(drawn)('%s: column settings name columns that are there', (_name, p) => {
  const titles = new Set<string>(['From', 'endpoint', 'cloud_workload', 'network_segment', ...SEVERITY_TIERS]);
  for (const target of p.targets!) for (const c of CATALOG.get(target.metric)!.columns) if (target.columns!.includes(c.name)) titles.add(c.title);
  const renamed = new Set(p.fieldConfig!.overrides.filter(o => o.matcher.id === 'byName').map(o => o.matcher.options));
  expect([...renamed].filter(name => !titles.has(name))).toEqual([]);
});

test('the parts of a panel fit its grid, and no two overlap', () => {
  for (const [file, d] of dashboards) {
    const cells = new Set<string>();
    for (const { gridPos: { x, y, w, h }, title } of d.panels) {
      expect([file, title, x + w <= 24]).toEqual([file, title, true]);
      for (let i = x; i < x + w; i++) for (let j = y; j < y + h; j++) { expect([file, title, cells.has(`${i},${j}`)]).toEqual([file, title, false]); cells.add(`${i},${j}`); }
    }
  }
});

test('links between dashboards lead to one that exists and keep variables and time', () => {
  const uids = new Set(dashboards.map(([, d]) => d.uid));
  let seen = 0;
  for (const [name, p] of panels) {
    for (const { url } of [...(p.links ?? []), ...(p.fieldConfig?.defaults.links ?? [])]) {
      const target = /^\/d\/([\w-]+)\?(.*)$/.exec(url);
      expect([name, uids.has(target?.[1] ?? ''), target?.[2]]).toEqual([name, true, '${__url_time_range}&${__all_variables}']);
      seen++;
    }
  }
  expect(seen).toBeGreaterThan(0);
  for (const [file, d] of dashboards) expect([file, d.links.filter(l => l.type === 'dashboards').map(l => [l.includeVars, l.keepTime])]).toEqual([file, [[true, true]]]);
  // The report of the client that is viewed is the only other way out.
  expect(dashboards.flatMap(([file, d]) => d.links.filter(l => l.type !== 'dashboards').map(l => [file, l.url]))).toEqual([['clients.json', '/api/datasources/uid/${ds}/resources/report?client=${view_as}']]);
});

test('"view as client" stands on the operators’ page of clients alone, in panels that a client has too', () => {
  const seen = drawn.filter(([, p]) => p.targets!.some(t => t.viewAs !== undefined));
  expect(seen.map(([name]) => name.split(':')[0])).toEqual(Array(seen.length).fill('clients.json'));
  const own = new Set(Object.values(CLIENT).flatMap(d => (d.panels as PanelJson[]).map(p => p.title)));
  expect(seen.map(([, p]) => [p.title, p.targets!.map(t => t.viewAs), own.has(p.title)])).toEqual(seen.map(([, p]) => [p.title, p.targets!.map(() => ['$view_as']), true]));
  expect(seen.length).toBeGreaterThan(4);
  // One client, always: without "All" the page cannot show more than one of them.
  expect(dashboards.find(([file]) => file === 'clients.json')![1].templating.list.find(v => v.name === 'view_as')).toMatchObject({ includeAll: false, multi: false, query: { dimension: 'client' } });
});

test('every headline of the overview leads to its own dashboard', () => {
  const [, first] = dashboards.find(([, d]) => d.uid === 'soc-outcomes-overview')!;
  expect(first.panels.filter(p => p.type !== 'row' && p.type !== 'text' && !p.links?.length).map(p => p.title)).toEqual([]);
});

test('SLA figures are by tier and coverage by kind or client: no aggregate that the contract forbids', () => {
  for (const [name, p] of drawn) for (const t of p.targets!) {
    const grouped = parseQuery(t, CATALOG).groupBy;
    if (t.metric.startsWith('sla.')) expect([name, grouped]).toEqual([name, expect.arrayContaining(['tier'])]);
    if (t.metric === 'coverage.now' || t.metric === 'coverage.history') expect([name, grouped.includes('kind') || t.filters?.kind?.length === 1]).toEqual([name, true]);
  }
});
