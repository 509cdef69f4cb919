import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { problemText } from '../../src/settings/parse';
import type { WorkspaceSettings } from '../../src/settings/schema';
import { parseYamlSettings } from '../../src/settings/yaml';

function textOf(file: string): string {
  let bytes: Buffer;
  try { bytes = readFileSync(file); } catch (error) { throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}). Give the path of a YAML file that this account may read.`, { cause: error }); }
  if (!isUtf8(bytes)) throw new Error(`${file} is not written in UTF-8. Save it as UTF-8, or names in it would be read wrong.`);
  return bytes.toString('utf8');
}

/** Somebody's own YAML, and what of this process' environment its secrets name. Throws with every problem by its key. */
export function ownSettings(file: string, env: NodeJS.ProcessEnv): { settings: WorkspaceSettings; env: Record<string, string>; root: string } {
  if (!existsSync(file)) throw new Error(`There is no file ${file}. Give the path of a YAML file; demo/examples/workspace.yaml shows one.`);
  const text = textOf(file);
  const parsed = parseYamlSettings(text);
  if (!parsed.ok) throw new Error(`${file} was refused: ${problemText(parsed.problems)}`);
  const named = [...text.matchAll(/\benv:([A-Za-z_][A-Za-z0-9_]*)/g)].map(m => m[1]!);
  return {
    settings: parsed.settings,
    env: Object.fromEntries(named.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]!]]))),
    root: dirname(resolve(file)),
  };
}
