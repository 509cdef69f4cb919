import { SourceError } from './port';
import { retryAfter } from './retry';

const RETRYABLE = new Set([429, 502, 503, 504]);

/** A key was made by somebody, and a cluster names them in its refusals: no person reaches a message or the store. */
const nameless = (text: string): string => text.replace(/\b(users?|username|principal|owner)(["']?\s*[:=]?\s*)(\[[^\]]*\]|'[^']*'|\\"[^"\\]*\\"|"[^"]*")/gi, '$1$2[somebody]');

/** What the body says for itself: Elasticsearch, Jira, NetBox and others differ; only short texts are taken. */
function saying(body: string): string {
  try {
    const o = JSON.parse(body) as Record<string, unknown>;
    const error = o.error as Record<string, unknown> | string | undefined;
    const texts = [typeof error === 'object' ? error?.reason : error, o.message, o.detail, Array.isArray(o.errorMessages) ? o.errorMessages.join(' ') : undefined];
    const text = texts.find(t => typeof t === 'string' && t.trim() !== '');
    return typeof text === 'string' ? ` It says: "${text.slice(0, 200)}".` : '';
  } catch { return ''; }
}

/** A status outside 2xx → SourceError. `redact` strips secrets from what the body says. */
export function statusError(source: string, at: string, status: number, headers: Readonly<Record<string, string>>, body: string, now: number, redact: (text: string) => string): SourceError {
  const detail = { status, body: nameless(redact(body)).slice(0, 2_000), retryable: RETRYABLE.has(status), ...waitOf(headers, now) };
  const said = nameless(redact(saying(body)));
  const make = (code: SourceError['code'], message: string, remedy: string): SourceError => new SourceError(code, source, `${message}${said}`, remedy, detail);
  if (status >= 300 && status < 400) {
    const to = host(headers.location);
    return new SourceError('http', source, `${at} redirects (${status})${to ? ` to ${to}` : ''}; redirects are not followed.`, 'Put the final address into the URL (https:// instead of http://?). A redirect to a sign-in page means that the key was not accepted.', { ...detail, body: '' });
  }
  switch (status) {
    case 401: return make('unauthorized', `the key was not accepted by ${at} (401).`, 'Check user, secret and kind of authentication of this source; the key may have expired.');
    case 407: return make('unauthorized', 'the proxy asks for authentication (407).', 'Check the proxy setting of this source.');
    case 403: return make('forbidden', `the key may not read ${at} (403).`, 'Give the account the missing permission.');
    case 404: return make('not_found', `${at} was not found (404).`, 'Check the URL (its path too) and the names in the settings.');
    case 410: return make('not_found', `${at} no longer exists (410).`, 'The source has removed this part of its API; check product and version in the settings.');
    case 413: return make('too_large', `${at} finds the request too large (413).`, 'Narrow the filter of this source.');
    case 429: return make('rate_limited', `${at} limits the rate of requests (429).`, 'It is tried again later; lower concurrency or raise intervalSeconds if this goes on.');
    default: return make('http', `${at} answered with status ${status}.`, status >= 500 ? 'The source has a problem of its own; see its log.' : 'Check product, version and settings of this source.');
  }
}

const waitOf = (headers: Readonly<Record<string, string>>, now: number): { retryAfterMs?: number } => {
  const wait = retryAfter(headers['retry-after'], now);
  return wait === null ? {} : { retryAfterMs: wait };
};
const host = (location: string | undefined): string | null => { try { return location ? new URL(location).host : null; } catch { return null; } };
