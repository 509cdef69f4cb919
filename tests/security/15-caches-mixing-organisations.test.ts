/** The same queries of every organisation at the same moment, over and over: identical work is shared only within one scope. */
import { Coalesced } from '../../src/backend/handlers/coalesce';
import type { Caller } from '../contract/host/plugin-client';
import { pluginContext } from '../contract/host/caller';
import { CLIENTS, UNASSIGNED_CANARY } from './support/canaries';
import { range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

const ROUNDS = 12;
const METRICS = ['rules.outcomes', 'coverage.gaps', 'sla.adherence', 'integrity.orphans', 'sources.status'];

securityRow(15, ({ proves, say }) => {
  let soc: Soc;
  beforeAll(async () => { soc = await startSoc(); }, 120_000);
  afterAll(() => soc?.stop());

  proves('interleaved load: every answer holds its own canary and no other', async () => {
    const everybody: { who: string; caller: () => Caller; own: readonly string[] }[] = [
      { who: 'operators', caller: () => soc.operator(), own: [...CLIENTS.map(c => c.canary), UNASSIGNED_CANARY] },
      ...CLIENTS.map(c => ({ who: c.id, caller: () => soc.client(c), own: [c.canary] })),
    ];
    // Operators who view as a client share that client's scope and nothing more.
    const viewing = CLIENTS.map(c => ({ who: `operators as ${c.id}`, caller: () => soc.operator(), own: [c.canary], viewAs: [c.id] }));
    const all = [...CLIENTS.map(c => c.canary), UNASSIGNED_CANARY];
    let answers = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([...everybody, ...viewing].map(async ({ who, caller, own, ...more }) => {
        const { responses } = await soc.plugin.rpc.data.queryData({
          pluginContext: pluginContext(caller()),
          // A fixed range: the same question for everybody, down to the millisecond.
          queries: METRICS.map((metric, i) => ({ refId: String(i), json: Buffer.from(JSON.stringify({ version: 1, metric, view: 'table', ...('viewAs' in more && { viewAs: more.viewAs }) })), timeRange: { fromEpochMS: BigInt(range.fromMs), toEpochMS: BigInt(range.toMs - 3_600_000) } })),
        });
        const text = Object.values(responses).map(r => [r.error, ...r.frames.map(f => Buffer.from(f).toString('latin1'))].join('\n').toLowerCase()).join('\n');
        answers += METRICS.length;
        expect([who, all.filter(c => !own.includes(c) && text.includes(c))]).toEqual([who, []]);
        expect([who, own.filter(c => c !== UNASSIGNED_CANARY && !text.includes(c))]).toEqual([who, []]);
      }));
    }
    say(`${answers} interleaved answers`);
  }, 240_000);

  proves('identical work under way is done once per key, never across keys, and lives on while somebody waits', async () => {
    const shared = new Coalesced<string>();
    let ran = 0;
    const gates: Record<string, (text: string) => void> = {};
    const work = (key: string) => (signal: AbortSignal) => new Promise<string>((done, fail) => { ran++; gates[key] = done; signal.addEventListener('abort', () => fail(new Error('stopped'))); });
    const [gone, stays] = [new AbortController(), new AbortController()];
    const a1 = shared.run('a', work('a'), gone.signal), a2 = shared.run('a', work('a'), stays.signal), b = shared.run('b', work('b'), stays.signal);
    expect(ran).toBe(2);
    gone.abort();
    gates.a!('for a');
    gates.b!('for b');
    expect(await Promise.all([a1, a2, b])).toEqual(['for a', 'for a', 'for b']);
    const later = shared.run('a', work('a'), stays.signal);
    expect(ran).toBe(3);
    stays.abort();
    await expect(later).rejects.toThrow('stopped');
  });

  proves('nothing is answered to a scope that changed: a revoked grant gets no shared answer', async () => {
    const [alpha] = CLIENTS;
    const minted = JSON.parse((await soc.mint({ orgId: alpha!.orgId, uid: alpha!.uid, clients: [alpha!.id] })).body) as { grant: string; claims: { id: string } };
    const caller = soc.client(alpha!, { dataSource: { uid: alpha!.uid, jsonData: {}, secrets: { grant: minted.grant } } });
    const query = [{ json: { version: 1, metric: 'rules.outcomes', view: 'table' }, ...range }];
    expect((await soc.plugin.queryData(query, caller)).A!.status).toBe(200);
    await soc.plugin.callResource('grants/revoke', { method: 'POST', body: JSON.stringify({ id: minted.claims.id }) }, soc.operator());
    const [own, other] = await Promise.all([soc.plugin.queryData(query, caller), soc.plugin.queryData(query, soc.client(alpha!))]);
    expect([own.A!.status, other.A!.status]).toEqual([403, 200]);
  });
});
