import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb } from '../../store/duckdb';
import type { Store } from '../../store/port';
import { Denied } from '../reader';
import { AccessLog, FLUSH_EVERY, readAccesses } from './access-log';
import { claimsOf, GrantRefused } from './claims';
import { GrantDesk } from './desk';
import { fileRing, keyOfText, KeysRefused, settingRing, type KeyRing } from './keys';
import { GrantRegistry } from './registry';
import { peekGrant, readGrant, signGrant } from './token';
import { verifyGrant } from './verify';

const NOW = Date.UTC(2026, 10, 24);
const DAY = 86_400_000;
const request = { workspace: 'main', orgId: 7, uid: 'ds', clients: ['bravo', 'alpha', 'bravo'] };
const bearer = { workspace: 'main', orgId: 7, uid: 'ds', now: NOW };
const ring = (): KeyRing => settingRing(['k'.repeat(32)], {});
const none = (): boolean => false;
const codeOf = (work: () => unknown): string => { try { work(); return 'passed'; } catch (error) { return error instanceof Denied ? error.code : String(error); } };

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'soc-grants-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('claims', () => {
  test('clients once and in order, a year unless told, an id that nobody guesses', () => {
    const a = claimsOf(request, NOW), b = claimsOf(request, NOW);
    expect(a).toMatchObject({ clients: ['alpha', 'bravo'], notBefore: NOW - 300_000, expires: NOW + 365 * DAY, minted: NOW });
    expect(a.id).not.toBe(b.id);
  });
  test.each([
    ['no client', { ...request, clients: [] }], ['an end before the begin', { ...request, notBefore: NOW + DAY, expires: NOW }], ['an end in the past', { ...request, notBefore: NOW - 2 * DAY, expires: NOW - DAY }], ['an end now', { ...request, notBefore: NOW - DAY, expires: NOW }], ['organisation 0', { ...request, orgId: 0 }],
    ['half an organisation', { ...request, orgId: 1.5 }], ['no data source', { ...request, uid: '' }], ['a workspace that is a path', { ...request, workspace: '../x' }], ['a client that is no id', { ...request, clients: ['*'] }], ['a time that is none', { ...request, expires: NaN }],
  ])('refuses %s', (_, wanted) => { expect(() => claimsOf(wanted, NOW)).toThrow(GrantRefused); });
});

describe('the written form', () => {
  const token = signGrant(claimsOf(request, NOW), ring());
  test('reads back what was signed, with the key that signed', () => {
    expect(readGrant(token, ring())).toMatchObject({ ok: true, keyId: keyOfText('k'.repeat(32), '').id, claims: { orgId: 7, clients: ['alpha', 'bravo'] } });
    expect(verifyGrant(token, ring(), bearer, none).clients).toEqual(['alpha', 'bravo']);
  });
  test('any change of any character ends it', () => {
    for (let i = 0; i < token.length; i++) {
      const other = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
      expect([i, readGrant(other, ring()).ok]).toEqual([i, false]);
    }
    for (const other of [`${token}=`, ` ${token}`, `${token}\n`, token.toUpperCase(), token.slice(1), '', 'socg1...', 'socg2' + token.slice(5)]) expect([other, readGrant(other, ring()).ok]).toEqual([other, false]);
  });
  test('a key signs for one workspace only, whatever the claims say', () => {
    const claims = claimsOf(request, NOW);
    const other = signGrant({ ...claims, workspace: 'other' }, ring());
    const [v, k, , signature] = other.split('.');
    expect(readGrant([v, k, token.split('.')[2], signature].join('.'), ring())).toEqual({ ok: false, why: 'signature' });
  });
  test('another key of the same id length verifies nothing', () => {
    expect(readGrant(token, settingRing(['x'.repeat(32)], {}))).toEqual({ ok: false, why: 'unknown_key' });
    expect(peekGrant(token)?.claims.orgId).toBe(7);
  });
});

