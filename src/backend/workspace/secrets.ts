import { readFileSync } from 'node:fs';
import { secretName } from '../../settings/grafana';
import { SettingsRefused } from './errors';

export type SecretLookup = (name: string, ref: string | undefined) => string | undefined;

/** Finds a source's secrets: the data source's secureJsonData first, then the reference in the settings (file:/path, env:NAME). */
export function secretsOf(sourceId: string, secure: Readonly<Record<string, string>>, env: Readonly<Record<string, string | undefined>>): SecretLookup {
  return (name, ref) => {
    const stored = Object.hasOwn(secure, secretName(sourceId, name)) ? secure[secretName(sourceId, name)] : undefined;
    if (stored) return stored;
    if (ref === undefined) return undefined;
    if (ref.startsWith('env:')) {
      const value = env[ref.slice(4)];
      if (!value) throw new SettingsRefused(`Source ${sourceId}: the variable ${ref.slice(4)} of its secret "${name}" is not set. Under Grafana a plugin sees only variables that begin with GF_PLUGIN_.`);
      return value;
    }
    const path = ref.slice('file:'.length);
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      throw new SettingsRefused(`Source ${sourceId}: the file of its secret "${name}" cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}). Check that it exists and that Grafana's user may read it.`);
    }
  };
}
