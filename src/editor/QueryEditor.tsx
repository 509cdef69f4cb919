import React from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { Combobox, InlineField, MultiSelect, Stack, Text } from '@grafana/ui';
import { CATALOG, ENTRIES } from '../catalog';
import type { BucketOption, Dimension, MetricId, View } from '../catalog/types';
import type { DataSource } from './datasource';
import { FilterRows } from './FilterRows';
import type { EditorQuery, JsonData } from './types';

const option = <T extends string>(value: T) => ({ label: value.replace(/_/g, ' '), value });

/** Metric with its definition, grouping, filters with suggestions, bucket and view. Every choice runs the query. */
export function QueryEditor({ query, onChange, onRunQuery, datasource }: QueryEditorProps<DataSource, EditorQuery, JsonData>) {
  const entry = CATALOG.get(query.metric);
  const change = (part: Partial<EditorQuery>) => { onChange({ ...query, ...part }); onRunQuery(); };
  /** Another metric keeps what it also understands. */
  const choose = (metric: MetricId) => {
    const next = CATALOG.get(metric)!;
    change({
      metric, columns: undefined, options: undefined,
      groupBy: query.groupBy?.filter(d => next.groupBy.includes(d)),
      filters: query.filters && Object.fromEntries(Object.entries(query.filters).filter(([d]) => next.filters.includes(d as Dimension))),
      view: query.view && next.views.includes(query.view) ? query.view : undefined,
      bucket: query.bucket && next.buckets.includes(query.bucket) ? query.bucket : undefined,
    });
  };
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={1} wrap="wrap">
        <InlineField label="Metric" labelWidth={12}>
          <Combobox aria-label="Metric" width={34} options={ENTRIES.map(e => ({ label: e.title, value: e.id, description: e.id }))} value={query.metric} onChange={o => choose(o.value)} />
        </InlineField>
        {entry && (
          <InlineField label="Group by" labelWidth={12}>
            <MultiSelect aria-label="Group by" width={34} options={entry.groupBy.map(option)} value={[...(query.groupBy ?? entry.defaultGroupBy)]} onChange={all => change({ groupBy: all.map(o => o.value!) })} />
          </InlineField>
        )}
        {entry && (
          <InlineField label="View" labelWidth={12}>
            <Combobox aria-label="View" width={16} options={entry.views.map(option<View>)} value={query.view ?? entry.views[0]!} onChange={o => change({ view: o.value })} />
          </InlineField>
        )}
        {entry && entry.buckets.length > 1 && (
          <InlineField label="Cut by" labelWidth={12}>
            <Combobox aria-label="Cut by" width={16} options={entry.buckets.map(option<BucketOption>)} value={query.bucket ?? 'none'} onChange={o => change({ bucket: o.value })} />
          </InlineField>
        )}
      </Stack>
      {entry && <FilterRows entry={entry} query={query} datasource={datasource} onChange={filters => change({ filters })} />}
      {entry && <Text color="secondary" variant="bodySmall">{entry.definition} {entry.formula}.</Text>}
    </Stack>
  );
}
