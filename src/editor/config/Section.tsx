import React, { useState } from 'react';
import { Fields } from './Fields';
import { Fold } from './Fold';
import type { FormSection } from './form';
import type { Path } from './path';

/** A part of a form that can be folded away. */
export function Section({ section, base }: { section: FormSection; base: Path }) {
  const [open, setOpen] = useState(section.open);
  return (
    <div role="group" aria-label={section.title}>
      <Fold label={section.title} open={open} onToggle={setOpen}><Fields fields={section.fields} base={base} /></Fold>
    </div>
  );
}
