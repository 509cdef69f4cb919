import React, { useId } from 'react';
import { InlineField, InlineSwitch, Input, Stack } from '@grafana/ui';
import { One, Several } from './choices';
import type { PlainOption } from './types';
import { capital, plain } from './words';

interface Props { readonly options: readonly PlainOption[]; readonly values: Readonly<Record<string, unknown>>; readonly onChange: (values: Record<string, unknown> | undefined) => void }

/** Controls for a metric's own options, drawn from the plain data the catalog gives. A default is not stored. */
export function OptionFields({ options, values, onChange }: Props) {
  if (options.length === 0) return null;
  const set = (option: PlainOption, value: unknown) => {
    const next = Object.fromEntries(Object.entries({ ...values, [option.name]: value }).filter(([name, v]) => v !== undefined && v !== '' && !(name === option.name && JSON.stringify(v) === JSON.stringify(option.default))));
    onChange(Object.keys(next).length > 0 ? next : undefined);
  };
  return (
    <Stack direction="row" gap={1} wrap="wrap">
      {options.map(option => <OptionField key={option.name} option={option} value={values[option.name] ?? option.default} onChange={value => set(option, value)} />)}
    </Stack>
  );
}

function OptionField({ option, value, onChange }: { option: PlainOption; value: unknown; onChange: (value: unknown) => void }) {
  const id = useId();
  const label = capital(plain(option.name));
  const choices = (option.values ?? []).map(v => ({ value: v, label: plain(v) }));
  if (option.kind === 'enum') return <One label={label} tooltip={option.description} choices={choices} value={String(value ?? '')} width={30} onChange={onChange} />;
  if (option.kind === 'list') return <Several label={label} tooltip={option.description} choices={choices} values={Array.isArray(value) ? value.map(String) : []} own={choices.length === 0} onChange={onChange} />;
  if (option.kind === 'flag') return <InlineField label={label} tooltip={option.description} labelWidth={14} htmlFor={id}><InlineSwitch id={id} value={value === true} onChange={e => onChange(e.currentTarget.checked)} /></InlineField>;
  return (
    <InlineField label={label} tooltip={option.description} labelWidth={14} htmlFor={id}>
      <Input id={id} width={16} type={option.kind === 'number' ? 'number' : 'text'} min={option.min} max={option.max} defaultValue={value === undefined ? '' : String(value)}
        onBlur={e => onChange(e.currentTarget.value === '' ? undefined : option.kind === 'number' ? Number(e.currentTarget.value) : e.currentTarget.value)} />
    </InlineField>
  );
}
