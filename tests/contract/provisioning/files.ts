/** The provisioning files as Grafana reads them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..', '..', '..');
export const provisioned = (path: string): unknown => parse(readFileSync(join(ROOT, 'provisioning', path), 'utf8'));
export const manifest = JSON.parse(readFileSync(join(ROOT, 'plugin.json'), 'utf8')) as { id: string };

export interface RuleQuery { readonly refId: string; readonly relativeTimeRange?: { readonly from: number; readonly to: number }; readonly datasourceUid: string; readonly model: Record<string, unknown> & { readonly refId: string } }
export interface Rule {
  readonly uid: string; readonly title: string; readonly condition: string; readonly for: string; readonly noDataState: string; readonly execErrState: string;
  readonly labels: Record<string, string>; readonly annotations: Record<string, string>; readonly data: readonly RuleQuery[];
}
export interface RuleGroup { readonly orgId: number; readonly name: string; readonly folder: string; readonly interval: string; readonly rules: readonly Rule[] }

export const groups = (provisioned('alerting/soc-outcomes.yaml') as { groups: readonly RuleGroup[] }).groups;
export const rules = groups.flatMap(g => g.rules);
export const EXPRESSION = '__expr__';
