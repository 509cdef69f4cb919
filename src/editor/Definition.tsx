import React from 'react';
import { Text } from '@grafana/ui';
import type { PlainEntry } from './types';

/** What a metric is, in the catalog's own words: definition, formula, and what gaming it would do. */
export function Definition({ entry }: { entry: PlainEntry }) {
  return (
    <div data-testid="definition">
      <Text element="p" color="secondary" variant="bodySmall">{entry.definition}</Text>
      <Text element="p" color="secondary" variant="bodySmall">{entry.formula}</Text>
    </div>
  );
}
