import type { WorldClient } from './types';

/** Invented companies, one per zone. `share` is the part of the alerts, `estate` the part of the assets. */
export interface ClientProfile extends WorldClient {
  readonly short: string;
  readonly share: number;
  readonly estate: number;
  /** Share of endpoints whose security events reach the data lake when nothing is wrong. */
  readonly coverage: number;
  readonly heartbeatOnly: number;
  readonly quotedIn: 'field' | 'label' | 'text';
  /** Second octet of the client's 10/8 networks. */
  readonly octet: number;
}

const client = (id: string, name: string, zone: string, short: string, share: number, estate: number, coverage: number, heartbeatOnly: number, quotedIn: ClientProfile['quotedIn'], octet: number): ClientProfile =>
  ({ id, name, zone, short, share, estate, coverage, heartbeatOnly, quotedIn, octet, tenantSlug: id, jiraProject: short.toUpperCase() });

export const CLIENTS: readonly ClientProfile[] = [
  client('fabelwerk', 'Fabelwerk Maschinen SE', 'Europe/Berlin', 'fab', 0.26, 0.26, 0.975, 0.006, 'field', 20),
  client('figment', 'Figment Mutual', 'America/New_York', 'fig', 0.2, 0.2, 0.965, 0.008, 'field', 36),
  client('lionfable', 'Lionfable Logistics', 'Asia/Singapore', 'lio', 0.16, 0.15, 0.96, 0.01, 'label', 52),
  client('mythshire', 'Mythshire Energy', 'Europe/London', 'myt', 0.15, 0.16, 0.944, 0.012, 'field', 68),
  client('wattlemyth', 'Wattlemyth Health', 'Australia/Sydney', 'wat', 0.12, 0.12, 0.925, 0.045, 'text', 84),
  client('quimera', 'Quimera Alimentos', 'America/Sao_Paulo', 'qui', 0.11, 0.11, 0.955, 0.01, 'field', 100),
];
export const clientIndex = (id: string): number => CLIENTS.findIndex(c => c.id === id);
