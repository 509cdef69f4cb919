import type { z } from 'zod';
import type { jiraSource } from '../../../src/settings/sources';
import type { WorldClient } from '../../world/types';

/** The demo's Jira site: its statuses, priorities, resolutions and custom fields, and the source settings that fit it. */
export interface DemoStatus { readonly id: string; readonly name: string; readonly category: 'new' | 'indeterminate' | 'done'; readonly localised: string }
export const STATUSES: readonly DemoStatus[] = [
  { id: '10100', name: 'New', category: 'new', localised: '新建' },
  { id: '10101', name: 'Acknowledged', category: 'indeterminate', localised: '已确认' },
  { id: '3', name: 'In Progress', category: 'indeterminate', localised: '处理中' },
  { id: '10102', name: 'Waiting for client', category: 'indeterminate', localised: '等待客户' },
  { id: '10103', name: 'Escalated', category: 'indeterminate', localised: '已升级' },
  { id: '10104', name: 'Contained', category: 'indeterminate', localised: '已遏制' },
  { id: '5', name: 'Resolved', category: 'done', localised: '已解决' },
  { id: '6', name: 'Closed', category: 'done', localised: '已关闭' },
  // Where the bulk migration puts closed tickets.
  { id: '10168', name: 'Completed', category: 'done', localised: '已完成' },
];
export const PRIORITIES = [
  { id: '1', name: 'Highest', localised: '最高', severity: 'critical' }, { id: '2', name: 'High', localised: '高', severity: 'high' },
  { id: '3', name: 'Medium', localised: '中', severity: 'medium' }, { id: '4', name: 'Low', localised: '低', severity: 'low' },
] as const;
export const RESOLUTIONS = [
  { id: '10200', name: 'True Positive', localised: '真阳性' }, { id: '10201', name: 'False Positive', localised: '误报' }, { id: '10202', name: 'Benign Positive', localised: '良性' },
  { id: '10002', name: 'Duplicate', localised: '重复' }, { id: '10203', name: 'Test', localised: '测试' }, { id: '10204', name: 'Undetermined', localised: '未定' },
  // Jira's own default: it says that work is over, and nothing about the alert.
  { id: '10000', name: 'Done', localised: '完成' },
] as const;
export const FIELDS = { alertIds: 'customfield_10050', origin: 'customfield_10051', mergedInto: 'customfield_10052', severity: 'customfield_10053' } as const;
export const ORIGINS = { alert: 'Alert', user: 'User report', client: 'Client report', third_party: 'Third party', hunt: 'Hunt' } as const;
/** Accounts of the demo's automation; the second is its Data Center login. */
export const AUTOMATION_ACCOUNT = '557058:soar-automation';
export const AUTOMATION_LOGIN = 'svc-soar';
export const DEMO_USER = 'collector@soc.example';
export const DEMO_TOKEN = 'demo-jira-token';

export type JiraSourceInput = z.input<typeof jiraSource>;
export interface JiraDemoOptions { readonly deployment?: 'cloud' | 'data_center'; readonly clients: readonly Pick<WorldClient, 'id' | 'jiraProject'>[]; readonly id?: string }

/**
 * Source settings that fit the demo's Jira at `url`. The secret (`DEMO_TOKEN`) goes wherever the carrier keeps secrets, under
 * `<id>.secret`. Maps are by id, so that localised names change nothing.
 */
export function jiraDemoSource(url: string, { deployment = 'cloud', clients, id = 'jira' }: JiraDemoOptions): JiraSourceInput {
  return {
    id, name: deployment === 'cloud' ? 'Jira' : 'Jira Data Center', system: 'jira', url, deployment,
    auth: deployment === 'cloud' ? { kind: 'basic', user: DEMO_USER } : { kind: 'bearer' },
    jql: `project in (${clients.map(c => c.jiraProject).join(', ')})`,
    fields: {
      alertId: [FIELDS.alertIds, 'labels', 'description'], labelPrefix: 'alert:', alertIdPattern: 'Alert id: (\\S+)',
      severity: 'priority', client: 'project', disposition: 'resolution', origin: FIELDS.origin, mergedInto: FIELDS.mergedInto,
    },
    maps: {
      tier: Object.fromEntries(PRIORITIES.map(p => [p.id, p.severity])),
      disposition: { 10200: 'true_positive', 10201: 'false_positive', 10202: 'benign_positive', 10002: 'duplicate', 10203: 'test', 10204: 'undetermined', 10000: null },
      client: Object.fromEntries(clients.map(c => [c.jiraProject, c.id])),
      origin: { Alert: 'alert', 'User report': 'user', 'Client report': 'client', 'Third party': 'third_party', Hunt: 'hunt' },
    },
    statuses: { 10101: 'acknowledged', 10103: 'escalated', 10104: 'contained', 5: 'resolved', 6: 'closed' },
    pauseStatuses: { 10102: 'Waiting for client' },
    automationAccounts: [AUTOMATION_ACCOUNT, AUTOMATION_LOGIN],
  };
}
