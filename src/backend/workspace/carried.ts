import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { workspaceNamed } from '../../settings/grafana';
import { problemText, type ParsedSettings } from '../../settings/parse';
import type { WorkspaceSettings } from '../../settings/schema';
import { parseYamlSettings, readYaml } from '../../settings/yaml';
import { SettingsRefused } from './errors';

/** Exports: what the two carriers bring, accepted or refused with every problem by its key. */
function readConfig(path: string): string {
  let bytes: Buffer;
  try { bytes = readFileSync(path); } catch (error) {
    throw new SettingsRefused(`The server setting config_file names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}). Check the path and that this process may read it, then start Grafana again.`);
  }
  if (!isUtf8(bytes)) throw new SettingsRefused(`The file ${path} is not written in UTF-8: names in it would be read wrong. Save it as UTF-8, then start Grafana again.`);
  return bytes.toString('utf8');
}

/** Settings of the config file. Throws SettingsRefused. */
export const settingsOfFile = (path: string): WorkspaceSettings => accepted(parseYamlSettings(readConfig(path)), `The file ${path}`);

/** The workspace that a refused file names, or null: it cannot be read. */
export function workspaceOfFile(path: string): string | null {
  try { const read = readYaml(readConfig(path)); return read.ok ? workspaceNamed(read.value) : null; } catch { return null; }
}

export function accepted(parsed: ParsedSettings, carrier: string): WorkspaceSettings {
  if (parsed.ok) return parsed.settings;
  throw refusalOf(parsed, carrier);
}
export const refusalOf = (parsed: Extract<ParsedSettings, { ok: false }>, carrier: string): SettingsRefused => new SettingsRefused(`${carrier} was not applied: ${problemText(parsed.problems)}`);

/** Tells a rotated secret of a source, which changes no setting. */
export const secretsHash = (secure: Readonly<Record<string, string>>): string => createHash('sha256').update(JSON.stringify(Object.entries(secure).sort(([a], [b]) => (a < b ? -1 : 1)))).digest('hex');
