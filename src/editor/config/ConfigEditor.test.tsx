import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FieldType, toDataFrame } from '@grafana/data';
import { secretName } from '../../settings/grafana';
import { healthResults } from '../health';
import { fakeGrafana, makeDataSource, type FakeGrafana } from '../testing/grafana';
import { BASE, accepted, fill, group, open, tab, unfold } from '../testing/config-editor';
import { pick } from '../testing/pick';
import { giveSize } from '../testing/screen-size';

let grafana: FakeGrafana;
beforeAll(giveSize);
beforeEach(() => { grafana = fakeGrafana(); healthResults.next({ uid: '', sources: [] }); });

describe('sources by kind', () => {
  test.each<[string, string, () => Promise<void>, object]>([
    ['Elasticsearch', 'elastic', async () => { await fill('URL', 'https://siem.example.net:9200'); }, { system: 'elasticsearch', product: 'elasticsearch', alerts: {} }],
    ['OpenSearch', 'opensearch', async () => { await fill('URL', 'https://os.example.net:9200'); await fill('User', 'reader'); }, { system: 'elasticsearch', product: 'opensearch', auth: { kind: 'basic', user: 'reader' } }],
    ['Jira Cloud', 'jira', async () => { await fill('URL', 'https://acme.example.net'); await fill('User', 'collector@acme.example'); await fill('JQL', 'project = SOC'); }, { system: 'jira', deployment: 'cloud', jql: 'project = SOC' }],
    ['Jira Data Center', 'jira', async () => { await fill('URL', 'https://jira.example.net'); await fill('JQL', 'project = SOC'); }, { system: 'jira', deployment: 'data_center' }],
    ['NetBox', 'netbox', async () => { await fill('URL', 'https://netbox.example.net'); await userEvent.click(screen.getByLabelText('Prefixes')); }, { system: 'netbox', prefixes: false }],
  ])('%s: added, filled in, accepted by the schema', async (kind, id, edit, expected) => {
    const editor = open(undefined);
    await userEvent.click(await screen.findByRole('button', { name: `Add ${kind}` }));
    await edit();
    accepted(editor.settings());
    expect(editor.settings()).toMatchObject({ sources: [{ id, ...expected }] });
  });

  test('files: a stream with its columns', async () => {
    const editor = open(undefined);
    await userEvent.click(await screen.findByRole('button', { name: 'Add Files' }));
    await userEvent.click(screen.getByRole('button', { name: 'Add file' }));
    const file = group('file 1');
    await userEvent.type(file.getByLabelText(/Stream name/), 'incidents');
    await userEvent.type(file.getByLabelText(/^Path/), '/data/incidents.csv');
    await userEvent.click(file.getByRole('button', { name: 'Add to columns' }));
    await userEvent.type(file.getByLabelText('Canonical field'), 'id');
    await userEvent.type(file.getByLabelText('Column, dotted path, or =text'), 'number');
    await userEvent.click(file.getByRole('button', { name: 'Keep' }));
    accepted(editor.settings());
    expect(editor.settings()).toMatchObject({ sources: [{ id: 'files', streams: [{ name: 'incidents', kind: 'ticket', path: '/data/incidents.csv', columns: { id: 'number' } }] }] });
  });

  test('one form may be taken away with its secret, and a second of a kind gets an id of its own', async () => {
    const editor = open(BASE, { secureJsonFields: { 'jira.secret': true } });
    await userEvent.click(await screen.findByRole('button', { name: 'Add Jira Cloud' }));
    expect(editor.settings()).toMatchObject({ sources: [{ id: 'jira' }, { id: 'jira2' }] });
    await userEvent.click(screen.getByRole('button', { name: 'Remove source jira2' }));
    await unfold('jira');
    await userEvent.click(screen.getByRole('button', { name: 'Remove source jira' }));
    expect(editor.settings()).toMatchObject({ sources: [] });
    expect(editor.now()).toMatchObject({ secureJsonData: { 'jira.secret': '' }, secureJsonFields: { 'jira.secret': false } });
  });

  test('a system without a form is left to YAML', async () => {
    open({ sources: [{ id: 'odd', system: 'mainframe' }] });
    await unfold('odd');
    expect(screen.getByText('There is no form for mainframe')).toBeTruthy();
  });

  test('a part that is not read leaves the settings, and comes back empty', async () => {
    const editor = open({ sources: [{ id: 'elastic', system: 'elasticsearch', url: 'https://siem.example.net', auth: { kind: 'none' }, alerts: { index: 'alerts-*' } }] });
    await unfold('elastic');
    await userEvent.click(screen.getByLabelText('Read alerts'));
    expect((editor.settings() as typeof BASE).sources[0]).not.toHaveProperty('alerts');
    await userEvent.click(screen.getByLabelText('Read alerts'));
    expect((editor.settings() as { sources: object[] }).sources[0]).toMatchObject({ alerts: {} });
    accepted(editor.settings());
  });
});

