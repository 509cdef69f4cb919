/** A source that answers to harm: quarantined or refused with a reason, nothing polluted, and panels answered meanwhile. */
import { HOSTILE, hostileSettings, startHostileServer, walkHostile, type HostileServer } from './support/hostile-answers';
import { range, startSoc, type Soc } from './support/soc';
import { securityRow } from './support/matrix';

securityRow(11, ({ proves, say }) => {
  let server: HostileServer;
  let soc: Soc;
  beforeAll(async () => { server = await startHostileServer(); }, 60_000);
  afterAll(async () => { await soc?.stop(); await server.close(); });

  proves(`${HOSTILE.length} hostile answers: each ends in an explained error or a quarantine, and panels go on`, async () => {
    const { settings, caller } = hostileSettings(server.url);
    soc = await startSoc({ soc: { settings, files: '.' }, wait: false });
    const { met, p99, greatest } = await walkHostile(soc.plugin, caller, server);
    for (const { name, served, message, details, statuses } of met) {
      expect([name, served, statuses.filter(s => s !== 200)]).toEqual([name, true, []]);
      // Whatever it says, it is short and of one line: no million letters reach a person.
      expect([name, message.length < 2_000, JSON.stringify(details).length < 10_000]).toEqual([name, true, true]);
    }
    expect([met.length, soc.plugin.child.exitCode]).toEqual([HOSTILE.length, null]);
    const waits = met.flatMap(m => m.waits.map((ms): [string, number] => [m.name, ms]));
    const slowest = waits.reduce((a, b) => (b[1] > a[1] ? b : a));
    say(`${HOSTILE.length} answers; event-loop lag p99 ${p99.toFixed(0)} ms, greatest ${greatest.toFixed(0)} ms, slowest of ${waits.length} panels ${slowest[1].toFixed(0)} ms (${slowest[0]}); the bench judges the 100 ms`);
    expect(p99).toBeGreaterThan(0);
    // No time decides here, on a machine that others use (the bench judges the 100 ms of security.md). What blocks the loop for good is caught.
    expect(p99).toBeLessThan(2_000);
  }, 240_000);

  proves('nothing of them is stored as if it were good, and no prototype is polluted', async () => {
    const { caller } = hostileSettings(server.url);
    const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'coverage.gaps', view: 'table' }, ...range }], caller);
    const text = JSON.stringify(A!.frames, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
    expect(text).not.toContain('polluted');
    expect(text.length).toBeLessThan(100_000);
    // A polluted prototype would show in every answer made of plain objects.
    expect((await soc.plugin.callResource('status', {}, caller)).body).not.toContain('polluted');
    expect(soc.plugin.stderr().split('\n').every(line => line.length < 20_000)).toBe(true);
  }, 60_000);
});
