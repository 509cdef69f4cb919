import { DEMO_ELASTIC_KEY, DEMO_OPENSEARCH_PASSWORD, elasticDemoSource, startElasticUpstream, type ElasticTraps } from '../../../demo/upstreams/elasticsearch';
import type { World, WorldAlert } from '../../../demo/world/types';
import { createElasticConnector } from '../../../src/backend/connectors/elasticsearch';
import { keepAcknowledgement } from '../../../src/backend/connectors/elasticsearch/alerts';
import type { AlertRow, ObservationRow } from '../../../src/model';
import { elasticSource } from '../../../src/settings/sources';
import { contextFor, readAll, streamOf } from './read';
import { ANCHOR, NOW, smallWorld } from './world';

type Product = 'elasticsearch' | 'opensearch';
const MINUTE = 60_000, HOUR = 3_600_000, DAY = 86_400_000;
const whole = { from: 0, to: NOW };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => { for (const close of closers.splice(0)) await close(); });

async function cluster(product: Product, traps: Partial<ElasticTraps> = {}, { world = smallWorld(), pageSize = 7, version, extra = {} }: { world?: World; pageSize?: number; version?: string; extra?: Record<string, unknown> } = {}) {
  let now = NOW;
  const upstream = await startElasticUpstream({ world, now: () => now, product, version, traps });
  closers.push(() => upstream.close());
  const settings = elasticSource.parse({ ...elasticDemoSource(upstream.url, { clients: world.clients, product }), ...extra });
  const connector = createElasticConnector(settings, world.clients, { pageSize });
  const context = contextFor(settings, { secret: product === 'opensearch' ? DEMO_OPENSEARCH_PASSWORD : DEMO_ELASTIC_KEY }, () => now);
  const read = async (window = whole) => { const r = await readAll(streamOf(connector, 'alerts'), context, window); return { ...r, rows: r.rows as unknown as AlertRow[] }; };
  return { upstream, connector, context, read, move: (ms: number) => { now += ms; } };
}
const ids = (world: World) => world.alerts(NOW).map(a => a.id).sort();
const counted = (notices: readonly { code: string; count: number }[], code: string) => notices.filter(n => n.code === code).reduce((sum, n) => sum + n.count, 0);
const withAlerts = (change: (a: WorldAlert, n: number) => WorldAlert): World => smallWorld({ alerts: now => smallWorld().alerts(now).map(change) });

