/** Grants verify and scopes hold with settings by file, by data source, and after a restart before the operators' data source was ever called. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runCli } from '../../src/cli/program';
import { grantsCommands } from '../../src/cli/grants';
import type { Caller } from '../contract/host/plugin-client';
import { startPlugin } from '../contract/host/plugin-client';
import { canarySoc, CLIENTS, NOW } from './support/canaries';
import { newFolder, range, startSoc, type Soc } from './support/soc';

const [ALPHA, BRAVO] = [CLIENTS[0]!, CLIENTS[1]!];
const KEY = 'grant-key-of-this-test-'.repeat(3);
const query = [{ json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'] }, ...range }];
const text = (value: unknown): string => JSON.stringify(value, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v)).toLowerCase();

/** `npm run cli -- grants …`, in this process. */
async function cli(args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string[]; said: string[] }> {
  const out: string[] = [], said: string[] = [];
  const code = await runCli(['grants', ...args], [grantsCommands], { out: line => out.push(line), say: line => said.push(line), env, now: () => NOW });
  return { code, out, said };
}
async function holds(ask: (caller: Caller) => Promise<{ status: number; error: string; frames: unknown[] }>, caller: Caller): Promise<void> {
  const answer = await ask(caller);
  expect(answer).toMatchObject({ error: '', status: 200 });
  expect(text(answer.frames)).toContain(ALPHA.canary);
  expect(text(answer.frames)).not.toContain(BRAVO.canary);
  expect(await ask({ ...caller, orgId: BRAVO.orgId })).toMatchObject({ status: 403 });
  expect(await ask({ ...caller, dataSource: { ...caller.dataSource!, uid: 'other' } })).toMatchObject({ status: 403 });
}
const clientWith = (grant: string): Caller => ({ orgId: ALPHA.orgId, role: 'Viewer', dataSource: { uid: ALPHA.uid, jsonData: { workspace: 'main' }, secrets: { grant }, lastUpdatedMS: 1 } });

describe('settings by data source', () => {
  let first: Soc;
  const data = newFolder('carrier');
  beforeAll(async () => { first = await startSoc({ data }); }, 120_000);

  test('then a restart: a client is answered before its operators asked for anything, and the sync takes over when they do', async () => {
    const caller = first.client(ALPHA);
    const ask = (soc: Soc) => async (c: Caller) => (await soc.plugin.queryData(query, c)).A!;
    await holds(ask(first), caller);
    await first.stop();
    const second = await startSoc({ data, soc: { settings: first.settings, files: join(data, 'files') }, wait: false });
    try {
      await holds(ask(second), caller);
      const { A } = await second.plugin.queryData(query, caller);
      expect(text(A!.frames[0]!.meta?.notices)).toContain('nothing was read since the last restart');
      // A revocation from before the restart holds too, and so does one from the command line while no server runs.
      const stop = new AbortController();
      const packets = second.plugin.runStream('status', stop.signal, caller)[Symbol.asyncIterator]();
      await packets.next();
      const next = packets.next();
      expect((await second.plugin.callResource('status', {}, second.operator())).status).toBe(200);
      // The listener of before is served by the sync of now.
      expect(text((await next).value)).toContain(ALPHA.canary);
      stop.abort();
      for (;;) { const { A: again } = await second.plugin.queryData(query, caller); if (!text(again!.frames[0]!.meta?.notices ?? []).includes('nothing was read')) break; }
      await holds(ask(second), caller);
    } finally { await second.stop(); }
  }, 120_000);

  test('the command line lists, replaces and revokes while no server runs, and the server knows it at its next start', async () => {
    const list = await cli(['list', '--data', join(data, 'data'), '--json']);
    expect(list.code).toBe(0);
    const grants = JSON.parse(list.out[0]!) as { id: string; orgId: number; state: string; lastUsed: number | null }[];
    const alpha = grants.find(g => g.orgId === ALPHA.orgId)!;
    expect(alpha).toMatchObject({ state: 'in force' });
    expect(alpha.lastUsed).not.toBeNull();
    const replaced = await cli(['rotate', alpha.id, '--data', join(data, 'data')]);
    expect(replaced).toMatchObject({ code: 0, out: [expect.stringMatching(/^socg1\./)] });
    const denied = await cli(['denials', '--data', join(data, 'data'), '--json']);
    expect(JSON.parse(denied.out[0]!)).toEqual(expect.arrayContaining([expect.objectContaining({ orgId: BRAVO.orgId, result: 'organisation' })]));
    const third = await startSoc({ data, soc: { settings: first.settings, files: join(data, 'files') }, wait: false });
    try {
      const ask = async (c: Caller) => (await third.plugin.queryData(query, c)).A!;
      const gone = await ask(first.client(ALPHA));
      expect(gone.status === 500 ? third.plugin.stderr() : gone.error).toContain('revoked');
      await holds(ask, clientWith(replaced.out[0]!));
      const busy = await cli(['list', '--data', join(data, 'data')]);
      expect(busy).toMatchObject({ code: 1, said: [expect.stringContaining('--grafana')] });
    } finally { await third.stop(); }
  }, 120_000);
});