test('a grant holds for its bearer, from its begin to its end, unless revoked', () => {
  const token = signGrant(claimsOf({ ...request, notBefore: NOW + DAY, expires: NOW + 2 * DAY }, NOW), ring());
  const at = (more: object, revoked = none) => codeOf(() => verifyGrant(token, ring(), { ...bearer, now: NOW + DAY, ...more }, revoked));
  expect(at({})).toBe('passed');
  expect([at({ now: NOW + DAY - 1 }), at({ now: NOW + 2 * DAY - 1 }), at({ now: NOW + 2 * DAY })]).toEqual(['not_yet', 'passed', 'expired']);
  expect([at({ orgId: 8 }), at({ workspace: 'other' }), at({ uid: 'other' }), at({ uid: null }), at({}, () => true)]).toEqual(['organisation', 'workspace', 'data_source', 'data_source', 'revoked']);
});

describe('keys', () => {
  test('a file ring makes its key on first use, 0600, rotates and drops', () => {
    const own = join(folder, 'own');
    const first = fileRing(own);
    expect(first.ids()).toEqual([]);
    const old = first.current();
    expect(statSync(join(own, 'grant.key')).mode & 0o777).toBe(0o600);
    // Another process (the command line) rotates; this one sees it.
    const fresh = fileRing(own).rotate();
    expect(first.current().id).toBe(fresh.id);
    expect(first.byId(old.id)?.id).toBe(old.id);
    const token = signGrant(claimsOf(request, NOW), { ...first, current: () => old });
    expect(readGrant(token, first).ok).toBe(true);
    first.drop(old.id);
    expect(readGrant(token, first)).toEqual({ ok: false, why: 'unknown_key' });
    expect(() => first.drop(fresh.id)).toThrow(KeysRefused);
    expect(() => first.drop('00000000')).toThrow(KeysRefused);
    chmodSync(join(own, 'grant.key'), 0o644);
    fileRing(own).ids();
    expect(statSync(join(own, 'grant.key')).mode & 0o777).toBe(0o600);
  });
  test('a server setting: by file, by variable, several; the first signs; a changed file counts without a restart', () => {
    const file = join(folder, 'keys');
    writeFileSync(file, `# newest first\n${'a'.repeat(40)}\n\n${'b'.repeat(40)}\n`);
    const setting = settingRing([`file:${file}`, 'env:GF_PLUGIN_OLD'], { GF_PLUGIN_OLD: 'c'.repeat(40) });
    expect(setting.ids()).toHaveLength(3);
    expect(setting.current().secret.toString()).toBe('a'.repeat(40));
    writeFileSync(file, `${'n'.repeat(40)}\n`);
    expect(setting.current().secret.toString()).toBe('n'.repeat(40));
    expect(setting.byId(keyOfText('a'.repeat(40), '').id)).toBeNull();
    rmSync(file);
    // A file that vanished for a moment ends no grant.
    expect(setting.byId(keyOfText('n'.repeat(40), '').id)).not.toBeNull();
    expect(() => setting.rotate()).toThrow(KeysRefused);
  });
  test.each([['a short key', ['short'], {}], ['a variable that is not set', ['env:GF_PLUGIN_NOPE'], {}], ['a file that is not there', ['file:/nowhere/key'], {}], ['an empty variable', ['env:X'], { X: '' }]])('refuses %s and says what to do', (_, setting, env) => {
    expect(() => settingRing(setting, env)).toThrow(/grant_key/);
    try { settingRing(setting, env); } catch (error) { expect(error).toBeInstanceOf(KeysRefused); expect((error as Error).message).not.toContain('short\n'); }
  });
});

