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
  return { workspace: settings.ok ? settings.settings.workspace : 'main', settings };
}

/** Name of a source's secret in secureJsonData. */
export const secretName = (sourceId: string, name: string): string => `${sourceId}.${name}`;
