import type { MetricQuery } from '../metric';
import { alertsQuery } from './alerts';
import { assetsQuery } from './assets';
import { rulesQuery } from './rules';
import { ticketsQuery } from './tickets';

export const drillQueries = [alertsQuery, ticketsQuery, assetsQuery, rulesQuery] as unknown as readonly MetricQuery[];
