import { createHash } from 'node:crypto';
import type { SourceSettings } from '../../settings/sources';
import type { WorkspaceSettings } from '../../settings/schema';

/** Exports: sourceHash, factsHash. What an edit of the settings reaches: a source's rows, every fact, or nothing that is stored. */

/** How a source is reached and how often: rows come out the same whatever stands here. */
const TRANSPORT = new Set(['enabled', 'name', 'intervalSeconds', 'historyDays', 'auth', 'ca', 'clientCert', 'clientKey', 'serverName', 'proxy', 'connectTimeoutMs', 'timeoutMs', 'maxBytes', 'concurrency', 'retries']);
const without = (source: SourceSettings, names: ReadonlySet<string>): [string, unknown][] => Object.entries(source).filter(([name]) => !names.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);

/** Another hash: the source is read again from its start. */
export const sourceHash = (source: SourceSettings, settings: WorkspaceSettings): string => hash([without(source, TRANSPORT), settings.clients.map(c => c.id).sort()]);

/** Another hash: every fact is computed anew. Neither limits nor transport are part of it; whether a source is read at all is. */
export function factsHash(settings: WorkspaceSettings): string {
  const reach = new Set([...TRANSPORT, 'url']);
  reach.delete('enabled');
  const { limits: _limits, sources, ...rest } = settings;
  return hash([rest, sources.map(source => without(source, reach))]);
}
