/** Every metric, resource, stream, annotation and error text, asked by every client: no byte of another client's canary. */
import { DIMENSIONS } from '../../src/catalog/types';
import { ENTRIES } from '../../src/catalog';
import { ROUTES } from '../../src/backend/handlers/routes';
import type { Caller } from '../contract/host/plugin-client';
import { pluginContext } from '../contract/host/caller';
import { DRILLS } from '../../src/backend/metrics/rows/all';
import { isDrill } from '../../src/backend/metrics/rows/part';
import { toToken, type AskedToken } from '../../src/backend/metrics/rows/token';
import { canarySoc, CLIENTS, NOW, SHARED_TITLE, UNASSIGNED_CANARY } from './support/canaries';
import { current, newFolder, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

/** October lies whole in it: it closed on 5 November, and what was frozen of it is among what is searched. */
const range = { fromMs: NOW - 60 * 86_400_000, toMs: NOW };
const REPORTED = ['reported.history', 'reported.coverage', 'reported.rules'] as const;
const ALL = [...CLIENTS.map(c => c.canary), UNASSIGNED_CANARY];

/** Every query that the catalog allows: each metric × view × grouping, tables with every column, and filters that name everybody. */
function queries(): { name: string; json: Record<string, unknown> }[] {
  return ENTRIES.flatMap(entry => {
    const views = [...entry.views, ...(entry.annotation ? ['annotation'] : [])];
    const groups: (string[] | undefined)[] = [undefined, ...entry.groupBy.map(d => [d]), [...entry.groupBy].slice(0, 4)];
    const everybody = Object.fromEntries(entry.filters.filter(f => ['client', 'source', 'rule'].includes(f)).map(f => [f, f === 'client' ? CLIENTS.map(c => c.id) : ALL.map(c => (f === 'source' ? `src-${c}` : `files:${c}-rule`))]));
    return views.flatMap(view => groups.flatMap(groupBy => [{}, { filters: everybody }].map(more => ({
      name: `${entry.id} ${view} by ${groupBy?.join('+') ?? 'default'}${'filters' in more ? ' filtered' : ''}`,
      json: { version: 1, metric: entry.id, view, ...(groupBy && { groupBy }), ...(view === 'table' && { columns: entry.columns.map(c => c.name) }), ...more },
    }))));
  });
}

/** Raw bytes of every answer, as text: frames are searched as they travel, not as they decode. */
async function ask(soc: Soc, caller: Caller, list: ReturnType<typeof queries>): Promise<Map<string, { status: number; text: string }>> {
  const out = new Map<string, { status: number; text: string }>();
  for (let i = 0; i < list.length; i += 40) {
    const batch = list.slice(i, i + 40);
    const { responses } = await soc.plugin.rpc.data.queryData({
      pluginContext: pluginContext(caller),
      queries: batch.map((q, k) => ({ refId: `Q${k}`, json: Buffer.from(JSON.stringify(q.json)), maxDataPoints: 500n, intervalMS: 60_000n, timeRange: { fromEpochMS: BigInt(range.fromMs), toEpochMS: BigInt(range.toMs) } })),
    });
    batch.forEach((q, k) => {
      const r = responses[`Q${k}`]!;
      out.set(q.name, { status: r.status, text: [r.error, ...r.frames.map(f => Buffer.from(f).toString('latin1'))].join('\n').toLowerCase() });
    });
  }
  return out;
}

/** Other words for verdicts, other targets and another requirement: everything that was frozen counts otherwise from now on. */
function restate(settings: Record<string, unknown>): Record<string, unknown> {
  const { sources, policy } = settings as { sources: Record<string, unknown>[]; policy: { sla: { targets: Record<string, unknown>[] }; coverage: { requirements: Record<string, unknown>[] } } };
  return {
    ...settings, sources: sources.map(s => ({ ...s, maps: { disposition: { true_positive: 'false_positive' } } })),
    policy: {
      ...policy, sla: { ...policy.sla, targets: policy.sla.targets.map(t => ({ ...t, hours: { critical: { decide: 90, notify: 90 }, high: { decide: 90 }, medium: { decide: 90 }, low: { decide: 90 } } })) },
      coverage: { ...policy.coverage, requirements: policy.coverage.requirements.map(r => ({ ...r, groups: [['host_logs']] })) },
    },
  };
}

securityRow(2, ({ proves, say }) => {
  let soc: Soc;
  beforeAll(async () => {
    const folder = newFolder('soc');
    soc = await startSoc({ data: folder, soc: canarySoc(folder, { days: 62, apart: true }) });
    await current(soc, { frozen: true });
    const restated = restate(soc.settings);
    soc = { ...soc, settings: restated, operator: (more = {}) => ({ orgId: 1, dataSource: { uid: 'ops', jsonData: { settings: restated }, secrets: {}, lastUpdatedMS: 2 }, ...more }) };
    await current(soc, { frozen: true });
  }, 180_000);
  afterAll(() => soc?.stop());
  const list = queries();

  proves('October was frozen for every client, in all its parts, and each part counts otherwise now: there is something to be seen', async () => {
    for (const metric of REPORTED) {
      const { A } = await soc.plugin.queryData([{ json: { version: 1, metric, view: 'table', bucket: 'month', groupBy: ['client', ...(metric === 'reported.rules' ? [] : [metric === 'reported.history' ? 'tier' : 'kind'])] }, ...range }], soc.operator());
      const column = (name: string): readonly unknown[] => A!.frames[0]!.fields.find(f => f.name === name)!.values;
      const found = column('client').map((client, i) => ({ client, month: column('month')[i], state: column('state')[i], restated: Number(column('restated')[i] ?? 0) })).filter(r => r.month === '2026-10');
      for (const { id } of CLIENTS) {
        const own = found.filter(r => r.client === id);
        expect([metric, id, [...new Set(own.map(r => r.state))], own.reduce((n, r) => n + r.restated, 0) > 0]).toEqual([metric, id, ['frozen'], true]);
      }
    }
  });

  proves('the operator sees every canary, so the search can find them', async () => {
    const answers = await ask(soc, soc.operator(), list);
    const all = [...answers.values()].map(a => a.text).join('\n');
    expect(ALL.filter(c => !all.includes(c))).toEqual([]);
    // What a person cannot mend (500) is a fault, whoever asks.
    expect([...answers].filter(([, a]) => a.status >= 500).map(([name, a]) => `${name}: ${a.text.slice(0, 200)}`)).toEqual([]);
  }, 240_000);

  for (const client of CLIENTS) {
    const others = [...ALL.filter(c => c !== client.canary)];
    const clean = (where: string, text: string): string[] => others.filter(c => text.toLowerCase().includes(c)).map(c => `${where}: ${c}`);

    proves(`metrics, variables and annotations of ${client.id}`, async () => {
      const answers = await ask(soc, soc.client(client), list);
      const found = [...answers].flatMap(([name, a]) => clean(name, a.text));
      expect(found).toEqual([]);
      const text = [...answers.values()].map(a => a.text).join('\n');
      expect(text).toContain(client.canary);
      expect([...answers].filter(([, a]) => a.status >= 500).map(([name, a]) => `${name}: ${a.text.slice(0, 200)}`)).toEqual([]);
      expect([...answers.values()].filter(a => a.status === 200).length).toBeGreaterThan(list.length / 3);
    }, 240_000);

    proves(`rows behind what was reported, asked in everybody's name by ${client.id}`, async () => {
      const asked = REPORTED.flatMap(metric => {
        const drill = DRILLS[metric];
        if (!isDrill(drill)) throw new Error(`${metric} leads to no rows`);
        const question: AskedToken = { metric, groupBy: ['client'], filters: { client: CLIENTS.map(c => c.id) }, bucket: 'month', options: {}, asOf: range.toMs };
        return Object.keys(drill.columns).flatMap(column => [{ month: '2026-10' }, ...CLIENTS.map(c => ({ month: '2026-10', client: c.id }))].map((cell, i) => ({
          name: `rows of ${metric} ${column} ${i}`, json: { version: 1, metric: 'rows', view: 'table', options: { asked: toToken(question), column, cell: toToken(cell), time: '', class: 'all', page: '1' } },
        })));
      });
      const answers = await ask(soc, soc.client(client), asked);
      expect([...answers].flatMap(([name, a]) => clean(name, a.text))).toEqual([]);
      expect([...answers].filter(([, a]) => a.status >= 500)).toEqual([]);
      expect([...answers.values()].filter(a => a.text.includes(client.canary)).length).toBeGreaterThan(asked.length / 8);
    }, 120_000);

    proves(`resources, health, streams and process metrics of ${client.id}`, async () => {
      const found: string[] = [];
      const names = [...new Set(ROUTES.map(r => r.path.source.replace(/[\^$]/g, '').replace(/\\\//g, '/')))];
      const paths = names.flatMap(p => (p.includes('(') ? DIMENSIONS.map(d => p.replace(/\(.*\)/, d)) : [p]));
      for (const path of paths) for (const method of ['GET', 'POST']) for (const role of ['Viewer', 'Admin']) {
        const answer = await soc.plugin.callResource(path, { method, body: method === 'POST' ? '{"settings":{}}' : '' }, soc.client(client, { role }));
        found.push(...clean(`${method} ${path} as ${role}`, answer.body + JSON.stringify(answer.headers)));
      }
      for (const other of CLIENTS) for (const format of ['html', 'json', 'csv&table=incidents', 'csv&table=misses']) {
        const query = `client=${other.id}&month=2026-10&format=${format}`;
        const { status, body } = await soc.plugin.callResource('report', { query }, soc.client(client));
        // Asking by name echoes that name at most; the page of a month holds its own client's rows alone.
        found.push(...clean(`report of ${other.id} as ${format}`, other === client || status === 200 ? body : body.replaceAll(other.id, '')));
      }
      const health = await soc.plugin.checkHealth(soc.client(client));
      expect(health).toMatchObject({ status: 'ok' });
      expect(health.message).toContain(client.name);
      found.push(...clean('health', JSON.stringify(health)), ...clean('process metrics', await soc.plugin.collectMetrics()));
      const subscribed = await soc.plugin.subscribe('status', undefined, soc.client(client));
      expect(subscribed.status).toBe(0);
      expect(JSON.stringify(subscribed.data)).toContain(client.canary);
      found.push(...clean('subscribe', JSON.stringify(subscribed)));
      const stop = new AbortController();
      for await (const packet of soc.plugin.runStream('status', stop.signal, soc.client(client))) { found.push(...clean('stream', JSON.stringify(packet))); break; }
      stop.abort();
      expect(found).toEqual([]);
    }, 120_000);

    proves(`error texts of ${client.id}: what it names itself comes back, what it does not name never`, async () => {
      const wrong = [
        { version: 1, metric: 'sla.adherence', groupBy: ['nonsense'] }, { version: 1, metric: 'nonsense' }, { version: 1, metric: 'sla.adherence', viewAs: CLIENTS.map(c => c.id) }, { version: 1, metric: 'sla.adherence', viewAs: [] },
        { version: 99 }, {}, [], 'text', { version: 1, metric: 'sla.adherence', filters: { client: ['*'] } }, { version: 1, metric: 'rules.outcomes', options: { nonsense: 1 } },
      ].map((json, i) => ({ name: `wrong ${i}`, json: json as Record<string, unknown> }));
      const answers = await ask(soc, soc.client(client), wrong);
      expect([...answers].flatMap(([name, a]) => clean(name, a.text))).toEqual([]);
      expect(answers.get('wrong 2')!.status).toBe(403);
      expect(answers.get('wrong 3')!.status).toBe(403);
    });
  }

  proves('of a shared ticket a client sees its own alerts and the clock, never the title', async () => {
    const [alpha, bravo] = [CLIENTS[0]!, CLIENTS[1]!];
    const answers = await ask(soc, soc.client(bravo), list);
    const text = [...answers.values()].map(a => a.text).join('\n');
    expect(text).not.toContain(`${SHARED_TITLE} ${alpha.canary}`);
    // Its own alerts in alpha's tickets have a clock: there are items beyond its own tickets. Links are counted for operators only.
    expect(text).not.toContain('cross_client');
    const counters = await soc.plugin.queryData([{ json: { version: 1, metric: 'integrity.counters', view: 'table' }, ...range }], soc.operator());
    expect(counters.A!.error).toBe('');
  }, 120_000);

  say(`${list.length} queries × ${CLIENTS.length} clients, every route`);
});
