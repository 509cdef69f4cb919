/** A value inside plain settings, by keys and indices. */
export type Path = readonly (string | number)[];
export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as Json)[key] : undefined), value);
}

/** A copy with the value at the path replaced; undefined takes the key away. What becomes empty stays: `alerts: {}` says something. */
export function withAt(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    const inner = withAt(list[key], rest, next);
    if (inner === undefined) list.splice(key, 1); else list[key] = inner;
    return list;
  }
  const object = isObject(value) ? value : {};
  const inner = withAt(object[key], rest, next);
  if (inner === undefined) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  return Object.hasOwn(object, key) ? Object.fromEntries(Object.entries(object).map(([name, old]) => [name, name === key ? inner : old])) : { ...object, [key]: inner };
}

/** As the schema's messages write it: `sources[0].alerts.index`. */
export const pathText = (path: Path): string => path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`), '');
