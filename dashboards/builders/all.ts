import { ruleNoise } from './rule-noise';

/** File name → dashboard. */
export const ALL: Readonly<Record<string, Record<string, unknown>>> = { 'rule-noise': ruleNoise };
