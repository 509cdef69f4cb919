import { SourceError } from '../http/port';
import { list, own, text, textOf } from '../own';
import type { HealthCheck, ReadContext } from '../stream';
import { NAMES } from './deleted';
import type { NetboxPlan } from './plan';
import { versionOf } from './version';

type Check = HealthCheck['checks'][number];
type First = (path: string, query?: Record<string, string | number>) => Promise<unknown>;

/** Tries what a sync needs, in its order: address, TLS and key; each list; the change log; the custom fields; the time filter. */
export async function netboxHealth(plan: NetboxPlan, context: ReadContext): Promise<HealthCheck> {
  const { id: source } = plan.settings;
  const checks: Check[] = [];
  const step = async (name: string, work: () => Promise<string>): Promise<boolean> => {
    try { checks.push({ name, ok: true, message: await work() }); return true; }
    catch (error) { checks.push({ name, ok: false, message: error instanceof SourceError ? error.message : `${source}: ${(error as Error).message}` }); return false; }
  };
  const first = firstOf(context);
  const reached = await step('connection and key', async () => `NetBox ${(await versionOf(source, context)).text}`);
  if (reached) {
    const version = await versionOf(source, context);
    const machines = plan.types.some(t => t.interfaces !== null);
    for (const path of [...plan.types.map(t => t.path), ...(machines ? ['/api/ipam/ip-addresses/', ...plan.types.flatMap(t => t.interfaces ?? [])] : [])]) {
      await step(`list ${path}`, async () => { await first(path); return `${path} is readable`; });
    }
    await step('change log', async () => { await first(version.changes); return 'deletions are read from the change log'; });
    await step('deleted machines', async () => {
      for (const path of [NAMES.tenant, ...(machines ? [NAMES.role] : [])]) await first(path);
      return 'roles and tenants are readable: machines deleted between two runs keep theirs';
    });
    await step('custom fields', () => customFields(plan, first));
    await step('time filter', async () => {
      const path = plan.types[0]?.path;
      if (path === undefined) return 'nothing is read';
      const rows = list(own(await first(path, { last_updated__gte: '2999-01-01T00:00:00Z' }), 'results'));
      if (rows.length > 0) throw new SourceError('body', source, 'NetBox ignores the filter last_updated__gte: every run has to read everything.', 'It still works, slowly; check for a proxy that strips query parameters.');
      return 'changes can be asked for by time';
    });
  }
  const wrong = checks.filter(c => !c.ok);
  return { ok: wrong.length === 0, message: wrong.length === 0 ? checks[0]!.message : [...new Set(wrong.map(c => c.message))].join(' '), checks };
}

const firstOf = (context: ReadContext): First => async (path, query = {}) => (await context.http.request({ path, query: { limit: 1, ...query }, signal: context.signal })).json;
/** The custom fields that the settings name. Rejects with those that are missing. */
export const netboxFields = (plan: NetboxPlan, context: ReadContext): Promise<string> => customFields(plan, firstOf(context));

async function customFields(plan: NetboxPlan, first: First): Promise<string> {
  const { fields, client } = plan.settings;
  const asked = Object.entries({ ...fields, client: client.field === 'tenant' || client.field === 'site' ? undefined : client.field })
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[1].startsWith('tag:')).map(([name, field]) => [name, field.replace(/^cf_/, '')] as const);
  if (asked.length === 0) return 'no custom field is configured';
  const known = new Set(list(own(await first('/api/extras/custom-fields/', { limit: 1000 }), 'results')).map(f => textOf(f, 'name') ?? text(f)));
  const missing = asked.filter(([, field]) => !known.has(field));
  if (missing.length > 0) throw new SourceError('body', plan.settings.id, `NetBox has no custom field ${missing.map(([name, field]) => `"${field}" (fields.${name})`).join(', ')}, or the token may not see it.`, 'Take the name from Customization > Custom Fields, or write tag:PREFIX for a tag.');
  return 'all configured custom fields exist';
}
