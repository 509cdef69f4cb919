import React, { useId } from 'react';
import { Combobox, InlineField, MultiSelect } from '@grafana/ui';

export interface Choice<T extends string = string> { readonly value: T; readonly label: string; readonly description?: string }
const LABEL = 14;

interface OneProps<T extends string> { readonly label: string; readonly tooltip?: string; readonly choices: readonly Choice<T>[]; readonly value: T; readonly width?: number; readonly disabled?: boolean; readonly onChange: (value: T) => void }

/** One of a closed list, with its label tied to the control. (Grafana’s list calls back without an option when Enter is pressed on none.) */
export function One<T extends string>({ label, tooltip, choices, value, width = 34, disabled, onChange }: OneProps<T>) {
  const id = useId();
  return (
    <InlineField label={label} labelWidth={LABEL} tooltip={tooltip} htmlFor={id} disabled={disabled}>
      <Combobox<T> id={id} width={width} options={[...choices]} value={value} disabled={disabled} onChange={o => { if (o) onChange(o.value); }} />
    </InlineField>
  );
}

interface SeveralProps { readonly label: string; readonly tooltip?: string; readonly choices: readonly Choice[]; readonly values: readonly string[]; readonly width?: number; readonly placeholder?: string; readonly own?: boolean; readonly problem?: string | null; readonly onChange: (values: string[]) => void; readonly onType?: (text: string) => void }

/** Several of a list; with `own`, texts that are not in it too (variables such as $client). */
export function Several({ label, tooltip, choices, values, width = 34, placeholder, own, problem, onChange, onType }: SeveralProps) {
  const id = useId();
  return (
    <InlineField label={label} labelWidth={LABEL} tooltip={tooltip} htmlFor={id} invalid={Boolean(problem)} error={problem ?? undefined}>
      <MultiSelect inputId={id} aria-label={label} width={width} placeholder={placeholder} allowCustomValue={own ?? false} options={choices as Choice[]}
        value={values.map(v => choices.find(c => c.value === v) ?? { label: v, value: v })} onChange={all => onChange(all.map(o => o.value!))} onInputChange={text => { onType?.(text); }} />
    </InlineField>
  );
}
