import React from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Field, TextArea } from '@grafana/ui';
import { problemText } from '../settings/parse';
import { parseYamlSettings } from '../settings/yaml';
import type { JsonData } from './types';

/** Settings as YAML, checked while typing by the same schema the backend uses. Secrets are references; values never stand here. */
export function ConfigEditor({ options, onOptionsChange }: DataSourcePluginOptionsEditorProps<JsonData>) {
  const [text, setText] = React.useState(() => (options.jsonData.settings === undefined ? '' : JSON.stringify(options.jsonData.settings, null, 2)));
  const [problem, setProblem] = React.useState<string | null>(null);
  const change = (next: string) => {
    setText(next);
    const parsed = parseYamlSettings(next);
    setProblem(parsed.ok ? null : problemText(parsed.problems));
    if (parsed.ok) onOptionsChange({ ...options, jsonData: { ...options.jsonData, settings: parsed.settings, workspace: parsed.settings.workspace } });
  };
  if (options.readOnly) return <Alert severity="info" title="These settings are provisioned by a file and can only be read here." />;
  return (
    <>
      <Field label="Settings" description="YAML or JSON: clients, sources, policy. Secrets are references (file:/path or env:NAME).">
        <TextArea aria-label="Settings" rows={24} value={text} onChange={event => change(event.currentTarget.value)} />
      </Field>
      {problem && <Alert severity="error" title="These settings would be refused">{problem}</Alert>}
    </>
  );
}
