import React from 'react';
import { Alert } from '@grafana/ui';
import type { Problem } from './problems';

/** What the backend would refuse, key by key; nothing when all is well. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <Alert severity="error" title="These settings would be refused">
      <ul style={{ paddingLeft: 16 }}>{problems.map(p => <li key={`${p.path} ${p.message}`}><code>{p.path}</code>: {p.message}</li>)}</ul>
    </Alert>
  );
}
