/** The client dashboards: what their builders made, what the backend takes, and nothing that a client should not have to read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL } from '../../../dashboards/builders/all';
import { CLIENT } from '../../../dashboards/builders/client/all';
import { CATALOG } from '../../../src/catalog';
import { ruleQueries } from '../../../src/cli/clients/alert-rules';
import { SEVERITY_TIERS } from '../../../src/model';
import type { OutcomesQuery } from '../../../src/query/model';
import { parseQuery } from '../../../src/query/request';

interface Panel {
  id: number; type: string; title: string; description?: string; gridPos: { x: number; y: number; w: number; h: number }; targets?: (OutcomesQuery & { refId: string; datasource: { uid: string } })[];
  fieldConfig?: { defaults: { noValue?: string }; overrides: { matcher: { id: string; options: string }; properties: { id: string; value: unknown }[] }[] };
}
interface Dashboard { uid: string; title: string; tags: string[]; panels: Panel[]; templating: { list: { name: string; hide: number }[] }; links: { type: string; url: string; tags: string[] }[] }

const folder = join(__dirname, '..', '..', '..', 'dashboards', 'client');
const files = readdirSync(folder).filter(f => f.endsWith('.json'));
const dashboards: [string, Dashboard][] = files.map(f => [f, JSON.parse(readFileSync(join(folder, f), 'utf8')) as Dashboard]);
const drawn = dashboards.flatMap(([file, d]) => d.panels.filter(p => p.type !== 'row' && p.type !== 'text').map((p): [string, Panel] => [`${file}: ${p.title}`, p]));
const metricsOf = (all: unknown): Set<string> => new Set([...JSON.stringify(all).matchAll(/"metric":"([a-z_.]+)"/g)].map(m => m[1]!));

test('six of them, each what its builder makes', () => {
  expect(files.map(f => f.replace(/\.json$/, '')).sort()).toEqual(Object.keys(CLIENT).sort());
  for (const [file, json] of dashboards) expect(json).toEqual(JSON.parse(JSON.stringify(CLIENT[file.replace(/\.json$/, '')])));
  expect(files).toHaveLength(6);
});

test('the same metric ids as the operators', () => {
  const operators = metricsOf(ALL);
  expect([...metricsOf(CLIENT)].filter(id => !operators.has(id))).toEqual([]);
});

test('what looks bad is there: misses, gaps, what was not measured, what does not join', () => {
  const shown = metricsOf(CLIENT);
  for (const id of ['sla.misses', 'coverage.gaps', 'coverage.change', 'coverage.exclusions', 'coverage.unregistered', 'integrity.counters', 'integrity.orphans', 'rules.unreviewed', 'sla.incidents', 'sources.status']) expect(shown).toContain(id);
  expect(JSON.stringify(CLIENT.coverage)).toContain('days_measured');
});

test('no SQL, formula or transformation, no address, no choice of client, no "view as"', () => {
  for (const [file, d] of dashboards) {
    const text = JSON.stringify({ ...d, panels: d.panels.map(({ description: _words, ...p }) => p) });
    expect([file, /\bselect\b.+\bfrom\b/i.test(text), /"expression"|"transformations"|rawSql/.test(text), /https?:\/\//.test(text), /viewAs|"client":\[/.test(text)]).toEqual([file, false, false, false, false]);
    // What a reader may choose stands on the page of rows alone, and none of it is a client.
    expect(d.templating.list.map(v => [v.name, v.hide])).toEqual([['ds', 2], ...(file === 'rows.json' ? [['page', 0], ['asked', 2], ['column', 2], ['cell', 2], ['time', 2], ['class', 0]] : [])]);
  }
});

test.each(drawn)('%s: no interval, no shift, no ratio of tiny cells; an empty state in words', (_name, p) => {
  for (const target of p.targets!) {
    const { groupBy, columns } = parseQuery(target, CATALOG);
    expect(groupBy).not.toContain('shift');
    expect(columns!.filter(c => /_low$|_high$|bound_|floor|rank_/.test(c))).toEqual([]);
    expect(p.description).toContain(CATALOG.get(target.metric)!.definition.slice(0, 40));
  }
  expect(p.description).not.toMatch(/÷|optimis/);
  expect(p.fieldConfig!.defaults.noValue).toMatch(/^[A-Z].*[a-z]/);
});

test.each(drawn)('%s: column settings name columns that are there', (_name, p) => {
  const titles = new Set<string>(['From', 'endpoint', 'cloud_workload', 'network_segment', ...SEVERITY_TIERS]);
  for (const target of p.targets!) for (const c of CATALOG.get(target.metric)!.columns) if (target.columns!.includes(c.name)) titles.add(c.title);
  expect(p.fieldConfig!.overrides.filter(o => o.matcher.id === 'byName').map(o => o.matcher.options).filter(name => !titles.has(name))).toEqual([]);
});

test('panels fit the grid, none overlap, uids are unique and short enough for Grafana', () => {
  for (const [file, d] of dashboards) {
    const cells = new Set<string>();
    for (const { gridPos: { x, y, w, h }, title } of d.panels) {
      expect([file, title, x + w <= 24]).toEqual([file, title, true]);
      for (let i = x; i < x + w; i++) for (let j = y; j < y + h; j++) { expect([file, title, cells.has(`${i},${j}`)]).toEqual([file, title, false]); cells.add(`${i},${j}`); }
    }
    expect(d.uid.length).toBeLessThanOrEqual(40);
  }
  expect(new Set(dashboards.map(([, d]) => d.uid)).size).toBe(dashboards.length);
});

test('they lead to each other and to the report, never to the operators’', () => {
  for (const [, d] of dashboards) expect(d.links.map(l => [l.type, l.tags.join(), l.url])).toEqual([['dashboards', 'soc-outcomes-client', ''], ['link', '', '/api/datasources/uid/${ds}/resources/report']]);
  expect(JSON.stringify(CLIENT)).not.toMatch(/soc-outcomes-(overview|coverage|sla|rules|quality)"/);
});

test('alert rules ask what the backend takes', () => {
  for (const query of ruleQueries()) expect(parseQuery({ version: 1, ...query }, CATALOG).view).toBe('alert');
});
