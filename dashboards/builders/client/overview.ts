import { row } from '../panels';
import { clientDashboard } from './parts';
import { exclusions, incidents, needed, promises, seen } from './tables';

export const clientOverview = clientDashboard({
  uid: 'soc-outcomes-client-overview', title: 'Client overview', description: 'What we see of your estate, which promises we kept, which incidents were confirmed, and what we need from you.',
  panels: [seen(6, false), promises(7, false), incidents(11), row('What we need from you'), needed(12, 50), exclusions(7)],
});
