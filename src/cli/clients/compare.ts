const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const short = (value: unknown): string => { const text = value === undefined ? 'nothing' : JSON.stringify(value); return text.length > 60 ? `${text.slice(0, 57)}…` : text; };

/**
 * What must change so that `have` holds everything `want` says, as `path: before → after`. What Grafana adds by itself (ids, versions,
 * defaults) is no difference; lists are compared as a whole, element by element.
 */
export function differences(want: unknown, have: unknown, path = ''): string[] {
  const at = path || '(all)';
  if (Array.isArray(want)) {
    if (!Array.isArray(have)) return [`${at}: ${short(have)} → ${short(want)}`];
    const inside = want.flatMap((w, i) => (i < have.length ? differences(w, have[i], `${path}[${i}]`) : [`${path}[${i}]: added ${short(w)}`]));
    return have.length > want.length ? [...inside, `${at}: ${have.length - want.length} too many, removed`] : inside;
  }
  if (isObject(want)) {
    if (!isObject(have)) return [`${at}: ${short(have)} → ${short(want)}`];
    return Object.entries(want).filter(([, w]) => w !== undefined).flatMap(([k, w]) => differences(w, have[k], path ? `${path}.${k}` : k));
  }
  return Object.is(want, have) ? [] : [`${at}: ${short(have)} → ${short(want)}`];
}
