import React, { useId } from 'react';
import { Button, Stack } from '@grafana/ui';

interface Props { readonly label: string; readonly beside?: React.ReactNode; readonly open: boolean; readonly onToggle: (open: boolean) => void; readonly children: React.ReactNode }

/** A part that folds. Grafana’s own differs between 11 and 13 in markup and properties. */
export function Fold({ label, beside, open, onToggle, children }: Props) {
  const id = useId();
  return (
    <div style={{ border: '1px solid rgba(128, 128, 128, 0.25)', borderRadius: 2, marginBottom: 8 }}>
      <Stack direction="row" gap={1} alignItems="center" wrap="wrap">
        <Button variant="secondary" fill="text" icon={open ? 'angle-down' : 'angle-right'} aria-expanded={open} aria-controls={id} onClick={() => onToggle(!open)}>{label}</Button>
        {beside}
      </Stack>
      {open && <div id={id} style={{ padding: '4px 16px 8px' }}>{children}</div>}
    </div>
  );
}
