import React, { useEffect, useState } from 'react';
import { InlineField, MultiSelect, Stack } from '@grafana/ui';
import type { CatalogEntry, Dimension } from '../catalog/types';
import type { DataSource } from './datasource';
import type { EditorQuery } from './types';

interface Props { readonly entry: CatalogEntry; readonly query: EditorQuery; readonly datasource: DataSource; readonly onChange: (filters: EditorQuery['filters']) => void }

/** One line per dimension the metric can be filtered by, with the values the viewer may see. Own values (variables) can be typed. */
export function FilterRows({ entry, query, datasource, onChange }: Props) {
  return (
    <Stack direction="row" gap={1} wrap="wrap">
      {entry.filters.map(dimension => (
        <FilterRow key={dimension} dimension={dimension} datasource={datasource} values={query.filters?.[dimension] ?? []}
          onChange={values => onChange({ ...query.filters, [dimension]: values.length > 0 ? values : undefined } as EditorQuery['filters'])} />
      ))}
    </Stack>
  );
}

function FilterRow({ dimension, datasource, values, onChange }: { dimension: Dimension; datasource: DataSource; values: readonly string[]; onChange: (values: string[]) => void }) {
  const [known, setKnown] = useState<{ label: string; value: string }[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let left = false;
    datasource.metricFindQuery(dimension).then(
      found => { if (!left) setKnown(found.map(v => ({ label: v.text, value: String(v.value ?? v.text) }))); },
      () => { if (!left) setFailed(true); });
    return () => { left = true; };
  }, [datasource, dimension]);
  return (
    <InlineField label={`Only ${dimension}`} labelWidth={12} invalid={failed} error={failed ? 'Values could not be read; check the data source.' : undefined}>
      <MultiSelect aria-label={`Only ${dimension}`} width={28} allowCustomValue placeholder="all" options={known}
        value={values.map(v => known.find(k => k.value === v) ?? { label: v, value: v })} onChange={all => onChange(all.map(o => o.value!))} />
    </InlineField>
  );
}
