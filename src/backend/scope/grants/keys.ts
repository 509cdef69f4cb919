import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A signing key and the name it has in grants: the first eight hex digits of a hash of it, so nobody has to keep a list. */
export interface GrantKey { readonly id: string; readonly secret: Buffer }
export interface KeyRing {
  /** The key that signs; made on first use where the ring may make one. Throws KeysRefused. */
  current(): GrantKey;
  byId(id: string): GrantKey | null;
  ids(): readonly string[];
  /** Puts a new key first; the others go on verifying until they are dropped. Throws KeysRefused where the server setting holds the keys. */
  rotate(): GrantKey;
  /** Takes a key away: every grant it signed ends at once. Throws KeysRefused. */
  drop(id: string): void;
}

/** The grant key cannot be used; the message says which setting or file and what to do. */
export class KeysRefused extends Error {
  override name = 'KeysRefused';
}

const SHORTEST = 32;
const HELP = 'Write at least 32 random characters, for example by: openssl rand -base64 48';

export function keyOfText(text: string, where: string): GrantKey {
  const secret = Buffer.from(text, 'utf8');
  if (secret.length < SHORTEST) throw new KeysRefused(`${where} holds a grant key of only ${secret.length} characters. ${HELP}.`);
  return { id: createHash('sha256').update('soc-outcomes grant key id\0').update(secret).digest('hex').slice(0, 8), secret };
}
/** The key of one workspace: what is signed for one says nothing in another. */
export const keyFor = (key: GrantKey, workspace: string): Buffer => createHmac('sha256', key.secret).update(`soc-outcomes grant\0${workspace}`).digest();

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Keys of the server setting grant_key: references (file:/path, env:NAME) or the key itself, separated by commas; the first signs, all
 * verify. A file may hold several, one per line. Read again whenever a key is asked for that is not known, so a file can be changed
 * under a running server.
 */
export function settingRing(setting: readonly string[], env: Env): KeyRing {
  const read = (): GrantKey[] => setting.flatMap(entry => linesOf(entry, env).map(line => keyOfText(line, 'The server setting grant_key')));
  let keys = read();
  const byId = (id: string): GrantKey | null => keys.find(k => k.id === id) ?? null;
  const refuse = (): never => { throw new KeysRefused('The keys stand in the server setting grant_key: change them there (a new one first, the old one behind it until its grants are replaced).'); };
  return {
    current: () => { keys = read(); return keys[0]!; },
    byId: id => { try { keys = read(); } catch { /* the last good keys go on verifying */ } return byId(id); },
    ids: () => keys.map(k => k.id),
    rotate: refuse, drop: refuse,
  };
}

function linesOf(entry: string, env: Env): string[] {
  const lines = (text: string): string[] => text.split('\n').map(l => l.trim()).filter(l => l !== '' && !l.startsWith('#'));
  let text: string | undefined = entry;
  if (entry.startsWith('env:')) text = env[entry.slice(4)];
  else if (entry.startsWith('file:')) {
    try { text = readFileSync(entry.slice(5), 'utf8'); } catch (error) {
      throw new KeysRefused(`The server setting grant_key names a file that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}). Check that it exists and that this process may read it.`);
    }
  }
  const found = lines(text ?? '');
  if (found.length === 0) throw new KeysRefused(`The server setting grant_key names ${entry.startsWith('env:') ? `the variable ${entry.slice(4)}, which is not set (under Grafana a plugin sees only variables that begin with GF_PLUGIN_)` : 'an empty file'}. ${HELP}.`);
  return found;
}

/** Keys kept beside the store, `<data_path>/<workspace>/grant.key`, mode 0600: made on first use, newest first, one per line. */
export function fileRing(folder: string, random: (bytes: number) => Buffer = randomBytes): KeyRing {
  const path = join(folder, 'grant.key');
  let keys: GrantKey[] = [];
  let seen = '';
  const read = (): GrantKey[] => {
    if (!existsSync(path)) { keys = []; seen = ''; return keys; }
    const { mtimeMs, size, mode } = statSync(path);
    if ((mode & 0o077) !== 0) chmodSync(path, 0o600);
    if (seen === `${mtimeMs} ${size}`) return keys;
    keys = readFileSync(path, 'utf8').split('\n').map(l => l.trim()).filter(Boolean).map(l => keyOfText(l, path));
    seen = `${mtimeMs} ${size}`;
    return keys;
  };
  const write = (secrets: readonly string[]): void => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Whole or not at all: a reader never meets half a file.
    writeFileSync(`${path}.new`, secrets.map(s => `${s}\n`).join(''), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    seen = '';
    read();
  };
  const texts = (): string[] => read().map(k => k.secret.toString('utf8'));
  return {
    current: () => { if (read().length === 0) write([random(48).toString('base64url')]); return keys[0]!; },
    byId: id => read().find(k => k.id === id) ?? null,
    ids: () => read().map(k => k.id),
    rotate: () => { write([random(48).toString('base64url'), ...texts()]); return keys[0]!; },
    drop: id => {
      const left = read().filter(k => k.id !== id);
      if (left.length === keys.length) throw new KeysRefused(`There is no key ${id} in ${path}.`);
      if (left.length === 0) throw new KeysRefused(`The key ${id} is the only one: rotate first, then drop it.`);
      write(left.map(k => k.secret.toString('utf8')));
    },
  };
}
