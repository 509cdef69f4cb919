import React, { useId } from 'react';
import { Combobox, Field, Input, MultiSelect, SecretInput, Switch, TagsInput } from '@grafana/ui';
import { plain } from '../words';
import { useForm } from './context';
import type { FieldSpec } from './form';
import { HoursField, MapField } from './MapFields';
import { EntriesField, ItemsField, PartField } from './Lists';
import { at, type Path } from './path';
import { GroupsField, TargetsField } from './PolicyFields';
import { useProblem } from './problems';

export interface FieldProps<K extends FieldSpec['kind'] = FieldSpec['kind']> { readonly spec: Extract<FieldSpec, { kind: K }>; readonly path: Path }

/** Every field of a form, under the path of the object it belongs to. */
export function Fields({ fields, base }: { fields: readonly FieldSpec[]; base: Path }) {
  return <>{fields.map(spec => <OneField key={spec.path} spec={spec} path={[...base, ...spec.path.split('.')]} />)}</>;
}

function OneField(props: FieldProps) {
  switch (props.spec.kind) {
    case 'text': return <TextField {...props as FieldProps<'text'>} />;
    case 'number': return <NumberField {...props as FieldProps<'number'>} />;
    case 'switch': return <SwitchField {...props as FieldProps<'switch'>} />;
    case 'choice': return <ChoiceField {...props as FieldProps<'choice'>} />;
    case 'several': return <SeveralField {...props as FieldProps<'several'>} />;
    case 'list': return <ListField {...props as FieldProps<'list'>} />;
    case 'secret': return <SecretField {...props as FieldProps<'secret'>} />;
    case 'map': return <MapField {...props as FieldProps<'map'>} />;
    case 'hours': return <HoursField {...props as FieldProps<'hours'>} />;
    case 'part': return <PartField {...props as FieldProps<'part'>} />;
    case 'items': return <ItemsField {...props as FieldProps<'items'>} />;
    case 'entries': return <EntriesField {...props as FieldProps<'entries'>} />;
    case 'targets': return <TargetsField {...props as FieldProps<'targets'>} />;
    case 'groups': return <GroupsField {...props as FieldProps<'groups'>} />;
  }
}

/** Label, help and what the schema says about the key, around one control tied to the label. */
export function Labelled({ spec, path, id, children }: { spec: FieldSpec; path: Path; id: string; children: React.ReactElement<Record<string, unknown>> }) {
  const problem = useProblem(path);
  const { disabled } = useForm();
  return <Field label={spec.label} description={spec.help} htmlFor={id} required={'required' in spec && spec.required} invalid={problem !== undefined} error={problem} disabled={disabled}>{children}</Field>;
}

function TextField({ spec, path }: FieldProps<'text'>) {
  const { settings, set } = useForm();
  const id = useId();
  const value = at(settings, path);
  return <Labelled spec={spec} path={path} id={id}><Input id={id} width={50} placeholder={spec.placeholder} value={value === undefined ? '' : String(value)} onChange={e => set(path, e.currentTarget.value === '' && !spec.required ? undefined : e.currentTarget.value)} /></Labelled>;
}

function NumberField({ spec, path }: FieldProps<'number'>) {
  const { settings, set } = useForm();
  const id = useId();
  const value = at(settings, path);
  return <Labelled spec={spec} path={path} id={id}><Input id={id} width={20} type="number" placeholder={spec.placeholder} value={value === undefined ? '' : String(value)} onChange={e => set(path, e.currentTarget.value === '' ? undefined : Number(e.currentTarget.value))} /></Labelled>;
}

function SwitchField({ spec, path }: FieldProps<'switch'>) {
  const { settings, set } = useForm();
  const id = useId();
  return <Labelled spec={spec} path={path} id={id}><Switch id={id} value={at(settings, path) === undefined ? spec.default : at(settings, path) === true} onChange={e => set(path, e.currentTarget.checked === spec.default ? undefined : e.currentTarget.checked)} /></Labelled>;
}

function ChoiceField({ spec, path }: FieldProps<'choice'>) {
  const { settings, set, disabled } = useForm();
  const id = useId();
  return <Labelled spec={spec} path={path} id={id}><Combobox id={id} width={50} disabled={disabled} options={spec.choices.map(value => ({ value, label: plain(value) }))} value={String(at(settings, path) ?? spec.default)} onChange={o => { if (o) set(path, o.value); }} /></Labelled>;
}

function SeveralField({ spec, path }: FieldProps<'several'>) {
  const { settings, set } = useForm();
  const id = useId();
  const value = at(settings, path);
  return <Labelled spec={spec} path={path} id={id}><MultiSelect inputId={id} aria-label={spec.label} width={50} options={spec.choices.map(v => ({ value: v, label: plain(v) }))} value={Array.isArray(value) ? value as string[] : []} placeholder="default" onChange={all => set(path, all.length > 0 ? all.map(o => o.value!) : undefined)} /></Labelled>;
}

/** Colours by name mean nothing here. Unknown before Grafana 12, which leaves it unread. */
const PLAIN_TAGS: object = { autoColors: false };

function ListField({ spec, path }: FieldProps<'list'>) {
  const { settings, set, disabled } = useForm();
  const id = useId();
  const value = at(settings, path);
  return <Labelled spec={spec} path={path} id={id}><TagsInput id={id} width={50} disabled={disabled} {...PLAIN_TAGS} addOnBlur placeholder={spec.placeholder ?? 'add with Enter'} tags={Array.isArray(value) ? value.map(String) : []} onChange={all => set(path, all.length > 0 ? all : undefined)} /></Labelled>;
}

/** Only whether it is stored is known; what is typed goes to secureJsonData and leaves the browser with the next save. */
function SecretField({ spec, path }: FieldProps<'secret'>) {
  const { settings, secrets } = useForm();
  const id = useId();
  const source = at(settings, path.slice(0, 2)) as { id?: unknown } | undefined;
  const name = `${String(source?.id ?? '')}.${spec.path}`;
  return <Labelled spec={spec} path={path} id={id}><SecretInput id={id} width={50} autoComplete="new-password" isConfigured={secrets.stored(name)} value={secrets.typed(name)} onReset={() => secrets.reset(name)} onChange={e => secrets.set(name, e.currentTarget.value)} /></Labelled>;
}