describe('settings by file, key by server setting', () => {
  test('a grant minted on the command line holds, also right after the start; rotated keys verify until they are dropped', async () => {
    const data = newFolder('by-file');
    const world = canarySoc(data, { days: 6 });
    const [config, keys] = [join(data, 'workspace.yaml'), join(data, 'grant-keys')];
    mkdirSync(data, { recursive: true });
    writeFileSync(config, stringify(world.settings));
    writeFileSync(keys, `${KEY}\n`, { mode: 0o600 });
    const plugin = await startPlugin({ dataPath: join(data, 'data'), env: { GF_PLUGIN_CONFIG_FILE: config, GF_PLUGIN_FILES_ROOT: world.files, GF_PLUGIN_GRANT_KEY: `file:${keys}`, SOC_OUTCOMES_CLOCK: new Date(NOW).toISOString() } });
    try {
      const mint = async (): Promise<string> => { const minted = await cli(['mint', '--org', String(ALPHA.orgId), '--uid', ALPHA.uid, '--client', ALPHA.id, '--until', '30d', '--grant-key', `file:${keys}`]); expect(minted).toMatchObject({ code: 0 }); return minted.out[0]!; };
      const token = await mint();
      const ask = async (c: Caller) => (await plugin.queryData(query, c)).A!;
      for (;;) { const { status, frames } = await ask(clientWith(token)); if (status === 200 && text(frames).includes(ALPHA.canary)) break; expect([200, 503]).toContain(status); await new Promise(done => setTimeout(done, 50)); }
      await holds(ask, clientWith(token));
      writeFileSync(keys, `${'new'.repeat(15)}\n${KEY}\n`);
      await holds(ask, clientWith(token));
      await holds(ask, clientWith(await mint()));
      writeFileSync(keys, `${'new'.repeat(15)}\n`);
      expect((await ask(clientWith(token))).error).toContain('no longer in use');
      // The file's settings are not told to a client, whatever it asks.
      const health = await plugin.checkHealth(clientWith(await mint()));
      expect(health.status).toBe('ok');
      expect(text(health)).not.toContain(BRAVO.canary);
    } finally { await plugin.stop(); }
  }, 120_000);

  test('a grant key that cannot be used: operators learn which setting, clients only that it is so', async () => {
    const data = newFolder('bad-key');
    const world = canarySoc(data, { days: 1 });
    const config = join(data, 'workspace.yaml');
    writeFileSync(config, stringify(world.settings));
    const plugin = await startPlugin({ dataPath: join(data, 'data'), env: { GF_PLUGIN_CONFIG_FILE: config, GF_PLUGIN_FILES_ROOT: world.files, GF_PLUGIN_GRANT_KEY: 'file:/nowhere/key', SOC_OUTCOMES_CLOCK: new Date(NOW).toISOString() } });
    try {
      writeFileSync(join(data, 'key'), KEY);
      const token = (await cli(['mint', '--org', String(ALPHA.orgId), '--uid', ALPHA.uid, '--client', ALPHA.id, '--grant-key', `file:${join(data, 'key')}`])).out[0]!;
      const { A } = await plugin.queryData(query, clientWith(token));
      expect(A).toMatchObject({ status: 503 });
      expect(A!.error).not.toContain('/nowhere');
      const health = await plugin.checkHealth({ dataSource: { uid: 'any', jsonData: {} } });
      expect(health.message).toMatch(/grant_key.*cannot be read/);
    } finally { await plugin.stop(); }
  }, 60_000);
});

describe('the command line refuses in one line what it cannot do', () => {
  test.each<[string, string[], string]>([
    ['no key', ['mint', '--org', '2', '--uid', 'x', '--client', 'a'], 'Which key?'], ['a key on the command line', ['mint', '--org', '2', '--uid', 'x', '--client', 'a', '--grant-key', KEY], 'history of the shell'], ['no organisation', ['mint', '--org', 'two', '--uid', 'x', '--client', 'a', '--grant-key', 'env:K'], 'no organisation number'],
    ['a time that is none', ['mint', '--org', '2', '--uid', 'x', '--client', 'a', '--until', 'soon', '--grant-key', 'env:K'], '"soon" is no time'], ['a short key', ['mint', '--org', '2', '--uid', 'x', '--client', 'a', '--grant-key', 'env:SHORT'], 'at least 32'], ['an id that is none', ['revoke', 'x', '--grafana', 'http://127.0.0.1:1', '--data-source', 'u'], 'GRAFANA_TOKEN'],
    ['no place', ['list'], 'Where?'], ['a folder without a store', ['list', '--data', '/nowhere'], 'There is no store'], ['keys that stand in the setting', ['keys', 'rotate', '--grant-key', 'env:K'], 'change them there'], ['a token that is none', ['verify', '/nowhere/token', '--grant-key', 'env:K'], 'cannot be read'],
  ])('%s', async (_, args, part) => {
    const { code, out, said } = await cli(args, { K: KEY, SHORT: 'short' });
    expect(code).toBe(1);
    expect(out).toEqual([]);
    expect(said.join('\n')).toContain(part);
    expect(said.join('\n')).not.toMatch(/\n\s+at /);
  });
});
