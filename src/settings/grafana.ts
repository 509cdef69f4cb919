import { parseSettings, type ParsedSettings } from './parse';

/**
 * Carrier 1: jsonData of the operator's data source holds the workspace under `settings`; secureJsonData holds each secret as
 * `<source id>.<name>`, for example `elastic.secret`. `grant` (secureJsonData) belongs to client organisations.
 */
export interface CarriedByDataSource { readonly workspace: string; readonly settings: ParsedSettings | null }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export function readJsonData(jsonData: unknown): CarriedByDataSource {
  const data = isObject(jsonData) ? jsonData : {};
  if (!Object.hasOwn(data, 'settings')) return { workspace: typeof data.workspace === 'string' ? data.workspace : 'main', settings: null };
  const settings = parseSettings(data.settings);
  return { workspace: settings.ok ? settings.settings.workspace : workspaceNamed(data.settings), settings };
}

/** The workspace that settings name, whether or not the rest of them can be accepted. */
export function workspaceNamed(settings: unknown): string {
  const name = isObject(settings) ? settings.workspace : undefined;
  return typeof name === 'string' && /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name) ? name : 'main';
}

/** Name of a source's secret in secureJsonData. */
export const secretName = (sourceId: string, name: string): string => `${sourceId}.${name}`;
