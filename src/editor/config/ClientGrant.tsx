import React, { useId } from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Field, Input, SecretInput } from '@grafana/ui';
import type { JsonData } from '../types';

/** What an organisation that does not run the SOC can set: which workspace, and the grant its operators gave it. */
export function ClientGrant({ options, onOptionsChange, why }: DataSourcePluginOptionsEditorProps<JsonData> & { why: string }) {
  const [workspace, grant] = [useId(), useId()];
  const { jsonData, secureJsonData, secureJsonFields } = options;
  const secret = (value: string, stored: boolean) => onOptionsChange({ ...options, secureJsonData: { ...secureJsonData, grant: value }, secureJsonFields: { ...secureJsonFields, grant: stored } });
  return (
    <>
      <Alert severity="info" title="The settings of this SOC are kept by its operators">{why}</Alert>
      <Field label="Workspace" description="As the operators named it." htmlFor={workspace} disabled={options.readOnly}>
        <Input id={workspace} width={50} placeholder="main" value={jsonData.workspace ?? ''} onChange={e => onOptionsChange({ ...options, jsonData: { ...jsonData, workspace: e.currentTarget.value || undefined } })} />
      </Field>
      <Field label="Grant" description="Says which clients this organisation may see. It is checked by the backend with every request." htmlFor={grant} disabled={options.readOnly}>
        <SecretInput id={grant} width={50} autoComplete="off" isConfigured={secureJsonFields?.grant === true} value={String((secureJsonData as Record<string, string> | undefined)?.grant ?? '')} onReset={() => secret('', false)} onChange={e => secret(e.currentTarget.value, false)} />
      </Field>
    </>
  );
}
