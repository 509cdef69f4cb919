import type { Caller } from '../scope/gate';

/** The part of the host's context that a workspace needs. No user: of a person only the role is known, for counting. */
export interface WorkspaceContext {
  readonly orgId: number;
  readonly namespace?: string;
  readonly role?: string | undefined;
  readonly dataSource: { readonly uid: string; readonly jsonData: unknown; readonly decryptedSecureJsonData: Readonly<Record<string, string>>; readonly lastUpdatedMS: number } | undefined;
}
export const callerOf = (context: WorkspaceContext): Caller => ({ orgId: context.orgId, namespace: context.namespace, dataSourceUid: context.dataSource?.uid || null });

/** What the request's data source brings as a grant; Grafana hands secrets over decrypted. */
export const grantOf = (context: WorkspaceContext): string | null => {
  const secrets = context.dataSource?.decryptedSecureJsonData;
  return secrets && Object.hasOwn(secrets, 'grant') && secrets.grant !== '' ? secrets.grant! : null;
};

/** A name a workspace can have; anything else never reaches a path. */
export const isWorkspaceName = (name: string): boolean => /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name);
