import { CliError } from '../command';
import type { GrafanaApi } from './api';

/** The plugin's own lower end (plugin.json, grafanaDependency). Rule groups cannot be written by its API before 11.5.2. */
export const OLDEST_GRAFANA = '11.6.0';
const parts = (version: string): number[] => (/^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);

/** Whether `version` is before OLDEST_GRAFANA; false for what is no version: Grafana can be told not to say it. */
export function tooOld(version: string): boolean {
  const [is, least] = [parts(version), parts(OLDEST_GRAFANA)];
  if (is.length === 0) return false;
  const at = is.findIndex((n, i) => n !== least[i]);
  return at >= 0 && is[at]! < least[at]!;
}

/** Throws CliError before anything is written to a Grafana that could take only half of it. */
export async function requireGrafana(api: GrafanaApi, url: string): Promise<void> {
  const health = await api.get<{ version?: unknown; database?: unknown }>('/api/health');
  // Grafana can be told to keep its version to itself, but not that it has a database.
  if (typeof health?.database !== 'string') throw new CliError(`What answers at ${url} is not Grafana (its /api/health names no database). Put Grafana's own address, with its sub-path if it has one, into grafana.url. Nothing was changed.`);
  const version = typeof health?.version === 'string' ? health.version : '';
  if (tooOld(version)) throw new CliError(`The Grafana at ${url} is ${version}; client organisations need ${OLDEST_GRAFANA} or later (its rule groups and this plugin). Update Grafana, then run this again. Nothing was changed.`);
}
