import type { MetricQuery } from '../metric';
import { rulesBacklogQuery } from './backlog';
import { rulesFoundElsewhereQuery } from './found-elsewhere';
import { rulesLoadQuery } from './load';
import { rulesOutcomesQuery } from './outcomes';
import { rulesReliableQuery } from './reliable';
import { rulesSilentQuery } from './silent';
import { rulesTrendQuery } from './trend';
import { rulesTuningQuery } from './tuning';
import { rulesUnreviewedQuery } from './unreviewed';

export const rulesQueries = [
  rulesOutcomesQuery, rulesTrendQuery, rulesBacklogQuery, rulesUnreviewedQuery, rulesReliableQuery, rulesSilentQuery, rulesLoadQuery, rulesTuningQuery, rulesFoundElsewhereQuery,
] as unknown as readonly MetricQuery[];
