import type { WorldClient } from '../world/types';

/** What the parent tells the upstreams' process, and what it answers once all of them listen. */
export interface UpstreamsMessage {
  readonly anchor: string; readonly scale: number;
  /** The demo's now, epoch ms; it moves on from there. */
  readonly clock: number;
  /** Where to listen, each only if it is free; absent or null: anywhere. */
  readonly ports?: Ports | null;
}
export interface Ports { readonly elastic: number; readonly jira: number; readonly netbox: number }
export interface UpstreamsReady {
  readonly elastic: string; readonly jira: string; readonly netbox: string;
  readonly ports: Ports;
  /** Second registry, as the file its owners export. */
  readonly cmdb: string;
  readonly clients: readonly WorldClient[];
}
