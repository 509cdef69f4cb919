import { parseDocument } from 'yaml';
import { parseSettings, type ParsedSettings } from './parse';

/** Carrier 2: one YAML file. Secrets in it are references only (file:/path, env:NAME); the schema refuses anything else. */
export function parseYamlSettings(text: string): ParsedSettings {
  const document = parseDocument(text, { uniqueKeys: true, maxAliasCount: 50 } as object);
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map(e => ({ path: e.linePos ? `line ${e.linePos[0].line}` : '(file)', message: e.message.split('\n')[0]! })) };
  return parseSettings(document.toJS({ maxAliasCount: 50 }));
}
