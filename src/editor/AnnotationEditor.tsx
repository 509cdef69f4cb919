import React from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { Alert, LoadingPlaceholder, Stack, Text } from '@grafana/ui';
import { QUERY_VERSION } from '../query/version';
import { One } from './choices';
import type { DataSource } from './datasource';
import { FilterRows } from './FilterRows';
import { OptionFields } from './OptionFields';
import type { EditorQuery, JsonData, PlainEntry } from './types';
import { useCatalog } from './use-catalog';

type Props = QueryEditorProps<DataSource, EditorQuery, JsonData>;

/** What marks the charts of a dashboard: one of the metrics that declare events, and whose. */
export function AnnotationEditor({ query, onChange, onRunQuery, datasource }: Props) {
  const { catalog, problem } = useCatalog(datasource);
  if (problem !== null) return <Alert severity="error" title="The metric catalog could not be read">{problem}</Alert>;
  if (catalog === null) return <LoadingPlaceholder text="Reading the metric catalog" />;
  const marking = [...catalog.values()].filter(e => e.annotation);
  const entry: PlainEntry | undefined = marking.find(e => e.id === query?.metric);
  const change = (part: Partial<EditorQuery>) => {
    const next = Object.fromEntries(Object.entries({ ...query, ...part, version: QUERY_VERSION, refId: query?.refId ?? 'Anno', view: 'annotation' }).filter(([, v]) => v !== undefined));
    onChange(next as unknown as EditorQuery);
    onRunQuery?.();
  };
  return (
    <Stack direction="column" gap={1}>
      <One label="Mark" choices={marking.map(e => ({ value: e.id, label: e.annotation!.title, description: e.title }))} value={query?.metric ?? ''} width={40} onChange={metric => change({ metric, filters: undefined, groupBy: undefined, options: undefined, bucket: undefined, columns: undefined })} />
      {entry && <Text color="secondary" variant="bodySmall">{entry.annotation!.marks}.</Text>}
      {entry && <OptionFields key={entry.id} options={entry.options} values={query.options ?? {}} onChange={options => change({ options })} />}
      {entry && <FilterRows entry={entry} query={query} datasource={datasource} onChange={filters => change({ filters })} />}
    </Stack>
  );
}
