import type { RowKind } from './rows';

const UUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;

/** Deterministic id of a canonical row. The native id may hold colons: only the first two separate. */
export const rowId = (source: string, kind: RowKind, nativeId: string): string => `${source}:${kind}:${nativeId}`;

/** Rule id: system type + stable id, so that one rule is one row over all clients and sources of that system. */
export const ruleId = (system: string, stableId: string): string => `${system}:${stableId}`;

/**
 * The documented normalisation of an alert id (metrics.md, The join): trim, strip a configured prefix, case-fold UUIDs.
 * Nothing else: other ids are case-sensitive at their sources. Null for an id that is empty after that.
 */
export function normaliseAlertId(value: string, prefix?: string): string | null {
  let id = value.trim();
  if (prefix && id.startsWith(prefix)) id = id.slice(prefix.length).trim();
  if (UUID.test(id)) id = id.replace(/[{}]/g, '').toLowerCase();
  return id === '' ? null : id;
}
