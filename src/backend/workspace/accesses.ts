import { Denied } from '../scope/reader';
import { AccessLog, type AccessResult } from '../scope/grants/access-log';
import type { WorkspaceContext } from './context';
import type { LiveWorkspace } from './live';

interface Log { info(message: string, fields?: object): void; warn(message: string, fields?: object): void }

/** Who was let in and who was not: by organisation and role, the first of a kind in the log and then as counts; never by user. */
export class Accesses {
  /** Requests that named no workspace that is open. */
  private readonly strangers = new AccessLog();
  private readonly noted = new WeakSet<object>();
  constructor(private readonly options: { readonly now: () => number; readonly log: Log; readonly opened: () => Promise<readonly LiveWorkspace[]> }) {}

  note(context: WorkspaceContext, workspace: LiveWorkspace | null, result: AccessResult): void {
    const now = this.options.now();
    const log = workspace?.accesses ?? this.strangers;
    const role = context.role ?? 'none';
    if (log.note({ orgId: context.orgId, role, result }, now)) {
      if (result === 'allowed') this.options.log.info('access', { organisation: context.orgId, role, workspace: workspace?.name ?? null });
      else this.options.log.warn('access denied', { organisation: context.orgId, role, reason: result, workspace: workspace?.name ?? null });
    }
    if (workspace && log.due(now)) void this.flush(workspace);
  }

  /** Counts and logs a refusal, once however many hands it passes; anything that is no refusal is left alone. */
  async denied(context: WorkspaceContext, error: unknown, workspace: () => Promise<LiveWorkspace | null>): Promise<void> {
    if (!(error instanceof Denied) || this.noted.has(error)) return;
    this.noted.add(error);
    this.note(context, await workspace(), error.code);
  }

  async flush(workspace: LiveWorkspace): Promise<void> {
    const { store } = workspace.internals();
    try {
      await workspace.accesses.flush(store, this.options.now());
      // Those who named no open workspace are shown to the operators of the first one.
      if ((await this.options.opened())[0] === workspace) await this.strangers.flush(store, this.options.now());
    } catch (error) { this.options.log.warn('counts of accesses were not written', { error }); }
  }

  /** Requests allowed and denied since the process started, without any organisation. */
  async totals(): Promise<{ readonly allowed: number; readonly denied: number }> {
    const open = await this.options.opened();
    return [this.strangers, ...open.map(w => w.accesses)].map(a => a.totals()).reduce((sum, t) => ({ allowed: sum.allowed + t.allowed, denied: sum.denied + t.denied }));
  }
}
