import { clientCoverage } from './coverage';
import { clientOverview } from './overview';
import { clientQuality } from './quality';
import { clientRules } from './rules';
import { clientDashboard } from './parts';
import { clientRowsOptions } from '../rows';
import { clientSla } from './sla';

/** File name under dashboards/client → dashboard, in the order a client meets them. `clients apply` puts them into each organisation. */
export const CLIENT: Readonly<Record<string, Record<string, unknown>>> = { overview: clientOverview, coverage: clientCoverage, sla: clientSla, 'rule-quality': clientRules, 'data-quality': clientQuality, rows: clientDashboard(clientRowsOptions) };
