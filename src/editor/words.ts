const DIMENSION_WORDS: Record<string, string> = { tier: 'severity tier', kind: 'asset kind', weekend: 'kind of day', stage: 'pipeline stage', state: 'coverage state' };
const VIEW_WORDS: Record<string, string> = { stat: 'Stat', series: 'Series', table: 'Table', alert: 'Alert', annotation: 'Annotation' };
const VIEW_HELP: Record<string, string> = {
  stat: 'One number per group', series: 'One line per group over time', table: 'Rows for people', alert: 'Typed numbers for alert rules and expressions', annotation: 'Events on charts',
};
const BUCKET_WORDS: Record<string, string> = { none: 'Whole range', day: 'Day', week: 'Week', month: 'Month' };
const AREA_WORDS: Record<string, string> = { coverage: 'Coverage', rules: 'Rules', sla: 'SLA', pipeline: 'Pipeline', integrity: 'Integrity', reported: 'Reported', sources: 'Sources', clients: 'Clients', drill: 'Row by row' };

/** A stored word as people read it: `cloud_workload` → "cloud workload". */
export const plain = (word: string): string => word.replace(/_/g, ' ');
export const dimensionWord = (name: string): string => DIMENSION_WORDS[name] ?? plain(name);
export const viewWord = (view: string): string => VIEW_WORDS[view] ?? plain(view);
export const viewHelp = (view: string): string => VIEW_HELP[view] ?? '';
export const bucketWord = (bucket: string): string => BUCKET_WORDS[bucket] ?? plain(bucket);
export const areaWord = (area: string): string => AREA_WORDS[area] ?? plain(area);
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
