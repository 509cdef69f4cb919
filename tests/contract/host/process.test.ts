/** The product's built backend as a process: handshake, socket, health, stop, signals, parent. One test per row of the contract. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { isAlive, registerProcess, runDirectory, spawnRegistered, unregisterProcess } from '../../setup/processes';
import { startPlugin, type Plugin } from './plugin-client';
import { BUILT, startProcess, until, within } from './plugin-process';

let plugin: Plugin;

let dataPath: string;

beforeEach(async () => {
  dataPath = mkdtempSync(join(runDirectory(), 'data-'));
  plugin = await startPlugin({ dataPath, env: { GF_PLUGIN_LOG_LEVEL: 'debug' } });
});

afterEach(async () => {
  if (isAlive(plugin.pid)) {
    await plugin.kill();
  }
});

test('the first line on stdout is the handshake, and nothing follows it', async () => {
  expect(plugin.firstLine).toMatch(/^1\|2\|unix\|\/[^|]+\|grpc$/);
  await plugin.rpc.health.check({ service: 'plugin' });
  await plugin.stop();
  expect(plugin.stdout()).toBe(`${plugin.firstLine}\n`);
});

test('the socket and its folder belong to the owner alone', () => {
  expect(statSync(plugin.socket).isSocket()).toBe(true);
  expect(statSync(plugin.socket).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(plugin.socket)).mode & 0o777).toBe(0o700);
});

test('health: "plugin" is SERVING, another service is unknown, Watch stays open', async () => {
  expect((await plugin.rpc.health.check({ service: 'plugin' })).status).toBe(1);
  await expect(plugin.rpc.health.check({ service: 'other' })).rejects.toMatchObject({ code: Code.NotFound });
  const end = new AbortController();
  const watch = plugin.rpc.health.watch({ service: 'plugin' }, { signal: end.signal })[Symbol.asyncIterator]();
  expect((await watch.next()).value).toMatchObject({ status: 1 });
  end.abort();
  await expect(watch.next()).rejects.toMatchObject({ code: Code.Canceled });
});

test('shutdown: answers, exits with 0 within 2 s, and takes its socket along', async () => {
  await plugin.stop();
  await expect(plugin.exited).resolves.toEqual({ code: 0, signal: null });
  expect(existsSync(dirname(plugin.socket))).toBe(false);
});

test('the stdio stream is open until the shutdown and then ends', async () => {
  const stdio = plugin.rpc.stdio.streamStdio({})[Symbol.asyncIterator]();
  let ended = false;
  const next = stdio.next().then((result) => (ended = result.done === true));
  await plugin.rpc.health.check({ service: 'plugin' });
  await plugin.rpc.health.check({ service: 'plugin' });
  expect(ended).toBe(false);
  await plugin.stop();
  await next;
  expect(ended).toBe(true);
});

test('the broker is unimplemented', async () => {
  const answer = plugin.rpc.broker.startStream((async function* () {})())[Symbol.asyncIterator]().next();
  await expect(answer).rejects.toMatchObject({ code: Code.Unimplemented });
});

test('SIGINT is ignored', async () => {
  process.kill(plugin.pid, 'SIGINT');
  await within(10_000, until(() => plugin.stderr().includes('SIGINT ignored')), 'log line about SIGINT');
  expect((await plugin.rpc.health.check({ service: 'plugin' })).status).toBe(1);
  await plugin.stop();
});

test('SIGTERM is a graceful stop', async () => {
  process.kill(plugin.pid, 'SIGTERM');
  await expect(within(2_000, plugin.exited, 'exit after SIGTERM')).resolves.toEqual({ code: 0, signal: null });
  expect(existsSync(dirname(plugin.socket))).toBe(false);
});

test('after a kill it starts again on the same data', async () => {
  await plugin.kill();
  const again = await startPlugin({ dataPath });
  expect((await again.rpc.health.check({ service: 'plugin' })).status).toBe(1);
  await again.stop();
});

test('two at once do not disturb each other', async () => {
  const other = await startPlugin();
  expect(other.socket).not.toBe(plugin.socket);
  await other.stop();
  expect((await plugin.rpc.health.check({ service: 'plugin' })).status).toBe(1);
});

test('it ends when its parent dies without a word', async () => {
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn(${JSON.stringify(BUILT)}, [], { env: { grafana_plugin_type: 'datasource', GF_PLUGIN_DATA_PATH: process.env.DATA }, stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', (line) => process.stdout.write(child.pid + ' ' + line));
    setInterval(() => {}, 1000);`;
  const parent = spawnRegistered(process.execPath, ['-e', script], { env: { DATA: mkdtempSync(join(runDirectory(), 'data-')) }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
  const [pid, handshake] = line.toString().trim().split(' ') as [string, string];
  registerProcess(Number(pid), 'backend of a parent that dies');
  parent.kill('SIGKILL');
  await within(10_000, until(() => !isAlive(Number(pid))), 'end of the orphaned backend');
  unregisterProcess(Number(pid));
  expect(existsSync(dirname(handshake.split('|')[3]!))).toBe(false);
});

test('without Grafana it says what it is and exits with 1', async () => {
  await expect(startProcess({ env: { grafana_plugin_type: undefined } })).rejects.toThrow(/ended \(1\) before its first line.*started by Grafana/s);
});

test('a folder for sockets that does not exist is named', async () => {
  await expect(startProcess({ env: { PLUGIN_UNIX_SOCKET_DIR: '/nowhere/at/all' } })).rejects.toThrow(/ended \(1\).*\/nowhere\/at\/all/s);
});

test('every line on stderr is a log line of the host', async () => {
  await plugin.stop();
  const lines = plugin.logs();
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatchObject({ '@message': expect.any(String), '@level': expect.stringMatching(/^(debug|info|warn|error)$/) });
    expect(line['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    Object.values(line).forEach((value) => expect(value === null || ['string', 'number', 'boolean'].includes(typeof value)).toBe(true));
  }
});
