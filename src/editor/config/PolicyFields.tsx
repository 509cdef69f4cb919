import React from 'react';
import { Button, Input, MultiSelect, Stack } from '@grafana/ui';
import { CLOCKS, SEVERITY_TIERS } from '../../model/vocabulary';
import { plain } from '../words';
import { useForm } from './context';
import type { FieldProps } from './Fields';
import { Framed, Remove } from './Lists';
import { at, isObject } from './path';

/** Hours by severity tier and clock. An empty cell is no target, never zero. */
export function TargetsField({ spec, path }: FieldProps<'targets'>) {
  const { settings, set, disabled } = useForm();
  const put = (tier: string, clock: string, text: string) => {
    const hours = at(settings, path);
    const all = isObject(hours) ? hours : {};
    const cells = Object.fromEntries(Object.entries({ ...(isObject(all[tier]) ? all[tier] : {}), [clock]: text === '' ? undefined : Number(text) }).filter(([, v]) => v !== undefined));
    // The table itself stays, even when it is empty: it is a required key.
    set(path, Object.fromEntries(Object.entries({ ...all, [tier]: cells }).filter(([, row]) => Object.keys(row as object).length > 0)));
  };
  return (
    <table aria-label={spec.label} style={{ marginBottom: 12 }}>
      <thead><tr><th scope="col" style={{ textAlign: 'left', paddingRight: 8 }}>Hours</th>{CLOCKS.map(c => <th key={c} scope="col" style={{ textAlign: 'left' }}>{c}</th>)}</tr></thead>
      <tbody>
        {SEVERITY_TIERS.map(tier => (
          <tr key={tier}>
            <th scope="row" style={{ textAlign: 'left', paddingRight: 8 }}>{tier}</th>
            {CLOCKS.map(clock => {
              const value = at(settings, [...path, tier, clock]);
              return <td key={clock}><Input aria-label={`${tier}, ${clock}, hours`} width={12} type="number" step="any" min={0} disabled={disabled} value={value === undefined ? '' : String(value)} onChange={e => put(tier, clock, e.currentTarget.value)} /></td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Groups of evidence: all groups, and of each at least one kind. */
export function GroupsField({ spec, path }: FieldProps<'groups'>) {
  const { settings, set, disabled } = useForm();
  const value = at(settings, path);
  const groups = Array.isArray(value) ? value as string[][] : [];
  return (
    <Framed name={spec.label} help={spec.help}>
      {groups.map((group, index) => (
        <Stack key={index} direction="row" gap={1} alignItems="center">
          <MultiSelect aria-label={`Evidence group ${index + 1}`} width={50} disabled={disabled} options={spec.choices.map(v => ({ value: v, label: plain(v) }))} value={group} onChange={all => set(path, groups.map((g, i) => (i === index ? all.map(o => o.value!) : g)))} />
          <Remove name={`evidence group ${index + 1}`} disabled={disabled} onClick={() => set(path, groups.filter((_, i) => i !== index))} />
        </Stack>
      ))}
      <div><Button variant="secondary" size="sm" icon="plus" disabled={disabled} onClick={() => set(path, [...groups, []])}>Add evidence group</Button></div>
    </Framed>
  );
}
