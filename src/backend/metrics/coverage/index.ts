import type { MetricQuery } from '../metric';
import { coverageChangeQuery } from './change';
import { coverageExclusionsQuery } from './exclusions';
import { coverageGapsQuery } from './gaps';
import { coverageHistoryQuery } from './history';
import { coverageNowQuery } from './now';
import { coverageUnregisteredQuery } from './unregistered';

export const coverageQueries = [coverageNowQuery, coverageHistoryQuery, coverageChangeQuery, coverageGapsQuery, coverageExclusionsQuery, coverageUnregisteredQuery] as unknown as readonly MetricQuery[];
