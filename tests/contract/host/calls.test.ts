/** Every call that Grafana makes, there and back over the wire, against handlers that answer in every way. */
import { Code } from '@connectrpc/connect';
import { exampleFrames } from '../../../src/backend/frames/examples';
import { frameToJson } from '../../../src/backend/frames/dataframe-json';
import { buildConformance } from './conformance/build';
import { startPlugin, type Caller, type Plugin } from './plugin-client';
import { within } from './plugin-process';

let plugin: Plugin;

beforeAll(async () => {
  plugin = await startPlugin({ executable: await buildConformance('calls') });
});

afterAll(() => plugin.stop());

interface Seen {
  context: Record<string, unknown>;
  origin: Record<string, unknown>;
  queries: unknown[];
}

/** What the handler saw, as JSON. */
async function seen(caller: Caller, headers: Record<string, string> = {}): Promise<{ text: string; request: Seen }> {
  const answers = await plugin.queryData([{ json: { show: 'request' }, fromMs: 5, toMs: 9, maxDataPoints: 7, intervalMs: 3, queryType: 'kind' }], caller, headers);
  const text = answers.A?.frames[0]?.fields[0]?.values[0] as string;
  return { text, request: JSON.parse(text) as Seen };
}

describe('the caller', () => {
  test('arrives in plain types', async () => {
    const { request } = await seen({
      orgId: 2, namespace: 'org-2', role: 'Editor', grafanaConfig: { GF_INSTANCE_FEATURE_TOGGLES_ENABLE: 'a,b' },
      dataSource: { uid: 'u', name: 'n', jsonData: { workspace: 'main', deep: { a: [1] } }, secrets: { grant: 'g-12345' }, lastUpdatedMS: 1_234 },
    });
    expect(request.context).toEqual({
      orgId: 2, namespace: 'org-2', role: 'Editor', pluginId: 'soc-outcomes-datasource', grafanaConfig: { GF_INSTANCE_FEATURE_TOGGLES_ENABLE: 'a,b' },
      dataSource: { uid: 'u', name: 'n', jsonData: { workspace: 'main', deep: { a: [1] } }, decryptedSecureJsonData: { grant: 'g-12345' }, lastUpdatedMS: 1_234 },
    });
    expect(request.queries).toEqual([{ refId: 'A', queryType: 'kind', json: { show: 'request' }, fromMs: 5, toMs: 9, maxDataPoints: 7, intervalMs: 3 }]);
  });

  test('is no person: login, name, e-mail and the signed identity end at the border', async () => {
    const person = { login: 'planted.login', name: 'Planted Name', email: 'planted@soc.example' };
    const headers = { 'http_X-Grafana-Id': 'planted-identity', http_Cookie: 'planted-cookie', http_Authorization: 'Bearer planted-bearer' };
    const { text, request } = await seen({ role: 'Viewer', person }, headers);
    expect(request.context.role).toBe('Viewer');
    expect(text.toLowerCase()).not.toContain('planted');
    const resource = await plugin.callResource('echo', { headers: { 'X-Grafana-Id': 'planted-identity', Cookie: 'planted-cookie', Accept: 'text/plain' } }, { person });
    expect(resource.body.toLowerCase()).not.toContain('planted');
    expect(plugin.stderr().toLowerCase()).not.toContain('planted');
  });

  test('may be many at once: no warning of Node\'s reaches the log', async () => {
    await Promise.all(Array.from({ length: 40 }, () => seen({})));
    expect(plugin.stderr()).not.toContain('MaxListenersExceeded');
  });

  test('may be absent: no role, and not some default one', async () => {
    const { request } = await seen({ role: null }, { FromAlert: 'true', 'http_X-Rule-Uid': 'rule-7' });
    expect(request.context).not.toHaveProperty('role');
    expect(request.origin).toEqual({ fromAlert: true, ruleUid: 'rule-7' });
  });

  test.each([['Admin', 'Admin'], ['Viewer', 'Viewer'], ['', 'None'], ['Grafana Admin', 'None']])('role "%s" is %s', async (role, expected) => {
    expect((await seen({ role })).request.context.role).toBe(expected);
  });

  test('says which dashboard and panel it is', async () => {
    const { request } = await seen({}, { 'http_X-Dashboard-Uid': 'soc', 'http_X-Panel-Id': '4' });
    expect(request.origin).toEqual({ fromAlert: false, dashboardUid: 'soc', panelId: '4' });
  });

  test('trace context in the metadata changes nothing, and reaches no answer or log', async () => {
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'soc=planted-trace' };
    const { message } = await plugin.rpc.diagnostics.checkHealth({ pluginContext: { orgId: 3n } }, { headers });
    expect(message).toBe('organisation 3');
    expect(plugin.stderr()).not.toContain('planted-trace');
  });

  test('with jsonData that is not JSON gets an error that names the data source', async () => {
    const answers = await plugin.queryData([{}], { dataSource: { uid: 'broken', jsonData: '{"a":' } });
    expect(answers.A).toMatchObject({ status: 400, errorSource: 'plugin', error: expect.stringContaining('jsonData of data source broken is not JSON') });
    expect(await plugin.checkHealth({ dataSource: { uid: 'broken', jsonData: '{"a":' } })).toMatchObject({ status: 'error', message: expect.stringContaining('broken') });
    expect((await plugin.callResource('echo', {}, { dataSource: { uid: 'broken', jsonData: '{"a":' } })).status).toBe(400);
  });
});

