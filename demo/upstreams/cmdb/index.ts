import type { z } from 'zod';
import type { filesSource } from '../../../src/settings/sources';
import type { WorldClient } from '../../world/types';

export type FilesSourceInput = z.input<typeof filesSource>;
export interface CmdbDemoOptions {
  readonly clients: readonly Pick<WorldClient, 'id'>[];
  readonly id?: string;
  /** Where `cmdbCsv` of the demo's world was written: absolute, or relative to a folder of `files_root`. */
  readonly path?: string;
}

/**
 * Source settings that read the demo's second asset registry, the CSV that `cmdbCsv` writes. The server setting `files_root` must
 * name its folder. Every record is an endpoint; the role column says workstation or server in our own words.
 */
export function cmdbDemoSource({ clients, id = 'cmdb', path = 'cmdb.csv' }: CmdbDemoOptions): FilesSourceInput {
  return {
    id, name: 'CMDB export', system: 'files',
    streams: [{
      name: 'assets', kind: 'asset', path, format: 'csv',
      columns: {
        id: 'id', client: 'client', name: 'name', fqdn: 'fqdn', kind: '=endpoint', role: 'role', serial: 'serial', agent: 'agent_id', mac: 'mac',
        criticality: 'criticality', status: 'status', registeredAt: 'created', changed: 'updated', retiredAt: 'retired',
      },
      dateFormat: 'iso', nullValues: [''],
    }],
    maps: { client: Object.fromEntries(clients.map(c => [c.id, c.id])) },
  };
}
