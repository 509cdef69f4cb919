import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRIES } from '../../src/catalog';
import { indexPage, pageOf, type Placed } from './page';

/** Exports: metricPages. File name → text of every page under docs/metrics/. */
interface Panel { readonly title?: string; readonly targets?: readonly { readonly metric?: string }[]; readonly panels?: readonly Panel[] }

export function metricPages(root: string): Map<string, string> {
  const dashboards = ['dashboards', join('dashboards', 'client')].flatMap(folder => readdirSync(join(root, folder)).filter(f => f.endsWith('.json')).sort()
    .map(file => JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as { title: string; panels: readonly Panel[] }));
  const all = (panels: readonly Panel[]): Panel[] => panels.flatMap(p => [p, ...all(p.panels ?? [])]);
  const placesOf = (metric: string): Placed[] => dashboards
    .map(d => ({ dashboard: d.title, panels: [...new Set(all(d.panels).filter(p => p.targets?.some(t => t.metric === metric)).map(p => p.title ?? '').filter(t => t !== ''))] }))
    .filter(p => p.panels.length > 0);
  return new Map([['README.md', indexPage(ENTRIES)], ...ENTRIES.map((e): [string, string] => [`${e.id}.md`, pageOf(e, placesOf(e.id))])]);
}
