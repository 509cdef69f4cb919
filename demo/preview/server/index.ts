import { buildPreview } from '../build';
import path from 'node:path';
import { BackendProcess } from './backend-process';
import { ClientBackend, clientDataSourceUid, type ClientOrganisation } from './client-organisation';
import { GrpcBackend, type Identity, type InstanceSettings, pluginContext, pluginId } from './grpc-backend';
import { type PreviewServer, servePreview } from './http';
import { previewStatus } from './status';

export interface PreviewOptions {
  /** Port on 127.0.0.1; a free one when left out. */
  port?: number;
  /** Folder of Grafana dashboard files. */
  dashboardsDir: string;
  /** The built plugin's executable, as Grafana would start it. */
  launcher: string;
  /** Environment of the plugin: `GF_PLUGIN_*` server settings and the like; nothing else is passed on. */
  env: Record<string, string>;
  instanceSettings: InstanceSettings;
  orgId: number;
  role: Identity['role'];
  /** Shown beside the theme switch; "Organisation <id>" when left out. */
  organisation?: string;
  /** Client organisations, each served at an address of its own with the dashboards of `<dashboardsDir>/client`. */
  clients?: ClientOrganisation[];
  /** Workspace that their grants are for. */
  workspace?: string;
  /** Version of the plugin, for its context and the page's footer. */
  version?: string;
  /** One line of the plugin's log, as it came. */
  onLog?: (line: string) => void;
}

export interface Preview {
  url: string;
  /** Every organisation's address, the operators' first. */
  organisations: Array<{ name: string; url: string }>;
  backend: GrpcBackend;
  process: BackendProcess;
  /** Ends the server and the plugin; resolves when both are gone. */
  close(): Promise<void>;
}

/** Starts the plugin as Grafana would, builds the page if needed, and serves the dashboards on 127.0.0.1. */
export async function startPreview(options: PreviewOptions): Promise<Preview> {
  const { instanceSettings: settings, orgId, role, version = '', launcher, env, onLog } = options;
  const process = new BackendProcess({ launcher, env, onLog });
  const backend = new GrpcBackend(process, pluginContext(settings, { orgId, role }, version));
  const servers: PreviewServer[] = [];
  const places: Array<{ name: string; url: string }> = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
    await process.stop();
  };
  const others = (name: string) => () => (places.length > 1 ? places.map((place) => ({ ...place, current: place.name === name })) : []);
  try {
    const app = await buildPreview();
    const shared = { app, version };
    const serve = async (name: string, parts: Omit<Parameters<typeof servePreview>[0], 'app' | 'version' | 'organisations'>, port: number | undefined) => {
      const server = await servePreview({ ...shared, ...parts, organisations: others(name) }, port);
      servers.push(server);
      places.push({ name, url: server.url });
      return server;
    };
    const name = options.organisation ?? `Organisation ${orgId}`;
    const server = await serve(name, {
      dashboardsDir: options.dashboardsDir, exceptFolders: ['client'], backend, status: () => previewStatus(backend), organisation: { id: orgId, name },
      dataSource: { uid: settings.uid, name: settings.name, type: pluginId, jsonData: {} },
    }, options.port);
    for (const client of options.clients ?? []) {
      const eyes = new ClientBackend(process, backend, client, options.workspace ?? 'main', version);
      await serve(client.name, {
        dashboardsDir: path.join(options.dashboardsDir, 'client'), zone: client.zone, backend: eyes, status: () => previewStatus(eyes), organisation: { id: client.orgId, name: client.name },
        dataSource: { uid: clientDataSourceUid, name: 'SOC Outcomes', type: pluginId, jsonData: {} },
      }, 0);
    }
    return { url: server.url, organisations: places, backend, process, close };
  } catch (error) {
    await close();
    throw error;
  }
}
