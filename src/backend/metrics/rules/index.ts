import type { MetricQuery } from '../metric';
import { rulesBacklogQuery } from './backlog';
import { rulesOutcomesQuery } from './outcomes';
import { rulesUnreviewedQuery } from './unreviewed';

export const rulesQueries = [rulesOutcomesQuery, rulesBacklogQuery, rulesUnreviewedQuery] as unknown as readonly MetricQuery[];
