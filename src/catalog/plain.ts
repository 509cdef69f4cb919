import { z } from 'zod';
import type { CatalogEntry } from './types';

/** One metric-specific option as plain data: enough for an editor to draw a control, without the schema. */
export interface PlainOption {
  readonly name: string;
  readonly kind: 'enum' | 'number' | 'flag' | 'text' | 'list';
  readonly values?: readonly string[];
  readonly default?: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly description?: string;
}
/** A catalog entry as the browser gets it: all but the schema. */
export type PlainEntry = Omit<CatalogEntry, 'options'> & { readonly options: readonly PlainOption[] };

interface JsonSchema { type?: string; enum?: unknown[]; const?: unknown; default?: unknown; minimum?: number; maximum?: number; exclusiveMinimum?: number; description?: string; properties?: Record<string, JsonSchema>; items?: JsonSchema }

/** The entry without its schema; options come from the schema's JSON form, so that none can be forgotten. */
export function plainEntry({ options, ...entry }: CatalogEntry): PlainEntry {
  const { properties = {} } = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return { ...entry, options: Object.entries(properties).map(([name, p]) => plainOption(name, p)) };
}

function plainOption(name: string, p: JsonSchema): PlainOption {
  const rest = { ...(p.default !== undefined && { default: p.default }), ...(p.description !== undefined && { description: p.description }) };
  const values = p.enum ?? p.items?.enum;
  if (p.type === 'array') return { name, kind: 'list', ...(values && { values: values.map(String) }), ...rest };
  if (values) return { name, kind: 'enum', values: values.map(String), ...rest };
  if (p.type === 'boolean') return { name, kind: 'flag', ...rest };
  // Whole numbers carry the bounds of safe integers; those say nothing to a person.
  if (p.type === 'number' || p.type === 'integer') return { name, kind: 'number', ...(p.minimum !== undefined && Math.abs(p.minimum) < 2 ** 52 && { min: p.minimum }), ...(p.maximum !== undefined && Math.abs(p.maximum) < 2 ** 52 && { max: p.maximum }), ...rest };
  return { name, kind: 'text', ...rest };
}
