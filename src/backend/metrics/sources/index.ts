import type { MetricQuery } from '../metric';
import { sourcesStatusQuery } from './status';

export const sourcesQueries = [sourcesStatusQuery] as unknown as readonly MetricQuery[];
