import React, { useState } from 'react';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { CATALOG } from '../catalog';
import { parseQuery } from '../query/request';
import { QueryEditor } from './QueryEditor';
import { EXAMPLES, QueryHelp } from './QueryHelp';
import { fakeGrafana, makeDataSource, type FakeGrafana } from './testing/grafana';
import { pick } from './testing/pick';
import { giveSize } from './testing/screen-size';
import type { EditorQuery } from './types';

let grafana: FakeGrafana;
beforeAll(giveSize);
beforeEach(() => { grafana = fakeGrafana(); });

/** The editor as Grafana holds it; returns the newest query it gave. */
function open(first: object): { query: () => EditorQuery; runs: () => number } {
  let last = first as EditorQuery;
  let runs = 0;
  const datasource = makeDataSource();
  const Host = () => {
    const [query, setQuery] = useState(last);
    return <QueryEditor datasource={datasource} query={query} onChange={next => { last = next; setQuery(next); }} onRunQuery={() => { runs++; }} />;
  };
  render(<Host />);
  return { query: () => last, runs: () => runs };
}

test('shows the metric with its definition; the backend takes what it gives', async () => {
  const { query } = open({ refId: 'A', version: 1, metric: 'rules.outcomes' });
  expect((await screen.findByTestId('definition')).textContent).toContain(CATALOG.get('rules.outcomes')!.definition);
  await userEvent.click(screen.getByRole('radio', { name: 'Stat' }));
  expect(query()).toEqual({ refId: 'A', version: 1, metric: 'rules.outcomes', view: 'stat' });
  expect(() => parseQuery(query(), CATALOG)).not.toThrow();
});

test('another metric keeps what it also understands, and nothing else', async () => {
  const { query, runs } = open({ refId: 'A', version: 1, metric: 'rules.outcomes', groupBy: ['rule', 'client'], filters: { client: ['acme'], rule: ['r1'] }, view: 'stat', columns: ['alerts'] });
  await pick('Metric', CATALOG.get('coverage.now')!.title);
  expect(query()).toEqual({ refId: 'A', version: 1, metric: 'coverage.now', groupBy: ['client'], filters: { client: ['acme'] }, view: 'stat' });
  expect(runs()).toBe(1);
  expect(() => parseQuery(query(), CATALOG)).not.toThrow();
});

test('filters offer the values the viewer may see, and take a variable', async () => {
  const { query } = open({ refId: 'A', version: 1, metric: 'rules.outcomes' });
  const client = await screen.findByRole('combobox', { name: 'Only client' });
  await waitFor(() => expect(grafana.asked.some(a => a.startsWith('GET suggestions/client'))).toBe(true));
  await userEvent.click(client);
  await userEvent.click(await screen.findByText('Globex'));
  expect(query().filters).toEqual({ client: ['globex'] });
  await userEvent.type(screen.getByRole('combobox', { name: 'Only severity tier' }), '$tier{Enter}');
  expect(query().filters).toEqual({ client: ['globex'], tier: ['$tier'] });
  await userEvent.click(screen.getAllByRole('button', { name: 'Remove' })[1]!);
  await waitFor(() => expect(query().filters).toEqual({ tier: ['$tier'] }));
});

test('values that cannot be read are said beside their filter', async () => {
  grafana.failing['suggestions/client'] = 'The store is opening; try again in a few seconds.';
  open({ refId: 'A', version: 1, metric: 'rules.outcomes' });
  expect(await screen.findByText(/Values could not be read: The store is opening/)).toBeTruthy();
});

test('options of a metric are drawn from its schema; a default is not stored', async () => {
  const { query } = open({ refId: 'A', version: 1, metric: 'sla.adherence' });
  await pick('Clock', 'resolve');
  expect(query().options).toEqual({ clock: 'resolve' });
  expect(parseQuery(query(), CATALOG).options).toEqual({ clock: 'resolve' });
  await pick('Clock', 'decide');
  expect(query().options).toBeUndefined();
});

test('a query of an older version is shown in today’s form', async () => {
  const { query } = open({ refId: 'A', metricId: 'sources.status' });
  await screen.findByTestId('definition');
  await userEvent.click(screen.getByRole('radio', { name: 'Alert' }));
  expect(query()).toMatchObject({ version: 1, metric: 'sources.status', view: 'alert' });
  expect(query()).not.toHaveProperty('metricId');
});

test('a catalog that cannot be read and a metric that is none are said', async () => {
  grafana.failing.catalog = 'no backend';
  open({ refId: 'A', version: 1, metric: 'rules.outcomes' });
  expect((await screen.findByRole('alert')).textContent).toContain('no backend');
  delete grafana.failing.catalog;
  open({ refId: 'A', version: 1, metric: 'no.such' });
  expect(await screen.findByText('There is no metric "no.such" here')).toBeTruthy();
});

test.each([...CATALOG.keys()])('every control for %s has a name', async metric => {
  render(<QueryEditor datasource={makeDataSource()} query={{ refId: 'A', version: 1, metric } as EditorQuery} onChange={() => undefined} onRunQuery={() => undefined} />);
  await screen.findByTestId('definition');
  for (const role of ['combobox', 'radio', 'textbox', 'spinbutton', 'switch', 'checkbox']) for (const control of screen.queryAllByRole(role)) expect([metric, role, accessibleName(control)]).not.toEqual([metric, role, '']);
});

function accessibleName(control: HTMLElement): string {
  const labels = [...((control as HTMLInputElement).labels ?? [])].map(l => l.textContent ?? '');
  return [control.getAttribute('aria-label') ?? '', ...labels].join(' ').trim();
}

test('each example of the help is a query the backend takes', async () => {
  const clicked: EditorQuery[] = [];
  render(<QueryHelp datasource={makeDataSource()} query={{ refId: 'A' } as EditorQuery} onClickExample={query => clicked.push(query)} />);
  for (const { title } of EXAMPLES) await userEvent.click(screen.getByRole('button', { name: title }));
  expect(clicked).toHaveLength(EXAMPLES.length);
  for (const query of clicked) expect(() => parseQuery(query, CATALOG)).not.toThrow();
});
