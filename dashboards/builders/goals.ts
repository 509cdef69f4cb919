import type { Mark } from './dashboard';
import { better, type Lead } from './panels';

/** Where colours change. Coverage and adherence have 100 % as their ceiling; review completeness below 80 % opens the bounds of every rate (metrics.md §2). */
export const COVERAGE = better(0.9, 0.95);
export const ADHERENCE = better(0.9, 0.95);
export const REVIEW = better(0.6, 0.8);
export const REGISTRY = better(0.9, 0.97);

export const TO_COVERAGE: Lead = { title: 'Coverage', uid: 'soc-outcomes-coverage' };
export const TO_SLA: Lead = { title: 'SLA', uid: 'soc-outcomes-sla' };
export const TO_RULES: Lead = { title: 'Rule noise', uid: 'soc-outcomes-rules' };
export const TO_QUALITY: Lead = { title: 'Data quality', uid: 'soc-outcomes-quality' };

/** Events worth seeing behind a line. Only signals are asked for, not every day. */
export const FALLS: Mark = { metric: 'coverage.history', filters: { client: ['$client'] }, options: { only: 'signals' }, colour: 'red' };
export const FAILING: Mark = { metric: 'sources.status', colour: 'purple' };
export const RESTATED: Mark = { metric: 'reported.history', filters: { client: ['$client'] }, colour: 'orange' };
