import type { MetricQuery } from '../metric';
import { clientsGrantsQuery } from './grants';
import { clientsRequestsQuery } from './requests';

export const clientsQueries = [clientsGrantsQuery, clientsRequestsQuery] as unknown as readonly MetricQuery[];
