import { z } from 'zod';
import { policySchema, zone } from './policy';
import { sourceSchema } from './sources';

/** Contract dates are local dates of the client: targets apply from `onboarded` to `left`. */
export const clientSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'use lower-case letters, digits, - and _').refine(id => id !== 'unassigned', 'the id "unassigned" is taken by rows that no mapping gives to a client'),
  name: z.string().min(1),
  zone: zone,
  onboarded: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'use YYYY-MM-DD').optional(),
  left: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'use YYYY-MM-DD').optional(),
});

/** Caps that protect the process (security.md, row 10). */
export const limitsSchema = z.strictObject({
  maxRows: z.number().int().default(100_000), maxBuckets: z.number().int().default(2_000), queryTimeoutSeconds: z.number().default(30),
  /** Of one answer as it is sent; a browser draws far less. */
  maxAnswerMb: z.number().min(0.01).max(256).default(16),
  memoryMb: z.number().int().min(64).default(512), retentionDays: z.number().int().min(30).default(800),
});

/** One workspace: the whole of what a SOC configures. The same schema for both carriers; policy needs no secret. */
export const workspaceSchema = z.strictObject({
  workspace: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'use lower-case letters, digits, - and _').default('main'),
  /** The SOC's zone: shifts, totals over clients. */
  zone: zone.default('UTC'),
  clients: z.array(clientSchema).default([]),
  sources: z.array(sourceSchema).default([]),
  policy: policySchema.prefault({}),
  limits: limitsSchema.prefault({}),
}).superRefine((workspace, context) => {
  const twice = (ids: string[], what: string, path: string) => ids.forEach((id, i) => {
    if (ids.indexOf(id) !== i) context.addIssue({ code: 'custom', path: [path, i, 'id'], message: `the ${what} id "${id}" stands twice; give each its own` });
  });
  twice(workspace.clients.map(c => c.id), 'client', 'clients');
  twice(workspace.sources.map(s => s.id), 'source', 'sources');
});
export type WorkspaceSettings = z.infer<typeof workspaceSchema>;
export type ClientSettings = z.infer<typeof clientSchema>;
export { policySchema, type Policy } from './policy';
export * from './sources';
