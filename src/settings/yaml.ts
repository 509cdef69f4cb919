import { parseDocument, stringify } from 'yaml';
import { parseSettings, type ParsedSettings, type SettingsProblem } from './parse';

/** Carrier 2: one YAML file. Secrets in it are references only (file:/path, env:NAME); the schema refuses anything else. */
export function parseYamlSettings(text: string): ParsedSettings {
  const read = readYaml(text);
  return read.ok ? parseSettings(read.value) : read;
}

/** The text as plain data, not yet checked against the schema: what an editor keeps while a person is still writing. */
export function readYaml(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problems: readonly SettingsProblem[] } {
  const document = parseDocument(text, { uniqueKeys: true, maxAliasCount: 50 } as object);
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map(e => ({ path: e.linePos ? `line ${e.linePos[0].line}` : '(file)', message: e.message.split('\n')[0]! })) };
  return { ok: true, value: document.toJS({ maxAliasCount: 50 }) };
}

/** Settings as YAML for people to read and edit; no anchors, long lines stay whole. */
export const toYaml = (settings: unknown): string => stringify(settings ?? {}, { lineWidth: 0, aliasDuplicateObjects: false });
