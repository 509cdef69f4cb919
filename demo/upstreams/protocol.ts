import type { WorldClient } from '../world/types';

/** What the parent tells the upstreams' process, and what it answers once all of them listen. */
export interface UpstreamsMessage { readonly anchor: string; readonly scale: number; /** The demo's now, epoch ms; it moves on from there. */ readonly clock: number }
export interface UpstreamsReady {
  readonly elastic: string; readonly jira: string; readonly netbox: string;
  /** Second registry, as the file its owners export. */
  readonly cmdb: string;
  readonly clients: readonly WorldClient[];
}
