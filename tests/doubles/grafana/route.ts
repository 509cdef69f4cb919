import { accessDenied, ApiError } from './answer';
import type { Identity } from './auth';
import type { GrafanaState, Json, OrgRole } from './state';

export interface Call { readonly state: GrafanaState; readonly who: Identity; readonly params: readonly string[]; readonly query: URLSearchParams; readonly body: Json; readonly headers: Readonly<Record<string, string | string[] | undefined>> }
export interface Answer { readonly status: number; readonly body: unknown }
export interface Route { readonly method: string; readonly path: RegExp; readonly handle: (call: Call) => Answer | Promise<Answer> }

export const ok = (body: unknown, status = 200): Answer => ({ status, body });
const RANK: Record<OrgRole, number> = { None: 0, Viewer: 1, Editor: 2, Admin: 3 };

/** Refuses as Grafana does where the role in the organisation is too low. */
export function need(call: Call, role: OrgRole, permission: string): void {
  if (RANK[call.who.role] < RANK[role]) throw accessDenied(permission);
}
export function needServerAdmin(call: Call, permission: string): void {
  if (!call.who.serverAdmin) throw accessDenied(permission);
}
export function text(body: Json, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new ApiError(400, 'bad request data');
  return value;
}
/** A path of Grafana's API; `:x` is one part. */
export const at = (method: string, path: string, handle: Route['handle']): Route => ({ method, path: new RegExp(`^${path.replace(/:[a-z]+/gi, '([^/]+)').replace(/\*$/, '(.*)')}$`), handle });
