import React, { useState } from 'react';
import { Button, InlineSwitch, Input, Stack, Text } from '@grafana/ui';
import { useForm } from './context';
import { Fields, type FieldProps } from './Fields';
import { at, isObject, type Json } from './path';

/** A part of a source that can be absent: the switch adds it and takes it away. */
export function PartField({ spec, path }: FieldProps<'part'>) {
  const { settings, set, disabled } = useForm();
  const there = at(settings, path) !== undefined;
  return (
    <Framed name={spec.label} help={spec.help} action={<InlineSwitch aria-label={`Read ${spec.label.toLowerCase()}`} label={there ? 'read' : 'not read'} showLabel value={there} disabled={disabled} onChange={e => set(path, e.currentTarget.checked ? spec.template : undefined)} />}>
      {there && <Fields fields={spec.fields} base={path} />}
    </Framed>
  );
}

/** A list of objects, each removable, with a button that adds one. */
export function ItemsField({ spec, path }: FieldProps<'items'>) {
  const { settings, set, disabled } = useForm();
  const value = at(settings, path);
  const list = Array.isArray(value) ? value as unknown[] : [];
  return (
    <Framed name={spec.label} help={spec.help}>
      {list.map((item, index) => {
        const name = `${spec.one} ${index + 1}`;
        return (
          <Framed key={index} name={name} action={<Remove name={isObject(item) && typeof item.name === 'string' && item.name !== '' ? `${name}, ${item.name}` : name} disabled={disabled} onClick={() => set(path, list.length > 1 ? list.filter((_, i) => i !== index) : undefined)} />}>
            <Fields fields={spec.fields} base={[...path, index]} />
          </Framed>
        );
      })}
      <div><Button variant="secondary" size="sm" icon="plus" disabled={disabled} onClick={() => set(path, [...list, spec.template])}>Add {spec.one}</Button></div>
    </Framed>
  );
}

/** Objects by name; a name is given once, when one is added. */
export function EntriesField({ spec, path }: FieldProps<'entries'>) {
  const { settings, set, disabled } = useForm();
  const [name, setName] = useState('');
  const value = at(settings, path);
  const entries = isObject(value) ? value : {};
  const add = () => { set(path, { ...entries, [name.trim()]: spec.template } satisfies Json); setName(''); };
  return (
    <Framed name={spec.label} help={spec.help}>
      {Object.keys(entries).map(key => (
        <Framed key={key} name={`${spec.one} ${key}`} action={<Remove name={`${spec.one} ${key}`} disabled={disabled} onClick={() => set([...path, key], undefined)} />}>
          <Fields fields={spec.fields} base={[...path, key]} />
        </Framed>
      ))}
      <Stack direction="row" gap={1}>
        <Input aria-label={`Name of a new ${spec.one}`} width={30} placeholder={`name of a new ${spec.one}`} value={name} disabled={disabled} onChange={e => setName(e.currentTarget.value)} />
        <Button variant="secondary" icon="plus" disabled={disabled || name.trim() === '' || Object.hasOwn(entries, name.trim())} onClick={add}>Add {spec.one}</Button>
      </Stack>
    </Framed>
  );
}

export function Remove({ name, disabled, onClick }: { name: string; disabled: boolean; onClick: () => void }) {
  return <Button variant="secondary" fill="text" size="sm" icon="trash-alt" aria-label={`Remove ${name}`} disabled={disabled} onClick={onClick}>Remove</Button>;
}

/** A named group of fields, indented, so that labels that repeat stay told apart. */
export function Framed({ name, help, action, children }: { name: string; help?: string; action?: React.ReactNode; children?: React.ReactNode }) {
  return (
    <div role="group" aria-label={name} style={{ borderLeft: '2px solid rgba(128, 128, 128, 0.3)', padding: '4px 0 4px 12px', marginBottom: 12 }}>
      <Stack direction="row" gap={1} alignItems="center"><Text variant="h6" element="h5">{name}</Text>{action}</Stack>
      {help && <Text element="p" color="secondary" variant="bodySmall">{help}</Text>}
      {children}
    </div>
  );
}
