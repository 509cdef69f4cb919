/** The folder a Grafana is started on: configuration, provisioning, the plugin, dashboards. All of it in one place that is removed at the end. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

export interface GrafanaFolder {
  readonly root: string;
  readonly folder: string;
  readonly port: number;
  readonly adminPassword: string;
  /** What the operator's data source holds: settings of the demo, and its secrets. */
  readonly settings: unknown;
  readonly secrets: Readonly<Record<string, string>>;
  /** Folder below which the backend may read files. */
  readonly files: string;
}

/** Writes everything and returns the path of the configuration file. */
export function prepareFolder(options: GrafanaFolder): string {
  const { root, folder } = options;
  const { id } = JSON.parse(readFileSync(join(root, 'plugin.json'), 'utf8')) as { id: string };
  const dashboards = join(folder, 'dashboards');
  for (const name of ['data', 'logs', 'plugins', 'dashboards', 'provisioning/datasources', 'provisioning/dashboards', 'provisioning/alerting', 'provisioning/plugins']) mkdirSync(join(folder, name), { recursive: true });
  // A link, so that a new build is what the next restart of the backend runs.
  symlinkSync(join(root, 'dist'), join(folder, 'plugins', id), 'junction');
  for (const name of readdirSync(join(root, 'dashboards')).filter(n => n.endsWith('.json'))) copyFileSync(join(root, 'dashboards', name), join(dashboards, name));
  provision(options, dashboards);
  const config = join(folder, 'grafana.ini');
  writeFileSync(config, configuration(options, id), { mode: 0o600 });
  return config;
}

/** The bundled provisioning, with the demo's settings in the data source and this folder's dashboards. */
function provision({ root, folder, settings, secrets }: GrafanaFolder, dashboards: string): void {
  const read = (path: string) => parse(readFileSync(join(root, 'provisioning', path), 'utf8')) as Record<string, Record<string, unknown>[]>;
  const write = (path: string, content: unknown) => writeFileSync(join(folder, 'provisioning', path), stringify(content), { mode: 0o600 });
  const sources = read('datasources/soc-outcomes.yaml');
  Object.assign(sources.datasources![0]!, { jsonData: escaped({ settings }), secureJsonData: escaped(secrets) });
  write('datasources/soc-outcomes.yaml', sources);
  const providers = read('dashboards/soc-outcomes.yaml');
  providers.providers![0]!.options = { path: dashboards };
  write('dashboards/soc-outcomes.yaml', providers);
  copyFileSync(join(root, 'provisioning', 'alerting', 'soc-outcomes.yaml'), join(folder, 'provisioning', 'alerting', 'soc-outcomes.yaml'));
}

/** Grafana replaces $NAME in provisioned values by environment variables; $$ stands for a dollar. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, escaped(v)]));
  return value;
}

function configuration({ folder, port, adminPassword, files }: GrafanaFolder, id: string): string {
  const sections: Record<string, Record<string, string | number | boolean>> = {
    paths: { data: join(folder, 'data'), logs: join(folder, 'logs'), plugins: join(folder, 'plugins'), provisioning: join(folder, 'provisioning') },
    server: { protocol: 'http', http_addr: '127.0.0.1', http_port: port },
    security: { admin_user: 'admin', admin_password: adminPassword, disable_gravatar: true },
    // Nothing of it talks to the outside: no keys for signatures (we have none), no statistics, no updates, no news.
    plugins: { allow_loading_unsigned_plugins: id, preinstall_disabled: true, public_key_retrieval_disabled: true },
    analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
    news: { news_feed_enabled: false },
    snapshots: { external_enabled: false },
    [`plugin.${id}`]: { data_path: join(folder, 'store'), allowed_hosts: '127.0.0.1:*', files_root: files },
  };
  return Object.entries(sections).map(([name, keys]) => `[${name}]\n${Object.entries(keys).map(([key, value]) => `${key} = ${value}\n`).join('')}`).join('\n');
}
