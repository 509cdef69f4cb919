import React, { useId } from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { Alert, InlineField, LoadingPlaceholder, RadioButtonGroup, Stack } from '@grafana/ui';
import type { BucketOption, Dimension, View } from '../catalog/types';
import { One, Several } from './choices';
import { migrated, type DataSource } from './datasource';
import { Definition } from './Definition';
import { FilterRows } from './FilterRows';
import { OptionFields } from './OptionFields';
import type { Catalog, EditorQuery, JsonData, PlainEntry } from './types';
import { useCatalog } from './use-catalog';
import { areaWord, bucketWord, dimensionWord, viewHelp, viewWord } from './words';

/** Metric with its definition, grouping, filters with suggestions, cut and view. Every choice runs the query. */
export function QueryEditor({ query: stored, onChange, onRunQuery, datasource }: QueryEditorProps<DataSource, EditorQuery, JsonData>) {
  const { catalog, problem } = useCatalog(datasource);
  const query = migrated(stored);
  const change = (part: Partial<EditorQuery>) => { onChange(withoutEmpty({ ...query, ...part })); onRunQuery(); };
  if (problem !== null) return <Alert severity="error" title="The metric catalog could not be read">{problem}</Alert>;
  if (catalog === null) return <LoadingPlaceholder text="Reading the metric catalog" />;
  const entry = catalog.get(query.metric);
  const choices = [...catalog.values()].map(e => ({ value: e.id, label: e.title, description: `${areaWord(e.area)} · ${e.id}` }));
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={1} wrap="wrap">
        <One label="Metric" choices={choices} value={query.metric} width={40} onChange={metric => change(switched(query, catalog, metric))} />
        {entry && <ViewPicker entry={entry} view={query.view ?? entry.views[0]!} onChange={view => change({ view })} />}
      </Stack>
      {entry ? <Chosen entry={entry} query={query} datasource={datasource} change={change} />
        : query.metric && <Alert severity="warning" title={`There is no metric "${query.metric}" here`}>Choose another one from the list.</Alert>}
    </Stack>
  );
}

function Chosen({ entry, query, datasource, change }: { entry: PlainEntry; query: EditorQuery; datasource: DataSource; change: (part: Partial<EditorQuery>) => void }) {
  const numeric = query.view && query.view !== 'table';
  return (
    <>
      <Definition entry={entry} />
      <Stack direction="row" gap={1} wrap="wrap">
        <Several label="Group by" choices={entry.groupBy.map(d => ({ value: d, label: dimensionWord(d) }))} values={query.groupBy ?? entry.defaultGroupBy} width={40} placeholder="one total" onChange={all => change({ groupBy: all as Dimension[] })} />
        {entry.buckets.length > 1 && <One<BucketOption> label="Cut by" tooltip="Calendar buckets in the client’s zone, or in the SOC’s for totals" choices={entry.buckets.map(b => ({ value: b, label: bucketWord(b) }))} value={query.bucket ?? entry.buckets[0]!} width={20} onChange={bucket => change({ bucket })} />}
        <Several label="Columns" tooltip="Empty: the headline in numbers and series, every column in tables" choices={entry.columns.filter(c => !numeric || !['text', 'enum', 'link', 'time', 'flag'].includes(c.kind)).map(c => ({ value: c.name, label: c.title, description: c.description }))}
          values={query.columns ?? []} width={40} placeholder="default" onChange={columns => change({ columns: columns.length > 0 ? columns : undefined })} />
      </Stack>
      <OptionFields key={entry.id} options={entry.options} values={query.options ?? {}} onChange={options => change({ options })} />
      <FilterRows entry={entry} query={query} datasource={datasource} onChange={filters => change({ filters })} />
    </>
  );
}

function ViewPicker({ entry, view, onChange }: { entry: PlainEntry; view: View; onChange: (view: View) => void }) {
  const id = useId();
  return (
    <InlineField label="View" labelWidth={8} htmlFor={id}>
      <RadioButtonGroup<View> id={id} aria-label="View" options={entry.views.map(v => ({ value: v, label: viewWord(v), description: viewHelp(v) }))} value={view} onChange={onChange} />
    </InlineField>
  );
}

/** Another metric keeps what it also understands. */
export function switched(query: EditorQuery, catalog: Catalog, metric: string): Partial<EditorQuery> {
  const next = catalog.get(metric)!;
  const groupBy = query.groupBy?.filter(d => next.groupBy.includes(d));
  const filters = Object.fromEntries(Object.entries(query.filters ?? {}).filter(([d]) => next.filters.includes(d as Dimension)));
  return {
    metric: next.id, columns: undefined, options: undefined,
    groupBy: groupBy?.length ? groupBy : undefined,
    filters: Object.keys(filters).length > 0 ? filters : undefined,
    view: query.view && next.views.includes(query.view) ? query.view : undefined,
    bucket: query.bucket && next.buckets.includes(query.bucket) ? query.bucket : undefined,
  };
}

/** What says nothing is not stored. */
const withoutEmpty = (query: EditorQuery): EditorQuery => Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as unknown as EditorQuery;
