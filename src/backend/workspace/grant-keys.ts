import { join } from 'node:path';
import type { ServerSettings } from '../../settings/server';
import { fileRing, settingRing, type KeyRing } from '../scope/grants/keys';

/** The keys that sign and verify grants: the server setting's for every workspace, else each workspace's own beside its store. */
export class GrantKeys {
  private shared: KeyRing | null = null;
  private readonly own = new Map<string, KeyRing>();

  constructor(private readonly server: ServerSettings, private readonly env: Readonly<Record<string, string | undefined>>, private readonly dataFolder: () => string) {}

  /** Throws KeysRefused or SettingsRefused, naming the setting. */
  of(workspace: string): KeyRing {
    if (this.server.grant_key.length > 0) return this.shared ??= settingRing(this.server.grant_key, this.env);
    let ring = this.own.get(workspace);
    if (!ring) this.own.set(workspace, ring = fileRing(join(this.dataFolder(), workspace)));
    return ring;
  }
}
