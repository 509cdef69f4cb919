import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricQuery } from '../../../src/backend/metrics/all';
import type { ScopedReader } from '../../../src/backend/scope/reader';
import type { Store } from '../../../src/backend/store/port';
import { readClientsFile } from '../../../src/cli/clients/config';
import { readClientDashboards } from '../../../src/cli/clients/dashboards';
import { connect, everyOrganisation } from '../../../src/cli/clients/every';
import type { GrantDesk } from '../../../src/cli/clients/grant';
import { startPlugin, type Caller } from '../../contract/host/plugin-client';
import { startGrafanaDouble } from '../../doubles/grafana';
import { collectGarbage } from '../measure';
import { metricQuestions, panelQuestions, requestOf, type Question } from '../questions';
import type { HostileResult } from './hostile';
import type { NeighbourResult } from './neighbour';
import { benchReader } from '../world/reader';
import { clientId, NOW, settingsInput } from '../world/settings';

/**
 * One question over the same rows of the same file: asked by an operator who filters to a client, and in that client's own scope. Medians, ms;
 * `ratio` is the median of the pairs' elapsed times, `cpuRatio` that of their processor times, which decides: what other work on the machine took is not in it.
 */
export interface ScopeTiming { readonly name: string; readonly range: Question['range']; readonly unscopedMs: number; readonly scopedMs: number; readonly ratio: number; readonly cpuRatio: number }
export interface ApplyTiming { readonly organisations: number; readonly seconds: number; readonly againSeconds: number; readonly writes: number; readonly writesAgain: number; readonly failed: number }
export interface ClientsResult { readonly scope: readonly ScopeTiming[]; readonly apply?: ApplyTiming; readonly neighbour?: NeighbourResult; readonly hostile?: HostileResult }

/** What no client may ask has no price in a client's scope, and "why" of no row reads none. */
const UNPRICED = new Set(['sla.contributors', 'clients.grants', 'explain']);
/** Pairs of a quick question go on for so long, ms: of a few milliseconds each, five would tell of the machine's other work and of collected garbage. */
const AT_LEAST = 1_500;
const MOST_PAIRS = 101;
/** What a scope may cost (issue 6's aim): × the same rows by filter. */
export const SCOPE_AIM = 1.2;
const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Every metric for one client, and every panel of the client dashboards: as the client asks, and as an operator who filters to it. */
function scopeQuestions(client: string): { readonly name: string; readonly question: Question; readonly filtered: Question }[] {
  const metrics = metricQuestions().filter(q => q.name.endsWith('one client')).map(q => ({ name: q.parsed.entry.id as string, question: q, filtered: q }));
  const panels = panelQuestions(readClientDashboards()).filter(q => q.parsed.entry.filters.includes('client')).map(q => ({ name: q.name, question: q, filtered: { ...q, parsed: { ...q.parsed, filters: { ...q.parsed.filters, client: [client] } } } }));
  return [...metrics, ...panels].filter(({ question }) => !UNPRICED.has(question.parsed.entry.id));
}

