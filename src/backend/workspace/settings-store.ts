import { createHash } from 'node:crypto';
import type { WorkspaceSettings } from '../../settings/schema';
import { workspaceSchema } from '../../settings/schema';
import type { Store } from '../store/port';
import { sql } from '../store/sql';
import { table } from '../store/table';

export interface AppliedSettings { readonly version: number; readonly hash: string; readonly carrier: string; readonly updated: number; readonly settings: WorkspaceSettings }

/** Hash of the settings' meaning: keys in order, secrets never part of it (settings hold references only). */
export const settingsHash = (settings: WorkspaceSettings): string => createHash('sha256').update(stable(settings)).digest('hex').slice(0, 32);
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${JSON.stringify(k)}:${stable(v)}`).join(',')}}`;
  return JSON.stringify(value) ?? 'null';
}

type Stored = Omit<AppliedSettings, 'settings'> & { readonly settings: string };
const newestRow = async (store: Store): Promise<Stored | null> => (await store.query<Stored & Record<string, never>>(
  sql`select version, hash, carrier, updated, settings from ${table('settings_version')} order by version desc limit 1`))[0] ?? null;
/** Null for what an older build wrote and this one does not take any more. */
function read(row: Stored): AppliedSettings | null {
  const parsed = workspaceSchema.safeParse(JSON.parse(row.settings));
  return parsed.success ? { ...row, settings: parsed.data } : null;
}

/** The newest settings the store accepted, or null: none yet, or none that this build takes. */
export async function newestSettings(store: Store): Promise<AppliedSettings | null> {
  const row = await newestRow(store);
  return row && read(row);
}

/**
 * Records settings as the newest version, unless they say the same as the newest. A version with an older time never wins over
 * another carrier's or editor's newer one: then the stored settings stay and `accepted` is false. Settings that this build does not take any
 * more keep their number and give way to any others.
 */
export async function recordSettings(store: Store, settings: WorkspaceSettings, carrier: string, updated: number, now: number): Promise<{ applied: AppliedSettings; accepted: boolean; changed: boolean }> {
  const stored = await newestRow(store);
  const newest = stored && read(stored);
  const hash = settingsHash(settings);
  if (newest && newest.hash === hash) return { applied: newest, accepted: true, changed: false };
  if (newest && newest.carrier === carrier && updated < newest.updated) return { applied: newest, accepted: false, changed: false };
  const applied: AppliedSettings = { version: (stored?.version ?? 0) + 1, hash, carrier, updated, settings };
  await store.transaction(tx => tx.upsert('settings_version', [{ version: applied.version, hash, carrier, updated, applied: now, settings: JSON.stringify(settings) }]));
  return { applied, accepted: true, changed: true };
}

export interface Owner { readonly orgId: number; readonly uid: string }

/** The organisation and data source that own the workspace, or null before the first claim (and with settings by file). */
export async function ownerOf(store: Store): Promise<Owner | null> {
  const [row] = await store.query<{ value: string }>(sql`select value from ${table('meta')} where name = ${'owner'}`);
  return row ? JSON.parse(row.value) as Owner : null;
}

/**
 * The first operator organisation that brings settings claims the workspace; later a re-created data source of the same organisation
 * does, and history stays. Another organisation's claim changes nothing.
 */
export async function claimOwner(store: Store, claim: Owner | null): Promise<Owner | null> {
  const owner = await ownerOf(store);
  if (!claim || (owner && (owner.orgId !== claim.orgId || owner.uid === claim.uid))) return owner;
  await store.transaction(tx => tx.upsert('meta', [{ name: 'owner', value: JSON.stringify(claim) }]));
  return claim;
}
