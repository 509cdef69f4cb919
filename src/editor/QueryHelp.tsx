import React from 'react';
import type { QueryEditorHelpProps } from '@grafana/data';
import { Button, Stack, Text } from '@grafana/ui';
import { QUERY_VERSION } from '../query/version';
import type { EditorQuery } from './types';

/** Questions a SOC asks first. A test holds that the backend takes each of them. */
export const EXAMPLES: readonly { readonly title: string; readonly says: string; readonly query: Omit<EditorQuery, 'refId'> }[] = [
  { title: 'Which rules waste our time?', says: 'Verdicts of every rule, with how often a human confirmed its alerts.', query: { version: QUERY_VERSION, metric: 'rules.outcomes', view: 'table' } },
  { title: 'How much of the estate reports?', says: 'Coverage now, per client and kind of asset.', query: { version: QUERY_VERSION, metric: 'coverage.now', view: 'stat' } },
  { title: 'Is coverage falling?', says: 'Coverage of each complete day; a day that was not measured stays empty.', query: { version: QUERY_VERSION, metric: 'coverage.history', view: 'series', bucket: 'day', groupBy: ['client', 'kind'] } },
  { title: 'Do we keep our promises?', says: 'SLA adherence on the decide clock, always by severity tier.', query: { version: QUERY_VERSION, metric: 'sla.adherence', view: 'table' } },
  { title: 'What is about to be missed?', says: 'Open items closest to their due.', query: { version: QUERY_VERSION, metric: 'sla.at_risk', view: 'table' } },
  { title: 'Can these numbers be trusted?', says: 'Counters of what could make the other numbers untrue.', query: { version: QUERY_VERSION, metric: 'integrity.counters', view: 'table' } },
];

/** Help beside an empty query: what can be asked, each as one click. */
export function QueryHelp({ onClickExample }: QueryEditorHelpProps<EditorQuery>) {
  return (
    <Stack direction="column" gap={1}>
      <Text element="p">A query names a metric of the catalog and how to cut it; the backend knows the definitions. Client, severity tier, rule and source filter most of them, by choice or by variables such as $client.</Text>
      {EXAMPLES.map(({ title, says, query }) => (
        <Stack key={title} direction="row" gap={1} alignItems="center" wrap="wrap">
          <Button variant="secondary" size="sm" onClick={() => onClickExample({ ...query, refId: 'A' })}>{title}</Button>
          <Text color="secondary">{says}</Text>
        </Stack>
      ))}
    </Stack>
  );
}
