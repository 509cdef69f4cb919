import type { WorkspaceSettings } from '../../src/settings/schema';
import type { GeneratorOptions } from '../../src/backend/sync/testing/generator';
import { testSettings } from '../../src/backend/sync/testing/harness';

/** Three sources at once: alerts and tickets, a registry (whose own telemetry would be no evidence), alerts and telemetry. */
export const UNTIL = Date.UTC(2026, 2, 10, 12);
export const worlds = (before?: () => void): GeneratorOptions[] => [
  { source: 'siem', alerts: 800, tickets: 200, until: UNTIL, pageSize: 40, days: 70, before },
  { source: 'cmdb', alerts: 0, tickets: 0, assets: 40, until: UNTIL, pageSize: 25, before },
  { source: 'edr', alerts: 200, tickets: 0, hosts: 40, until: UNTIL, pageSize: 25, days: 30, before },
];

/** So many that their closed months do not fit one transaction of the freezing (a hundred): three have rows, the others none. */
export const manyClients = (): WorkspaceSettings => testSettings(worlds().map(w => w.source), { clients: ['acme', 'beta', 'corp', ...Array.from({ length: 60 }, (_, i) => `quiet${i}`)].map(id => ({ id, name: id, zone: 'UTC' })) }, ['edr']);