describe('secrets', () => {
  test('what is typed goes to secureJsonData under the name the backend looks for, and nowhere else', async () => {
    const editor = open(BASE);
    await unfold('jira');
    await fill('Password, key or token', 'hunter2');
    expect(editor.now().secureJsonData).toEqual({ [secretName('jira', 'secret')]: 'hunter2' });
    expect(JSON.stringify(editor.now().jsonData)).not.toContain('hunter2');
    accepted(editor.settings());
  });

  test('a stored one is never shown; it can be reset', async () => {
    const editor = open(BASE, { secureJsonFields: { 'jira.secret': true } });
    await unfold('jira');
    const input = screen.getByLabelText<HTMLInputElement>('Password, key or token');
    expect([input.disabled, input.value]).toEqual([true, 'configured']);
    await userEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(editor.now()).toMatchObject({ secureJsonFields: { 'jira.secret': false }, secureJsonData: { 'jira.secret': '' } });
    expect(screen.getByLabelText<HTMLInputElement>('Password, key or token').value).toBe('');
  });

  test('one typed and not yet saved follows its source to another id', async () => {
    const editor = open(BASE);
    await unfold('jira');
    await fill('Password, key or token', 'hunter2');
    await userEvent.type(screen.getByLabelText(/^Id/), '-eu');
    expect(editor.now().secureJsonData).toEqual({ 'jira-eu.secret': 'hunter2' });
  });
});

describe('clients and policy', () => {
  test('a client', async () => {
    const editor = open({ ...BASE, clients: [] });
    await tab('Clients');
    await userEvent.click(await screen.findByRole('button', { name: 'Add client' }));
    const client = group('client 1');
    await userEvent.type(client.getByLabelText(/Client id/), 'globex');
    await userEvent.type(client.getByLabelText(/Client name/), 'Globex');
    accepted(editor.settings());
    expect(editor.settings()).toMatchObject({ clients: [{ id: 'globex', name: 'Globex', zone: 'UTC' }] });
  });

  test('targets with hours by tier and clock on a calendar of their own', async () => {
    const editor = open(BASE);
    await tab('Policy');
    await userEvent.type(await screen.findByLabelText('Name of a new calendar'), 'office');
    await userEvent.click(screen.getByRole('button', { name: 'Add calendar' }));
    await userEvent.type(screen.getByLabelText('Monday'), '08:00-12:00, 13:00-17:00');
    await userEvent.click(screen.getByRole('button', { name: 'Add set of targets' }));
    await userEvent.type(screen.getByLabelText('critical, decide, hours'), '1');
    await userEvent.type(screen.getByLabelText('high, decide, hours'), '4');
    await userEvent.clear(screen.getByLabelText('high, decide, hours'));
    await userEvent.type(screen.getByLabelText('Calendar'), 'office');
    accepted(editor.settings());
    expect(editor.settings()).toMatchObject({ policy: { sla: {
      calendars: { office: { hours: { mon: [{ from: '08:00', to: '12:00' }, { from: '13:00', to: '17:00' }] } } },
      targets: [{ calendar: 'office', hours: { critical: { decide: 1 } } }],
    } } });
  });

  test('a coverage requirement with two groups of evidence', async () => {
    const editor = open(BASE);
    await tab('Policy');
    await userEvent.click(await screen.findByRole('button', { name: 'Add requirement' }));
    await pick(group('requirement 1').getByLabelText('Asset kind'), 'cloud');
    await userEvent.click(screen.getByRole('button', { name: 'Add evidence group' }));
    await userEvent.click(screen.getByLabelText('Evidence group 2'));
    await userEvent.click(await screen.findByText('flow log'));
    accepted(editor.settings());
    expect(editor.settings()).toMatchObject({ policy: { coverage: { requirements: [{ kind: 'cloud_workload', groups: [['agent_events'], ['flow_log']] }] } } });
  });
});

