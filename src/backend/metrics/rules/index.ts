import type { MetricQuery } from '../metric';
import { rulesOutcomesQuery } from './outcomes';

export const rulesQueries = [rulesOutcomesQuery] as unknown as readonly MetricQuery[];
