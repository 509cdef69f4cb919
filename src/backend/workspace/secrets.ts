import { readFileSync } from 'node:fs';
import { secretName } from '../../settings/grafana';
import type { SourceSettings } from '../../settings/sources';
import type { SourceSecrets } from '../connectors/http/client';
import { SourceError } from '../connectors/http/port';

type Refs = Extract<SourceSettings, { readonly url: string }>;

/**
 * A source's secrets, looked up whenever one is used: the data source's secureJsonData first, then the reference in the settings (file:/path,
 * env:NAME). A file that was rotated is taken up by the next request, and one that cannot be read is a failure of its source alone (ADR 041).
 */
export function secretsOf(source: Pick<Refs, 'id' | 'auth' | 'clientKey'>, secure: Readonly<Record<string, string>>, env: Readonly<Record<string, string | undefined>>): SourceSecrets {
  const find = (name: string, ref: string | undefined): string | undefined => {
    const key = secretName(source.id, name);
    const stored = Object.hasOwn(secure, key) ? secure[key] : undefined;
    if (stored) return stored;
    if (ref === undefined) return undefined;
    return ref.startsWith('env:') ? ofVariable(source.id, name, ref.slice('env:'.length), env) : ofFile(source.id, name, ref.slice('file:'.length));
  };
  return {
    get secret() { return find('secret', source.auth.secret); },
    get clientKey() { return find('clientKey', source.clientKey); },
  };
}

function ofVariable(source: string, name: string, variable: string, env: Readonly<Record<string, string | undefined>>): string {
  const value = env[variable];
  if (!value) throw new SourceError('unauthorized', source, `the variable ${variable} of its secret "${name}" is not set.`, 'Set it and start again; under Grafana a plugin sees only variables that begin with GF_PLUGIN_.');
  return value;
}
function ofFile(source: string, name: string, path: string): string {
  let text: string;
  try { text = readFileSync(path, 'utf8').trim(); } catch (error) {
    throw new SourceError('unauthorized', source, `the file of its secret "${name}" cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}): ${path}.`, 'Check that it exists and that the account of Grafana may read it; the next run takes it up.');
  }
  if (text === '') throw new SourceError('unauthorized', source, `the file of its secret "${name}" is empty: ${path}.`, 'Write the secret into it; the next run takes it up.');
  return text;
}
