import type { DataSourceInstanceSettings } from '@grafana/data';

/** One entry of the dashboard list. */
export interface DashboardEntry {
  uid: string;
  title: string;
  description?: string;
  tags: string[];
  folder: string;
}

/** What the server says about itself; it holds no identity that the browser could change. */
export interface Boot {
  dashboards: DashboardEntry[];
  dataSource: Pick<DataSourceInstanceSettings, 'uid' | 'name' | 'type' | 'jsonData'>;
  organisation: { id: number; name: string };
  /** The operators and the client organisations of the demo, each served at an address of its own. */
  organisations: Array<{ name: string; url: string; current: boolean }>;
  version: string;
}

/** State of one stream of a source, as the banner shows it. */
export interface StreamStatus {
  source: string;
  stream: string;
  state: string;
  rows: number;
  total: number | null;
  etaSeconds: number | null;
  message?: string;
}

/** `/api/preview/status`: what the backend is doing now. `progress` is 0 to 1, null when the total is not known. */
export interface PreviewStatus {
  state: 'starting' | 'syncing' | 'current' | 'trouble';
  message: string;
  progress: number | null;
  etaSeconds: number | null;
  streams: StreamStatus[];
}

/** Reads JSON from the preview server; throws with the path and the server's own words. */
export async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (!response.ok) {
    throw new Error(`The preview server answered ${response.status} for ${path}: ${(await response.text()).slice(0, 300)}`);
  }
  return (await response.json()) as T;
}
