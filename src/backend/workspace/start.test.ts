/** Workspaces of a config file at the start of the process: a store that another process holds, a file that is wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServerSettings } from '../../settings/server';
import { openDuckDb } from '../store/duckdb';
import { writeMeta } from '../sync/meta';
import type { WorkspaceContext } from './context';
import { Workspaces } from './workspaces';

const T0 = Date.UTC(2026, 2, 10, 12);
const quiet = { info: () => undefined, warn: () => undefined };
const operator: WorkspaceContext = { orgId: 1, role: 'Admin', dataSource: { uid: 'any', jsonData: {}, decryptedSecureJsonData: {}, lastUpdatedMS: 1 } };
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'soc-start-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const given = (text: string) => {
  const file = join(folder, 'workspace.yaml');
  writeFileSync(file, text);
  return { server: readServerSettings({ GF_PLUGIN_CONFIG_FILE: file, GF_PLUGIN_DATA_PATH: folder }), env: {}, defaultDataPath: folder, onFatal: (error: Error) => { throw error; } };
};

test('a store that another host synced a moment ago is tried again until that lease is over; until then health says who holds it', async () => {
  let clock = T0;
  const path = join(folder, 'main', 'outcomes.duckdb');
  mkdirSync(join(folder, 'main'));
  const store = await openDuckDb({ path });
  await store.transaction(tx => writeMeta(tx, 'writer_lease', { holder: 'x', host: 'another-host', pid: 4711, heartbeat: T0 }));
  await store.close();
  const pauses: number[] = [];
  const said: (string | null)[] = [];
  const workspaces: Workspaces = new Workspaces({
    ...given('workspace: main\nclients:\n  - {id: acme, name: Acme, zone: UTC}\n'), now: () => clock, log: { ...quiet, error: () => undefined },
    sleep: ms => { pauses.push(ms); said.push(workspaces.obstacle(operator)); clock += ms; return Promise.resolve(); },
  });
  try {
    await workspaces.start();
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000]);
    expect(said.every(text => text?.includes('PID 4711 on another-host'))).toBe(true);
    expect(workspaces.obstacle(operator)).toBeNull();
    expect((await workspaces.open(operator)).reader.operator).toBe(true);
    expect([operator, { ...operator, namespace: 'default' }, { ...operator, namespace: 'org-7' }, { ...operator, orgId: 7 }].map(c => workspaces.isOperator(c))).toEqual([true, true, false, false]);
  } finally { await workspaces.close(); }
});

test('a file that is wrong is read once, and a stop ends the waiting', async () => {
  const pauses: number[] = [];
  const wrong = new Workspaces({ ...given('workspace: main\nzones: UTC\n'), now: () => T0, log: { ...quiet, error: () => undefined }, sleep: ms => { pauses.push(ms); return Promise.resolve(); } });
  await wrong.start();
  expect(wrong.obstacle(operator)).toMatch(/unknown key "zones"/);
  await wrong.close();
  expect(pauses).toEqual([]);
});
