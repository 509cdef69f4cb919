import type { MetricQuery } from '../metric';
import { coverageGapsQuery } from './gaps';
import { coverageHistoryQuery } from './history';
import { coverageNowQuery } from './now';
import { coverageUnregisteredQuery } from './unregistered';

export const coverageQueries = [coverageNowQuery, coverageHistoryQuery, coverageGapsQuery, coverageUnregisteredQuery] as unknown as readonly MetricQuery[];
