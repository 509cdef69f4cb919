import type { HealthRequest, HealthResult } from '../host/handlers';
import type { Workspaces } from '../workspace/workspaces';

const HELP = 'https://grafana.com/docs/grafana/latest/datasources/';

/** "Save & test": settings, store, and a result per source that names what is wrong and what to do. */
export async function checkHealth(workspaces: Workspaces, request: HealthRequest, signal: AbortSignal): Promise<HealthResult> {
  try {
    const workspace = await workspaces.of(request.context);
    await workspace.reader({ orgId: request.context.orgId, namespace: request.context.namespace, dataSourceUid: request.context.dataSource?.uid ?? null });
    const obstacle = workspaces.obstacle(request.context);
    if (obstacle) return { status: 'error', message: obstacle };
    if (workspace.settings.sources.length === 0) return { status: 'error', message: 'No source is configured yet. Add the SIEM, the ticket system and the asset registry.', details: { errorLink: HELP } };
    const results = await workspace.sync.health(signal);
    const wrong = results.filter(r => !r.ok);
    const verboseMessage = results.map(r => `${r.ok ? 'ok' : 'not ok'} – ${r.source}: ${r.message}`).join('\n');
    return wrong.length === 0
      ? { status: 'ok', message: `All ${results.length} sources answer.`, details: { verboseMessage, sources: results } }
      : { status: 'error', message: wrong.length === 1 ? wrong[0]!.message : `${wrong.length} of ${results.length} sources do not answer: ${wrong.map(r => r.source).join(', ')}.`, details: { verboseMessage, sources: results } };
  } catch (error) {
    return { status: 'error', message: workspaces.obstacle(request.context) ?? (error instanceof Error ? error.message : String(error)) };
  }
}
