/** Logs, and every way a running backend can end while it has work. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAlive } from '../../setup/processes';
import { buildConformance } from './conformance/build';
import { startPlugin, type Plugin } from './plugin-client';
import { startProcess, until, within } from './plugin-process';

let executable: string;
let plugin: Plugin;

beforeAll(async () => {
  executable = await buildConformance('endings');
});

beforeEach(async () => {
  plugin = await startPlugin({ executable });
});

afterEach(async () => {
  if (isAlive(plugin.pid)) {
    await plugin.kill();
  }
});

const logged = (text: string) => within(10_000, until(() => plugin.stderr().includes(text)), `log line "${text}"`);

describe('logs', () => {
  test('fields are plain values beside message, level and a timestamp of six digits', async () => {
    await plugin.queryData([{ json: { log: { level: 'warn', message: 'rows quarantined', fields: { rows: 3, source: 'jira', ok: false, none: null, why: { a: [1] }, '@level': 7 } } } }]);
    await logged('rows quarantined');
    const line = plugin.logs().find((one) => one['@message'] === 'rows quarantined');
    expect(line).toEqual({
      '@message': 'rows quarantined', '@level': 'warn', '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      rows: 3, source: 'jira', ok: false, none: null, why: '{"a":[1]}', level: 7,
    });
  });

  test('registered secrets and credentials in headers are gone, wherever they stand', async () => {
    const secrets = { token: 'canary/secret+1' };
    const fields = { url: 'https://user:canary-pass@host/x', request: { headers: { Authorization: 'Bearer canary-bearer', Cookie: 'sid=canary-cookie' }, note: 'canary/secret+1' }, apiKey: 'canary-key' };
    const message = 'GET /?k=canary%2Fsecret%2B1 with canary/secret+1, Authorization: Basic Y2FuYXJ5, cookie: a=canary-2; b=canary-3';
    await plugin.queryData([{ json: { log: { level: 'info', message, fields } } }], { dataSource: { secrets } });
    await logged('GET /?k=');
    expect(plugin.stderr()).not.toMatch(/canary|Y2FuYXJ5/);
    expect(plugin.stderr()).toContain('[redacted]');
  });

  test('what a library prints goes to the log and not to stdout', async () => {
    await plugin.queryData([{ json: { print: 'a library speaks' } }]);
    await logged('a library speaks');
    expect(plugin.stdout()).toBe(`${plugin.firstLine}\n`);
    expect(plugin.logs().map((line) => line['@message'])).toContain('a library speaks');
  });
});

describe('ending', () => {
  test('a call in flight is finished before the exit, and the store is closed after it', async () => {
    const answer = plugin.queryData([{ json: { hold: true, bytes: 5 } }]);
    await logged('held');
    await plugin.rpc.controller.shutdown({});
    await logged('stopping');
    await plugin.publish('release');
    expect((await answer).A?.frames[0]?.fields[0]?.values).toEqual(['xxxxx']);
    await expect(within(2_000, plugin.exited, 'exit')).resolves.toEqual({ code: 0, signal: null });
    expect(plugin.logs().map((line) => line['@message'])).toContain('closed');
  });

  test('a call that never ends is aborted, and the exit still comes within 2 s', async () => {
    const answer = plugin.queryData([{ json: { hold: true } }]).catch(() => 'aborted');
    await logged('held');
    await plugin.stop();
    await answer;
    expect(plugin.logs().map((line) => line['@message'])).toEqual(expect.arrayContaining(['aborted', 'closed']));
  });

  test('a start that fails comes after the handshake, is logged, and ends with 1', async () => {
    const failing = await startProcess({ executable, env: { CONFORMANCE_START: 'fails' } });
    expect(failing.firstLine).toMatch(/^1\|2\|unix\|/);
    await expect(within(10_000, failing.exited, 'exit')).resolves.toEqual({ code: 1, signal: null });
    expect(failing.stderr()).toContain('the start failed: the store cannot be opened');
  });

  test('open streams do not hold it up', async () => {
    const packets = plugin.runStream('progress', new AbortController().signal)[Symbol.asyncIterator]();
    await packets.next();
    await plugin.stop();
  });

  test.each(['exception', 'rejection'] as const)('an %s that nobody catches is logged and ends with 1', async (crash) => {
    await plugin.queryData([{ json: { crash } }]).catch(() => undefined);
    await expect(within(10_000, plugin.exited, 'exit')).resolves.toEqual({ code: 1, signal: null });
    expect(plugin.logs().at(-1)).toMatchObject({ '@level': 'error', '@message': expect.stringMatching(/where nobody catches/), error: expect.stringContaining('at ') });
    expect(existsSync(dirname(plugin.socket))).toBe(false);
  });
});
