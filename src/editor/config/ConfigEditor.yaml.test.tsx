import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { healthResults } from '../health';
import { fakeGrafana, type FakeGrafana } from '../testing/grafana';
import { BASE, accepted, open, tab } from '../testing/config-editor';
import { giveSize } from '../testing/screen-size';

let grafana: FakeGrafana;
beforeAll(giveSize);
beforeEach(() => { grafana = fakeGrafana(); healthResults.next({ uid: '', sources: [] }); });

describe('YAML', () => {
  test('shows everything and takes what no form has', async () => {
    const editor = open(BASE);
    await tab('YAML');
    const text = await screen.findByLabelText<HTMLTextAreaElement>('Settings as YAML', { exact: false });
    await waitFor(() => expect(text.value).toContain('jql: project = SOC'));
    await userEvent.type(text, 'limits:\n  retentionDays: 400\n');
    await waitFor(() => expect(editor.settings()).toMatchObject({ ...BASE, limits: { retentionDays: 400 } }));
    accepted(editor.settings());
  });

  test('a text that is no YAML is said with its line and changes nothing; an unknown key is named', async () => {
    const editor = open(BASE);
    await tab('YAML');
    const text = await screen.findByLabelText<HTMLTextAreaElement>('Settings as YAML', { exact: false });
    await waitFor(() => expect(text.value).not.toBe(''));
    await userEvent.clear(text);
    await userEvent.type(text, 'clients: "open');
    expect((await screen.findByText(/This is not YAML/)).closest('[role=alert]')!.textContent).toMatch(/line \d/);
    expect(editor.settings()).toEqual(BASE);
    await userEvent.clear(text);
    await userEvent.type(text, 'sourcess: 1');
    expect(await screen.findByText(/unknown key "sourcess"/)).toBeTruthy();
  });

  const yaml = async (): Promise<HTMLTextAreaElement> => {
    await tab('YAML');
    const text = await screen.findByLabelText<HTMLTextAreaElement>('Settings as YAML', { exact: false });
    await waitFor(() => expect(text.value).not.toBe(''));
    return text;
  };

  test('an answer that was overtaken changes nothing: what stands in the text is what would be saved', async () => {
    const editor = open(BASE);
    const text = await yaml();
    let release: (() => void) | null = null;
    grafana.before = async (_path, data) => { if (JSON.stringify(data).endsWith('1\\n"}')) await new Promise<void>(done => { release = done; }); };
    await userEvent.type(text, 'limits:\n  maxRows: 1\n');
    await waitFor(() => expect(release).not.toBeNull());
    await userEvent.type(text, '{Backspace}2\n');
    await waitFor(() => expect(editor.settings()).toMatchObject({ limits: { maxRows: 12 } }));
    await act(async () => { release!(); await Promise.resolve(); });
    await new Promise(done => setTimeout(done, 50));
    expect(editor.settings()).toMatchObject({ limits: { maxRows: 12 } });
  });

  test('who leaves the text within the pause loses nothing', async () => {
    const editor = open(BASE);
    await userEvent.type(await yaml(), 'limits:\n  maxRows: 7\n');
    await tab('Clients');
    await waitFor(() => expect(editor.settings()).toMatchObject({ ...BASE, limits: { maxRows: 7 } }));
  });

  test('nothing can be typed before the settings stand there: it would replace them', async () => {
    open(BASE);
    let release = (): void => undefined;
    grafana.before = path => (path === 'settings/check' ? new Promise<void>(done => { release = done; }) : Promise.resolve());
    await tab('YAML');
    const text = await screen.findByLabelText<HTMLTextAreaElement>('Settings as YAML', { exact: false });
    expect(text.readOnly).toBe(true);
    grafana.before = null;
    release();
    await waitFor(() => expect(text.value).toContain('jql: project = SOC'));
    expect(text.readOnly).toBe(false);
  });
});
