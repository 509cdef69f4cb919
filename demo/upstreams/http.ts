import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/**
 * What every demo upstream shares: a real HTTP server on 127.0.0.1, an authorisation check, the traps that any HTTP API can
 * spring, and a close that leaves nothing open. A vendor's API itself is one `handle` function.
 */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; null without a body. */
  readonly body: unknown;
}

/** `body`: an object is sent as JSON, a string or Buffer as it is (pre-serialised JSON unless a content-type says otherwise). */
export interface UpstreamResponse { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }

/** Traps of any vendor; a vendor adds its own by intersection. All off by default; they can be set at any time. */
export interface CommonTraps {
  /** Answer the next n requests with `failStatus` (and `retryAfter`, seconds or an HTTP date). */
  failNext: number;
  failStatus: number;
  retryAfter: string | null;
  /** HTTP 200 with a login page instead of JSON. */
  html: boolean;
  /** HTTP 200 with this text instead of what belongs there, for paths that end so (''; all of them). */
  foreign: { readonly path: string; readonly body: string } | null;
  /** Every request: 401 or 403 in the vendor's shape. */
  unauthorized: boolean;
  forbidden: boolean;
  /** Wait before each answer, ms. */
  delayMs: number;
  /** Reset the connection of the next n requests without an answer. */
  resetNext: number;
}
export const noTraps = (): CommonTraps => ({
  failNext: 0, failStatus: 429, retryAfter: null, html: false, foreign: null, unauthorized: false, forbidden: false, delayMs: 0, resetNext: 0,
});

export interface UpstreamOptions<T extends CommonTraps> {
  readonly name: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly traps: T;
  /** False → 401 in the vendor's shape. */
  authorised(headers: IncomingMessage['headers']): boolean;
  /** The vendor's error body for 401, 403, 429, 500 and 503. */
  error(status: number): UpstreamResponse;
  handle(request: UpstreamRequest): UpstreamResponse | Promise<UpstreamResponse>;
  /** Serve POST /__traps (merge JSON into the traps). Tests only; never in the demo. */
  readonly control?: boolean;
  /** Keep the bodies sent, so that a test can see what was planted. */
  readonly capture?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string; readonly requestCert?: boolean };
}

export interface RunningUpstream<T extends CommonTraps = CommonTraps> {
  readonly url: string;
  readonly port: number;
  readonly traps: T;
  /** Requests so far, `METHOD /path?query`, oldest first. */
  readonly requests: string[];
  /** Bodies sent, when `capture` is on. */
  readonly sent: string[];
  close(): Promise<void>;
}

const LOGIN_PAGE = '<!doctype html><html><head><title>Sign in</title></head><body><form action="/login">Sign in</form></body></html>';

/** Starts a server on 127.0.0.1. The caller closes it; `close` also ends kept-alive connections. */
export async function startUpstream<T extends CommonTraps>(options: UpstreamOptions<T>): Promise<RunningUpstream<T>> {
  const requests: string[] = [];
  const sent: string[] = [];
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://upstream');
    const raw = await readBody(request);
    if (options.control && url.pathname === '/__traps') {
      Object.assign(options.traps, JSON.parse(raw || '{}'));
      return send(request, response, { status: 200, body: options.traps });
    }
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    const { traps } = options;
    if (traps.delayMs > 0) await new Promise<void>(done => { const t = setTimeout(() => { timers.delete(t); done(); }, traps.delayMs); timers.add(t); });
    if (traps.resetNext > 0) { traps.resetNext -= 1; request.socket.resetAndDestroy(); return; }
    if (traps.failNext > 0) {
      traps.failNext -= 1;
      const failure = options.error(traps.failStatus);
      return send(request, response, { ...failure, headers: { ...failure.headers, ...(traps.retryAfter === null ? {} : { 'retry-after': traps.retryAfter }) } });
    }
    if (traps.html) return send(request, response, { status: 200, body: LOGIN_PAGE, headers: { 'content-type': 'text/html; charset=utf-8' } });
    if (traps.unauthorized || !options.authorised(request.headers)) return send(request, response, options.error(401));
    if (traps.forbidden) return send(request, response, options.error(403));
    if (traps.foreign && url.pathname.endsWith(traps.foreign.path)) return send(request, response, { status: 200, body: traps.foreign.body });
    let body: unknown = null;
    try { body = raw === '' ? null : JSON.parse(raw); } catch { return send(request, response, options.error(400)); }
    send(request, response, await options.handle({ method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers: request.headers, body }));
  };

  const send = (request: IncomingMessage, response: ServerResponse, { status, body, headers }: UpstreamResponse): void => {
    const text = Buffer.isBuffer(body) ? body : typeof body === 'string' ? body : JSON.stringify(body ?? null);
    if (options.capture) sent.push(text.toString());
    const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) && text.length > 64 * 1024;
    const payload = zipped ? gzipSync(text, { level: 1 }) : text;
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', 'content-length': Buffer.byteLength(payload), ...(zipped ? { 'content-encoding': 'gzip' } : {}), ...headers });
    response.end(payload);
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(error => { if (!response.headersSent) send(request, response, { ...options.error(500), headers: { 'x-demo-error': String(error).slice(0, 200).replace(/[^\x20-\x7e]/g, '?') } }); });
  };
  const server = options.tls ? createTlsServer({ ...options.tls, rejectUnauthorized: options.tls.requestCert === true }, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });
  await new Promise<void>((done, fail) => { server.once('error', fail); server.listen(options.port ?? 0, '127.0.0.1', done); });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, traps: options.traps, requests, sent,
    close: () => new Promise<void>(done => {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      server.close(() => done());
    }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
