import React, { useState } from 'react';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ConfigEditor } from '../config/ConfigEditor';
import type { Options } from '../config/secrets';
import { parseSettings } from '../../settings/parse';
import { optionsWith } from './grafana';

export const BASE = {
  clients: [{ id: 'acme', name: 'Acme', zone: 'Europe/Berlin' }],
  sources: [{ id: 'jira', system: 'jira', deployment: 'cloud', url: 'https://acme.example.net', auth: { kind: 'bearer' }, jql: 'project = SOC' }],
};

/** The editor as Grafana's page holds it; `now` gives what would be saved. */
export function open(settings: unknown, more: Partial<Options> = {}): { now: () => Options; settings: () => unknown } {
  let last = optionsWith(settings, more) as Options;
  const Host = () => {
    const [options, setOptions] = useState(last);
    return <ConfigEditor options={options} onOptionsChange={next => { last = next as Options; setOptions(last); }} />;
  };
  render(<Host />);
  return { now: () => last, settings: () => last.jsonData.settings };
}
export const accepted = (settings: unknown): void => { const parsed = parseSettings(settings); expect(parsed.ok ? [] : parsed.problems).toEqual([]); };
export const fill = async (label: string, text: string, inside = screen): Promise<void> => {
  const input = await inside.findByLabelText(label, { exact: false });
  await userEvent.clear(input);
  if (text) await userEvent.type(input, text.replace(/[{[]/g, '$&$&'));
};
export const unfold = async (name: string): Promise<void> => { await userEvent.click(await screen.findByRole('button', { name })); };
export const group = (name: string) => within(screen.getByRole('group', { name }));
export const tab = async (name: string): Promise<void> => { await userEvent.click(await screen.findByRole('tab', { name })); };
