import { readClientDashboards } from '../../../src/cli/clients/dashboards';
import { MINUTE } from '../../../src/model';
import { startPlugin, type Caller } from '../../contract/host/plugin-client';
import { panelQuestions, type Question } from '../questions';
import { clientId, NOW, settingsInput } from '../world/settings';

/** A client's panels over the protocol, alone and beside an organisation that keeps a hundred queries waiting. 95th percentiles, ms. */
export interface NeighbourResult { readonly aloneMs: number; readonly besideMs: number; readonly ratio: number; readonly asked: number; readonly flood: number }

/** What the flood keeps outstanding; a browser holds 6, a dashboard of an impatient person some dozens. */
const OUTSTANDING = 100;
const percentile = (values: readonly number[], p: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))]!;

/** Blocks of the two take turns, so that a busy machine is busy for both. Every query differs from every other by a minute and more, so that no kept answer serves (docs/adr/038). */
export async function measureNeighbour(folder: string, blocks: number, say: (text: string) => void): Promise<NeighbourResult> {
  const operator: Caller = { dataSource: { uid: 'bench', jsonData: { settings: settingsInput }, lastUpdatedMS: 1 } };
  const plugin = await startPlugin({ dataPath: folder, env: { SOC_OUTCOMES_CLOCK: new Date(NOW).toISOString() } });
  try {
    const client = async (key: number): Promise<Caller> => {
      const [orgId, uid] = [100 + key, `ds-${key}`];
      const answer = await plugin.callResource('grants', { method: 'POST', body: JSON.stringify({ orgId, uid, clients: [clientId(key)] }) }, operator);
      if (answer.status !== 200) throw new Error(`no grant for ${clientId(key)}: ${answer.status} ${answer.body}`);
      return { orgId, role: 'Viewer', dataSource: { uid, jsonData: { workspace: 'main' }, secrets: { grant: (JSON.parse(answer.body) as { grant: string }).grant }, lastUpdatedMS: 1 } };
    };
    const [quiet, noisy] = [await client(3), await client(4)];
    const panels = panelQuestions(readClientDashboards()).filter(q => q.range === '30 days');
    let asked = 0;
    const ask = async (caller: Caller, q: Question): Promise<number> => {
      const begin = performance.now();
      const { A } = await plugin.queryData([{ json: q.query, fromMs: q.from - asked++ * MINUTE, toMs: NOW }], caller);
      if (A!.status !== 200) throw new Error(`${q.name}: ${A!.error}`);
      return performance.now() - begin;
    };
    const block = async (): Promise<number[]> => { const times: number[] = []; for (const q of panels) times.push(await ask(quiet, q)); return times; };
    let [flooding, flooded] = [false, 0];
    const stream = async (i: number): Promise<void> => { while (flooding) { await ask(noisy, panels[(i + flooded++) % panels.length]!); } };
    await block();
    const [alone, beside]: [number[], number[]] = [[], []];
    for (let i = 0; i < blocks; i++) {
      alone.push(...await block());
      flooding = true;
      const streams = Array.from({ length: OUTSTANDING }, (_, k) => stream(k));
      // Whatever fails, the flood ends before the backend does: its own failures would hide the first.
      try { beside.push(...await block()); } finally { flooding = false; await Promise.allSettled(streams); }
      await Promise.all(streams);
    }
    const result = { aloneMs: percentile(alone, 0.95), besideMs: percentile(beside, 0.95), ratio: percentile(beside, 0.95) / percentile(alone, 0.95), asked: alone.length, flood: flooded };
    say(`a neighbour's p95 over ${result.asked} panels: ${result.aloneMs.toFixed(0)} ms alone, ${result.besideMs.toFixed(0)} ms beside ${result.flood} queries of another organisation: ${result.ratio.toFixed(2)} × (median ${percentile(alone, 0.5).toFixed(0)} and ${percentile(beside, 0.5).toFixed(0)} ms)`);
    return result;
  } finally { await plugin.stop().catch(() => plugin.kill()); }
}
