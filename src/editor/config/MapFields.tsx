import React, { useId, useState } from 'react';
import { Button, Combobox, Input, Stack } from '@grafana/ui';
import { plain } from '../words';
import { useForm } from './context';
import { Labelled, type FieldProps } from './Fields';
import { Framed, Remove } from './Lists';
import { at, isObject } from './path';
import { useProblem } from './problems';

type Pair = readonly [string, unknown];

/** Words of a source and what each means to us. A pair is kept while it is still half typed, and stored once both sides stand. */
export function MapField({ spec, path }: FieldProps<'map'>) {
  const { settings, set, disabled } = useForm();
  const stored = at(settings, path);
  const whole: Pair[] = isObject(stored) ? Object.entries(stored) : [];
  const [draft, setDraft] = useState<string | null>(null);
  const [target, setTarget] = useState('');
  const write = (pairs: readonly Pair[]) => set(path, Object.fromEntries(pairs));
  const add = () => { write([...whole.filter(([key]) => key !== draft), [draft!.trim(), target]]); setDraft(null); setTarget(''); };
  const left = (spec.keys ?? []).filter(key => !whole.some(([k]) => k === key));
  return (
    <Framed name={spec.label} help={spec.help}>
      {whole.map(([key, value]) => <Row key={key} name={key} to={spec.to} value={value === null ? '' : String(value)} choices={spec.choices} disabled={disabled} problemPath={[...path, key]} onChange={next => write(whole.map(([k, v]) => [k, k === key ? next : v]))} onRemove={() => write(whole.filter(([k]) => k !== key))} />)}
      {draft === null ? <div><Button variant="secondary" size="sm" icon="plus" disabled={disabled} aria-label={`Add to ${spec.label.toLowerCase()}`} onClick={() => setDraft(left[0] ?? '')}>Add</Button></div> : (
        <Stack direction="row" gap={1} wrap="wrap">
          {spec.keys ? <Chosen label={spec.from} choices={left} value={draft} onChange={setDraft} /> : <Input aria-label={spec.from} width={28} placeholder={spec.from} value={draft} onChange={e => setDraft(e.currentTarget.value)} />}
          {spec.choices ? <Chosen label={spec.to} choices={spec.choices} value={target} onChange={setTarget} /> : <Input aria-label={spec.to} width={28} placeholder={spec.to} value={target} onChange={e => setTarget(e.currentTarget.value)} />}
          <Button variant="secondary" disabled={draft.trim() === '' || target.trim() === ''} onClick={add}>Keep</Button>
          <Button variant="secondary" fill="text" onClick={() => setDraft(null)}>Cancel</Button>
        </Stack>
      )}
    </Framed>
  );
}

interface RowProps { name: string; to: string; value: string; choices: readonly string[] | undefined; disabled: boolean; problemPath: readonly (string | number)[]; onChange: (value: string) => void; onRemove: () => void }
function Row({ name, to, value, choices, disabled, problemPath, onChange, onRemove }: RowProps) {
  const problem = useProblem(problemPath);
  return (
    <Stack direction="row" gap={1} alignItems="center" wrap="wrap">
      <Input aria-label={`${to}: key`} width={28} value={name} readOnly disabled={disabled} />
      {choices ? <Chosen label={`${to} of ${name}`} choices={choices} value={value} disabled={disabled} onChange={onChange} /> : <Input aria-label={`${to} of ${name}`} width={28} value={value} disabled={disabled} invalid={problem !== undefined} onChange={e => onChange(e.currentTarget.value)} />}
      <Remove name={name} disabled={disabled} onClick={onRemove} />
      {problem && <span role="alert">{problem}</span>}
    </Stack>
  );
}

function Chosen({ label, choices, value, disabled, onChange }: { label: string; choices: readonly string[]; value: string; disabled?: boolean; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <>
      <label id={`${id}-label`} htmlFor={id} style={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}>{label}</label>
      <Combobox id={id} aria-labelledby={`${id}-label`} width={28} disabled={disabled} placeholder={label} options={choices.map(v => ({ value: v, label: plain(v) }))} value={value || null} onChange={o => { if (o) onChange(o.value); }} />
    </>
  );
}

/** `08:00-12:00, 13:00-17:00` ⇄ the intervals of a weekday. What is not a time is kept for the schema to name. */
export const hoursText = (value: unknown): string => (Array.isArray(value) ? value.map((i: { from?: string; to?: string }) => `${i.from ?? ''}-${i.to ?? ''}`).join(', ') : '');
export const hoursOf = (text: string): { from: string; to: string }[] | undefined => {
  const parts = text.split(',').map(p => p.trim()).filter(Boolean);
  return parts.length === 0 ? undefined : parts.map(p => { const [from = '', to = ''] = p.split(/[-–]/).map(t => t.trim()); return { from, to }; });
};

export function HoursField({ spec, path }: FieldProps<'hours'>) {
  const { settings, set } = useForm();
  const id = useId();
  return <Labelled spec={spec} path={path} id={id}><Input id={id} width={50} placeholder="closed; or 08:00-12:00, 13:00-17:00" defaultValue={hoursText(at(settings, path))} onBlur={e => set(path, hoursOf(e.currentTarget.value))} /></Labelled>;
}
