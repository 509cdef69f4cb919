import type { SourceSettings } from '../../settings/sources';
import type { ServerSettings } from '../../settings/server';
import type { WorkspaceSettings } from '../../settings/schema';
import { createHttpClient } from '../connectors/http/client';
import { SourceError, type HttpClient } from '../connectors/http/port';
import { createConnector } from '../connectors/registry';
import type { Store } from '../store/port';
import { createSyncRunner, FACT_PIPELINE, type SyncSource } from '../sync';
import { secretsOf } from './secrets';
import type { SyncRunner } from './sync-runner';

export interface StartSyncOptions {
  readonly store: Store;
  readonly settings: WorkspaceSettings;
  readonly version: number;
  /** Decrypted secrets of the data source that carries the settings; empty for the file carrier. */
  readonly secure: Readonly<Record<string, string>>;
  readonly server: ServerSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly log: { info(message: string, fields?: object): void; warn(message: string, fields?: object): void; error(message: string, fields?: object): void };
  readonly onFatal: (error: Error) => void;
}

/** Builds connectors and their HTTP clients from the settings and starts to sync. Stopping also closes the clients. */
export async function startSync(options: StartSyncOptions): Promise<SyncRunner> {
  const closers: (() => Promise<void>)[] = [];
  const sources = options.settings.sources.filter(s => s.enabled).map((settings): SyncSource => ({
    settings,
    connector: createConnector(settings, options.settings.clients, { filesRoots: options.server.files_root }),
    http: httpOf(settings, options, closers),
  }));
  const runner = await createSyncRunner({
    store: options.store, settings: options.settings, version: options.version, sources, ...FACT_PIPELINE, now: options.now, onFatal: options.onFatal,
    log: (level, message, fields) => options.log[level](message, fields),
  });
  runner.start();
  return {
    start: () => runner.start(), once: signal => runner.once(signal), status: () => runner.status(), changed: signal => runner.changed(signal), health: signal => runner.health(signal),
    async stop() {
      await runner.stop();
      await Promise.all(closers.map(close => close()));
    },
  };
}

function httpOf(settings: SourceSettings, options: StartSyncOptions, closers: (() => Promise<void>)[]): HttpClient {
  if (settings.system === 'files') {
    return { request: async () => { throw new SourceError('url', settings.id, 'a files source has no network.', 'This is a fault of this build.'); } };
  }
  const client = createHttpClient(settings, secretsOf(settings, options.secure, options.env), { sourceId: settings.id, allowedHosts: options.server.allowed_hosts, now: options.now });
  closers.push(() => client.close());
  return client;
}
