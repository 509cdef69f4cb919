/**
 * The demo's upstreams as a process of its own, so that serving pages and reading the SIEM do not share a thread.
 * Started with an IPC channel: gets UpstreamsMessage, answers UpstreamsReady, and ends when the parent does.
 */
import { CLIENTS } from '../world/clients';
import { cmdbCsv, createWorld } from '../world';
import { startElasticUpstream } from './elasticsearch';
import { startJiraUpstream } from './jira';
import { startNetboxUpstream } from './netbox';
import type { UpstreamsMessage, UpstreamsReady } from './protocol';

/** On that port, or on any when another program has it. */
async function at<T>(port: number | undefined, start: (port?: number) => Promise<T>): Promise<T> {
  return start(port).catch((error: NodeJS.ErrnoException) => { if (port === undefined || error.code !== 'EADDRINUSE') throw error; return start(); });
}

async function main(message: UpstreamsMessage): Promise<void> {
  const offset = message.clock - Date.now();
  const now = () => Date.now() + offset;
  const world = createWorld({ anchor: message.anchor, scale: message.scale });
  const [elastic, jira, netbox] = await Promise.all([
    at(message.ports?.elastic, port => startElasticUpstream({ world, now, port })), at(message.ports?.jira, port => startJiraUpstream({ world, now, port })), at(message.ports?.netbox, port => startNetboxUpstream({ world, now, port })),
  ]);
  const ready: UpstreamsReady = {
    elastic: elastic.url, jira: jira.url, netbox: netbox.url, ports: { elastic: elastic.port, jira: jira.port, netbox: netbox.port }, cmdb: cmdbCsv(world, now()),
    clients: CLIENTS.map(({ id, name, zone, tenantSlug, jiraProject }) => ({ id, name, zone, tenantSlug, jiraProject })),
  };
  process.send!(ready);
}

process.once('message', message => {
  main(message as UpstreamsMessage).catch(error => { console.error(error); process.exit(1); });
});
// Ctrl-C reaches the whole terminal group; the parent decides when this process ends.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(0));
