import { z } from 'zod';
import { COUNTERS } from '../../src/catalog/integrity-counter-list';
import type { CatalogEntry, ColumnDefinition } from '../../src/catalog/types';
import { QUERY_VERSION } from '../../src/query/version';
import { worked } from './worked';
import { LONGER, STORY } from './worked-notes';

/** Exports: pageOf, indexPage. The reference page of a metric: the catalog's own words, so that page, panel and editor cannot differ. */
const KINDS: Record<ColumnDefinition['kind'], string> = {
  text: 'text', enum: 'one of the values', count: 'number of rows', ratio: 'share, 0 to 1', number: 'number', seconds: 'seconds', time: 'instant', flag: 'yes or no', link: 'link to the source',
};
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.map(cell).join(' | ')} |`).join('\n');
const list = (words: readonly string[]): string => words.map(w => `\`${w}\``).join(', ');

export interface Placed { readonly dashboard: string; readonly panels: readonly string[] }

export function pageOf(entry: CatalogEntry, places: readonly Placed[]): string {
  const parts = [
    `# ${entry.title} (\`${entry.id}\`)`,
    entry.definition,
    `**Formula.** ${entry.formula}`,
    `**Contract.** ${entry.contract.startsWith('§') ? 'metrics.md ' : ''}${entry.contract}${entry.headline === null ? '' : `; headline: \`${entry.headline}\``}`,
    `## Optimised hard against\n\n${entry.overOptimisation}`,
    counters(entry), reasons(entry), worked(entry), `## Asking for it\n\n${asking(entry)}`, options(entry),
    `## Columns\n\n${table(['Column', 'Title', 'Kind', 'What it is'], entry.columns.map(c => [`\`${c.name}\``, c.title, c.unit ?? KINDS[c.kind], `${c.description}${c.values ? ` Values: ${c.values.join(', ')}.` : ''}${c.operatorOnly ? ' Operators only.' : ''}`]))}`,
    places.length === 0 ? null : `## Where it stands\n\n${places.map(p => `- ${p.dashboard}: ${p.panels.join('; ')}`).join('\n')}`,
  ];
  return `${parts.filter(p => p !== null).join('\n\n')}\n`;
}

function counters(entry: CatalogEntry): string | null {
  if (entry.counters.length === 0) return null;
  const rows = entry.counters.map(id => { const c = COUNTERS.find(x => x.id === id); return [`\`${id}\``, c?.title ?? id, c?.threshold ? `${c.past} \`${c.threshold}\`` : 'shown, judged by people', c?.description ?? '']; });
  return `## What can make it doubtful\n\nIntegrity counters beside it; one past its threshold (policy) makes the headline *qualified* and is named there.\n\n${table(['Counter', 'Title', 'Threshold', 'What it counts'], rows)}`;
}
function reasons(entry: CatalogEntry): string | null {
  const all = Object.entries(entry.nullReasons);
  return all.length === 0 ? null : `## When it is empty\n\nNull is not zero: each empty value says why.\n\n${table(['Reason', 'What people read'], all.map(([k, v]) => [`\`${k}\``, v]))}`;
}
function asking(entry: CatalogEntry): string {
  const query = { version: QUERY_VERSION, metric: entry.id, ...(entry.defaultGroupBy.length > 0 ? { groupBy: entry.defaultGroupBy } : {}), view: entry.views[0] };
  const able = [
    `Views: ${list(entry.views)}.`,
    entry.groupBy.length > 0 ? `Group by: ${list(entry.groupBy)}${entry.defaultGroupBy.length > 0 ? ` (unless told: ${list(entry.defaultGroupBy)})` : ''}.` : 'It takes no grouping.',
    entry.filters.length > 0 ? `Filters: ${list(entry.filters)}.` : null,
    `Buckets: ${list(entry.buckets)}.`,
    entry.annotation ? `As annotation it marks: ${entry.annotation.marks}.` : null,
  ];
  return `${able.filter(a => a !== null).join(' ')}\n\n\`\`\`json\n${JSON.stringify(query)}\n\`\`\``;
}
function options(entry: CatalogEntry): string | null {
  const schema = z.toJSONSchema(entry.options, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, { type?: string; enum?: string[]; default?: unknown; description?: string }> };
  const all = Object.entries(schema.properties ?? {});
  if (all.length === 0) return null;
  return `## Options\n\n${table(['Option', 'Takes', 'Unless told', 'What it does'], all.map(([name, o]) => [`\`${name}\``, o.enum?.join(', ') ?? o.type ?? 'see the editor', o.default === undefined ? '' : JSON.stringify(o.default), o.description ?? '']))}`;
}

export function indexPage(entries: readonly CatalogEntry[]): string {
  const areas = [...new Set(entries.map(e => e.area))];
  const part = (area: string): string => `## ${area[0]!.toUpperCase()}${area.slice(1)}\n\n${table(['Metric', 'What it says'], entries.filter(e => e.area === area).map(e => [`[${e.title}](${e.id}.md)`, e.definition]))}`;
  return `# Metrics\n\nGenerated from the catalog by \`npm run docs\`; the same words stand in panel descriptions and editors.\n\n${areas.map(part).join('\n\n')}\n\n## The week of the worked examples\n\n${STORY}\n\n${Object.values(LONGER).map(l => `## ${l.title}\n\n${l.story}`).join('\n\n')}\n`;
}
