import type { MetricQuery } from '../metric';
import { alertsQuery } from './alerts';
import { assetsQuery } from './assets';
import { explainQuery } from './explain';
import { rulesQuery } from './rules';
import { rowsQuery } from '../rows/rows';
import { ticketsQuery } from './tickets';

export const drillQueries = [alertsQuery, ticketsQuery, assetsQuery, rulesQuery, rowsQuery, explainQuery] as unknown as readonly MetricQuery[];
