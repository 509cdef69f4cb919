import type { JiraSettings } from '../../../settings/sources';
import type { ConnectorFactory } from '../factory';
import { jiraFields, jiraHealth } from './health';
import { planOf } from './plan';
import { ticketStream } from './streams';

/** Jira Cloud (REST v3) and Data Center (REST v2): tickets with their timelines. Throws on an invalid alert id pattern. */
export const createJiraConnector: ConnectorFactory<JiraSettings> = (settings, clients, options) => {
  const plan = planOf(settings, clients);
  return { sourceId: settings.id, system: 'jira', streams: [{ ...ticketStream(plan, options?.pageSize), mapped: async context => { await jiraFields(plan, context); } }], health: context => jiraHealth(plan, context) };
};
