import { explain } from '../../../catalog/explain';
import { ofClients } from '../shared/conditions';
import { defineQuery } from '../metric';
import { explainAlerts } from './explain-alert';
import { explainAssets } from './explain-asset';
import { explainTickets } from './explain-ticket';

/** Rows of one name at most: ids are unique within a source, names are not. */
const MOST = 20;

/** explain (metrics.md, Rule 8): the steps behind one row. What the scope does not hold is as if it did not exist. */
export const explainQuery = defineQuery(explain, async (reader, request, signal) => {
  const { what, name } = request.options;
  if (name.trim() === '') return { rows: [], notices: [{ severity: 'info', text: 'Name an alert, a ticket or an asset to have it explained, as the lists of rows show it.' }] };
  const clients = ofClients(reader, request.filters.client ?? null);
  const asked = { ...request, limit: MOST };
  const rows = what === 'alert' ? await explainAlerts(reader, name.trim(), clients, MOST, signal)
    : what === 'ticket' ? await explainTickets(reader, name.trim(), clients, request.asOf, MOST, signal) : await explainAssets(reader, name.trim(), clients, asked, signal);
  return rows.length > 0 ? { rows } : { rows, notices: [{ severity: 'warning', text: `No ${what} "${name.trim()}" is among the rows you can see. Look at its spelling in the list of rows; it may also be older than the loaded history, or still wait for its facts.` }] };
});
