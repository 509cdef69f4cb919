/** The bench runs, whole and small, and what it prints is a page. No time is looked at: a busy machine must not fail this. */
import { performancePage } from './report/page';
import { keyOf, merged } from './report/write';
import { PARTS, readOptions } from './options';
import { runBench, type BenchResult } from './run';

jest.setTimeout(300_000);
let result: BenchResult;
beforeAll(async () => { result = await runBench({ ...readOptions(['--alerts', '20_000', '--runs', '1', '--scale', '0.01']), history: 0 }, () => undefined); });

test('every part measured something, and no question failed', () => {
  for (const part of PARTS) expect([part, result[part] !== undefined]).toEqual([part, true]);
  expect(result.metrics!.length).toBeGreaterThan(80);
  expect([...result.metrics!, ...result.process!.panels].filter(m => m.error !== undefined)).toEqual([]);
  expect(result.metrics!.filter(m => m.rows > 0).length).toBeGreaterThan(60);
  expect(result.sync!.loads[0]!.rows).toBeGreaterThan(1_000);
  expect(result.clients!.scope.length).toBeGreaterThan(40);
  expect(result.clients!.apply).toMatchObject({ organisations: 50, writesAgain: 0, failed: 0 });
  // Both measureRivals and measureGrafana refuse to compare answers that differ.
  expect(result.rivals).toHaveLength(2);
  expect(result.grafana!.map(g => g.alerts)).toEqual([1_000, 10_000]);
});

test('the page names every panel once, the machine, and no path of it', () => {
  const page = performancePage(merged({}, result));
  for (const { name } of result.metrics!.filter(m => m.of === 'panel')) expect(page.split(`| ${name} |`).length - 1).toBeGreaterThanOrEqual(1);
  expect(page).toContain(result.machine.node);
  expect(page).not.toMatch(/\/(tmp|root|home|work)\b/);
  expect(keyOf(result)).toBe('20000');
});

test('a part asked for again replaces its measurement and leaves the others', () => {
  const again = merged(merged({}, result), { machine: result.machine, alerts: 20_000, threads: result.threads, rivals: [] });
  expect(again['20000']!.rivals).toEqual([]);
  expect(again['20000']!.metrics).toEqual(result.metrics);
  const panels = result.metrics!.filter(m => m.of === 'panel');
  expect(merged(merged({}, result), { machine: result.machine, alerts: 20_000, threads: result.threads, metrics: panels })['20000']!.metrics).toHaveLength(result.metrics!.length);
});

test('a question that failed is late, never the fastest', () => {
  const panel = result.metrics!.find(m => m.of === 'panel' && m.range === 'all time')!;
  const failed = { ...result, metrics: [{ ...panel, ms: null as unknown as number, error: 'the query took longer than 30 s and was stopped' }] };
  const page = performancePage(merged({}, failed));
  expect(page).toContain(`0 of 1; slowest stopped (${panel.name})`);
  expect(page).toContain('stopped after 30 s');
});

test('options: parts by name, numbers with underscores, anything else is refused', () => {
  expect(readOptions(['--only', 'metrics,sync', '--alerts', '200_000'])).toMatchObject({ only: ['metrics', 'sync'], alerts: 200_000, write: false });
  expect(readOptions([]).alerts).toBe(1_000_000);
});
