import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../command';

type Json = Record<string, unknown>;
/** Beside the bundled command line, and in a checkout. */
const PLACES = [join(__dirname, 'dashboards', 'client'), join(__dirname, '..', '..', '..', 'dashboards', 'client')];

/** The client dashboards as they lie in the package. Throws CliError when there are none. */
export function readClientDashboards(folder = PLACES.find(p => existsSync(p))): Json[] {
  if (!folder || !existsSync(folder)) throw new CliError('The client dashboards (dashboards/client) are not beside this program. Name their folder with --dashboards.');
  const files = readdirSync(folder).filter(f => f.endsWith('.json')).sort();
  if (files.length === 0) throw new CliError(`There is no dashboard in ${folder}. Name the folder of the client dashboards with --dashboards.`);
  return files.map(f => JSON.parse(readFileSync(join(folder, f), 'utf8')) as Json);
}

/** A client dashboard for one organisation: times in the client's zone. The stored version is Grafana's own matter. */
export function dashboardFor(dashboard: Json, zone: string): Json {
  const { version: _version, id: _id, ...rest } = dashboard;
  return { ...rest, timezone: zone };
}
