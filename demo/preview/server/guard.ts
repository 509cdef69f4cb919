import type { IncomingMessage } from 'node:http';

const localNames = new Set(['127.0.0.1', 'localhost']);

/**
 * Whether a request may be answered; otherwise the reason. A page of another site can make a browser send
 * requests here (DNS rebinding, a form, fetch without CORS), so the host must be ours, and so must an origin.
 */
export function refusal(request: IncomingMessage, port: number): string | undefined {
  const { host, origin } = request.headers;
  const fetchSite = request.headers['sec-fetch-site'];
  const own = (authority: string | undefined) => authority !== undefined && [...localNames].some((name) => authority === `${name}:${port}`);
  if (!own(host)) {
    return `This server answers to 127.0.0.1:${port} and localhost:${port} only, not to "${host ?? ''}".`;
  }
  if (origin !== undefined && !own(origin.replace(/^http:\/\//, ''))) {
    return `Requests from ${origin} are refused.`;
  }
  if (fetchSite === 'cross-site' && request.headers['sec-fetch-mode'] !== 'navigate') {
    return 'Requests from other sites are refused.';
  }
  const writes = request.method !== 'GET' && request.method !== 'HEAD';
  const contentType = request.headers['content-type'] ?? '';
  if (writes && Number(request.headers['content-length'] ?? 0) > 0 && !/^application\/json\b/.test(contentType)) {
    return `A body must be application/json, not "${contentType}".`;
  }
  return undefined;
}

/**
 * Sent with every answer: nothing of this page may be framed elsewhere or load anything from elsewhere.
 * Grafana's table compiles a function per frame (`new Function`), hence 'unsafe-eval'; its own policy allows it too.
 */
export const securityHeaders: Record<string, string> = {
  'content-security-policy': "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};
