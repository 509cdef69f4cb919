import type { HttpSettings } from '../../../settings/sources';
import { SourceError } from './port';

export interface AuthSettings { readonly kind: 'basic' | 'bearer' | 'apikey' | 'token' | 'none'; readonly user?: string | undefined }
/** Resolved secrets of one source (never logged, never in an error): `secret` for the API, `clientKey` (PEM) for TLS. */
export interface SourceSecrets { readonly secret?: string | undefined; readonly clientKey?: string | undefined }
export type HttpSourceSettings = HttpSettings & { readonly auth: AuthSettings };

/** The Authorization header of a source, or null for none. Throws `unauthorized` when the secret (or user) is not set. */
export function authorization(source: string, auth: AuthSettings, secrets: SourceSecrets): string | null {
  if (auth.kind === 'none') return null;
  const missing = (what: string): SourceError => new SourceError('unauthorized', source, `no ${what} is configured for ${auth.kind} authentication.`, `Set the ${what} of this source, or auth.kind: none.`);
  const secret = secrets.secret?.trim();
  if (!secret) throw missing('secret');
  if (/[\r\n\0]/.test(secret)) throw new SourceError('unauthorized', source, 'the secret holds a line break.', 'Store it again without one.');
  // Pasted from a page that shortens or decorates it ("…", a typographic quote): no header can carry that, and no system gives out such a key.
  if (auth.kind !== 'basic' && !/^[\x21-\x7e]+$/.test(secret)) throw new SourceError('unauthorized', source, 'the secret holds a blank or a character that no key has.', 'Copy the whole key from where it was made and store it again.');
  switch (auth.kind) {
    case 'basic':
      if (!auth.user) throw missing('user');
      return `Basic ${Buffer.from(`${auth.user}:${secret}`, 'utf8').toString('base64')}`;
    case 'bearer': return `Bearer ${secret}`;
    case 'apikey': return `ApiKey ${secret}`;
    case 'token': return `Token ${secret}`;
  }
}

/** Replaces every form of a source's secrets in a text that is about to leave. */
export function redactor(secrets: SourceSecrets, header: string | null): (text: string) => string {
  const forms = [secrets.secret, secrets.secret?.trim(), secrets.clientKey, header, header?.split(' ')[1]]
    .filter((s): s is string => typeof s === 'string' && s.length >= 4)
    .flatMap(s => [s, encodeURIComponent(s), JSON.stringify(s).slice(1, -1)]);
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return text => unique.reduce((out, form) => out.split(form).join('[secret]'), text);
}
