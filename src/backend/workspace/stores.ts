import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDuckDb } from '../store/duckdb';
import type { Store } from '../store/port';
import { dataFolder } from './data-folder';
import { productThreads } from './threads';

export interface StoresOptions {
  /** The server setting data_path, and the folder taken when it is not set. */
  readonly dataPath: string | undefined;
  readonly defaultDataPath: string;
  readonly log: { warn(message: string, fields?: object): void };
  /** The store's instance is invalid; the process must end so that Grafana starts it anew. */
  readonly onFatal: (error: Error) => void;
}

/** The stores of this process: one file per workspace, each opened once. */
export class WorkspaceStores {
  private readonly open = new Map<string, Promise<Store>>();
  /** Why an opening takes long, for health; null when none does. */
  waiting: string | null = null;
  constructor(private readonly options: StoresOptions) {}

  /** Throws SettingsRefused naming the server setting where the folder cannot be written. */
  folder(): string { return dataFolder(this.options.dataPath, this.options.defaultDataPath); }
  private path(workspace: string): string { return join(this.folder(), workspace, 'outcomes.duckdb'); }
  has(workspace: string): boolean { return existsSync(this.path(workspace)); }
  /** The workspaces this folder holds stores of. */
  held(): string[] { return readdirSync(this.folder()).filter(name => this.has(name)); }

  /** Opens, or gives what is open. `memoryMb`: the bound the workspace's settings ask for; absent while they are not known yet. */
  async of(workspace: string, memoryMb?: number): Promise<Store> {
    let opening = this.open.get(workspace);
    if (!opening) {
      const path = this.path(workspace);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      opening = openDuckDb({
        path, memoryMb, threads: productThreads(), onFatal: this.options.onFatal,
        onWaiting: message => { this.waiting = message; this.options.log.warn('waiting for the store', { message }); },
      }).then(store => { this.waiting = null; return store; });
      this.open.set(workspace, opening);
      opening.catch(() => { this.waiting = null; this.open.delete(workspace); });
    }
    const store = await opening;
    if (memoryMb !== undefined) await store.limitMemory(memoryMb);
    return store;
  }

  async close(): Promise<void> { await Promise.all([...this.open.values()].map(s => s.then(store => store.close()).catch(() => undefined))); }
}