/** What the scope costs: both readers take turns, so that a busy machine is busy for both; the ratio is the median of the pairs'. */
export async function measureScope(store: Store, runs: number, say: (text: string) => void): Promise<ScopeTiming[]> {
  const client = clientId(3);
  const [operator, own] = [benchReader(store), benchReader(store, [client])];
  const out: ScopeTiming[] = [];
  for (const { name, question, filtered } of scopeQuestions(client)) {
    const cpu = new Map<ScopedReader, number[]>([[operator, []], [own, []]]);
    const once = async (reader: ScopedReader): Promise<number> => {
      collectGarbage();
      const [before, begin] = [process.cpuUsage(), performance.now()];
      await metricQuery(question.parsed.entry.id).run(reader, requestOf(reader === own ? question : filtered));
      const [ms, used] = [performance.now() - begin, process.cpuUsage(before)];
      cpu.get(reader)!.push(used.user + used.system);
      return ms;
    };
    const pairs: [number, number][] = [];
    const begin = performance.now();
    for (let i = 0; i < runs + 2 || (runs > 1 && i < MOST_PAIRS && performance.now() - begin < AT_LEAST); i++) {
      const pair: [number, number] = i % 2 === 0 ? [await once(operator), await once(own)] : await once(own).then(async scoped => [await once(operator), scoped]);
      if (i >= 2 || runs === 1) pairs.push(pair);
    }
    const [unscopedMs, scopedMs] = [middle(pairs.map(p => p[0])), middle(pairs.map(p => p[1]))];
    const ratio = middle(pairs.map(p => p[1] / p[0]));
    // Of pairs, not of two medians: work of others slows a stretch of the runs, and a median of one reader may fall into it while the other's does not.
    const operatorCpu = cpu.get(operator)!;
    const cpuRatio = middle(cpu.get(own)!.map((used, i) => used / operatorCpu[i]!).slice(runs === 1 ? 0 : 2));
    out.push({ name, range: question.range, unscopedMs, scopedMs, ratio, cpuRatio });
    say(`${unscopedMs.toFixed(1).padStart(8)} ms filtered  ${scopedMs.toFixed(1).padStart(8)} ms in the client's scope  ${ratio.toFixed(2)} ×  processor ${cpuRatio.toFixed(2)} ×  ${question.range}  ${name}`);
  }
  const sum = (of: (t: ScopeTiming) => number) => out.reduce((n, t) => n + of(t), 0);
  say(`scope: ${(sum(t => t.scopedMs) / sum(t => t.unscopedMs)).toFixed(2)} × over all, by processor time median ${middle(out.map(t => t.cpuRatio)).toFixed(2)} ×, worst ${Math.max(...out.map(t => t.cpuRatio)).toFixed(2)} ×`);
  out.sort((a, b) => b.cpuRatio - a.cpuRatio);
  for (const t of out.filter(x => x.cpuRatio > SCOPE_AIM)) say(`over ${SCOPE_AIM} ×: processor ${t.cpuRatio.toFixed(2)} ×, elapsed ${t.ratio.toFixed(2)} ×  ${t.range}  ${t.name}  (${t.unscopedMs.toFixed(1)} → ${t.scopedMs.toFixed(1)} ms)`);
  return out;
}

/** `clients apply` of every client of the store against a Grafana-compatible server, grants minted by the built backend over that store; then once more. */
export async function measureApply(folder: string, say: (text: string) => void): Promise<ApplyTiming> {
  const operator: Caller = { dataSource: { uid: 'bench', jsonData: { settings: settingsInput }, lastUpdatedMS: 1 } };
  const plugin = await startPlugin({ dataPath: folder, env: { SOC_OUTCOMES_CLOCK: new Date(NOW).toISOString() } });
  const grafana = await startGrafanaDouble();
  const place = mkdtempSync(join(tmpdir(), 'soc-bench-clients-'));
  try {
    const path = join(place, 'clients.yaml');
    writeFileSync(path, JSON.stringify({ grafana: { url: grafana.url, user: 'admin', password: 'env:P' }, clients: settingsInput.clients }));
    const call = async (route: string, body: object): Promise<Record<string, unknown>> => {
      const answer = await plugin.callResource(route, { method: 'POST', body: JSON.stringify(body) }, operator);
      if (answer.status !== 200) throw new Error(`${route}: ${answer.status} ${answer.body}`);
      return JSON.parse(answer.body) as Record<string, unknown>;
    };
    const desk: GrantDesk = {
      mint: async wish => { const { grant, claims } = await call('grants', wish) as { grant: string; claims: { id: string } }; return { grant, id: claims.id }; },
      revoke: async id => { await call('grants/revoke', { id }); },
    };
    const file = readClientsFile(path);
    const run = async () => {
      grafana.seen.length = 0;
      const begin = performance.now();
      const outcomes = await everyOrganisation(connect(file, { P: 'admin' }), { file, dashboards: readClientDashboards(), now: NOW, desk }, true);
      return { seconds: (performance.now() - begin) / 1000, writes: grafana.seen.filter(s => s.method !== 'GET').length, failed: outcomes.filter(o => o.error !== null).length };
    };
    const first = await run(), again = await run();
    const result = { organisations: file.clients.length, seconds: first.seconds, againSeconds: again.seconds, writes: first.writes, writesAgain: again.writes, failed: first.failed + again.failed };
    say(`clients apply of ${result.organisations}: ${first.seconds.toFixed(1)} s and ${first.writes} writes; once more ${again.seconds.toFixed(1)} s and ${again.writes} writes; ${result.failed} failed`);
    return result;
  } finally {
    await grafana.close();
    rmSync(place, { recursive: true, force: true });
    await plugin.stop().catch(() => plugin.kill());
  }
}
