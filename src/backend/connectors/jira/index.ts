import type { JiraSettings } from '../../../settings/sources';
import type { ConnectorFactory } from '../factory';
import { SourceError } from '../http/port';
import type { Connector, Stream } from '../stream';
import { jiraFields, jiraHealth } from './health';
import { planOf, type JiraPlan } from './plan';
import { ticketStream } from './streams';

/** Jira Cloud (REST v3) and Data Center (REST v2): tickets with their timelines. */
export const createJiraConnector: ConnectorFactory<JiraSettings> = (settings, clients, options) => {
  let plan: JiraPlan;
  try { plan = planOf(settings, clients); } catch (error) { return unusable(settings.id, error as Error); }
  return { sourceId: settings.id, system: 'jira', streams: [{ ...ticketStream(plan, options?.pageSize), mapped: async context => { await jiraFields(plan, context); } }], health: context => jiraHealth(plan, context) };
};

/** Settings that cannot be used fail by themselves, in health and in every read: the workspace's other sources go on. */
function unusable(source: string, error: Error): Connector {
  const problem = new SourceError('body', source, `the settings cannot be used: ${error.message.replace(`source ${source}: `, '')}.`, 'Mend them; what was read before stays as it is.');
  const fail = async (): Promise<never> => { throw problem; };
  const stream: Stream<'ticket'> = { name: 'tickets', kind: 'ticket', mode: 'time', overlap: 0, lag: 0, mapped: fail, read: fail };
  return { sourceId: source, system: 'jira', streams: [stream], health: async () => ({ ok: false, message: problem.message, checks: [{ name: 'settings', ok: false, message: problem.message }] }) };
}
