import { UNASSIGNED, type SeverityTier } from '../../../src/model';
import { workspaceSchema, type WorkspaceSettings } from '../../../src/settings/schema';

/** The bench's SOC: 50 clients in four zones, targets around the clock. One object for the generator, the gate and the real backend. */
export const DAYS = 400;
/** The bench's clock. Fixed, so that two runs ask the same of the same rows. */
export const NOW = Date.parse('2026-11-20T10:17:00Z');
export const CLIENTS = 50;
export const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'] as const;
export const HOURS: Readonly<Partial<Record<SeverityTier, { acknowledge: number; decide: number; resolve: number }>>> = {
  critical: { acknowledge: 0.25, decide: 1, resolve: 8 }, high: { acknowledge: 0.5, decide: 4, resolve: 24 },
  medium: { acknowledge: 1, decide: 8, resolve: 72 }, low: { acknowledge: 4, decide: 24, resolve: 168 },
};
export const PAUSE = 'waiting for client';
export const clientId = (key: number): string => `client-${String(key).padStart(2, '0')}`;
/** Integer keys as the generator writes them: 1 … 50, then the rows of no client. */
export const CLIENT_KEYS: ReadonlyMap<string, number> = new Map([...Array.from({ length: CLIENTS }, (_, i): [string, number] => [clientId(i + 1), i + 1]), [UNASSIGNED, CLIENTS + 1]]);
export const zoneOf = (key: number): string => ZONES[key % ZONES.length]!;

export const settingsInput = {
  workspace: 'main', zone: 'Europe/Berlin',
  clients: Array.from({ length: CLIENTS }, (_, i) => ({ id: clientId(i + 1), name: `Client ${i + 1}`, zone: zoneOf(i + 1) })),
  policy: { sla: { targets: [{ client: '*', hours: HOURS }], allowedPauses: [PAUSE] } },
};
export const benchSettings = (): WorkspaceSettings => workspaceSchema.parse(settingsInput);
