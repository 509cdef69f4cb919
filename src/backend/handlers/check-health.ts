import type { HealthRequest, HealthResult } from '../host/handlers';
import type { Opened, Workspaces } from '../workspace/workspaces';
import { said } from './errors';

const HELP = 'https://grafana.com/docs/grafana/latest/datasources/';

/** "Save & test": for operators settings, store, and a result per source; for a client what its grant shows and until when. */
export async function checkHealth(workspaces: Workspaces, request: HealthRequest, signal: AbortSignal): Promise<HealthResult> {
  try {
    const opened = await workspaces.open(request.context);
    if (!opened.reader.operator) return clientHealth(opened);
    const obstacle = workspaces.obstacle(request.context);
    if (obstacle ?? opened.refused) return { status: 'error', message: (obstacle ?? opened.refused)! };
    if (opened.workspace.sourceCount === 0) return { status: 'error', message: 'No source is configured yet. Add the SIEM, the ticket system and the asset registry.', details: { errorLink: HELP } };
    const results = await opened.workspace.health(signal);
    const wrong = results.filter(r => !r.ok);
    const verboseMessage = results.map(r => `${r.ok ? 'ok' : 'not ok'} – ${r.source}: ${r.message}`).join('\n');
    return wrong.length === 0
      ? { status: 'ok', message: `All ${results.length} sources answer.`, details: { verboseMessage, sources: results } }
      : { status: 'error', message: wrong.length === 1 ? wrong[0]!.message : `${wrong.length} of ${results.length} sources do not answer: ${wrong.map(r => r.source).join(', ')}.`, details: { verboseMessage, sources: results } };
  } catch (error) {
    return { status: 'error', message: workspaces.obstacle(request.context) ?? (await said(workspaces, request.context, error)).message };
  }
}

/** How long before its end a grant is announced to be running out, ms. */
const SOON = 14 * 86_400_000;

function clientHealth({ reader, grant, now }: Opened): HealthResult {
  const names = reader.clients.map(c => c.name).join(', ');
  const until = grant ? new Date(grant.expires).toISOString().slice(0, 10) : '';
  const soon = grant && grant.expires - now < SOON ? ' It ends soon: ask an operator of the SOC for a new one.' : '';
  return { status: 'ok', message: `The grant is valid until ${until}. This data source sees: ${names}.${soon}` };
}
