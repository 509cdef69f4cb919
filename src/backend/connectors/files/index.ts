import type { FilesSettings } from '../../../settings/sources';
import type { ConnectorFactory } from '../factory';
import type { Stream } from '../stream';
import { auditStream } from './audit-stream';
import { filesHealth } from './health';
import { observationStream } from './observation-stream';
import { observeTicket } from './observe';
import { planOf, type FilePlan } from './plan';
import { linesMapped } from './present';
import { fileStream } from './streams';

/**
 * CSV and JSON Lines files (also packed, `.gz`) below the folders of the server setting files_root, for any kind of row. A stream whose
 * mapping cannot be used fails by itself, in health and in every read, and names the setting.
 */
export const createFilesConnector: ConnectorFactory<FilesSettings> = (settings, clients, options) => {
  const ids = new Set(clients.map(c => c.id));
  const plans = settings.streams.map(stream => planOf(settings, stream, ids, options?.filesRoots ?? [], options?.pageSize ?? null));
  return { sourceId: settings.id, system: 'files', streams: plans.map(streamOf), health: context => filesHealth(plans, context) };
};

const streamOf = (plan: FilePlan): Stream => Object.defineProperties(kindOf(plan), { mapped: { value: () => linesMapped(plan), enumerable: true } });
function kindOf(plan: FilePlan): Stream {
  const { kind } = plan.stream;
  if (kind === 'ticket_audit') return auditStream(plan) as Stream;
  if (kind === 'observation') return observationStream(plan) as Stream;
  if (kind === 'ticket') return { ...fileStream(plan, kind), observe: (before, after, seen) => observeTicket(plan, before, after, seen) } satisfies Stream<'ticket'> as unknown as Stream;
  return fileStream(plan, kind) as Stream;
}
