import { SourceError } from '../http/port';
import { own, textOf } from '../own';
import type { ReadContext } from '../stream';

/** What this NetBox can do, by its version. */
export interface NetboxVersion {
  readonly text: string;
  /** `start=<pk>` paging, since 4.6. */
  readonly startCursor: boolean;
  /** /core/object-changes/ since 4.1, /extras/ before. */
  readonly changes: string;
  /** /dcim/mac-addresses/ since 4.2. */
  readonly macAddresses: boolean;
}

export function parseVersion(text: string): NetboxVersion | null {
  const m = /^v?(\d+)\.(\d+)/.exec(text);
  if (!m) return null;
  const at = (major: number, minor: number): boolean => Number(m[1]) > major || (Number(m[1]) === major && Number(m[2]) >= minor);
  return { text, startCursor: at(4, 6), changes: at(4, 1) ? '/api/core/object-changes/' : '/api/extras/object-changes/', macAddresses: at(4, 2) };
}

/** Asked once per run. Throws when the answer is not NetBox's. */
export async function versionOf(source: string, context: ReadContext): Promise<NetboxVersion> {
  const name = `netbox.version.${source}`;
  const known = context.cache.get(name) as NetboxVersion | undefined;
  if (known) return known;
  const { json } = await context.http.request({ path: '/api/status/', signal: context.signal }).catch((error: unknown) => { throw keyRefused(source, error); });
  const version = parseVersion(textOf(json, 'netbox-version') ?? '');
  if (version === null) throw new SourceError('body', source, `/api/status/ names no NetBox version (${String(own(json, 'netbox-version')).slice(0, 40)}).`, 'Check the URL: it must be the base address of NetBox, without /api.');
  context.cache.set(name, version);
  return version;
}

/** NetBox answers 403 to a token that is missing or wrong: that is no question of permission. */
function keyRefused(source: string, error: unknown): unknown {
  if (!(error instanceof SourceError) || error.detail.status !== 403 || !/credentials|token/i.test(error.detail.body ?? '')) return error;
  const said = /"detail"\s*:\s*"([^"]{1,200})"/.exec(error.detail.body ?? '')?.[1] ?? '';
  return new SourceError('unauthorized', source, `NetBox did not accept the token (403). It says: "${said}".`, 'Check the secret, its expiry and allowed addresses, and the kind of authentication: token for 40 hexadecimal digits, bearer for nbt_….', error.detail);
}
