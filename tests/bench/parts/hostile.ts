import { hostileSettings, startHostileServer, walkHostile } from '../../security/support/hostile-answers';
import { startSoc } from '../../security/support/soc';

/** Row 11 of the security contract: what a hostile source's answers do to the event loop of the built backend, ms. */
export interface HostileResult { readonly answers: number; /** Event-loop lag over the whole walk. */ readonly lagP99Ms: number; readonly lagGreatestMs: number; /** Of the panels asked meanwhile. */ readonly panels: number; readonly slowestPanelMs: number }

export async function measureHostile(say: (text: string) => void): Promise<HostileResult> {
  const server = await startHostileServer();
  try {
    const { settings, caller } = hostileSettings(server.url);
    const soc = await startSoc({ soc: { settings, files: '.' }, wait: false });
    try {
      const { met, p99, greatest } = await walkHostile(soc.plugin, caller, server);
      const waits = met.flatMap(m => m.waits);
      const failed = met.find(m => !m.served || m.statuses.some(status => status !== 200));
      if (failed) throw new Error(`a panel failed, or nothing was asked, while the source answered with ${failed.name}`);
      const result = { answers: met.length, lagP99Ms: p99, lagGreatestMs: greatest, panels: waits.length, slowestPanelMs: Math.max(...waits) };
      say(`${result.answers} hostile answers: event-loop lag p99 ${p99.toFixed(0)} ms, greatest ${greatest.toFixed(0)} ms; slowest of ${result.panels} panels ${result.slowestPanelMs.toFixed(0)} ms`);
      return result;
    } finally { await soc.stop(); }
  } finally { await server.close(); }
}
