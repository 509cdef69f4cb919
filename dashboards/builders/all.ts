import { clients } from './clients';
import { coverage } from './coverage';
import { explain } from './explain';
import { overview } from './overview';
import { quality } from './quality';
import { ruleNoise } from './rule-noise';
import { rows } from './rows';
import { sla } from './sla';

/** File name → dashboard, in the order a person meets them. */
export const ALL: Readonly<Record<string, Record<string, unknown>>> = { overview, coverage, 'rule-noise': ruleNoise, sla, 'data-quality': quality, clients, rows, explain };
