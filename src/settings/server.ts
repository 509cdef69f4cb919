import { z } from 'zod';

const list = z.string().transform(text => text.split(/[\s,]+/).filter(Boolean));

/** Server settings: `[plugin.socoutcomes-metrics-datasource]` in grafana.ini, handed over as GF_PLUGIN_<KEY>; never a data source's. */
export const serverSchema = z.object({
  data_path: z.string().min(1).optional(),
  operator_org_ids: z.string().transform((text, context) => {
    const ids = text.split(/[\s,]+/).filter(Boolean).map(Number);
    if (ids.length === 0 || ids.some(id => !Number.isSafeInteger(id) || id <= 0)) { context.addIssue('use organisation numbers separated by commas, such as 1,4'); return z.NEVER; }
    return ids;
  }).default([1]),
  config_file: z.string().min(1).optional(),
  /** When set, the whole list of hosts a source may point at; `host` or `host:port`, `*` as port allowed. */
  allowed_hosts: list.default([]),
  files_root: list.default([]),
  /**
   * What signs grants: `file:/path` (one key per line), `env:NAME`, or the key itself (Grafana's own $__file{} puts it there); several by
   * commas, the first signs and all verify. Unset: a key beside each workspace's store, made on first use.
   */
  grant_key: z.string().transform(text => text.split(',').map(part => part.trim()).filter(Boolean)).default([]),
});
export type ServerSettings = z.infer<typeof serverSchema>;

/** Reads GF_PLUGIN_* of an environment. Throws with the setting's name and what is wrong. */
export function readServerSettings(env: Readonly<Record<string, string | undefined>>): ServerSettings {
  const given = Object.fromEntries(Object.keys(serverSchema.shape).map(key => [key, env[`GF_PLUGIN_${key.toUpperCase()}`]]).filter(([, v]) => v !== undefined && v !== ''));
  const parsed = serverSchema.safeParse(given);
  if (!parsed.success) throw new Error(`Server settings: ${parsed.error.issues.map(i => `${i.path.join('.')}: ${i.message}`).join('; ')}. Mend [plugin.socoutcomes-metrics-datasource] in grafana.ini.`);
  return parsed.data;
}
