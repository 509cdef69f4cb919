/** Mapped fields of an index: what stops a stream, and what an index only learns with the first document that has it (ADR 036). */
import { DEMO_ELASTIC_KEY, elasticDemoSource, startElasticUpstream } from '../../../demo/upstreams/elasticsearch';
import { createElasticConnector } from '../../../src/backend/connectors/elasticsearch';
import type { MappingSeen } from '../../../src/backend/connectors/stream';
import { elasticSource } from '../../../src/settings/sources';
import { contextFor, readAll, streamOf } from './read';
import { NOW, smallWorld } from './world';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => { for (const close of closers.splice(0)) await close(); });

type Raw = ReturnType<typeof elasticDemoSource>;
async function index(change: (raw: Raw) => Raw) {
  const upstream = await startElasticUpstream({ world: smallWorld(), now: () => NOW });
  closers.push(() => upstream.close());
  const settings = elasticSource.parse(change(elasticDemoSource(upstream.url, { clients: smallWorld().clients })));
  const connector = createElasticConnector(settings, smallWorld().clients);
  const context = contextFor(settings, { secret: DEMO_ELASTIC_KEY });
  return {
    mapped: (stream: string, seen: readonly string[] = []) => streamOf(connector, stream).mapped!(context, seen) as Promise<MappingSeen>,
    read: () => readAll(streamOf(connector, 'alerts'), context, { from: 0, to: NOW }), health: () => connector.health(context),
  };
}
const alertFields = (fields: Record<string, string>) => (raw: Raw): Raw => ({ ...raw, alerts: { ...raw.alerts!, fields } });
const telemetry = (fields: Record<string, string>, time?: string) => (raw: Raw): Raw => ({ ...raw, telemetry: raw.telemetry!.slice(0, 1).map(t => ({ ...t, fields, ...(time ? { time } : {}) })) });
const STREAM = 'telemetry.agent_events';

it('every field is there: nothing is waited for', async () => {
  const found = await (await index(raw => raw)).mapped('alerts');
  expect(found.waiting).toBeNull();
  expect(found.present).toEqual(expect.arrayContaining(['alerts.fields.changed', 'alerts.fields.rule', 'alerts.fields.severity', 'alerts.client.field']));
});
it('a verdict nobody gave yet: rows are read without it, the log is told, "Save & test" names it', async () => {
  const { mapped, read, health } = await index(alertFields({ disposition: 'soc.verdict' }));
  const found = await mapped('alerts');
  expect(found.waiting).toMatch(/has no field "soc\.verdict" \(alerts\.fields\.disposition\) yet; it is read without/);
  expect(found.present).not.toContain('alerts.fields.disposition');
  expect((await read()).ids).toHaveLength(60);
  expect((await health()).message).toMatch(/soc\.verdict/);
});
it('the same field, once seen, stops the stream: what is stored of it would be overwritten', async () => {
  const { mapped } = await index(alertFields({ disposition: 'soc.verdict' }));
  await expect(mapped('alerts', ['alerts.fields.disposition'])).rejects.toMatchObject({ code: 'body', message: expect.stringMatching(/no field "soc\.verdict" \(alerts\.fields\.disposition\)/) as string });
});
it.each(['id', 'rule', 'changed', 'detected'])('without %s no row can be made: the stream stops, seen or not', async name => {
  const { mapped } = await index(alertFields({ [name]: 'soc.nonsense' }));
  await expect(mapped('alerts')).rejects.toMatchObject({ message: expect.stringMatching(new RegExp(`"soc\\.nonsense" \\(alerts\\.fields\\.${name}\\)`)) as string });
});
it('telemetry needs its time and one field that tells the host', async () => {
  expect((await (await index(telemetry({ host: 'host.name', instance: 'soc.instance' }))).mapped(STREAM)).waiting).toMatch(/soc\.instance/);
  await expect((await index(telemetry({ host: 'soc.host' }))).mapped(STREAM)).rejects.toThrow(/soc\.host/);
  await expect((await index(telemetry({ host: 'host.name' }, 'soc.time'))).mapped(STREAM)).rejects.toThrow(/soc\.time/);
});
it('an index that knows none of the fields holds no document yet', async () => {
  expect(await (await index(raw => ({ ...telemetry({ host: 'soc.host' }, 'soc.time')(raw), telemetry: telemetry({ host: 'soc.host' }, 'soc.time')(raw).telemetry!.map(t => ({ ...t, client: { field: 'soc.client' } })) }))).mapped(STREAM)).toEqual({ present: [], waiting: null });
});
