import { urlUtil } from '@grafana/data';
import type { BackendSrv, BackendSrvRequest, FetchError, FetchResponse } from '@grafana/runtime';
import { lastValueFrom, Observable } from 'rxjs';

/** Requests under way by their id: a newer one with the same id replaces the older, as in Grafana. */
const running = new Map<string, AbortController>();

async function send<T>(request: BackendSrvRequest, abort: AbortController): Promise<FetchResponse<T>> {
  const url = new URL(request.url, window.location.origin);
  if (url.origin !== window.location.origin) {
    throw new Error(`The preview talks to its own server only, not to ${url.origin}`);
  }
  const query = request.params ? urlUtil.toUrlParams(request.params) : '';
  const target = url.pathname + url.search + (query ? (url.search ? '&' : '?') + query : '');
  const body = request.data === undefined ? undefined : JSON.stringify(request.data);
  const response = await fetch(target, {
    method: request.method ?? 'GET',
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...request.headers },
    body,
    signal: abort.signal,
  });
  const text = await response.text();
  const data = parse(text) as T;
  const { status, statusText, ok, headers, redirected, type } = response;
  if (!ok) {
    const error: FetchError<T> = { status, statusText, data, config: request, message: text.slice(0, 300) };
    throw error;
  }
  return { data, status, statusText, ok, headers, redirected, type, url: response.url, config: request };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON: a plain message
  }
}

function observe<T>(request: BackendSrvRequest): Observable<FetchResponse<T>> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const id = request.requestId;
    if (id !== undefined) {
      running.get(id)?.abort();
      running.set(id, abort);
    }
    send<T>(request, abort)
      .then((response) => {
        subscriber.next(response);
        subscriber.complete();
      })
      .catch((error: unknown) => (abort.signal.aborted ? subscriber.complete() : subscriber.error(error)))
      .finally(() => id !== undefined && running.get(id) === abort && running.delete(id));
    return () => abort.abort();
  });
}

const dataOf = async <T>(request: BackendSrvRequest): Promise<T> => (await lastValueFrom(observe<T>(request))).data;

/** Grafana's HTTP client, spoken against the preview server, so that the plugin's own data source class runs unchanged. */
export const browserBackend: BackendSrv = {
  fetch: observe,
  chunked: () => {
    throw new Error('Chunked responses are not available in the preview');
  },
  request: dataOf,
  datasourceRequest: (request) => lastValueFrom(observe(request)),
  get: (url, params, requestId, options) => dataOf({ ...options, url, params, requestId, method: 'GET' }),
  delete: (url, data, options) => dataOf({ ...options, url, data, method: 'DELETE' }),
  post: (url, data, options) => dataOf({ ...options, url, data, method: 'POST' }),
  patch: (url, data, options) => dataOf({ ...options, url, data, method: 'PATCH' }),
  put: (url, data, options) => dataOf({ ...options, url, data, method: 'PUT' }),
};
