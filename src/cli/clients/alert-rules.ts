import { CATALOG } from '../../catalog';
import type { OutcomesQuery } from '../../query/model';
import type { ClientsFile } from './config';

/** Name of the group; Grafana evaluates it as one. */
export const RULE_GROUP = 'SOC Outcomes';
const EVERY_SECONDS = 300;
const DAY_SECONDS = 86_400;

interface RuleWish {
  readonly uid: string; readonly title: string; readonly summary: string; readonly severity: 'critical' | 'warning';
  readonly query: Omit<OutcomesQuery, 'version'>; readonly days: number;
  readonly fires: { readonly when: 'gt' | 'lt'; readonly than: number };
}

/**
 * What a client is told without asking. Queries hold metric ids and options only; there is no user in an alert rule's request, so the
 * scope is that of the organisation's data source. What was not measured is no value and never fires.
 */
const WISHES: readonly RuleWish[] = [
  {
    uid: 'soc-outcomes-coverage-fell', title: 'Coverage fell', severity: 'warning', days: 3,
    summary: 'Coverage of {{ $labels.kind }} fell by 3 points or more within 7 days, and at least 5 fewer assets are covered. The Coverage dashboard lists them.',
    query: { metric: 'coverage.history', view: 'alert', bucket: 'day', groupBy: ['kind'], columns: ['signal'] }, fires: { when: 'gt', than: 0 },
  },
  {
    uid: 'soc-outcomes-critical-missed', title: 'A critical case was decided late', severity: 'critical', days: 1,
    summary: 'Within the last day a critical case was decided after its agreed time, or is still open past it. The SLA dashboard lists it.',
    query: { metric: 'sla.adherence', view: 'alert', groupBy: ['tier'], filters: { tier: ['critical'] }, columns: ['adherence'] }, fires: { when: 'lt', than: 1 },
  },
  ...([['half', 'Half of the allowed late cases are used up', 0.5, 'warning'], ['spent', 'All of the allowed late cases are used up', 1, 'critical']] as const).map(([name, title, share, severity]): RuleWish => ({
    uid: `soc-outcomes-budget-${name}`, title, severity, days: 30,
    summary: `Of the {{ $labels.tier }} cases that may be late within 30 days by agreement, ${share === 1 ? 'all' : 'half'} were. The SLA dashboard lists them.`,
    // Grafana's threshold is "above": a hair below the share, so that reaching it fires.
    query: { metric: 'sla.budget', view: 'alert', groupBy: ['tier'], columns: ['used'] }, fires: { when: 'gt', than: share - 0.0001 },
  })),
];
/** The rules this build can answer. */
const RULES = WISHES.filter(w => CATALOG.has(w.query.metric));

type Json = Record<string, unknown>;
const expression = (refId: string, model: Json): Json => ({ refId, queryType: '', relativeTimeRange: { from: 0, to: 0 }, datasourceUid: '__expr__', model: { refId, datasource: { type: '__expr__', uid: '__expr__' }, ...model } });

function rule(wish: RuleWish, dataSourceUid: string): Json {
  const { when, than } = wish.fires;
  return {
    uid: wish.uid, title: wish.title, condition: 'C', for: '0s', noDataState: 'OK', execErrState: 'Error', isPaused: false,
    annotations: { summary: wish.summary }, labels: { severity: wish.severity, product: 'soc-outcomes' },
    data: [
      { refId: 'A', queryType: '', relativeTimeRange: { from: wish.days * DAY_SECONDS, to: 0 }, datasourceUid: dataSourceUid, model: { refId: 'A', version: 1, ...wish.query } },
      expression('B', { type: 'reduce', expression: 'A', reducer: 'last', settings: { mode: 'dropNN' } }),
      expression('C', { type: 'threshold', expression: 'B', conditions: [{ evaluator: { type: when, params: [than] } }] }),
    ],
  };
}

/** The organisation's rule group as Grafana's provisioning API takes it. */
export const ruleGroup = (file: ClientsFile): Json => ({ title: RULE_GROUP, folderUid: file.folder.uid, interval: EVERY_SECONDS, rules: RULES.map(wish => rule(wish, file.dataSource.uid)) });
/** The queries of the rules, for tests and for doctor. */
export const ruleQueries = (): readonly Omit<OutcomesQuery, 'version'>[] => RULES.map(r => r.query);
