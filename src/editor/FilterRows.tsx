import React, { useEffect, useState } from 'react';
import { Stack } from '@grafana/ui';
import type { Dimension } from '../catalog/types';
import { Several, type Choice } from './choices';
import type { DataSource } from './datasource';
import type { EditorQuery, PlainEntry } from './types';
import { messageOf } from './use-catalog';
import { dimensionWord } from './words';

interface Props { readonly entry: PlainEntry; readonly query: EditorQuery; readonly datasource: DataSource; readonly onChange: (filters: EditorQuery['filters']) => void }

/** One line per dimension the metric can be filtered by, with the values the viewer may see. Own values (variables) can be typed. */
export function FilterRows({ entry, query, datasource, onChange }: Props) {
  const set = (dimension: Dimension, values: string[]) => {
    const filters = Object.fromEntries(Object.entries({ ...query.filters, [dimension]: values }).filter(([, v]) => v && v.length > 0));
    onChange(Object.keys(filters).length > 0 ? filters : undefined);
  };
  return (
    <Stack direction="row" gap={1} wrap="wrap">
      {entry.filters.map(dimension => <FilterRow key={dimension} dimension={dimension} datasource={datasource} values={query.filters?.[dimension] ?? []} onChange={values => set(dimension, values)} />)}
    </Stack>
  );
}

/** The backend gives at most this many at once; past it, typing asks again. */
const FULL = 1_000;

function FilterRow({ dimension, datasource, values, onChange }: { dimension: Dimension; datasource: DataSource; values: readonly string[]; onChange: (values: string[]) => void }) {
  const [choices, setChoices] = useState<Choice[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const search = choices.length >= FULL || typed === '' ? typed : null;
  useEffect(() => {
    if (search === null) return undefined;
    let left = false;
    const timer = setTimeout(() => {
      datasource.values(dimension, search).then(
        found => { if (!left) { setChoices(found.map(v => ({ label: v.text, value: v.value }))); setProblem(null); } },
        (error: unknown) => { if (!left) setProblem(`Values could not be read: ${messageOf(error)}`); });
    }, search === '' ? 0 : 250);
    return () => { left = true; clearTimeout(timer); };
  }, [datasource, dimension, search]);
  return <Several label={`Only ${dimensionWord(dimension)}`} choices={choices} values={values} width={30} placeholder="all" own problem={problem} onChange={onChange} onType={setTyped} />;
}
