import React, { useEffect, useMemo, useState } from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, LoadingPlaceholder, Tab, TabContent, TabsBar, Text } from '@grafana/ui';
import type { JsonData } from '../types';
import { messageOf } from '../use-catalog';
import { settingsState, type SettingsState } from './api';
import { ClientGrant } from './ClientGrant';
import { FormContext, type Form } from './context';
import { withAt } from './path';
import { CLIENTS, COVERAGE, SLA, WORKSPACE } from './policy-forms';
import { ProblemList } from './ProblemList';
import { Problems } from './problems';
import { followIds, secretsOf, type Options } from './secrets';
import { Section } from './Section';
import { Sources } from './Sources';
import { SyncStatus } from './SyncStatus';
import { useCheck } from './use-check';
import { YamlView } from './YamlView';

type Props = DataSourcePluginOptionsEditorProps<JsonData, Record<string, string>>;
type State = { readonly known: SettingsState | null; readonly problem: string | null };
const TABS = ['Sources', 'Clients', 'Policy', 'YAML', 'Sync status'] as const;

/** The settings of a workspace in the operator's data source. Who may not edit them is told why and can read what there is. */
export function ConfigEditor(props: Props) {
  const { options } = props;
  const [{ known, problem }, setState] = useState<State>({ known: null, problem: null });
  useEffect(() => {
    let left = false;
    settingsState(options.uid).then(state => { if (!left) setState({ known: state, problem: null }); }, (error: unknown) => { if (!left) setState({ known: null, problem: messageOf(error) }); });
    return () => { left = true; };
  }, [options.uid]);
  if (known === null && problem === null) return <LoadingPlaceholder text="Asking who may edit these settings" />;
  if (known && !known.operator) return <ClientGrant {...props} why={known.why ?? ''} />;
  return (
    <>
      {problem !== null && <Alert severity="warning" title="The plugin’s backend does not answer">{problem} Settings can be edited, but they are checked only when they are saved.</Alert>}
      {known?.why && <Alert severity="info" title="Read-only">{known.why}</Alert>}
      {options.readOnly && <Alert severity="info" title="Read-only">This data source is provisioned by a file of Grafana’s, so its settings can only be read here. Edit that file and reload the provisioning.</Alert>}
      <Editor {...props} state={known} />
    </>
  );
}

function Editor({ options, onOptionsChange, state }: Props & { state: SettingsState | null }) {
  const [tab, setTab] = useState<(typeof TABS)[number]>('Sources');
  const disabled = options.readOnly === true || state?.mayEdit === false;
  const settings = state?.carrier === 'file' ? state.settings : options.jsonData.settings;
  const { problems, setProblems } = useCheck(options.uid, settings, disabled);
  const form = useMemo((): Form => ({
    settings, disabled, secrets: secretsOf(options as Options, onOptionsChange as (next: Options) => void),
    set: (path, value) => {
      const next = withAt(settings ?? {}, path, value);
      const { workspace } = (next ?? {}) as { workspace?: unknown };
      onOptionsChange({ ...options, ...followIds(options as Options, settings, next), jsonData: { ...options.jsonData, settings: next, ...(typeof workspace === 'string' && { workspace }) } } as typeof options);
    },
  }), [settings, disabled, options, onOptionsChange]);
  return (
    <FormContext.Provider value={form}>
      <Problems.Provider value={problems}>
        <TabsBar>{TABS.map(name => <Tab key={name} label={name} active={tab === name} onChangeTab={event => { event?.preventDefault(); setTab(name); }} />)}</TabsBar>
        <TabContent>
          <div style={{ padding: '16px 0' }}>
            {tab === 'Sources' && <Sources uid={options.uid} />}
            {tab === 'Clients' && <><Section section={WORKSPACE} base={[]} /><Section section={CLIENTS} base={[]} /></>}
            {tab === 'Policy' && <><Section section={{ ...SLA, open: true }} base={[]} /><Section section={{ ...COVERAGE, open: true }} base={[]} /><Text color="secondary">Thresholds, tuning, latency targets and limits stand under YAML.</Text></>}
            {tab === 'YAML' && <YamlView uid={options.uid} onProblems={setProblems} />}
            {tab === 'Sync status' && <SyncStatus uid={options.uid} />}
          </div>
        </TabContent>
        <ProblemList problems={problems} />
      </Problems.Provider>
    </FormContext.Provider>
  );
}
