import type { MetricFindValue } from '@grafana/data';
import { DataSourceWithBackend } from '@grafana/runtime';

/** Stands in until the plugin's own class exists. */
export class DataSource extends DataSourceWithBackend {
  override async metricFindQuery(query: unknown): Promise<MetricFindValue[]> {
    return this.postResource<MetricFindValue[]>('variables', query as never);
  }
}
