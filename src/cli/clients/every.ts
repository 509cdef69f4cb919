import pLimit from 'p-limit';
import { grafanaApi, type GrafanaApi } from './api';
import { secretOf, wantedOrganisations, type ClientsFile, type WantedOrganisation } from './config';
import { stepsOf, type Means, type Step } from './organisation';

/** Grafana on SQLite takes one writer at a time; four organisations at once keep it busy without queueing. */
const AT_ONCE = 4;

export interface Outcome { readonly organisation: string; readonly orgId: number | null; readonly steps: readonly Step[]; readonly error: string | null }
export interface Grafana { readonly admin: GrafanaApi | null; readonly operator: GrafanaApi; readonly file: ClientsFile; readonly tokenOf: (wanted: WantedOrganisation) => GrafanaApi | null }

/** Connections by the file's own credentials: the server administrator's, the operators', and tokens of single organisations. */
export function connect(file: ClientsFile, env: Readonly<Record<string, string | undefined>>): Grafana {
  const { url, user, password, token } = file.grafana;
  const admin = user !== undefined ? grafanaApi(url, { user, password: secretOf(password!, env) }) : null;
  const operatorToken = file.operator.token ?? token;
  const operator = operatorToken ? grafanaApi(url, { token: secretOf(operatorToken, env) }) : admin!.within(file.operator.orgId);
  return { admin, operator, file, tokenOf: w => (w.token ? grafanaApi(url, { token: secretOf(w.token, env) }) : null) };
}

/** What Grafana has: organisations by name, and those the administrator is a member of. */
export interface Known { readonly byName: ReadonlyMap<string, number>; readonly member: ReadonlySet<number> }
export async function knownOrganisations({ admin }: Grafana): Promise<Known> {
  if (!admin) return { byName: new Map(), member: new Set() };
  const byName = new Map<string, number>();
  for (let page = 0; ; page++) {
    const some = await admin.get<{ id: number; name: string }[]>(`/api/orgs?perpage=1000&page=${page}`) ?? [];
    for (const o of some) byName.set(o.name, o.id);
    if (some.length < 1000) break;
  }
  const own = await admin.get<{ orgId: number }[]>('/api/user/orgs') ?? [];
  return { byName, member: new Set(own.map(o => o.orgId)) };
}

/** The organisation's number and a connection in it, without changing anything. Null number: it does not exist yet. */
export async function placeOf(grafana: Grafana, known: Known, wanted: WantedOrganisation): Promise<{ orgId: number | null; api: GrafanaApi | null; member: boolean }> {
  const own = grafana.tokenOf(wanted);
  if (own) {
    const org = await own.get<{ id: number; name: string }>('/api/org');
    if (!org || org.name !== wanted.name) throw new Error(`The token belongs to organisation "${org?.name ?? 'unknown'}", not to "${wanted.name}". Give the token of a service account made in "${wanted.name}".`);
    return { orgId: org.id, api: own, member: true };
  }
  const orgId = known.byName.get(wanted.name) ?? null;
  if (orgId === grafana.file.operator.orgId) throw new Error(`"${wanted.name}" is the operators' own organisation; a client needs one of its own.`);
  const member = orgId !== null && known.member.has(orgId);
  return { orgId, api: orgId !== null && member ? grafana.admin!.within(orgId) : null, member };
}

/** What stands before the rest: the organisation itself, and the administrator's place in it. */
function before(grafana: Grafana, wanted: WantedOrganisation, orgId: number | null, member: boolean): Step[] {
  if (orgId === null) return [{ what: `organisation ${wanted.name}`, action: 'create', changes: [], write: async () => undefined }];
  if (!member) return [{ what: 'membership', action: 'create', changes: [`${grafana.file.grafana.user} becomes Admin of it`], write: async () => undefined }];
  return [];
}

/** Plans every organisation; with `write`, does it. One that fails is reported, the rest goes on. Results in the file's order. */
export async function everyOrganisation(grafana: Grafana, means: Means, write: boolean): Promise<Outcome[]> {
  const known = await knownOrganisations(grafana);
  const limit = pLimit(AT_ONCE);
  return Promise.all(wantedOrganisations(grafana.file).map(wanted => limit(async (): Promise<Outcome> => {
    const done: Step[] = [];
    let orgId: number | null = null;
    try {
      const place = await placeOf(grafana, known, wanted);
      orgId = place.orgId;
      let { api } = place;
      done.push(...before(grafana, wanted, orgId, place.member));
      if (write && orgId === null) orgId = (await grafana.admin!.send<{ orgId: number }>('POST', '/api/orgs', { name: wanted.name })).orgId;
      else if (write && !place.member) await grafana.admin!.send('POST', `/api/orgs/${orgId}/users`, { loginOrEmail: grafana.file.grafana.user, role: 'Admin' });
      if (write && orgId !== null) api ??= grafana.admin!.within(orgId);
      for (const step of await stepsOf(api, orgId, wanted, means)) {
        if (write && step.action !== 'keep') await step.write();
        done.push(step);
      }
      return { organisation: wanted.name, orgId, steps: done, error: null };
    } catch (error) {
      return { organisation: wanted.name, orgId, steps: done, error: error instanceof Error ? error.message : String(error) };
    }
  })));
}
