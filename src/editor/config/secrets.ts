import type { DataSourceSettings } from '@grafana/data';
import type { JsonData } from '../types';
import type { Form } from './context';

export type Options = DataSourceSettings<JsonData, Record<string, string>>;

/** Secrets of the data source by their key in secureJsonData. What is stored can be replaced, never read. */
export const secretsOf = (options: Options, onOptionsChange: (options: Options) => void): Form['secrets'] => ({
  stored: name => options.secureJsonFields?.[name] === true,
  typed: name => options.secureJsonData?.[name] ?? '',
  set: (name, value) => onOptionsChange({ ...options, secureJsonData: { ...options.secureJsonData, [name]: value } }),
  // An empty text is what makes Grafana forget the stored one.
  reset: name => onOptionsChange({ ...options, secureJsonFields: { ...options.secureJsonFields, [name]: false }, secureJsonData: { ...options.secureJsonData, [name]: '' } }),
});

const idsOf = (settings: unknown): (string | undefined)[] => {
  const sources = (settings as { sources?: unknown } | undefined)?.sources;
  return Array.isArray(sources) ? sources.map(s => (typeof s?.id === 'string' ? s.id as string : undefined)) : [];
};

/**
 * Secrets after an edit of the settings: one typed and not yet saved moves along when its source gets another id; those of a source
 * that was taken away are forgotten. One that is stored cannot move (it cannot be read), so it is asked for anew under the new id.
 */
export function followIds(options: Options, before: unknown, after: unknown): Pick<Options, 'secureJsonData' | 'secureJsonFields'> {
  const [old, now] = [idsOf(before), idsOf(after)];
  const data = { ...options.secureJsonData } as Record<string, string>;
  const fields = { ...options.secureJsonFields };
  const parts = (name: string): [string, string] => [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.'))];
  const renamed = new Map(old.length === now.length ? old.flatMap((id, i) => (id !== undefined && now[i] !== undefined && now[i] !== id && !now.includes(id) ? [[id, now[i]] as const] : [])) : []);
  const gone = new Set(old.filter(id => id !== undefined && !now.includes(id) && !renamed.has(id)));
  for (const name of new Set([...Object.keys(data), ...Object.keys(fields)])) {
    const [id, part] = parts(name);
    const next = renamed.get(id);
    if (next !== undefined && data[name]) { data[`${next}${part}`] = data[name]; delete data[name]; }
    if (gone.has(id)) { data[name] = ''; fields[name] = false; }
  }
  return { secureJsonData: data, secureJsonFields: fields };
}