describe('wrong input', () => {
  test('is said at its field and in the list, by the schema; mended, it is gone', async () => {
    open(BASE);
    await tab('Clients');
    await fill('time zone', 'Mars/Base', group('client 1') as typeof screen);
    expect((await screen.findAllByText(/"Mars\/Base" is not an IANA time zone/)).length).toBeGreaterThanOrEqual(2);
    expect(screen.getByText('These settings would be refused')).toBeTruthy();
    await fill('time zone', 'Asia/Tokyo', group('client 1') as typeof screen);
    await waitFor(() => expect(screen.queryByText('These settings would be refused')).toBeNull());
  });

  test('a wrong key: Save & test says so at its source; entered again, the source answers', async () => {
    const editor = open(BASE);
    const datasource = makeDataSource();
    const sources = (ok: boolean, message: string) => [{ source: 'jira', ok, message }];
    grafana.health = { status: 'ERROR', message: 'jira: 401', details: { sources: sources(false, 'jira refuses the key (401). Enter a valid one.') } };
    await unfold('jira');
    await act(async () => { await datasource.testDatasource(); });
    expect(group('source jira').getByRole('alert').textContent).toContain('jira refuses the key (401). Enter a valid one.');
    await fill('Password, key or token', 'right');
    expect(editor.now().secureJsonData).toEqual({ 'jira.secret': 'right' });
    grafana.health = { status: 'OK', message: 'All 1 sources answer.', details: { sources: sources(true, 'Jira Cloud, 3 projects.') } };
    await act(async () => { await datasource.testDatasource(); });
    expect(group('source jira').queryByRole('alert')).toBeNull();
    expect(group('source jira').getByText('answers')).toBeTruthy();
  });
});

describe('who may not edit', () => {
  const allDisabled = (): void => { for (const box of screen.getAllByRole<HTMLInputElement>('textbox')) expect(box.disabled || box.readOnly).toBe(true); };

  test('provisioned: read-only, with the reason', async () => {
    open(BASE, { readOnly: true });
    expect((await screen.findByText(/provisioned by a file/))).toBeTruthy();
    await unfold('jira');
    allDisabled();
    for (const name of ['Add NetBox', 'Remove source jira']) expect(screen.getByRole<HTMLButtonElement>('button', { name }).disabled).toBe(true);
  });

  test('carried by a file: its settings are shown, read-only', async () => {
    grafana.state = { carrier: 'file', operator: true, mayEdit: false, why: 'The settings are carried by the file …', settings: BASE };
    open(undefined);
    expect(await screen.findByText('The settings are carried by the file …')).toBeTruthy();
    await unfold('jira');
    allDisabled();
  });

  test('an organisation that does not run the SOC: no settings, only workspace and grant', async () => {
    grafana.state = { carrier: 'data source', operator: false, mayEdit: false, why: 'Organisation 2 does not run this SOC.' };
    const editor = open(undefined);
    expect(await screen.findByText('Organisation 2 does not run this SOC.')).toBeTruthy();
    expect(screen.queryByRole('tab')).toBeNull();
    await userEvent.type(screen.getByLabelText(/Workspace/), 'soc');
    await userEvent.type(screen.getByLabelText(/Grant/), 'g1.abc');
    expect(editor.now()).toMatchObject({ jsonData: { workspace: 'soc' }, secureJsonData: { grant: 'g1.abc' } });
  });

  test('a backend that does not answer: editing goes on, with a word about it', async () => {
    grafana.failing['settings/state'] = 'plugin unavailable';
    open(BASE);
    expect((await screen.findByText(/plugin unavailable/)).textContent).toContain('checked only when they are saved');
    expect(screen.getByRole('button', { name: 'Add NetBox' })).toBeTruthy();
  });
});

test('the sync status follows the backend’s stream', async () => {
  open(BASE);
  await tab('Sync status');
  const packet = (progress: number, current: boolean, error: string | null) => ({ data: [toDataFrame({ fields: [
    { name: 'source', type: FieldType.string, values: ['jira'] }, { name: 'stream', type: FieldType.string, values: ['tickets'] }, { name: 'rows', type: FieldType.number, values: [1200] },
    { name: 'progress', type: FieldType.number, values: [progress] }, { name: 'eta', type: FieldType.number, values: [current ? null : 200] },
    { name: 'current', type: FieldType.boolean, values: [current] }, { name: 'error', type: FieldType.string, values: [error] },
  ] })] });
  act(() => grafana.live.next(packet(0.42, false, null)));
  const table = await screen.findByRole('table', { name: 'Sync status' });
  expect(table.textContent).toMatch(/loading.*42 %, 3 min left/);
  act(() => grafana.live.next(packet(1, true, null)));
  expect(table.textContent).toMatch(/current.*done/);
  act(() => grafana.live.next(packet(1, true, 'jira: connection refused')));
  expect(table.textContent).toMatch(/failing.*jira: connection refused/);
  act(() => grafana.live.error(new Error('no permission')));
  expect(await screen.findByText('no permission')).toBeTruthy();
});
