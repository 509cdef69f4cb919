/** What Grafana answered to a request that failed, in words that name the request. */
export class GrafanaError extends Error {
  override name = 'GrafanaError';
  constructor(readonly status: number, message: string, /** The parsed answer, where there was one. */ readonly body: unknown = null) { super(message); }
}
export type Auth = { readonly user: string; readonly password: string } | { readonly token: string };
export interface GrafanaApi {
  /** The parsed answer; null for 404 where `missing` allows it. Throws GrafanaError. */
  get<T>(path: string): Promise<T | null>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<T>;
  /** The same server in another organisation (basic auth; a token is bound to its own). */
  within(orgId: number): GrafanaApi;
  readonly basic: boolean;
}
const TIMEOUT_MS = 30_000;
const ADVICE: Readonly<Record<number, string>> = {
  401: 'Check user and password, or the token and the organisation it belongs to.',
  403: 'The account needs the role Admin in that organisation; making organisations needs a server administrator with basic auth.',
  409: 'Something of that name or uid is there already; rename one of them.',
  412: 'Somebody changed it meanwhile; run apply again.',
};

const whither = (location: string | null, base: string): string => { try { return location === null ? '' : ` to ${new URL(location, base).host}`; } catch { return ''; } };

/** Grafana's HTTP API. Redirects are refused: the credentials go to the configured address and nowhere else. */
export function grafanaApi(url: string, auth: Auth, orgId?: number): GrafanaApi {
  const base = url.replace(/\/+$/, '');
  const authorization = 'token' in auth ? `Bearer ${auth.token}` : `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  async function call(method: string, path: string, body: unknown, extra: Readonly<Record<string, string>> = {}): Promise<{ status: number; body: unknown }> {
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, {
        method, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { authorization, accept: 'application/json', ...(orgId !== undefined && { 'x-grafana-org-id': String(orgId) }), ...(body !== undefined && { 'content-type': 'application/json' }), ...extra },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : error instanceof Error ? error.message : String(error);
      throw new GrafanaError(0, `${method} ${base}${path}: no answer (${cause}). Is Grafana running there?`);
    }
    if (response.status >= 300 && response.status < 400) throw new GrafanaError(response.status, `${method} ${base}${path} redirects (${response.status})${whither(response.headers.get('location'), base)}; redirects are not followed, so that the credentials go to no other address. Put the final address into grafana.url; a redirect to a sign-in page means that something before Grafana asks for one.`);
    const text = await response.text();
    let parsed: unknown = null;
    try { parsed = text === '' ? null : JSON.parse(text); } catch {
      throw new GrafanaError(response.status, `${method} ${base}${path} answered ${response.status} without JSON. Is ${base} really the address of Grafana, and not a sign-in page before it?`);
    }
    return { status: response.status, body: parsed };
  }
  const failed = (method: string, path: string, status: number, body: unknown): GrafanaError => {
    const said = typeof body === 'object' && body !== null && typeof (body as { message?: unknown }).message === 'string' ? (body as { message: string }).message : 'without a message';
    return new GrafanaError(status, `${method} ${path}${orgId === undefined ? '' : ` in organisation ${orgId}`} answered ${status}: ${said.replace(/[.\s]+$/, '')}.${ADVICE[status] ? ` ${ADVICE[status]}` : ''}`, body);
  };
  return {
    basic: !('token' in auth),
    within: id => grafanaApi(url, auth, 'token' in auth ? undefined : id),
    async get<T>(path: string): Promise<T | null> {
      const { status, body } = await call('GET', path, undefined);
      if (status === 404) return null;
      if (status < 200 || status > 299) throw failed('GET', path, status, body);
      return body as T;
    },
    async send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<T> {
      const answer = await call(method, path, body, headers);
      if (answer.status < 200 || answer.status > 299) throw failed(method, path, answer.status, answer.body);
      return answer.body as T;
    },
  };
}
