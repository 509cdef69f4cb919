import type { ElasticSettings } from '../../../settings/sources';
import { SourceError } from '../http/port';
import { isObject, own } from '../own';
import type { HealthCheck, MappingSeen, ReadContext } from '../stream';
import { indexPath, search } from './client';
import { alertFields } from './fields';
import { detect } from './product';
import { ruleFields } from './rules';

interface Need { readonly setting: string; readonly field: string }
/** `rows`: settings without which no row can be made; of telemetry, one of `anyOf` too, or no host is told. */
interface IndexNeed { readonly what: string; readonly index: string; readonly fields: readonly Need[]; readonly rows: readonly string[]; readonly anyOf?: readonly string[] }

/** Tries what a sync needs, in its order: address and TLS, key, permission on each index, each field that the settings map. */
export async function elasticHealth(settings: ElasticSettings, context: ReadContext): Promise<HealthCheck> {
  const checks: { name: string; ok: boolean; message: string }[] = [];
  const step = async (name: string, work: () => Promise<string>): Promise<boolean> => {
    try { checks.push({ name, ok: true, message: await work() }); return true; }
    catch (error) { checks.push({ name, ok: false, message: error instanceof SourceError ? error.message : `${settings.id}: an unexpected failure.` }); return false; }
  };
  const reached = await step('connection and key', async () => {
    const product = await detect(settings, context);
    return `${product.name} ${product.version ?? '(version not told)'}${product.pit ? '' : ', without point in time: paging by time and id'}`;
  });
  if (reached) for (const need of needs(settings)) {
    if (await step(`${need.what}: permission`, () => readable(settings, context, need))) await step(`${need.what}: fields`, () => mapped(settings, context, need));
  }
  const wrong = checks.filter(c => !c.ok);
  return { ok: wrong.length === 0, message: wrong.length > 0 ? wrong.map(c => c.message).join(' ') : checks.map(c => c.message).join('; '), checks };
}

/** Fields that must exist: those a person configured, and those without which no row can be made. */
function needs(settings: ElasticSettings): IndexNeed[] {
  const list: IndexNeed[] = [];
  if (settings.alerts) {
    const names = alertFields(settings.alerts);
    const own = Object.keys(settings.alerts.fields) as (keyof typeof names)[];
    const { client, automation } = settings.alerts;
    list.push({ what: 'alerts', index: settings.alerts.index, rows: ['id', 'rule', 'changed', 'detected'].map(name => `alerts.fields.${name}`), fields: [
      ...[...new Set([...own, 'changed' as const, 'rule' as const, 'severity' as const])].map(name => ({ setting: `alerts.fields.${name}`, field: names[name] })),
      ...(client.field ? [{ setting: 'alerts.client.field', field: client.field }] : []), ...(automation ? [{ setting: 'alerts.automation.field', field: automation.field }] : []),
    ] });
  }
  if (settings.rules) { const f = ruleFields(settings.rules); list.push({ what: 'rules', index: settings.rules.index, rows: ['rules.fields.id', 'rules.fields.changed'], fields: [{ setting: 'rules.fields.id', field: f.id }, { setting: 'rules.fields.changed', field: f.changed }] }); }
  for (const t of settings.telemetry) {
    const fields = Object.entries(t.fields).map(([part, field]) => ({ setting: `telemetry.${t.name}.fields.${part}`, field: field as string }));
    list.push({ what: `telemetry.${t.name}`, index: t.index, rows: [`telemetry.${t.name}.time`], anyOf: fields.map(f => f.setting), fields: [{ setting: `telemetry.${t.name}.time`, field: t.time }, ...fields, ...(t.client.field ? [{ setting: `telemetry.${t.name}.client.field`, field: t.client.field }] : [])] });
  }
  return list;
}

/**
 * The fields that one stream needs. An index learns a field with the first document that has it, so one that was never there says
 * nothing: the stream is read without it. One that rows cannot be made without, or that was there once, stops it.
 * An index in which no field was ever known holds no document yet, and there is nothing to lose.
 */
export async function elasticFields(settings: ElasticSettings, context: ReadContext, stream: string, seen: readonly string[]): Promise<MappingSeen> {
  const need = needs(settings).find(n => n.what === stream);
  const missing = need ? await missingOf(settings, context, need) : [];
  if (!need || (missing.length === need.fields.length && !missing.some(f => seen.includes(f.setting)))) return { present: [], waiting: null };
  const present = need.fields.filter(f => !missing.includes(f)).map(f => f.setting);
  const noHost = need.anyOf !== undefined && !need.anyOf.some(setting => present.includes(setting));
  if (missing.some(f => need.rows.includes(f.setting) || seen.includes(f.setting)) || noHost) throw noField(settings, need, missing);
  return { present, waiting: missing.length === 0 ? null : `the index ${need.index} has no field ${words(missing)} yet; it is read without. If a name is wrong, correct it in the settings.` };
}

async function readable(settings: ElasticSettings, context: ReadContext, need: IndexNeed): Promise<string> {
  try { await search(context, settings.id, { index: need.index }, { size: 0, track_total_hits: false, query: { match_all: {} } }); return `${need.index} can be read`; }
  catch (error) {
    if (error instanceof SourceError && error.code === 'forbidden') throw new SourceError('forbidden', settings.id, `the key may not read the index ${need.index} (403).`, 'Grant it the index privileges read and view_index_metadata there.', error.detail);
    if (error instanceof SourceError && error.code === 'not_found') throw new SourceError('not_found', settings.id, `there is no index ${need.index} (404), or none that this key may see.`, `Check the index of ${need.what} in this source's settings, or the key's permission to see it.`, error.detail);
    throw error;
  }
}

async function mapped(settings: ElasticSettings, context: ReadContext, need: IndexNeed): Promise<string> {
  const missing = await missingOf(settings, context, need);
  if (missing.length > 0) throw noField(settings, need, missing);
  return `${need.fields.length} fields found`;
}
async function missingOf(settings: ElasticSettings, context: ReadContext, need: IndexNeed): Promise<Need[]> {
  const { json } = await context.http.request({ method: 'POST', path: `${indexPath(need.index)}/_field_caps`, query: { fields: [...new Set(need.fields.map(f => f.field))].join(',') }, signal: context.signal });
  const known = own(json, 'fields');
  if (!isObject(known)) throw new SourceError('body', settings.id, 'the answer of _field_caps holds no fields.', 'Use the address of the cluster itself.');
  return need.fields.filter(f => !Object.hasOwn(known, f.field));
}
const words = (missing: readonly Need[]): string => missing.map(f => `"${f.field}" (${f.setting})`).join(', ');
const noField = (settings: ElasticSettings, need: IndexNeed, missing: readonly Need[]): SourceError =>
  new SourceError('body', settings.id, `the index ${need.index} has no field ${words(missing)}.`, 'Correct the name in the settings, or grant field-level permission.');
