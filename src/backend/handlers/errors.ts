import { QueryRefused } from '../../query/request';
import type { QueryFailure } from '../host/handlers';
import { MetricRefused } from '../metrics/metric';
import { Denied } from '../scope/reader';
import { GrantRefused } from '../scope/grants/claims';
import { KeysRefused } from '../scope/grants/keys';
import { SettingsRefused, SourceBusy } from '../workspace/errors';
import type { WorkspaceContext, Workspaces } from '../workspace/workspaces';
import { Crowded } from './fair';
import { BadBody } from './settings';

/** What an error becomes for the one who asked, and its HTTP status. */
export interface Said { readonly message: string; readonly status: number; readonly errorSource: 'plugin' | 'downstream' }

const CLIENT_TEXT: Readonly<Record<string, string>> = {
  timeout: 'The query took too long. Ask for a shorter range.',
  cancelled: 'The query was interrupted.',
  memory: 'The query needs more memory than the SOC allows. Ask for a shorter range or fewer groups.',
  too_many_rows: 'The query gives too many rows. Ask for a shorter range or fewer groups.',
};
const codeOf = (error: unknown): string => (error instanceof Error && typeof (error as Error & { code?: unknown }).code === 'string' ? (error as Error & { code: string }).code : '');

/**
 * The one place where an error turns into an answer. Refusals say what to change, to everybody. A fault of store, settings or code is
 * told in full to operators only: its text may hold paths, names of other clients, or values of their rows.
 */
export async function said(workspaces: Workspaces, context: WorkspaceContext, error: unknown): Promise<Said> {
  await workspaces.denied(context, error);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof QueryRefused || error instanceof MetricRefused || error instanceof GrantRefused || error instanceof BadBody) return { message, status: 400, errorSource: 'plugin' };
  if (error instanceof Denied) return { message, status: 403, errorSource: 'plugin' };
  if (error instanceof Crowded) return { message, status: 429, errorSource: 'plugin' };
  if (error instanceof SourceBusy) return { message, status: 503, errorSource: 'downstream' };
  const status = error instanceof SettingsRefused || error instanceof KeysRefused ? 409 : 500;
  if (workspaces.isOperator(context)) return { message, status, errorSource: 'downstream' };
  workspaces.failed(context, error);
  return { message: CLIENT_TEXT[codeOf(error)] ?? 'This could not be computed. The operators of the SOC see why in the log.', status, errorSource: 'downstream' };
}

export const asQueryResult = ({ message, status, errorSource }: Said): QueryFailure => ({ error: message, status, errorSource });
