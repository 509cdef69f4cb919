/** `npm start -- --config FILE` as a person runs it: somebody's own CSV, no demo; one start per folder; `--once --json` and its exit codes. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, spawnRegistered } from '../../setup/processes';

jest.setTimeout(180_000);
const ROOT = join(__dirname, '..', '..', '..');
const NOW = Date.now();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'soc-start-'));
  const lines = Array.from({ length: 60 }, (_, i) => `A${i},${new Date(NOW - (i + 1) * 3_600_000).toISOString()},R${i % 4},${i % 2 ? 'high' : 'critical'},${i % 3 ? 'true positive' : ''}`);
  writeFileSync(join(folder, 'alerts.csv'), ['id,time,rule,severity,verdict', ...lines, ''].join('\n'));
  writeFileSync(join(folder, 'workspace.yaml'), `clients:
  - {id: acme, name: Acme, zone: Europe/Berlin}
sources:
  - id: mine
    system: files
    historyDays: 30
    streams:
      - {name: alerts, kind: alert, path: alerts.csv, format: csv, columns: {id: id, detected: time, rule: rule, severity: severity, disposition: verdict, client: "=acme"}}
`);
});
const started: Start[] = [];
afterAll(async () => {
  for (const one of started) if (one.child.exitCode === null && one.child.signalCode === null) { one.child.kill('SIGTERM'); await one.ended; }
  rmSync(folder, { recursive: true, force: true });
});

interface Start { readonly child: ReturnType<typeof spawnRegistered>; readonly out: () => string; readonly err: () => string; readonly ended: Promise<number | null> }
function start(...args: string[]): Start {
  const child = spawnRegistered(process.execPath, ['--import', 'tsx', join(ROOT, 'demo/start.ts'), ...args], { cwd: ROOT, env: { ...process.env, SOC_SKIP_BUILD: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout!.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  child.stderr!.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  const one: Start = { child, out: () => out, err: () => err, ended: once(child, 'close').then(([code]) => code as number | null) };
  started.push(one);
  return one;
}
const said = (one: Start, what: RegExp): Promise<string> => new Promise((resolve, reject) => {
  const look = (): void => { const found = what.exec(one.out()); if (found) resolve(found[1] ?? found[0]); };
  one.child.stdout!.on('data', look);
  void one.ended.then(code => reject(new Error(`ended with ${code} before it said ${String(what)}:\n${one.out()}${one.err()}`)));
  look();
});
const page = (url: string): Promise<{ status: number; text: string }> => new Promise((resolve, reject) => {
  get(url, response => { let text = ''; response.on('data', (c: Buffer) => { text += c.toString(); }); response.on('end', () => resolve({ status: response.statusCode ?? 0, text })); }).on('error', reject);
});

test('the demo started again on its folder goes on where it was: no source is read from its start', async () => {
  const data = join(folder, 'demo');
  const run = async (): Promise<{ log: string; rows: number }> => {
    const one = start('--data', data, '--scale', '0.01', '--date', '2026-06-01', '--once', '--json');
    expect(await one.ended).toBe(0);
    const log = readFileSync(join(data, 'backend.log'), 'utf8');
    rmSync(join(data, 'backend.log'));
    return { log, rows: (JSON.parse(one.out()) as { load: { rows: number } }).load.rows };
  };
  const first = await run();
  expect(first.log).toContain('first load');
  const second = await run();
  expect(second.log).not.toContain('read again from its start');
  expect(second.rows).toBeGreaterThanOrEqual(first.rows);
  expect(second.rows).toBeLessThan(1.2 * first.rows);
});

test('--once --json: nothing but JSON on stdout, the headline metrics of the own sources, exit 0', async () => {
  const one = start('--config', join(folder, 'workspace.yaml'), '--data', join(folder, 'once'), '--once', '--json');
  expect(await one.ended).toBe(0);
  const answer = JSON.parse(one.out()) as Record<string, Record<string, unknown>[]> & { load: Record<string, unknown>; failing: unknown[] };
  expect(Object.keys(answer)).toEqual(['asOf', 'syncSeconds', 'load', 'coverage', 'sla', 'budget', 'rules', 'latency', 'integrity', 'reported', 'reportedCoverage', 'reportedVerdicts', 'sources', 'failing']);
  expect(answer.failing).toEqual([]);
  // Somebody's own sources and nothing of the demo.
  expect(answer.sources!.map(s => [s.source, s.stream, s.state, s.rows])).toEqual([['mine', 'alerts', 'current', 60]]);
  expect(answer.rules).toEqual([expect.objectContaining({ alerts: 60 })]);
  // A ratio never stands alone: each headline says how far it can be trusted.
  for (const metric of ['rules', 'sla'] as const) for (const row of answer[metric]!) expect(row).toHaveProperty('standing');
  expect(answer.load).toMatchObject({ rows: 60, monthsLookedAt: true, firstPanelSeconds: expect.any(Number) as number });
  expect(existsSync(join(folder, 'once', 'running.json'))).toBe(false);
});

test('a configuration that is refused: every problem by its key, exit 1, nothing on stdout', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, readFileSync(join(folder, 'workspace.yaml'), 'utf8').replace('historyDays', 'historyDay'));
  const one = start('--config', file, '--data', join(folder, 'wrong'), '--once', '--json');
  expect(await one.ended).toBe(1);
  expect(one.err()).toMatch(/wrong\.yaml was refused: sources\[0\]\.historyDay: unknown key "historyDay"; check its spelling, or remove it \(source "mine"\)/);
  expect(one.out()).toBe('');
  const refusedWith = async (file: string, said: RegExp): Promise<void> => {
    const refused = start('--config', file, '--data', join(folder, 'wrong'), '--once', '--json');
    expect([await refused.ended, refused.out(), refused.err()]).toEqual([1, '', expect.stringMatching(said)]);
  };
  await refusedWith(folder, /cannot be read \(EISDIR\)\. Give the path of a YAML file/);
  const latin = join(folder, 'latin.yaml');
  writeFileSync(latin, Buffer.from(readFileSync(join(folder, 'workspace.yaml'), 'utf8').replace('Acme', 'Müller'), 'latin1'));
  await refusedWith(latin, /latin\.yaml is not written in UTF-8\. Save it as UTF-8/);
  // Nothing is read, so --once would wait for ever.
  const empty = join(folder, 'empty.yaml');
  writeFileSync(empty, 'clients: [{id: acme, name: Acme, zone: UTC}]\n');
  await refusedWith(empty, /empty\.yaml names no source that is read, so there is nothing to wait for\. Add one under sources/);
  writeFileSync(empty, readFileSync(join(folder, 'workspace.yaml'), 'utf8').replace('    system: files', '    enabled: false\n    system: files'));
  await refusedWith(empty, /names no source that is read/);
  const none = start('--config', join(folder, 'none.yaml'), '--data', join(folder, 'wrong'), '--once', '--json');
  expect(await none.ended).toBe(1);
  expect(none.err()).toMatch(/There is no file .*none\.yaml.*demo\/examples\/workspace\.yaml shows one/);
});

test('sources that fail, one for want of its secret: exit 1, each named with its remedy, and the headlines of the others', async () => {
  const file = join(folder, 'half.yaml');
  writeFileSync(file, `${readFileSync(join(folder, 'workspace.yaml'), 'utf8')}  - id: lost
    system: files
    historyDays: 30
    streams:
      - {name: alerts, kind: alert, path: nowhere.csv, format: csv, columns: {id: id, detected: time, rule: rule, severity: severity, client: "=acme"}}
  - {id: keyless, system: elasticsearch, url: 'https://siem.example', auth: {kind: apikey, secret: env:SOC_TEST_NOT_SET}, alerts: {client: {fixed: acme}}}
`);
  const one = start('--config', file, '--data', join(folder, 'half'), '--once', '--json', '--patience', '0');
  expect(await one.ended).toBe(1);
  const answer = JSON.parse(one.out()) as { rules: unknown[]; failing: { source: string; stream: string; error: string }[] };
  expect(answer.failing).toEqual([
    { source: 'lost', stream: 'alerts', error: expect.stringMatching(/nowhere\.csv.*(Check|path|put)/i) as string },
    { source: 'keyless', stream: 'alerts', error: expect.stringMatching(/the variable SOC_TEST_NOT_SET of its secret "secret" is not set.*Set it/) as string },
  ]);
  expect(answer.rules).toEqual([expect.objectContaining({ alerts: 60 })]);
});

test('the page of the own sources; a second start names the first; Ctrl-C ends everything', async () => {
  const data = join(folder, 'served');
  // More sources than the runtime allows listeners without being told: nothing of that may look like a fault in the log.
  const own = readFileSync(join(folder, 'workspace.yaml'), 'utf8');
  const [head, source] = own.split(/(?=  - id: mine)/) as [string, string];
  writeFileSync(join(folder, 'many.yaml'), head + source + Array.from({ length: 12 }, (_, i) => source.replace('id: mine', `id: more-${i}`)).join(''));
  const args = ['--config', join(folder, 'many.yaml'), '--data', data, '--port', '0'];
  const first = start(...args);
  const url = await said(first, /SOC Outcomes: (http:\/\/127\.0\.0\.1:\d+\/)/);
  expect(JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'))).toEqual({ pid: first.child.pid, url });
  await said(first, /All streams are current/);
  expect(first.out()).not.toMatch(/Starting the demo/);
  expect((await page(url)).status).toBe(200);

  const second = start(...args);
  expect(await second.ended).toBe(1);
  expect(second.err()).toContain(`SOC Outcomes already runs on this folder (process ${first.child.pid}, ${url}). End that one with Ctrl-C, or give this one its own folder with --data DIR.`);
  // The first goes on as if nothing had been.
  expect((await page(url)).status).toBe(200);

  const log = readFileSync(join(data, 'backend.log'), 'utf8');
  expect(log).not.toContain('"@level":"error"');
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  await expect(page(url)).rejects.toThrow();
  expect(existsSync(join(data, 'running.json'))).toBe(false);
  expect(isAlive(first.child.pid!)).toBe(false);

  // The folder is free again, and what was read is there.
  const third = start(...args, '--once', '--json');
  expect(await third.ended).toBe(0);
  expect((JSON.parse(third.out()) as { sources: { rows: number }[] }).sources[0]!.rows).toBe(60);
});
