import { buildPreview } from '../build';
import { BackendProcess } from './backend-process';
import { GrpcBackend, type Identity, type InstanceSettings, pluginContext, pluginId } from './grpc-backend';
import { servePreview } from './http';
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
  /** Version of the plugin, for its context and the page's footer. */
  version?: string;
  /** One line of the plugin's log, as it came. */
  onLog?: (line: string) => void;
}

export interface Preview {
  url: string;
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
  try {
    const app = await buildPreview();
    const server = await servePreview(
      {
        app,
        dashboardsDir: options.dashboardsDir,
        backend,
        dataSource: { uid: settings.uid, name: settings.name, type: pluginId, jsonData: {} },
        organisation: { id: orgId, name: options.organisation ?? `Organisation ${orgId}` },
        version,
        status: () => previewStatus(backend),
      },
      options.port
    );
    const close = async () => {
      await server.close();
      await process.stop();
    };
    return { url: server.url, backend, process, close };
  } catch (error) {
    await process.stop();
    throw error;
  }
}