describe('CheckHealth and CollectMetrics', () => {
  test('message and details', async () => {
    expect(await plugin.checkHealth({ orgId: 3 })).toEqual({ status: 'ok', message: 'organisation 3', details: { verboseMessage: 'all good', errorLink: 'https://soc.example/help' } });
  });

  test('a throw is an error with its message, without secrets', async () => {
    const health = await plugin.checkHealth({ dataSource: { jsonData: { throws: 'no answer with key s3cr3t-key-1' }, secrets: { key: 's3cr3t-key-1' } } });
    expect(health).toMatchObject({ status: 'error', message: 'no answer with key [redacted]' });
  });

  test('metrics are Prometheus text, asked for without organisation or data source', async () => {
    expect(await plugin.collectMetrics()).toBe('# TYPE up gauge\nup 1\n');
  });
});

describe('QueryData', () => {
  test.each(Object.entries(exampleFrames()))('frames of %s, decoded from the bytes on the wire', async (example, frames) => {
    const answers = await plugin.queryData([{ refId: 'Q', json: { example } }]);
    expect(answers.Q).toEqual({ status: 200, error: '', errorSource: '', frames: frames.map((frame) => ({ ...frame, refId: frame.refId ?? 'Q' })) });
  });

  test('each refId has its own status, error and source', async () => {
    const answers = await plugin.queryData([
      { refId: 'A', json: { bytes: 3 } },
      { refId: 'B', json: { fail: { status: 403, errorSource: 'plugin', error: 'no grant' } } },
      { refId: 'C', json: { fail: { status: 502, errorSource: 'downstream', error: 'source jira: 401' } } },
      { refId: 'D', json: { silent: true } },
      { refId: 'E', json: { badFrame: true } },
      { refId: 'constructor', json: '{not json' },
    ]);
    expect(answers.A).toMatchObject({ status: 200, error: '' });
    expect(answers.B).toEqual({ frames: [], status: 403, error: 'no grant', errorSource: 'plugin' });
    expect(answers.C).toEqual({ frames: [], status: 502, error: 'source jira: 401', errorSource: 'downstream' });
    expect(answers.D).toMatchObject({ status: 500, error: 'query D was not answered', errorSource: 'plugin' });
    expect(answers.E).toMatchObject({ status: 500, error: expect.stringContaining('"count", row 0: 300 is not within uint8') });
    expect(answers.constructor).toMatchObject({ status: 400, error: expect.stringContaining('is not JSON') });
  });

  test('a throw fails every query of the request, without secrets', async () => {
    const answers = await plugin.queryData([{ refId: 'A', json: { throws: 'broken: pass-word-99' } }, { refId: 'B' }], { dataSource: { secrets: { p: 'pass-word-99' } } });
    expect(answers.A).toEqual({ frames: [], status: 500, error: 'broken: [redacted]', errorSource: 'plugin' });
    expect(answers.B).toEqual(answers.A);
  });

  test('messages of 20 MB in both directions', async () => {
    const answers = await plugin.queryData([{ json: { bytes: 20 << 20, padding: 'y'.repeat(20 << 20) } }]);
    expect((answers.A?.frames[0]?.fields[0]?.values[0] as string).length).toBe(20 << 20);
  }, 60_000);

  test('64 queries at once on one connection', async () => {
    const all = await Promise.all(Array.from({ length: 64 }, (_, i) => plugin.queryData([{ json: { bytes: i } }])));
    all.forEach((answers, i) => expect((answers.A?.frames[0]?.fields[0]?.values[0] as string).length).toBe(i));
  });
});

