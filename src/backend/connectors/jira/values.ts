import { normaliseAlertId, type LinkOrigin } from '../../../model';
import { adfText } from './adf';
import type { JiraPlan } from './plan';
import { isObject, list, own, text } from '../own';

/** Folding of the settings' map keys: trimmed, without case. */
const fold = (value: string): string => value.trim().toLowerCase();
/** Settings are frozen while a connector lives, so each map is folded once. */
const folded = new WeakMap<object, Map<string, unknown>>();
export function lookUp<T>(map: Readonly<Record<string, T>>, names: readonly (string | null)[]): T | undefined {
  let known = folded.get(map) as Map<string, T> | undefined;
  if (known === undefined) {
    known = new Map(Object.entries(map).map(([key, value]) => [fold(key), value]));
    folded.set(map, known);
  }
  for (const name of names) if (name !== null && known.has(fold(name))) return known.get(fold(name));
  return undefined;
}

/** Names by which a field value may be mapped, the stable id first: options, priorities, resolutions, projects, plain values. */
export function valueNames(value: unknown): (string | null)[] {
  if (isObject(value)) return [text(own(value, 'id')), text(own(value, 'key')), text(own(value, 'value')), text(own(value, 'name'))];
  return [text(value)];
}

/**
 * The source value of a mapped field: the id where the map knows the id (names are localised), else key, value or name.
 * Null for an empty field. The first entry of a list that the map knows, else its first entry.
 */
export function sourceValue(value: unknown, map: Readonly<Record<string, unknown>>): string | null {
  const many = Array.isArray(value) ? value : [value];
  for (const one of many) {
    const known = valueNames(one).find(name => name !== null && lookUp(map, [name]) !== undefined);
    if (known) return known;
  }
  for (const one of many) {
    const names = valueNames(one);
    const [, ...readable] = names.length > 1 ? names : [null, ...names];
    const name = readable.find(n => n !== null) ?? names[0] ?? null;
    if (name !== null) return name;
  }
  return null;
}

/** The same for a change-log item, which carries id and localised text apart. */
export const sourceChange = (id: string | null, words: string | null, map: Readonly<Record<string, unknown>>): string | null =>
  id !== null && lookUp(map, [id]) !== undefined ? id : words ?? id;

export interface FoundId { readonly alert: string; readonly found: LinkOrigin }

/** Alert ids in one field's value, in order of appearance, normalised; see `idsInText` for text. */
export function alertIds(plan: JiraPlan, field: string, value: unknown): FoundId[] {
  if (field === 'labels') {
    const prefix = plan.settings.fields.labelPrefix ?? '';
    const labels = (Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\s+/) : []).filter((l): l is string => typeof l === 'string' && l.startsWith(prefix));
    // Without a prefix any label might be an id: only the pattern can tell.
    return labels.flatMap(label => (prefix === '' ? idsInText(plan, label, true) : normal(plan, label.slice(prefix.length)))).map(alert => ({ alert, found: 'label' as const }));
  }
  const prose = field === 'summary' || field === 'description';
  // A custom field holds a list of ids; one that holds a document holds prose, once there is a pattern to read it by.
  return (Array.isArray(value) ? value : [value]).flatMap(one => idsInText(plan, textFrom(one), prose || (plan.pattern !== null && typeof one === 'object' && adfText(one) !== null)))
    .map(alert => ({ alert, found: prose ? 'text' as const : 'field' as const }));
}
const textFrom = (value: unknown): string => adfText(value) ?? valueNames(value).reverse().find(n => n !== null) ?? '';

/**
 * Prose: the pattern's first group (else its match), every time it matches; nothing without a pattern, as guessing ids from words
 * is no join. Otherwise a list parted by blanks, commas or semicolons.
 */
export function idsInText(plan: JiraPlan, value: string, prose: boolean): string[] {
  if (!prose) return value.split(/[\s,;[\]"]+/).flatMap(part => normal(plan, part));
  if (plan.pattern === null) return [];
  const out: string[] = [];
  const matcher = plan.pattern.matcher(value);
  while (matcher.find()) out.push(...normal(plan, (matcher.groupCount() > 0 ? matcher.group(1) : matcher.group()) ?? ''));
  return out;
}
function normal(plan: JiraPlan, value: string): string[] {
  const id = normaliseAlertId(value, plan.settings.fields.alertIdPrefix);
  return id === null ? [] : [id];
}

/** Client's source value: the fixed one, the project key, a label (prefix `client:` first), a component or a custom field. */
export function clientValue(plan: JiraPlan, fields: unknown): string | null {
  if (plan.clientField === null) return plan.settings.client.fixed ?? null;
  const value = own(fields, plan.clientField);
  if (plan.clientField === 'labels') return list(value).map(text).find(label => label !== null && lookUp(plan.settings.maps.client, [label]) !== undefined) ?? null;
  return sourceValue(value, plan.settings.maps.client);
}
