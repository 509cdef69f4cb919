import { setTimeout as wait } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import pLimit from 'p-limit';
import pRetry from 'p-retry';
import { request as undiciRequest } from 'undici';
import { authorization, redactor, type HttpSourceSettings, type SourceSecrets } from './auth';
import { BrokenBody, readText, TooLarge } from './body';
import { dispatcherFor } from './dispatcher';
import { failureOf } from './failures';
import { hostGuard, resolveHost, type Lookup } from './guard';
import { parseJson, TooDeep } from './json';
import { SourceError, type HttpClient, type HttpRequest, type HttpResponse } from './port';
import { backoff, MAX_WAIT } from './retry';
import { statusError } from './status';

export type { HttpSourceSettings, SourceSecrets } from './auth';

export interface HttpClientOptions {
  readonly sourceId: string;
  /** Server setting `allowed_hosts`; empty or absent: the default rules of guard.ts. */
  readonly allowedHosts?: readonly string[];
  readonly now: () => number;
  readonly lookup?: Lookup;
  /** Injectable so that no test waits; must reject when the signal aborts. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly maxDepth?: number;
  readonly maxRatio?: number;
}
export interface ClosableHttpClient extends HttpClient { close(): Promise<void> }

/** Builds the client of one source. Opens nothing until the first request; every failure is a SourceError of that request. */
export function createHttpClient(settings: HttpSourceSettings, secrets: SourceSecrets, options: HttpClientOptions): ClosableHttpClient {
  const { sourceId } = options;
  const limit = pLimit(settings.concurrency);
  const sleep = options.sleep ?? (async (ms, signal) => { await wait(ms, undefined, { signal, ref: false }); });
  const guard = hostGuard(sourceId, options.allowedHosts);
  const limits = { maxBytes: settings.maxBytes, maxDepth: options.maxDepth ?? 64, maxRatio: options.maxRatio ?? 200 };
  const base = baseOf(sourceId, settings.url);
  let dispatcher: ReturnType<typeof dispatcherFor> | null = null;

  const once = async (request: HttpRequest): Promise<HttpResponse<unknown>> => {
    guard.checkName(base.hostname, Number(base.port || (base.protocol === 'https:' ? 443 : 80)));
    // Looked up once for all of this request: another may find what was rotated since.
    const held: SourceSecrets = { secret: secrets.secret, clientKey: secrets.clientKey };
    const header = authorization(sourceId, settings.auth, held);
    const redact = redactor(held, header);
    dispatcher ??= dispatcherFor(sourceId, settings, held, guard, options.lookup ?? resolveHost);
    const url = urlOf(sourceId, base, request);
    const at = redact(`${url.origin}${url.pathname}`);
    const total = AbortSignal.timeout(settings.timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, total]) : total;
    try {
      const answer = await undiciRequest(url, {
        method: request.method ?? 'GET', dispatcher, signal,
        headers: {
          accept: 'application/json', 'user-agent': 'soc-outcomes',
          // Packing costs both ends more than it saves on the same machine.
          'accept-encoding': base.hostname === '127.0.0.1' ? 'identity' : 'gzip, deflate',
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }), ...request.headers, ...(header === null ? {} : { authorization: header }),
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
      });
      const headers = flat(answer.headers);
      const body = readText(answer.body as unknown as Readable, headers['content-encoding'], limits);
      // A refusal means what its status says, whatever stands in its body.
      if (answer.statusCode < 200 || answer.statusCode >= 300) throw statusError(sourceId, at, answer.statusCode, headers, await body.catch(unreadable), options.now(), redact);
      const text = await body;
      return { status: answer.statusCode, headers, json: jsonOf(sourceId, at, headers, text) };
    } catch (error) {
      throw failureOf(error, { source: sourceId, at, host: base.host, timeoutMs: settings.timeoutMs, maxBytes: limits.maxBytes, timedOut: total.aborted, cancelled: request.signal?.aborted === true });
    }
  };

  const retrying = (request: HttpRequest): Promise<HttpResponse<unknown>> => pRetry(() => once(request), {
    retries: settings.retries, minTimeout: 0, maxTimeout: 0, factor: 1,
    shouldRetry: ({ error }) => mayRetry(request, error),
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || !mayRetry(request, error)) return;
      // A wish of no wait (a clock that goes otherwise, an empty header of a proxy) is no leave to ask at once, again and again.
      try { await sleep(Math.max((error as SourceError).detail.retryAfterMs ?? 0, backoff(attemptNumber)), request.signal); }
      catch { throw new SourceError('cancelled', sourceId, 'the request was cancelled while waiting for a retry.', 'It is repeated with the next sync.'); }
    },
  });
  return {
    request: async <T>(request: HttpRequest) => await limit(() => retrying(request)) as HttpResponse<T>,
    close: async () => { await dispatcher?.destroy(); dispatcher = null; },
  };
}

function unreadable(error: unknown): string {
  if (error instanceof BrokenBody || error instanceof TooLarge || error instanceof TooDeep) return '';
  throw error;
}

/** Only reads are repeated, only failures that may pass, and no wait longer than a request should take. */
function mayRetry(request: HttpRequest, error: unknown): boolean {
  if (!(error instanceof SourceError) || error.detail.retryable !== true || request.signal?.aborted) return false;
  const method = request.method ?? 'GET';
  return (request.idempotent ?? (method === 'GET' || method === 'POST')) && (error.detail.retryAfterMs ?? 0) <= MAX_WAIT;
}

function baseOf(source: string, text: string): URL {
  let url: URL;
  try { url = new URL(text); } catch { throw new SourceError('url', source, 'the URL cannot be read.', 'Write it as https://host:port/path.'); }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new SourceError('url', source, `the URL begins with ${url.protocol}//.`, 'Use http:// or https://.');
  if (url.username || url.password) throw new SourceError('url', source, 'the URL holds a user or password.', 'Put them into auth.user and the secret of this source.');
  return url;
}

/** The request's address below the base URL. A path cannot leave the base: `..` is refused, the origin is compared. */
function urlOf(source: string, base: URL, request: HttpRequest): URL {
  const path = request.path.startsWith('/') ? request.path : `/${request.path}`;
  const url = new URL(base);
  url.search = '';
  url.hash = '';
  url.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`;
  if (url.origin !== base.origin || /(^|\/)(\.|%2e){2}(\/|$)/i.test(path)) throw new SourceError('url', source, 'a path would leave the configured URL.', 'Check the names in this source\'s settings.');
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const item of value) url.searchParams.append(key, item); else url.searchParams.set(key, String(value));
  }
  return url;
}

function jsonOf(source: string, at: string, headers: Readonly<Record<string, string>>, text: string): unknown {
  if (text.trim() === '') return null;
  if (text.trimStart().startsWith('<') || /^text\/html/i.test(headers['content-type'] ?? '')) {
    throw new SourceError('not_json', source, `${at} answered with an HTML page instead of JSON (a login page, or a proxy?).`, 'Check the URL: it must be the API\'s address, not the user interface behind a sign-in, and no proxy may intercept it.');
  }
  try { return parseJson(text); }
  catch { throw new SourceError('body', source, `the answer of ${at} is no complete JSON document.`, 'Check what answers at that URL and any proxy between.', { retryable: true }); }
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const out: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase();
    // Cookies are credentials of somebody's session; nothing needs them.
    if (value !== undefined && name !== 'set-cookie') out[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return out;
}