describe.each<Product>(['elasticsearch', 'opensearch'])('traps of %s', product => {
  it.each<[string, Partial<ElasticTraps>]>([
    ['the id of the point in time changes in every answer', { pitChanges: true }], ['many documents share an instant', { equalTimestamps: 5 * DAY }],
    ['totals are capped', { cappedTotals: true }], ['the source ignores the list of fields', { wholeDocuments: true }],
  ])('%s', async (_name, traps) => {
    const got = await (await cluster(product, traps)).read();
    expect(got.ids).toEqual(ids(smallWorld()));
    expect(got.complete).toBe(true);
    expect(got.notices).toEqual([]);
    if (traps.cappedTotals) expect(got.pages.map(p => p.expected)).toEqual(got.pages.map(() => null)); else expect(got.pages.map(p => p.expected)).toEqual(got.pages.map(() => 60));
    expect(got.pages.length).toBeGreaterThan(2);
  });
  it.each<[string, Partial<ElasticTraps>, RegExp]>([['failed shards', { shardFailures: true }, /shards failed/], ['a search that timed out', { timedOut: true }, /timed out/]])('%s make the page partial, though HTTP says 200', async (_name, traps, said) => {
    const { read, connector, context } = await cluster(product, traps);
    const got = await read();
    expect(got.complete).toBe(false);
    expect(got.ids.length).toBeLessThan(60);
    expect(got.notices.find(n => n.code === 'partial_answer')?.value).toMatch(said);
    const day = await readAll(streamOf(connector, 'telemetry.agent_events'), context, { from: ANCHOR - DAY, to: ANCHOR });
    expect(day.complete).toBe(false);
    const listed = await streamOf(connector, 'alerts').listIds!(context, whole, null);
    expect(listed.complete).toBe(false);
  });
  it('a remote cluster that was passed over makes the page partial, though HTTP says 200', async () => {
    const { read, connector, context } = await cluster(product, { remoteSkipped: true });
    const got = await read();
    expect(got.complete).toBe(false);
    expect(got.notices.find(n => n.code === 'partial_answer')?.value).toBe('1 of the remote clusters skipped');
    expect((await readAll(streamOf(connector, 'telemetry.agent_events'), context, { from: ANCHOR - DAY, to: ANCHOR })).complete).toBe(false);
  });
  it('a pattern under which the key sees no index any more is no empty index: alerts, hosts of a day, listing, health', async () => {
    const { read, connector, context, upstream } = await cluster(product);
    const agents = streamOf(connector, 'telemetry.agent_events');
    const day = { from: ANCHOR - DAY, to: ANCHOR };
    const seen = (await agents.mapped!(context, []))!.present;
    const first = await streamOf(connector, 'alerts').read(context, whole, null);
    upstream.traps.unseenIndices = ['.alerts-security.alerts-default', 'logs-endpoint.events-*'];
    const refused = { code: 'not_found', remedy: expect.stringMatching(/name in this source's settings.*privileges/) as string };
    await expect(read()).rejects.toMatchObject({ ...refused, message: expect.stringMatching(/none of the indices is there any more|no index \.alerts-security\.alerts-default that this key may see/) as string });
    await expect(streamOf(connector, 'alerts').read(context, whole, first.cursor)).rejects.toMatchObject(refused);
    await expect(readAll(agents, context, day)).rejects.toMatchObject({ ...refused, message: expect.stringMatching(/no index logs-endpoint\.events-\* that this key may see/) as string });
    await expect(streamOf(connector, 'alerts').listIds!(context, whole, null)).rejects.toMatchObject(refused);
    // The fields that were there once are missed with the first window, and again every few minutes.
    await expect(agents.mapped!(context, seen)).rejects.toThrow(/logs-endpoint\.events-\* has no field "@timestamp"/);
    expect((await connector.health(context)).message).toMatch(/there is no index logs-endpoint\.events-\* \(404\), or none that this key may see/);
  });
  it.each([['hits', '{"hits":{"total":{"value":0}}}'], ['hosts', '{"hits":{"hits":[]},"aggregations":{}}']])('an answer without its %s is no empty day', async (what, body) => {
    const { connector, context, upstream } = await cluster(product);
    upstream.traps.foreign = { path: '_search', body };
    await expect(readAll(streamOf(connector, 'telemetry.agent_events'), context, { from: ANCHOR - DAY, to: ANCHOR })).rejects.toMatchObject({ code: 'body', message: expect.stringMatching(new RegExp(`holds no ${what}`)) as string });
  });
  it('a point in time that expires amid the pages: nothing is lost, and it is said', async () => {
    const { read, connector, context, upstream } = await cluster(product);
    const stream = streamOf(connector, 'alerts');
    const first = await stream.read(context, whole, null);
    upstream.traps.expirePits = 1;
    const rest = await readAll(stream, context, whole, first.cursor);
    expect([...new Set([...first.rows.map(r => r.nativeId), ...rest.ids])].sort()).toEqual((await read()).ids);
    expect(counted(rest.notices, 'pit_expired')).toBe(1);
    expect(rest.complete).toBe(true);
    // Read on from the last row: of what came before, that row's instant alone comes twice.
    expect(first.rows.length + rest.rows.length).toBeLessThanOrEqual(60 + 1);
  });
  it('a point in time that expires while a tie is longer than a page', async () => {
    const { connector, context, upstream } = await cluster(product, { equalTimestamps: 5 * DAY }, { pageSize: 4 });
    const stream = streamOf(connector, 'alerts');
    const seen = new Set<string>();
    let cursor: unknown = null;
    let page = 0;
    do {
      if (page === 3 || page === 9) upstream.traps.expirePits = 1;
      const got = await stream.read(context, whole, cursor);
      for (const row of got.rows) seen.add(row.nativeId);
      cursor = got.cursor;
      page += 1;
    } while (cursor !== null && page < 100);
    expect([...seen].sort()).toEqual(ids(smallWorld()));
    expect(page).toBeLessThan(40);
  });
  it('a document that shows late is inside the overlap of the next run', async () => {
    const late = smallWorld().alerts(NOW)[59] as WorldAlert;
    const { connector, read, move } = await cluster(product, { lateDocuments: [{ id: late.id, visibleAt: NOW + MINUTE }] }, { world: withAlerts(a => (a.id === late.id ? { ...a, readable: NOW - 3 * MINUTE } : a)) });
    const { overlap, lag } = streamOf(connector, 'alerts');
    expect((await read()).ids).toHaveLength(59);
    move(2 * MINUTE);
    expect((await read({ from: NOW - lag - overlap, to: NOW + 2 * MINUTE - lag })).ids).toContain(late.id);
  });
  it('a change of status comes with the next run, though @timestamp stands still', async () => {
    const alert = smallWorld().alerts(NOW)[1] as WorldAlert;
    expect(alert.workflow).toEqual([]);
    const at = NOW + 5 * MINUTE;
    const { read, move } = await cluster(product, {}, { world: withAlerts(a => (a.id === alert.id ? { ...a, workflow: [{ at, status: 'closed', reason: 'benign_positive', actor: 'automation' }] } : a)) });
    const before = (await read()).rows.find(r => r.nativeId === alert.id)!;
    expect(before).toMatchObject({ sourceStatus: 'open', disposition: null, closedAt: null });
    move(10 * MINUTE);
    const changed = await read({ from: NOW, to: NOW + 10 * MINUTE });
    expect(changed.rows).toHaveLength(1);
    expect(changed.rows[0]).toMatchObject({ nativeId: alert.id, sourceStatus: 'closed', sourceDisposition: 'benign_positive', disposition: 'benign_positive', dispositionAt: at, dispositionBy: 'automation', closedAt: at, changed: at, readable: alert.readable });
  });
  it.each<[string, Partial<ElasticTraps>]>([['nine digits after the second', { nanoseconds: true }], ['no zone', { timesWithoutZone: true }], ['both', { nanoseconds: true, timesWithoutZone: true }]])('times with %s are the same instants', async (_name, traps) => {
    const got = await (await cluster(product, traps)).read();
    expect(got.rows).toEqual((await (await cluster(product)).read()).rows);
  });
  it('an event at the end of time keeps its alert, which is dated by when the rule fired', async () => {
    const alert = smallWorld().alerts(NOW)[5]!;
    const row = (await (await cluster(product, { endOfTime: [alert.id] })).read()).rows.find(r => r.nativeId === alert.id);
    expect(row).toMatchObject({ event: Date.UTC(9999, 11, 31), detected: alert.detected, readable: alert.readable, changed: alert.readable });
  });
  it('a severity edited in place comes with the next read; what stood there before is not made up', async () => {
    const alert = smallWorld().alerts(NOW).find(a => a.severity !== 'low')!;
    const at = NOW + MINUTE;
    const { connector, context, read, move } = await cluster(product, { severityEdits: [{ id: alert.id, at, severity: 'low' }] });
    expect((await read()).rows.find(r => r.nativeId === alert.id)).toMatchObject({ tier: alert.severity, sourceSeverity: alert.severity });
    move(2 * MINUTE);
    const changed = await readAll(streamOf(connector, 'alerts'), context, { from: NOW, to: NOW + 2 * MINUTE });
    expect(changed.rows).toHaveLength(1);
    expect(changed.rows[0]).toMatchObject({ nativeId: alert.id, tier: 'low', sourceSeverity: 'low', changed: at, detected: alert.detected });
  });
  it('building blocks are counted and are no alerts', async () => {
    const blocks = ids(smallWorld()).slice(0, 4);
    const got = await (await cluster(product, { buildingBlocks: blocks })).read();
    expect(got.ids).toEqual(ids(smallWorld()).slice(4));
    expect(counted(got.notices, 'building_block')).toBe(4);
  });
  it('health names the index that the key may not read, and the one that is not there', async () => {
    const { connector, context } = await cluster(product, { forbiddenIndices: ['logs-system-*'] }, { extra: { rules: { index: 'no-such-rules' } } });
    const health = await connector.health(context);
    expect(health.ok).toBe(false);
    expect(health.message).toMatch(/logs-system-\*.*403/);
    expect(health.message).toMatch(/no index no-such-rules/);
    expect(health.checks.filter(c => !c.ok).map(c => c.name)).toEqual(['rules: permission', 'telemetry.host_logs: permission']);
  });
  it('a day that the source could not read is incomplete, not empty; others are whole', async () => {
    const { connector, context } = await cluster(product);
    const flow = streamOf(connector, 'telemetry.flow');
    const out = await readAll(flow, context, { from: ANCHOR - 3 * DAY, to: ANCHOR - 2 * DAY });
    expect(out).toMatchObject({ rows: [], complete: false });
    const day = await readAll(flow, context, { from: ANCHOR - 2 * DAY, to: ANCHOR - DAY });
    expect(day.complete).toBe(true);
    expect((day.rows as unknown as ObservationRow[]).map(r => [r.address, r.client, r.hostname, r.evidence])).toEqual(Array.from({ length: 7 }, (_, n) => [`10.0.0.${n + 1}`, n % 2 ? 'globex' : 'acme', null, 'flow']));
  });
});

it.each<[Product, string, RegExp | null]>([
  ['elasticsearch', '7.11.2', /_pit\?keep_alive/], ['elasticsearch', '7.9.3', null], ['opensearch', '3.3.0', /_search\/point_in_time\?keep_alive/], ['opensearch', '1.3.20', null],
])('%s %s: all alerts, ties and an expiry amid the pages included', async (product, version, opened) => {
  const { connector, context, upstream } = await cluster(product, { equalTimestamps: 5 * DAY }, { pageSize: 4, version });
  const stream = streamOf(connector, 'alerts');
  const first = await stream.read(context, whole, null);
  upstream.traps.expirePits = 1;
  const rest = await readAll(stream, context, whole, first.cursor);
  expect([...new Set([...first.rows.map(r => r.nativeId), ...rest.ids])].sort()).toEqual(ids(smallWorld()));
  expect(counted(rest.notices, 'pit_expired')).toBe(opened === null ? 0 : 1);
  expect(upstream.requests.some(r => /_pit|point_in_time/.test(r))).toBe(opened !== null);
  if (opened) expect(upstream.requests.filter(r => opened.test(r))).toHaveLength(2);
});

describe('what comes out', () => {
  it('an alert with all its times, its client by tenant and its rule', async () => {
    const world = smallWorld();
    const got = await (await cluster('elasticsearch')).read();
    const names = new Map(world.rules.map(r => [r.stableId, r.name]));
    for (const alert of world.alerts(NOW)) {
      const last = alert.workflow[alert.workflow.length - 1];
      expect(got.rows.find(r => r.nativeId === alert.id)).toMatchObject({
        event: alert.event, detected: alert.detected, readable: alert.readable, client: alert.client, sourceClient: alert.client, ruleName: names.get(alert.rule), tier: alert.severity, suppressed: alert.suppressed,
        sourceStatus: last?.status ?? 'open', closedAt: last?.at ?? null, disposition: last?.reason ?? null, dispositionBy: last ? 'human' : null, acknowledgedAt: null,
      });
    }
  });
  it('of a host and a day: first, last, count and every identifier', async () => {
    const { connector, context } = await cluster('elasticsearch');
    const day = ANCHOR / DAY - 1;
    const got = await readAll(streamOf(connector, 'telemetry.agent_events'), context, { from: day * DAY, to: (day + 1) * DAY });
    const row = (got.rows as unknown as ObservationRow[]).find(r => r.hostname === 'host-3')!;
    expect(row).toMatchObject({ day, first: day * DAY + 3 * MINUTE, last: day * DAY + 6 * HOUR + 3 * MINUTE, count: 103, client: 'globex', address: '10.0.0.4', identifiers: [{ type: 'agent', value: 'agent-3' }] });
  });
  it('today ends where the window ends', async () => {
    const { connector, context } = await cluster('elasticsearch');
    const got = await readAll(streamOf(connector, 'telemetry.agent_events'), context, { from: ANCHOR, to: ANCHOR + HOUR });
    expect(got.ids).toHaveLength(7);
    for (const row of got.rows as unknown as ObservationRow[]) expect(row.last).toBeLessThan(ANCHOR + HOUR);
  });
  it('telemetry goes back as far as its own back-fill', async () => {
    const { connector } = await cluster('elasticsearch', {}, { extra: { telemetry: [{ name: 'agents', index: 'logs-endpoint.events-*', evidence: 'agent_events', backfillDays: 30 }] } });
    expect(streamOf(connector, 'telemetry.agents').history).toBe(30 * DAY);
  });
  it('an acknowledgement that was seen survives the closing; the first of several counts', async () => {
    const at = NOW - 5 * MINUTE;
    const target = smallWorld().alerts(NOW)[1] as WorldAlert;
    const workflow: WorldAlert['workflow'] = [{ at, status: 'acknowledged', reason: null, actor: 'human' }, { at: NOW + MINUTE, status: 'closed', reason: 'false_positive', actor: 'automation' }];
    const { read, move } = await cluster('elasticsearch', {}, { world: withAlerts(a => (a.id === target.id ? { ...a, workflow } : a)) });
    const one = async () => (await read()).rows.find(r => r.nativeId === target.id)!;
    const acknowledged = await one();
    expect(acknowledged).toMatchObject({ sourceStatus: 'acknowledged', acknowledgedAt: at, acknowledgedBy: 'human', closedAt: null });
    move(2 * MINUTE);
    const closed = await one();
    expect(closed).toMatchObject({ acknowledgedAt: null, closedAt: NOW + MINUTE });
    expect(keepAcknowledgement(acknowledged, closed)).toEqual({ ...closed, acknowledgedAt: at, acknowledgedBy: 'human' });
    expect(keepAcknowledgement(acknowledged, { ...acknowledged, acknowledgedAt: at + MINUTE }).acknowledgedAt).toBe(at);
    expect(keepAcknowledgement({ ...acknowledged, acknowledgedAt: null }, closed)).toBe(closed);
    expect(streamOf((await cluster('elasticsearch')).connector, 'alerts').observe).toBe(keepAcknowledgement);
  });
  it('listIds names every alert without fetching one', async () => {
    const { connector, context, upstream } = await cluster('elasticsearch');
    const listed = await streamOf(connector, 'alerts').listIds!(context, whole, null);
    expect([...listed.ids].sort()).toEqual(ids(smallWorld()));
    expect(listed).toMatchObject({ cursor: null, complete: true });
    expect(upstream.requests.filter(r => r.startsWith('DELETE /_pit'))).toHaveLength(1);
  });
});
