/** What the organisation of a client learns while the settings of its SOC are refused (ADR 035): its numbers go on, and nothing of the settings' text. */
import { CLIENTS } from '../../security/support/canaries';
import { range, startSoc, type Soc } from '../../security/support/soc';

const [ALPHA] = CLIENTS as [(typeof CLIENTS)[0]];
const SECRET = 'hunter2-in-plain-text';
const text = (value: unknown): string => JSON.stringify(value, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
let soc: Soc;
beforeAll(async () => { soc = await startSoc(); }, 120_000);
afterAll(() => soc.stop());

const shown = async () => {
  const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'] }, ...range }], soc.client(ALPHA));
  const [frame] = A!.frames;
  return { error: A!.error, rows: text(frame?.fields.map(f => [f.name, f.values])), notices: (frame?.meta?.notices ?? []).map(n => n.text) };
};
/** The operators save settings with a secret written into them, under a key that does not exist. */
const save = async (given: Record<string, unknown>): Promise<string> => {
  const operator = soc.operator();
  const caller = { ...operator, dataSource: { ...operator.dataSource!, lastUpdatedMS: Date.now(), jsonData: { settings: { ...soc.settings, ...given } } } };
  return (await soc.plugin.checkHealth(caller)).message;
};

test('the panels stay and say that settings were refused, health and status stay silent about which', async () => {
  const before = await shown();
  expect(before).toMatchObject({ error: '', rows: expect.stringContaining(ALPHA.canary) as string });
  expect(before.notices.join()).not.toContain('refused');

  expect(await save({ [SECRET]: true })).toContain(SECRET);
  const now = await shown();
  expect({ error: now.error, rows: now.rows }).toEqual({ error: '', rows: before.rows });
  expect(now.notices).toContain('New settings of the SOC were refused; the last accepted ones stay in force.');

  const health = await soc.plugin.checkHealth(soc.client(ALPHA));
  expect(health).toMatchObject({ status: 'ok', message: expect.stringContaining('The grant is valid until') as string });
  const status = await soc.plugin.callResource('status', {}, soc.client(ALPHA));
  const state = await soc.plugin.callResource('settings/state', {}, soc.client(ALPHA));
  for (const answer of [text(now), text(health), status.body, state.body]) expect(answer).not.toContain(SECRET);

  expect(await save({})).not.toContain('unknown key');
  expect((await shown()).notices.join()).not.toContain('refused');
});
