import { BrokenBody, TooLarge } from './body';
import { TooDeep } from './json';
import { SourceError, type SourceErrorCode } from './port';

/** What went wrong below HTTP, in words a person can act on. `at` is the origin and path, never a query or a secret. */
const CERTIFICATE: Record<string, [string, string]> = {
  CERT_HAS_EXPIRED: ['the TLS certificate has expired', 'Renew the certificate of that server.'],
  CERT_NOT_YET_VALID: ['the TLS certificate is not valid yet', 'Check the clocks of both machines and the certificate.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['the TLS certificate is self-signed and not trusted', 'Put its CA (PEM) into the source\'s ca setting.'],
  SELF_SIGNED_CERT_IN_CHAIN: ['the TLS certificate was issued by an authority that is not trusted (self-signed root)', 'Put that CA (PEM) into the source\'s ca setting.'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['the TLS certificate was issued by an authority that is not trusted', 'Put the CA (PEM) into the source\'s ca setting, or let the server send its intermediate certificate.'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['the TLS certificate was issued by an authority that is not trusted', 'Put the CA (PEM) into the source\'s ca setting.'],
  UNABLE_TO_GET_ISSUER_CERT: ['the TLS certificate was issued by an authority that is not trusted', 'Put the CA (PEM) into the source\'s ca setting.'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['the TLS certificate is for another host name', 'Use the name that the certificate holds in the URL, or set serverName.'],
  CERT_REVOKED: ['the TLS certificate was revoked', 'Replace the certificate of that server.'],
};
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'ERR_STREAM_PREMATURE_CLOSE', 'UND_ERR_ABORTED']);
const TIMEOUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

const codesOf = (error: unknown, depth = 0): string[] => {
  // By shape and not by class: errors of Node's own sockets may come from another realm.
  if (typeof error !== 'object' || error === null || depth > 4) return [];
  const { code = (error as { name?: unknown }).name, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  return [...(typeof code === 'string' ? [code] : []), ...codesOf(cause, depth + 1), ...(Array.isArray(errors) ? errors.flatMap(e => codesOf(e, depth + 1)) : [])];
};
const sourceErrorIn = (error: unknown, depth = 0): SourceError | null =>
  error instanceof SourceError ? error : typeof error === 'object' && error !== null && depth < 5 ? sourceErrorIn((error as { cause?: unknown }).cause, depth + 1) : null;

export interface FailureContext {
  readonly source: string;
  readonly at: string;
  readonly host: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** True when our own total timeout ended the request. */
  readonly timedOut: boolean;
  readonly cancelled: boolean;
}

/** Any thrown thing → SourceError with code, message and remedy. */
export function failureOf(error: unknown, context: FailureContext): SourceError {
  const known = sourceErrorIn(error);
  if (known) return known;
  const { source, at, host } = context;
  const make = (code: SourceErrorCode, message: string, remedy: string, retryable = false): SourceError => new SourceError(code, source, message, remedy, { retryable });
  if (error instanceof TooDeep) return make('too_deep', `the answer of ${at} is nested too deeply.`, 'This is not an answer of that API; check the URL.');
  if (error instanceof TooLarge) {
    return error.reason === 'ratio'
      ? make('too_large', `the answer of ${at} unpacks to far more than was sent (a decompression bomb?).`, 'Check what answers at that URL.')
      : make('too_large', `the answer of ${at} is larger than ${Math.round(context.maxBytes / 1024 / 1024 * 10) / 10} MB.`, 'Raise maxBytes of this source, or narrow its filter.');
  }
  if (error instanceof BrokenBody) return make('body', `the answer of ${at} could not be read: ${error.message}.`, 'Check proxies between here and the source.', true);
  if (context.cancelled) return make('cancelled', `the request to ${at} was cancelled.`, 'It is repeated with the next sync.');
  if (context.timedOut) return make('timeout', `no complete answer of ${at} within ${context.timeoutMs / 1000} s.`, 'Raise timeoutMs, or check the load of that system.');
  const codes = codesOf(error);
  for (const code of codes) {
    const certificate = CERTIFICATE[code];
    if (certificate) return make('tls', `${certificate[0]} (${host}).`, certificate[1]);
  }
  const has = (wanted: (code: string) => boolean): boolean => codes.some(wanted);
  if (has(c => c === 'ENOTFOUND' || c === 'EAI_AGAIN' || c === 'EAI_NODATA')) return make('dns', `the host name ${host} could not be resolved.`, 'Check the URL of this source and the DNS of this machine.', has(c => c === 'EAI_AGAIN'));
  if (has(c => c === 'ECONNREFUSED')) return make('refused', `the connection to ${host} was refused: nothing listens there.`, 'Check host and port of the URL, and that the system runs.');
  if (has(c => c === 'EHOSTUNREACH' || c === 'ENETUNREACH')) return make('refused', `there is no route to ${host}.`, 'Check network and firewall between this machine and the source.');
  if (has(c => TIMEOUT.has(c))) return make('timeout', `${host} did not answer in time.`, 'Check network and firewall, or raise connectTimeoutMs and timeoutMs.', true);
  if (has(c => c === 'EPROTO' || c.startsWith('ERR_SSL') || c.startsWith('ERR_TLS') || c.startsWith('ERR_OSSL'))) return make('tls', `no TLS connection with ${host} could be made.`, 'Check that the port speaks HTTPS (http:// or https:// in the URL?), and the client certificate if the server asks for one.');
  if (has(c => RESET.has(c))) return make('http', `${host} closed the connection.`, 'Check that system and any proxy between; an https port answers plain http like this.', true);
  if (has(c => c.startsWith('HPE_') || c === 'HTTPParserError')) return make('http', `${host} does not speak HTTP.`, 'Check the port, and http:// or https:// in the URL.');
  return make('http', `the request to ${at} failed${codes[0] ? ` (${codes[0]})` : ''}.`, 'Check the URL and the network between.');
}
