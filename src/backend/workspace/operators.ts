import { readAccesses, type CountedAccess } from '../scope/grants/access-log';
import { GrantDesk } from '../scope/grants/desk';
import type { KeyRing } from '../scope/grants/keys';
import type { LiveWorkspace } from './live';

/** What an admin of the operator organisation may do with grants, and what operators see of accesses. Made by Workspaces.operators alone. */
export class OperatorDesk extends GrantDesk {
  readonly #workspace: LiveWorkspace;
  readonly #now: () => number;

  constructor(workspace: LiveWorkspace, ring: KeyRing, operatorOrgIds: readonly number[], now: () => number) {
    super({ registry: workspace.grants, ring, workspace: workspace.name, clients: workspace.internals().settings.clients.map(c => c.id), operatorOrgIds, now });
    this.#workspace = workspace;
    this.#now = now;
  }

  /** Requests counted by day, organisation, role and result; denials only, or all. */
  async accesses(since: number, deniedOnly: boolean): Promise<CountedAccess[]> {
    const { store } = this.#workspace.internals();
    await this.#workspace.accesses.flush(store, this.#now());
    return readAccesses(store, since, deniedOnly);
  }
}
