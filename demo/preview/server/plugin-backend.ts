import type { DataFrameJson } from '../../../src/backend/frames/dataframe-json';

/** Headers that travel with a call, as Grafana would forward them. */
export type CallHeaders = Record<string, string>;

/** Body of `POST /api/ds/query`. */
export interface QueryBody {
  from: string;
  to: string;
  queries: Array<{ refId: string; intervalMs?: number; maxDataPoints?: number; queryType?: string; [key: string]: unknown }>;
}

/** Grafana's answer for one refId. */
export interface RefAnswer {
  status: number;
  frames: DataFrameJson[];
  error?: string;
  errorSource?: string;
}

export interface ResourceCall {
  method: string;
  /** Without a leading slash and without the query. */
  path: string;
  /** The part after "?", without it. */
  search: string;
  headers: CallHeaders;
  body: Uint8Array;
}

export interface ResourceAnswer {
  status: number;
  headers: Record<string, string[]>;
  body: Uint8Array;
}

export interface HealthAnswer {
  status: 'OK' | 'ERROR' | 'UNKNOWN';
  message: string;
  details: Record<string, unknown>;
}

/** What the HTTP side needs of a plugin: the calls that Grafana makes. Each rejects when the plugin cannot be reached. */
export interface PluginBackend {
  query(body: QueryBody, headers: CallHeaders): Promise<Record<string, RefAnswer>>;
  resource(call: ResourceCall): Promise<ResourceAnswer>;
  health(headers: CallHeaders): Promise<HealthAnswer>;
}
