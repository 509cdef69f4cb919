/** The only way a connector reaches a network. Built per source by `createHttpClient` (TLS, proxy, caps, retries, allowed hosts). */
export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'PUT';
  /** Relative to the source's base URL; never absolute. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** May be repeated after a failure that can pass. Default: true for GET and POST (connectors only read), false for DELETE and PUT. */
  readonly idempotent?: boolean;
}

export interface HttpResponse<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON with null-prototype-safe access (no `__proto__` pollution). */
  readonly json: T;
}

export interface HttpClient {
  /** Resolves for 2xx only; anything else, HTML for JSON, or a broken body rejects with `SourceError`. */
  request<T = unknown>(request: HttpRequest): Promise<HttpResponse<T>>;
}

export type SourceErrorCode =
  | 'url' | 'dns' | 'refused' | 'timeout' | 'tls' | 'forbidden_host' | 'unauthorized' | 'forbidden' | 'not_found'
  | 'rate_limited' | 'not_json' | 'too_large' | 'too_deep' | 'http' | 'body' | 'partial' | 'cancelled';

/** An error a person can act on: names the source, what happened and what to do. Never carries secrets. */
export class SourceError extends Error {
  constructor(
    readonly code: SourceErrorCode,
    readonly source: string,
    message: string,
    readonly remedy: string,
    readonly detail: { status?: number; retryAfterMs?: number; body?: string; retryable?: boolean } = {},
  ) {
    super(`${source}: ${message} ${remedy}`.trim());
    this.name = 'SourceError';
  }
}
