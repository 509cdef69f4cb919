import React, { useId } from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { InlineField, Input, Stack } from '@grafana/ui';
import { DIMENSIONS } from '../catalog/types';
import { One } from './choices';
import type { DataSource } from './datasource';
import type { EditorQuery, JsonData, VariableQuery } from './types';
import { capital, dimensionWord } from './words';

/** A query variable: which dimension's values, and optionally only those that contain a text. */
export function VariableEditor({ query, onChange }: QueryEditorProps<DataSource, EditorQuery, JsonData, VariableQuery>) {
  const id = useId();
  // Grafana hands an empty text, or an object without our fields, to a new variable.
  const { dimension = '', contains = '', refId = 'variable' }: Partial<VariableQuery> = typeof query === 'object' && query !== null ? query : {};
  return (
    <Stack direction="row" gap={1} wrap="wrap">
      <One label="Values of" choices={DIMENSIONS.map(d => ({ value: d as string, label: capital(dimensionWord(d)) }))} value={dimension} onChange={next => onChange({ refId, dimension: next, ...(contains && { contains }) })} />
      <InlineField label="That contain" labelWidth={14} htmlFor={id} tooltip="Variables such as $client can stand here">
        <Input id={id} width={30} placeholder="all" defaultValue={contains} onBlur={e => { const text = e.currentTarget.value; if (dimension) onChange({ refId, dimension, ...(text && { contains: text }) }); }} />
      </InlineField>
    </Stack>
  );
}
