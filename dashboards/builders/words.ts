import { CATALOG } from '../../src/catalog';
import { column, type Override } from './panels';

/** Words and colours for the closed vocabularies, so that a panel never shows an internal code. */
export interface Word { readonly text: string; readonly color?: string }
export const mapped = (words: Readonly<Record<string, Word>>): readonly unknown[] => [{ type: 'value', options: Object.fromEntries(Object.entries(words).map(([k, w], index) => [k, { ...w, index }])) }];

export const KINDS = mapped({ endpoint: { text: 'Endpoint' }, cloud_workload: { text: 'Cloud workload' }, network_segment: { text: 'Network segment' } });
export const ASSET_STATES = mapped({
  agent_only: { text: 'agent only', color: 'yellow' }, dark: { text: 'dark', color: 'red' }, absent: { text: 'absent', color: 'orange' }, unknown: { text: 'unknown', color: 'purple' },
});
export const MATCHES = mapped({ none: { text: 'no asset' }, ambiguous: { text: 'several assets', color: 'orange' } });
export const SOURCE_STATES = mapped({
  current: { text: 'current', color: 'green' }, loading: { text: 'loading', color: 'blue' }, stale: { text: 'stale', color: 'orange' }, failing: { text: 'failing', color: 'red' }, 'never read': { text: 'never read', color: 'purple' },
});
export const RISK_STATES = mapped({
  running: { text: 'running', color: 'blue' }, paused: { text: 'paused', color: 'text' }, on_hold: { text: 'on hold', color: 'orange' }, untracked: { text: 'untracked', color: 'red' },
});
export const TIERS = mapped({ critical: { text: 'critical', color: 'red' }, high: { text: 'high', color: 'orange' } });
export const STAGES = mapped({ event_detected: { text: 'event → detected' }, detected_readable: { text: 'detected → readable' }, detected_ticket: { text: 'detected → ticket' } });

/** The kind as a column, in words; the plain value stays in the data. */
export const kindColumn = column('Kind', { mappings: KINDS, 'custom.width': 145 });
export const textColoured = (title: string, mappings: readonly unknown[], px: number): Override => column(title, { mappings, 'custom.width': px, 'custom.cellOptions': { type: 'color-text' } });
/** Names of single values by kind: "cloud_workload" is a label there. */
export const kindNames: readonly Override[] = [column('endpoint', { displayName: 'Endpoints' }), column('cloud_workload', { displayName: 'Cloud workloads' }), column('network_segment', { displayName: 'Network segments' })];

/** The column that says why a value is missing: the sentence of the catalog instead of its code. */
export function why(metric: string, px: number, title = 'Why empty'): Override {
  const entry = CATALOG.get(metric);
  if (!entry) throw new Error(`the dashboard names the metric ${metric}, which has no catalog entry`);
  return column(title, { 'custom.width': px, mappings: mapped(Object.fromEntries(Object.entries(entry.nullReasons).map(([code, text]) => [code, { text }]))) });
}
