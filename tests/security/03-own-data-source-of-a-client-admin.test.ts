/** Data sources that an admin of a client organisation could build: each is denied, counted and logged by organisation and role. */
import { createHmac, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from '../contract/host/plugin-client';
import { CLIENTS } from './support/canaries';
import { range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

const [ALPHA, BRAVO] = [CLIENTS[0]!, CLIENTS[1]!];
const claimsOf = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[2]!, 'base64url').toString('utf8')) as Record<string, unknown>;
const withClaims = (token: string, more: Record<string, unknown>): string => { const [v, k, , s] = token.split('.'); return [v, k, Buffer.from(JSON.stringify({ ...claimsOf(token), ...more })).toString('base64url'), s].join('.'); };
const resigned = (token: string, more: Record<string, unknown>, key: string): string => {
  const [v, k] = token.split('.');
  const signed = [v, k, Buffer.from(JSON.stringify({ ...claimsOf(token), ...more })).toString('base64url')].join('.');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
};

securityRow(3, ({ proves, say }) => {
  let soc: Soc;
  let token: string;
  beforeAll(async () => { soc = await startSoc(); token = soc.tokens.get(ALPHA.id)!; }, 120_000);
  afterAll(() => soc?.stop());
  const source = (grant: string, more: Record<string, unknown> = {}, uid = ALPHA.uid): Partial<Caller> => ({ role: 'Admin', dataSource: { uid, jsonData: more, secrets: { grant }, lastUpdatedMS: 9 } });

  const hostile: [string, () => Partial<Caller>, string][] = [
    ['no grant', () => source(''), 'no_grant'],
    ['another organisation\'s grant, copied', () => source(soc.tokens.get(BRAVO.id)!), 'organisation'],
    ['another organisation\'s grant under its uid', () => source(soc.tokens.get(BRAVO.id)!, {}, BRAVO.uid), 'organisation'],
    ['the own grant in another data source', () => source(token, {}, 'another'), 'data_source'],
    ['the own grant without a data source uid', () => source(token, {}, ''), 'data_source'],
    ['more clients written into the grant', () => source(withClaims(token, { clients: CLIENTS.map(c => c.id) })), 'signature'],
    ['a later end written into the grant', () => source(withClaims(token, { expires: 8_000_000_000_000 })), 'signature'],
    ['another organisation written into the grant', () => source(withClaims(soc.tokens.get(BRAVO.id)!, { orgId: ALPHA.orgId, uid: ALPHA.uid })), 'signature'],
    ['a grant signed with an own key', () => source(resigned(token, { clients: CLIENTS.map(c => c.id) }, randomBytes(48).toString('base64'))), 'signature'],
    ['a grant signed with nothing', () => source(resigned(token, {}, '')), 'signature'],
    ['a key id that does not exist', () => source(token.replace(/\.[0-9a-f]{8}\./, '.00000000.')), 'unknown_key'],
    ['one character less', () => source(token.slice(0, -1)), 'malformed'],
    ['a character more', () => source(`${token}A`), 'malformed'],
    ['no signature', () => source(token.slice(0, token.lastIndexOf('.'))), 'malformed'],
    ['a megabyte', () => source('socg1.' + 'a'.repeat(1_000_000)), 'malformed'],
    ['a workspace that climbs out of the data folder', () => source(withClaims(token, { workspace: '../../etc' })), 'malformed'],
    ['claims that are no object', () => source(token.replace(/\.[^.]+\.([^.]+)$/, `.${Buffer.from('[]').toString('base64url')}.$1`)), 'malformed'],
    ['a prototype in the claims', () => source(token.replace(/\.[^.]+\.([^.]+)$/, `.${Buffer.from('{"__proto__":{"clients":["x"]}}').toString('base64url')}.$1`)), 'malformed'],
    ['another workspace named beside the grant', () => source(token, { workspace: 'other' }), 'workspace'],
    ['own settings beside the grant', () => source(token, { settings: { workspace: 'main', clients: CLIENTS.map(({ id, name, zone }) => ({ id, name, zone })), sources: [] } }), 'foreign_settings'],
    ['own settings, no grant', () => source('', { settings: { workspace: 'main', clients: [], sources: [] } }), 'no_grant'],
    ['own settings of a workspace of its own', () => source(token, { settings: { workspace: 'mine', sources: [] } }), 'foreign_settings'],
    ['the operators\' data source, copied', () => ({ role: 'Admin', dataSource: { uid: 'ops', jsonData: { settings: soc.settings }, secrets: {}, lastUpdatedMS: 99 } }), 'no_grant'],
    ['no data source at all', () => ({ role: 'Admin', dataSource: null }), 'no_grant'],
  ];

  proves(`${hostile.length} hostile data sources are denied by queries, resources, health and streams`, async () => {
    for (const [what, build] of hostile) {
      const caller: Caller = { orgId: ALPHA.orgId, ...build() };
      const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], caller);
      expect({ what, status: A!.status, frames: A!.frames.length }).toEqual({ what, status: 403, frames: 0 });
      for (const path of ['status', 'suggestions/client', 'suggestions/rule', 'grants', 'denials']) expect({ what, path, status: (await soc.plugin.callResource(path, {}, caller)).status }).toEqual({ what, path, status: 403 });
      expect((await soc.plugin.checkHealth(caller)).status).toBe('error');
      expect((await soc.plugin.subscribe('status', undefined, caller)).status).not.toBe(0);
      expect((await soc.plugin.publish('status', {}, caller)).status).not.toBe(0);
    }
  }, 120_000);

  proves('each is listed for operators by organisation, role and reason, and logged without a person', async () => {
    const { denials } = JSON.parse((await soc.plugin.callResource('denials', { query: 'since=0' }, soc.operator())).body) as { denials: { orgId: number; role: string; result: string; count: number }[] };
    for (const reason of new Set(hostile.map(h => h[2]))) expect(denials.some(d => d.orgId === ALPHA.orgId && d.role === 'Admin' && d.result === reason && d.count > 0) ? reason : `${reason} missing`).toBe(reason);
    expect(denials.every(d => !('user' in d))).toBe(true);
    const lines = soc.plugin.logs().filter(l => l['@message'] === 'access denied');
    expect(lines.some(l => l.organisation === ALPHA.orgId && l.role === 'Admin' && l.reason === 'signature')).toBe(true);
    expect(soc.plugin.stderr()).not.toMatch(/jane|soc\.example/i);
    // A grant is a secret: no log line holds one.
    for (const t of soc.tokens.values()) expect(soc.plugin.stderr()).not.toContain(t);
  });

  proves('nothing of them is left: no workspace, no changed setting, the real ones go on', async () => {
    expect(readdirSync(join(soc.folder, 'data'))).toEqual(['main']);
    for (const caller of [soc.client(ALPHA), soc.client(BRAVO), soc.operator()]) {
      const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], caller);
      expect(A).toMatchObject({ error: '', status: 200 });
    }
    const clients = JSON.parse((await soc.plugin.callResource('suggestions/client', {}, soc.operator())).body) as { values: unknown[] };
    expect(clients.values).toHaveLength(CLIENTS.length);
  });

  proves('a second operator organisation cannot take the workspace over', async () => {
    const second = await startSoc({ env: { GF_PLUGIN_OPERATOR_ORG_IDS: '1, 4' } });
    try {
      const other: Caller = { ...second.operator(), orgId: 4, dataSource: { uid: 'ops', jsonData: { settings: second.settings }, secrets: {}, lastUpdatedMS: 1 } };
      const { A } = await second.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], other);
      expect(A).toMatchObject({ status: 403, frames: [] });
      const { A: own } = await second.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], second.operator());
      expect(own).toMatchObject({ error: '', status: 200 });
    } finally { await second.stop(); }
  }, 120_000);

  proves('a grant ends when it is revoked, at its end, and begins at its begin', async () => {
    const ask = async (grant: string) => (await soc.plugin.queryData([{ json: { version: 1, metric: 'sla.adherence' }, ...range }], { orgId: ALPHA.orgId, ...source(grant) })).A!;
    const minted = async (more: Record<string, unknown>) => JSON.parse((await soc.mint({ orgId: ALPHA.orgId, uid: ALPHA.uid, clients: [ALPHA.id], ...more })).body) as { grant: string; claims: { id: string } };
    const one = await minted({});
    expect((await ask(one.grant)).status).toBe(200);
    expect((await soc.plugin.callResource('grants/revoke', { method: 'POST', body: JSON.stringify({ id: one.claims.id, reason: 'test' }) }, soc.operator())).status).toBe(200);
    expect((await ask(one.grant)).error).toContain('revoked');
    expect((await ask((await minted({ notBefore: '2026-12-01', expires: '2026-12-31' })).grant)).error).toContain('begins at');
    expect((await soc.mint({ orgId: ALPHA.orgId, uid: ALPHA.uid, clients: [ALPHA.id], expires: '2026-01-01' })).status).toBe(400);
    expect((await soc.mint({ orgId: ALPHA.orgId, uid: ALPHA.uid, clients: ['nobody'] })).status).toBe(400);
    expect((await soc.mint({ orgId: 1, uid: 'x', clients: [ALPHA.id] })).status).toBe(400);
  });
  say(`${hostile.length} hostile data sources`);
});
