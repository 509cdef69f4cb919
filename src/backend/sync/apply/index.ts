import type { AlertRow, AssetRow, ObservationRow, RuleRow, TicketRow } from '../../../model';
import type { Page } from '../../connectors/stream';
import { applyAlerts } from './alerts';
import { applyObservations } from './observations';
import { applyAssets, applyRules } from './others';
import type { Applied, ApplyContext } from './shared';
import { applyTickets } from './tickets';

/** Exports: applyPage. Lays the rows of a page over the store, inside the caller's transaction, and notes what it touched. */
export function applyPage(context: ApplyContext, page: Pick<Page, 'kind' | 'rows'>): Promise<Applied> {
  switch (page.kind) {
    case 'alert': return applyAlerts(context, page.rows as readonly AlertRow[]);
    case 'ticket': return applyTickets(context, page.rows as readonly TicketRow[]);
    case 'rule': return applyRules(context, page.rows as readonly RuleRow[]);
    case 'asset': return applyAssets(context, page.rows as readonly AssetRow[]);
    case 'observation': return applyObservations(context, page.rows as readonly ObservationRow[]);
  }
}
export type { Applied, ApplyContext } from './shared';
