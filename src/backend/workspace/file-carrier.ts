import type { WorkspaceSettings } from '../../settings/schema';
import { sleep } from '../sync/sleep';
import { settingsOfFile, workspaceOfFile } from './carried';
import { SettingsRefused } from './errors';

/** Pauses between attempts to open what a config file says, ms. */
const [SOONEST, LATEST] = [2_000, 60_000];

export interface FileCarrierOptions {
  readonly path: string;
  readonly log: { error(message: string, fields?: object): void };
  /** Injectable so that no test waits. */
  readonly sleep?: typeof sleep;
  readonly apply: (settings: WorkspaceSettings) => Promise<unknown>;
  /** Stores that the data folder holds. */
  readonly held: () => readonly string[];
  /** Opens what a store holds, with what was refused. */
  readonly fallBack: (workspace: string, problem: string) => Promise<void>;
}

/** The workspace that the server setting config_file carries: opened at the start of the process, and tried again while its store is another's. */
export class FileCarrier {
  /** What the file says; null while it was not read, or when it is wrong. */
  settings: WorkspaceSettings | null = null;
  /** Workspace of a file that was refused: what its store holds is shown, nothing is read. */
  private fallback: string | null = null;
  /** Why its workspace is not open, for health; null when it is. */
  problem: string | null = null;
  constructor(private readonly o: FileCarrierOptions) {}

  /** Name of the workspace that stands for the file now; null: none yet. */
  get workspace(): string | null { return this.settings?.workspace ?? this.fallback; }

  /** Resolves once it is open, was refused, or the process stops. Never rejects: health names what is wrong. */
  async open(stopping: AbortSignal): Promise<void> {
    for (let pause = SOONEST; !stopping.aborted; pause = Math.min(LATEST, 2 * pause)) {
      try {
        this.settings = settingsOfFile(this.o.path);
        await this.o.apply(this.settings);
        this.problem = null;
        return;
      } catch (error) {
        if (stopping.aborted) return;
        this.problem = error instanceof Error ? error.message : String(error);
        this.o.log.error('settings were not applied', { problem: this.problem });
        // A file that is wrong stays wrong; a store that another process still holds (a rolling restart) is free soon, and no request asks for it here.
        if (error instanceof SettingsRefused) return this.goOn(this.problem);
      }
      await (this.o.sleep ?? sleep)(pause, stopping);
    }
  }

  /** A refused file: the store of its workspace, if there is one, goes on answering. Of a file that cannot be read: the only store there is, else the one of the default name. */
  private async goOn(problem: string): Promise<void> {
    const held = this.o.held();
    const name = workspaceOfFile(this.o.path) ?? (held.length === 1 ? held[0]! : 'main');
    if (!held.includes(name)) return;
    this.fallback = name;
    await this.o.fallBack(name, problem);
  }
}
