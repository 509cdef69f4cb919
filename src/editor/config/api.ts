import { getBackendSrv } from '@grafana/runtime';
import type { Problem } from './problems';

/** Who may edit and where the settings stand, as the backend says. */
export interface SettingsState { readonly carrier: 'file' | 'data source'; readonly operator: boolean; readonly mayEdit: boolean; readonly why: string | null; readonly settings?: unknown }
/** Settings looked at by the backend's schema: what is wrong, and both of their forms (absent when the YAML cannot be read at all). */
export interface Checked { readonly problems: readonly Problem[]; readonly settings?: unknown; readonly yaml?: string }

const url = (uid: string, path: string): string => `/api/datasources/uid/${encodeURIComponent(uid)}/resources/settings/${path}`;
const quiet = { showErrorAlert: false, showSuccessAlert: false };

export const settingsState = (uid: string): Promise<SettingsState> => getBackendSrv().get(url(uid, 'state'), undefined, undefined, quiet);
export const checkSettings = (uid: string, settings: unknown): Promise<Checked> => getBackendSrv().post(url(uid, 'check'), { settings }, quiet);
export const checkYaml = (uid: string, yaml: string): Promise<Checked> => getBackendSrv().post(url(uid, 'check'), { yaml }, quiet);