describe('CallResource', () => {
  test('method, path, query, headers and body arrive', async () => {
    const answer = await plugin.callResource('metrics/list', { method: 'post', query: 'a=1&a=2&b=%C3%A9', headers: { 'Content-Type': 'application/json', 'X-Other': 'no' }, body: '{"x":1}' }, { role: 'Viewer' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': ['application/json'] } });
    expect(JSON.parse(answer.body)).toMatchObject({
      method: 'POST', path: 'metrics/list', query: [['a', '1'], ['a', '2'], ['b', 'é']], headers: { 'content-type': 'application/json' }, body: '{"x":1}', context: { role: 'Viewer' },
    });
  });

  test('a body in chunks; code and headers come with the first', async () => {
    const answer = await plugin.callResource('chunks');
    expect(answer.chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(['one ', 'two ', 'three']);
    expect(answer).toMatchObject({ status: 206, headers: { 'x-first': ['yes'] }, body: 'one two three' });
  });

  test('no body', async () => {
    expect(await plugin.callResource('nothing')).toMatchObject({ status: 204, body: '' });
  });

  test('a throw is a 500 with a message', async () => {
    const answer = await plugin.callResource('throws');
    expect([answer.status, JSON.parse(answer.body)]).toEqual([500, { message: 'the resource broke' }]);
  });
});

describe('Stream', () => {
  test('subscribing: open with initial data, denied, not found', async () => {
    expect(await plugin.subscribe('open')).toEqual({ status: 0, data: { hello: 1 } });
    expect(await plugin.subscribe('nothing')).toEqual({ status: 1, data: undefined });
    expect(await plugin.subscribe('closed')).toEqual({ status: 2, data: undefined });
  });

  test('publishing: answered with data, denied', async () => {
    expect(await plugin.publish('progress', { rows: 1 })).toEqual({ status: 0, data: { rows: 1 } });
    expect(await plugin.publish('closed')).toEqual({ status: 2, data: undefined });
  });

  test('a run sends JSON and frames and ends in the handler when nobody listens any more', async () => {
    const open = async () => Number((await plugin.queryData([{ json: { show: 'streams' } }])).A?.frames[0]?.fields[0]?.values[0]);
    const end = new AbortController();
    const packets: unknown[] = [];
    const run = (async () => {
      for await (const packet of plugin.runStream('progress', end.signal)) {
        packets.push(packet);
        if (packets.length === 2) {
          expect(await open()).toBe(1);
          end.abort();
        }
      }
    })();
    await expect(run).rejects.toMatchObject({ code: Code.Canceled });
    expect(packets[0]).toEqual({ path: 'progress' });
    expect(packets[1]).toMatchObject({ schema: { name: 'one' }, data: { values: [['first']] } });
    await within(10_000, (async () => { while ((await open()) !== 0); })(), 'end of the stream in the handler');
  });

  test('a run that breaks says why', async () => {
    const broken = plugin.runStream('broken', new AbortController().signal)[Symbol.asyncIterator]().next();
    await expect(broken).rejects.toMatchObject({ code: Code.Internal, rawMessage: 'the stream broke' });
  });
});

test('the JSON form of frames is what the browser side of Grafana reads', () => {
  const [frame] = exampleFrames()['every-field-type']!;
  expect(frameToJson(frame!).data.entities?.[9]).toEqual({ NaN: [0], Inf: [2] });
  expect(frameToJson(frame!).data.nanos?.[12]).toEqual([123_456, 0, 999_999]);
});
