import type { MetricQuery } from '../metric';
import { pipelineLatencyQuery } from './latency';

export const pipelineQueries = [pipelineLatencyQuery] as unknown as readonly MetricQuery[];
