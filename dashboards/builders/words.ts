import { column, lineColour, type Override } from './panels';

/** Words and colours for the closed vocabularies, so that a panel never shows an internal code. */
export interface Word { readonly text: string; readonly color?: string }
export const mapped = (words: Readonly<Record<string, Word>>): readonly unknown[] => [{ type: 'value', options: Object.fromEntries(Object.entries(words).map(([k, w], index) => [k, { ...w, index }])) }];

export const KINDS = mapped({ endpoint: { text: 'Endpoint' }, cloud_workload: { text: 'Cloud workload' }, network_segment: { text: 'Network segment' } });
export const ASSET_STATES = mapped({
  agent_only: { text: 'agent only', color: 'yellow' }, dark: { text: 'dark', color: 'red' }, absent: { text: 'absent', color: 'orange' }, unknown: { text: 'unknown', color: 'purple' },
});
export const CHANGE_PARTS = mapped({
  went_dark: { text: 'went dark', color: 'red' }, dark_with_source: { text: 'dark with source', color: 'red' }, came_back: { text: 'came back', color: 'green' },
  registered_covered: { text: 'registered, covered', color: 'green' }, registered_uncovered: { text: 'registered, not covered', color: 'orange' },
  retired_covered: { text: 'retired, covered' }, retired_uncovered: { text: 'retired, not covered', color: 'yellow' }, excluded: { text: 'excluded', color: 'yellow' }, un_excluded: { text: 'no longer excluded' },
  reclassified: { text: 'reclassified' }, moved_client: { text: 'moved client' }, merged: { text: 'merged' }, policy: { text: 'policy' }, not_read: { text: 'source not read', color: 'purple' },
});
export const EXCLUSION_STATES = mapped({ active: { text: 'active' }, ended: { text: 'ended at 90 days', color: 'orange' } });
export const MATCHES = mapped({ none: { text: 'no asset' }, ambiguous: { text: 'several assets', color: 'orange' } });
export const SOURCE_STATES = mapped({
  current: { text: 'current', color: 'green' }, loading: { text: 'loading', color: 'blue' }, stale: { text: 'stale', color: 'orange' }, failing: { text: 'failing', color: 'red' }, 'never read': { text: 'never read', color: 'purple' },
});
export const RISK_STATES = mapped({
  running: { text: 'running', color: 'blue' }, paused: { text: 'paused', color: 'text' }, on_hold: { text: 'on hold', color: 'orange' }, untracked: { text: 'untracked', color: 'red' },
});
export const TIERS = mapped({ critical: { text: 'critical', color: 'red' }, high: { text: 'high', color: 'orange' } });
export const COUNTER_STATES = mapped({ 'past threshold': { text: 'past threshold', color: 'orange' }, 'not measured': { text: 'not measured', color: 'purple' }, ok: { text: 'ok', color: 'green' }, 'no threshold': { text: 'no threshold', color: 'text' } });
export const SILENT_STATES = mapped({ fell_silent: { text: 'fell silent', color: 'orange' }, disabled: { text: 'switched off', color: 'text' }, removed: { text: 'removed', color: 'purple' } });
export const TUNING_RESULTS = mapped({ better: { text: 'better', color: 'green' }, worse: { text: 'worse', color: 'red' }, 'no difference shown': { text: 'not shown', color: 'text' } });
export const YES_NO = mapped({ true: { text: 'yes' }, false: { text: 'no' } });
export const UNITS = mapped({ ratio: { text: 'share' }, count: { text: 'count' }, seconds: { text: 'seconds' } });
export const ORPHANS = mapped({ alert_without_ticket: { text: 'alert without ticket' }, ticket_quotes_unknown: { text: 'ticket quotes unknown alert' }, quotes_none: { text: 'quotes none' }, before_history: { text: 'before history' }, not_read_yet: { text: 'not read yet' } });
export const STAGES = mapped({ event_detected: { text: 'event → detected' }, detected_readable: { text: 'detected → readable' }, detected_ticket: { text: 'detected → ticket' } });

/** The kind as a column, in words; the plain value stays in the data. */
export const kindColumn = column('Kind', { mappings: KINDS, 'custom.width': 135 });
export const textColoured = (title: string, mappings: readonly unknown[], px: number): Override => column(title, { mappings, 'custom.width': px, 'custom.cellOptions': { type: 'color-text' } });
/** Names of single values by kind: "cloud_workload" is a label there. */
export const kindNames: readonly Override[] = [column('endpoint', { displayName: 'Endpoints' }), column('cloud_workload', { displayName: 'Cloud workloads' }), column('network_segment', { displayName: 'Network segments' })];
/** The same for lines by client and kind. */
export const clientKindNames: readonly Override[] = Object.entries({ endpoint: 'endpoints', cloud_workload: 'cloud workloads', network_segment: 'network segments' })
  .map(([kind, text]) => ({ matcher: { id: 'byRegexp', options: `/ · ${kind}$/` }, properties: [{ id: 'displayName', value: `\${__field.labels.client} · ${text}` }] }));
/** Lines of the kinds, away from the colours of good and bad. One setting each: a second one would look for the name that the first took away. */
export const kindLines: readonly Override[] = kindNames.map((o, i) => ({ ...o, properties: [...o.properties, { id: 'color', value: { mode: 'fixed', fixedColor: ['blue', 'purple', 'yellow'][i] } }] }));
/** Lines of the tiers: the severest is the loudest. */
export const tierColours: readonly Override[] = Object.entries({ critical: 'red', high: 'orange', medium: 'yellow', low: 'blue', informational: 'purple', untiered: 'text' }).map(([tier, colour]) => lineColour(tier, colour));
