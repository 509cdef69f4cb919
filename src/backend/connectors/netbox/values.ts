import { instant, isObject, list, own, text, textOf } from '../own';
import type { NetboxPlan } from './plan';

/** Status in NetBox's own word. 2.x wrote numbers and booleans: there the label tells. */
export function statusOf(object: unknown): string | null {
  const status = own(object, 'status');
  if (typeof status === 'string') return status.toLowerCase();
  const value = own(status, 'value');
  return (typeof value === 'string' ? value : textOf(status, 'label'))?.toLowerCase() ?? null;
}

/** An instant; before 3.2 `created` was a plain date, read as its UTC midnight. */
export const netboxInstant = (value: unknown): number | null =>
  (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : instant(value));

/** Role's slug; up to 3.x the key was device_role, for a while both. */
export const roleOf = (object: unknown): unknown => own(object, 'role') ?? own(object, 'device_role');

/** Tags as slugs and names, folded. 2.x wrote plain strings. */
export const tagsOf = (object: unknown): string[] => list(own(object, 'tags')).flatMap(tag => (typeof tag === 'string' ? [tag] : [textOf(tag, 'slug'), textOf(tag, 'name')]))
  .filter((t): t is string => t !== null).map(t => t.toLowerCase());

/** A custom field's value, or the rest of a tag for `tag:prefix`. Selections carry {value,label}; of several, the first. */
export function fieldValue(object: unknown, name: string | undefined): string | null {
  if (name === undefined) return null;
  if (name.startsWith('tag:')) {
    const prefix = name.slice(4).toLowerCase();
    const tag = tagsOf(object).find(t => t.startsWith(prefix));
    return tag === undefined ? null : tag.slice(prefix.length) || null;
  }
  let value = own(own(object, 'custom_fields'), name.replace(/^cf_/, ''));
  if (Array.isArray(value)) value = value[0];
  return isObject(value) ? textOf(value, 'value') ?? textOf(value, 'label') ?? textOf(value, 'slug') ?? textOf(value, 'name') : text(value);
}

/** The client's source value and the names it may be mapped by: the tenant's slug (default), the site's, or a custom field. */
export function clientNames(plan: NetboxPlan, object: unknown): readonly string[] {
  const { client } = plan.settings;
  if (client.fixed !== undefined) return [client.fixed];
  const field = client.field ?? 'tenant';
  const nested = field === 'tenant' ? own(object, 'tenant') : field === 'site' ? own(object, 'site') ?? own(object, 'scope') : undefined;
  const names = nested === undefined ? [fieldValue(object, field)] : [textOf(nested, 'slug'), textOf(nested, 'name')];
  return names.filter((n): n is string => n !== null);
}
export const withoutMask = (address: string): string => address.split('/')[0]!;
