import { startPlugin, type Caller, type Plugin } from '../../contract/host/plugin-client';
import { median, memoryOf } from '../measure';
import { panelQuestions, type Question } from '../questions';
import { NOW, settingsInput } from '../world/settings';

/** `firstMs`: asked for the first time by this process, worked out; `ms`: asked again, where a kept answer stands. */
export interface PanelTiming { readonly name: string; readonly range: Question['range']; readonly firstMs: number; readonly ms: number; readonly error?: string }
export interface ProcessResult {
  /** Start to handshake, and start to the first panel's answer, ms. The file was opened before: the machine's cache is warm, the process is not. */
  readonly handshakeMs: number; readonly firstAnswerMs: number;
  readonly memoryAtStartMb: number | null; readonly memoryMb: number | null; readonly peakMb: number | null;
  readonly panels: readonly PanelTiming[];
  /** All queries of a dashboard at once, as a browser asks them: the time until the last is answered. */
  readonly dashboards: readonly { readonly range: Question['range']; readonly queries: number; readonly firstMs: number; readonly ms: number }[];
}
/** With the memory that docs/performance.md tells for a store of this size. */
const callerOf = (memoryMb: number): Caller => ({ dataSource: { uid: 'bench', jsonData: { settings: { ...settingsInput, limits: { memoryMb } } }, lastUpdatedMS: 1 } });
const asked = (q: Question) => ({ json: q.query, fromMs: q.from, toMs: NOW });

/** The built backend as Grafana starts it, over a generated store: protocol, handlers and frames included. */
export async function measureProcess(folder: string, { runs, memoryMb, say }: { runs: number; memoryMb: number; say: (text: string) => void }): Promise<ProcessResult> {
  const caller = callerOf(memoryMb);
  const one = await measurePanels(folder, caller, runs, say);
  return { ...one, dashboards: await measureDashboards(folder, caller, runs) };
}

async function measurePanels(folder: string, caller: Caller, runs: number, say: (text: string) => void): Promise<ProcessResult> {
  const questions = panelQuestions();
  const start = performance.now();
  const plugin: Plugin = await startPlugin({ dataPath: folder, env: { SOC_OUTCOMES_CLOCK: new Date(NOW).toISOString() } });
  try {
    const handshakeMs = performance.now() - start;
    const ask = async (some: readonly Question[]): Promise<string | undefined> => {
      const answers = await plugin.queryData(some.map((q, i) => ({ refId: `Q${i}`, ...asked(q) })), caller);
      return Object.values(answers).map(a => a.error).find(e => e !== '');
    };
    const first = await ask([questions.find(q => q.parsed.entry.id === 'rules.outcomes' && q.range === '30 days')!]);
    if (first) throw new Error(`the backend answered its first panel with: ${first}`);
    const firstAnswerMs = performance.now() - start;
    const memoryAtStartMb = memoryOf(plugin.pid)?.now ?? null;
    const panels: PanelTiming[] = [];
    for (const q of questions) {
      let error: string | undefined;
      const begin = performance.now();
      error = await ask([q]);
      const firstMs = performance.now() - begin;
      const { ms } = await median(async () => { error = await ask([q]) ?? error; }, runs);
      panels.push({ name: q.name, range: q.range, firstMs, ms, ...(error !== undefined && { error }) });
      say(`${firstMs.toFixed(1).padStart(8)} ms first, ${ms.toFixed(1)} ms again  over the protocol  ${q.range}  ${q.name}${error ? `  (${error})` : ''}`);
    }
    const memory = memoryOf(plugin.pid);
    say(`start to handshake ${handshakeMs.toFixed(0)} ms, to the first answer ${firstAnswerMs.toFixed(0)} ms; resident ${memory?.now ?? '?'} MB, at its peak ${memory?.peak ?? '?'} MB`);
    return { handshakeMs, firstAnswerMs, memoryAtStartMb, memoryMb: memory?.now ?? null, peakMb: memory?.peak ?? null, panels, dashboards: [] };
  } catch (error) {
    // A backend that ended amid an answer says why in its log, and only there.
    throw new Error(`the backend ended or refused; the end of its log:\n${plugin.stderr().slice(-3000)}`, { cause: error });
  } finally { await plugin.stop().catch(() => plugin.kill()); }
}

/** Of a process that has answered nothing yet. */
async function measureDashboards(folder: string, caller: Caller, runs: number): Promise<ProcessResult['dashboards']> {
  const plugin = await startPlugin({ dataPath: folder, env: { SOC_OUTCOMES_CLOCK: new Date(NOW).toISOString() } });
  try {
    const dashboards = [];
    for (const range of ['30 days', 'all time'] as const) {
      const some = panelQuestions().filter(q => q.range === range);
      const ask = () => plugin.queryData(some.map((q, i) => ({ refId: `Q${i}`, ...asked(q) })), caller);
      const begin = performance.now();
      await ask();
      const firstMs = performance.now() - begin;
      dashboards.push({ range, queries: some.length, firstMs, ms: (await median(ask, Math.min(runs, 3))).ms });
    }
    return dashboards;
  } finally { await plugin.stop().catch(() => plugin.kill()); }
}