describe('what the store keeps', () => {
  let store: Store;
  let now = NOW;
  const desk = async () => new GrantDesk({ registry: await GrantRegistry.open(store), ring: fileRing(join(folder, 'desk')), workspace: 'main', clients: ['alpha', 'bravo'], operatorOrgIds: [1], now: () => now });
  beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
  afterAll(() => store.close());

  test('mint, list, replace, revoke, expire; all of it known after a restart; the token nowhere', async () => {
    const d = await desk();
    const one = await d.mint(request), two = await d.mint({ ...request, orgId: 8, expires: NOW + 10 * DAY });
    expect(d.list().map(g => [g.orgId, g.state])).toEqual([[7, 'in force'], [8, 'in force']]);
    const three = await d.rotate(one.claims.id);
    const four = await d.rotate(two.claims.id, true);
    expect(four.claims.expires - four.claims.minted).toBe(10 * DAY);
    await d.revoke(four.claims.id, 'left');
    await d.revoke('g00000000000000ff', 'never met');
    now = NOW + 11 * DAY;
    const again = await desk();
    expect(Object.fromEntries(again.list().map(g => [g.id, [g.state, g.revokedReason, g.replacedBy]]))).toEqual({
      [three.claims.id]: ['in force', null, null], [one.claims.id]: ['revoked', 'replaced', three.claims.id], [two.claims.id]: ['expired', null, null], [four.claims.id]: ['revoked', 'left', null], g00000000000000ff: ['revoked', 'never met', null],
    });
    await expect(again.rotate(one.claims.id)).rejects.toThrow(GrantRefused);
    await expect(again.rotate('g00000000000000aa')).rejects.toThrow(GrantRefused);
    await expect(again.revoke('nonsense', '')).rejects.toThrow(GrantRefused);
    await expect(again.mint({ ...request, clients: ['charlie'] })).rejects.toThrow('alpha, bravo');
    await expect(again.mint({ ...request, orgId: 1 })).rejects.toThrow(GrantRefused);
    now = NOW;
  });

  test('a revocation holds before it is written, and a failed note of use harms nothing', async () => {
    const broken: Store = { ...store, transaction: () => Promise.reject(new Error('disk full')) };
    const registry = await GrantRegistry.open(broken);
    await expect(registry.revoke('g00000000000000bb', 'x', NOW)).rejects.toThrow('disk full');
    expect(registry.isRevoked('g00000000000000bb')).toBe(true);
    const claims = claimsOf(request, NOW);
    await expect(registry.note(claims, 'k', NOW)).rejects.toThrow('disk full');
    expect(registry.get(claims.id, NOW)).toBeNull();
  });

  test('a revocation that comes while a use is being noted stays, although that note then fails', async () => {
    let fail: (error: Error) => void = () => undefined;
    let calls = 0;
    const slow: Store = { ...store, transaction: work => (++calls === 1 ? new Promise((_, reject) => { fail = reject; }) : store.transaction(work)) };
    const registry = await GrantRegistry.open(slow);
    const claims = claimsOf(request, NOW);
    const noting = registry.note(claims, 'k', NOW);
    await registry.revoke(claims.id, 'left', NOW);
    fail(new Error('out of memory'));
    await expect(noting).rejects.toThrow('out of memory');
    expect([registry.isRevoked(claims.id), registry.get(claims.id, NOW)?.state]).toEqual([true, 'revoked']);
    expect((await GrantRegistry.open(store)).isRevoked(claims.id)).toBe(true);
  });

  test('accesses add up by day, organisation, role and result; a failed write loses none', async () => {
    const log = new AccessLog();
    expect(log.note({ orgId: 7, role: 'Viewer', result: 'allowed' }, NOW)).toBe(true);
    expect(log.note({ orgId: 7, role: 'Viewer', result: 'allowed' }, NOW + 1)).toBe(false);
    log.note({ orgId: 7, role: 'Viewer', result: 'expired' }, NOW + 2);
    expect(log.note({ orgId: 7, role: 'none', result: 'expired' }, NOW + DAY)).toBe(true);
    await expect(log.flush({ ...store, transaction: () => Promise.reject(new Error('busy')) }, NOW)).rejects.toThrow('busy');
    log.note({ orgId: 7, role: 'Viewer', result: 'allowed' }, NOW + 3);
    expect(log.due(NOW + FLUSH_EVERY)).toBe(true);
    await log.flush(store, NOW + FLUSH_EVERY);
    // A log line a day and kind, not one per write of the counts.
    expect(log.note({ orgId: 7, role: 'Viewer', result: 'allowed' }, NOW + 4)).toBe(false);
    await log.flush(store, NOW + 2 * FLUSH_EVERY);
    expect((await readAccesses(store, 0, false)).map(a => [a.role, a.result, a.count, a.last])).toEqual([['none', 'expired', 1, NOW + DAY], ['Viewer', 'allowed', 4, NOW + 4], ['Viewer', 'expired', 1, NOW + 2]]);
    expect((await readAccesses(store, 0, true)).every(a => a.result !== 'allowed')).toBe(true);
    expect(log.totals()).toEqual({ allowed: 4, denied: 2 });
  });
});

test('the key file is never half written', () => {
  const own = join(folder, 'whole');
  const r = fileRing(own);
  for (let i = 0; i < 20; i++) r.rotate();
  expect(readFileSync(join(own, 'grant.key'), 'utf8').trim().split('\n')).toHaveLength(20);
});
