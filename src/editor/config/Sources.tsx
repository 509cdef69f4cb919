import React, { useEffect, useState } from 'react';
import { Alert, Badge, Button, Stack, Text } from '@grafana/ui';
import { healthResults, type SourceHealth } from '../health';
import { useForm } from './context';
import { Fold } from './Fold';
import { Remove } from './Lists';
import { at, isObject, type Json } from './path';
import { Section } from './Section';
import { kindLabel, SOURCE_FORMS, SOURCE_KINDS } from './source-forms';

/** The newest "Save & test" of this data source, by source id. */
function useHealth(uid: string): ReadonlyMap<string, SourceHealth> {
  const [health, setHealth] = useState<ReadonlyMap<string, SourceHealth>>(new Map());
  useEffect(() => {
    const listening = healthResults.subscribe(result => setHealth(new Map(result.uid === uid ? result.sources.map(s => [s.source, s]) : [])));
    return () => listening.unsubscribe();
  }, [uid]);
  return health;
}

/** Every source with its own form, what the last test said about it, and buttons that add one of each kind. */
export function Sources({ uid }: { uid: string }) {
  const { settings, set, disabled } = useForm();
  const health = useHealth(uid);
  const [opened, setOpened] = useState<number | null>(null);
  const value = at(settings, ['sources']);
  const sources = Array.isArray(value) ? value as unknown[] : [];
  const add = (kind: (typeof SOURCE_KINDS)[number]) => {
    set(['sources'], [...sources, { id: freeId(kind.id, sources), ...kind.template }]);
    setOpened(sources.length);
  };
  return (
    <section aria-label="Sources">
      <Text element="h3">Sources</Text>
      {sources.length === 0 && <Text element="p" color="secondary">None yet. A SOC usually adds its SIEM, its ticket system and its asset registry.</Text>}
      {sources.map((source, index) => isObject(source) && <OneSource key={index} source={source} index={index} health={health.get(String(source.id))} open={opened === index} onToggle={open => setOpened(open ? index : null)} onRemove={() => { set(['sources'], sources.filter((_, i) => i !== index)); setOpened(null); }} />)}
      <Stack direction="row" gap={1} wrap="wrap">
        {SOURCE_KINDS.map(kind => <Button key={kind.label} variant="secondary" size="sm" icon="plus" disabled={disabled} aria-label={`Add ${kind.label}`} onClick={() => add(kind)}>{kind.label}</Button>)}
      </Stack>
    </section>
  );
}

interface OneProps { source: Json; index: number; health: SourceHealth | undefined; open: boolean; onToggle: (open: boolean) => void; onRemove: () => void }
function OneSource({ source, index, health, open, onToggle, onRemove }: OneProps) {
  const { disabled } = useForm();
  const id = String(source.id ?? '');
  const forms = SOURCE_FORMS[String(source.system)];
  const beside = <><Text color="secondary">{kindLabel(source)}</Text>{health && <Badge color={health.ok ? 'green' : 'red'} text={health.ok ? 'answers' : 'does not answer'} />}{source.enabled === false && <Badge color="orange" text="disabled" />}</>;
  return (
    <div role="group" aria-label={`source ${id}`}>
      {health && !health.ok && <Alert severity="error" title={`${id} does not answer`}>{health.message}</Alert>}
      <Fold label={typeof source.name === 'string' ? source.name : id} beside={beside} open={open} onToggle={onToggle}>
        {forms ? forms.map(section => <Section key={section.title} section={section} base={['sources', index]} />)
          : <Alert severity="info" title={`There is no form for ${String(source.system)}`}>Edit this source under YAML.</Alert>}
        {health?.ok && <Text element="p" color="secondary">{health.message}</Text>}
        <Remove name={`source ${id}`} disabled={disabled} onClick={onRemove} />
      </Fold>
    </div>
  );
}

function freeId(wanted: string, sources: readonly unknown[]): string {
  const taken = new Set(sources.map(s => (isObject(s) ? s.id : undefined)));
  for (let n = 1; ; n++) { const id = n === 1 ? wanted : `${wanted}${n}`; if (!taken.has(id)) return id; }
}
