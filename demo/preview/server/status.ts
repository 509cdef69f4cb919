import type { PreviewStatus } from '../app/data/boot';
import type { PluginBackend } from './plugin-backend';

/** Asks the plugin how its sync stands. A plugin that does not answer yet is "starting", not an error of the page. */
export async function previewStatus(backend: PluginBackend): Promise<PreviewStatus> {
  const none = { progress: null, etaSeconds: null, streams: [] };
  try {
    const { status, message } = await backend.health({});
    return status === 'OK' ? { state: 'current', message, ...none } : { state: 'trouble', message, ...none };
  } catch (error) {
    return { state: 'starting', message: `The backend is not there yet: ${(error as Error).message}`, ...none };
  }
}
