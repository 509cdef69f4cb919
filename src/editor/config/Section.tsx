import React, { useState } from 'react';
import { Collapse } from '@grafana/ui';
import { Fields } from './Fields';
import type { FormSection } from './form';
import type { Path } from './path';

/** A part of a form that can be folded away. */
export function Section({ section, base }: { section: FormSection; base: Path }) {
  const [open, setOpen] = useState(section.open);
  return (
    <div role="group" aria-label={section.title}>
      <Collapse label={section.title} isOpen={open} onToggle={() => setOpen(!open)}><Fields fields={section.fields} base={base} /></Collapse>
    </div>
  );
}
