/** What the settings read no longer holds nothing up and has no lag; read again, it goes on where it was (docs/adr/045). */
import { DAY, MINUTE } from '../../../src/model';
import { openScope } from '../../../src/backend/scope/gate';
import { metricQuery } from '../../../src/backend/metrics/all';
import { CATALOG } from '../../../src/catalog';
import { parseQuery } from '../../../src/query/request';
import { fresh, T0 } from '../../../src/backend/sync/testing/fresh';
import type { GeneratorOptions } from '../../../src/backend/sync/testing/generator';
import { runnerOf, testSettings } from '../../../src/backend/sync/testing/harness';

jest.setTimeout(60_000);
const at = fresh();
const { now } = at;
const world = (source: string): GeneratorOptions => ({ source, alerts: 120, tickets: 20, until: T0, pageSize: 50 });

async function sync(read: readonly string[], off: readonly string[] = []): Promise<void> {
  const settings = testSettings([...read, ...off]);
  const runner = await runnerOf(at.store, [...read, ...off].map(world), { now, settings: { ...settings, sources: settings.sources.map(s => ({ ...s, enabled: read.includes(s.id) })) } });
  try { await runner.once(); } finally { await runner.stop(); }
}
async function ask(metric: string, query: Record<string, unknown> = {}, only?: readonly string[]) {
  const settings = testSettings(['siem']);
  const reader = openScope({ orgId: 1, dataSourceUid: 'x' }, { store: at.store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: id => settings.clients.findIndex(c => c.id === id) + 1 }, only);
  const parsed = parseQuery({ version: 1, metric, ...query }, CATALOG);
  return metricQuery(parsed.entry.id).run(reader, { ...parsed, range: { from: now() - 20 * DAY, to: now() }, asOf: now() });
}
const states = async (only?: readonly string[]) => [...new Set((await ask('sources.status', {}, only)).rows.map(r => `${r.source} ${r.state}`))].sort();

test.each([['taken out of the settings', []], ['switched off', ['old']]])('a source that is %s stands in no status, and silence after it is measured', async (_how, off) => {
  await sync(['siem', 'old']);
  expect(await states()).toEqual(['old current', 'siem current']);
  at.clock += 30 * DAY;
  await sync(['siem'], off);
  expect(await states()).toEqual(['siem current']);
  expect(await states(['acme'])).toEqual(['siem current']);
  const { rows } = await ask('integrity.counters', { options: { counter: 'source_lag' } });
  expect(rows[0]).toMatchObject({ k: 0, state: 'ok' });
  expect((await ask('rules.silent')).notices ?? []).toEqual([]);
  // Read again, it goes on where it was.
  at.clock += MINUTE;
  await sync(['siem', 'old']);
  expect(await states()).toEqual(['old current', 'siem current']);
});
