import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_ELASTIC_KEY, startElasticUpstream } from '../../../demo/upstreams/elasticsearch';
import { Counts } from '../../../src/backend/connectors/elasticsearch/counts';
import { dateIn, pick } from '../../../src/backend/connectors/elasticsearch/fields';
import { alertPlan, normaliseAlert } from '../../../src/backend/connectors/elasticsearch/normalise';
import { productOf } from '../../../src/backend/connectors/elasticsearch/product';
import { elasticSource } from '../../../src/settings/sources';
import { NOW, smallWorld } from './world';

type Json = Record<string, unknown>;
const folder = join(process.cwd(), '..', 'shared', 'fixtures', 'elastic');
const recorded = (name: string): Json => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json;
const present = existsSync(join(folder, 'alert_hit_8.19.real.json'));
if (!present) console.log('recorded answers (../shared/fixtures/elastic) are not here: comparisons with them are skipped');
const withRecorded = present ? it : it.skip;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => { for (const close of closers.splice(0)) await close(); });
async function ask(path: string, body: unknown, product: 'elasticsearch' | 'opensearch' = 'elasticsearch', method = 'POST'): Promise<{ status: number; json: Json }> {
  const upstream = await startElasticUpstream({ world: smallWorld(), now: () => NOW, product });
  closers.push(() => upstream.close());
  const answer = await fetch(`${upstream.url}${path}`, { method, headers: { 'content-type': 'application/json', authorization: `ApiKey ${DEMO_ELASTIC_KEY}` }, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, json: await answer.json() as Json };
}
const kind = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? 'date' : typeof value);
const INDEX = '/.alerts-security.alerts-default';

describe('the demo answers as the vendor does', () => {
  withRecorded('a hit: the same keys are dotted, the same are nested, of the same kinds', async () => {
    const real = recorded('alert_hit_8.19.real.json');
    const { json } = await ask(`${INDEX}/_search`, { size: 1, query: { bool: { filter: [{ exists: { field: 'host.name' } }, { range: { 'kibana.alert.workflow_status_updated_at': { gte: 0 } } }] } } });
    const hit = ((json.hits as Json).hits as Json[])[0]!;
    const keys = (o: Json) => Object.keys(o).filter(k => k !== '_score' && k !== 'sort');
    expect(keys(hit)).toEqual(keys(real));
    expect(hit._index).toBe(real._index);
    const [theirs, ours] = [real._source as Json, hit._source as Json];
    const shared = Object.keys(ours).filter(k => k in theirs);
    expect(shared.length).toBeGreaterThan(15);
    expect(Object.fromEntries(shared.map(k => [k, kind(ours[k])]))).toEqual(Object.fromEntries(shared.map(k => [k, kind(theirs[k])])));
    expect(shared).toEqual(expect.arrayContaining(['host', 'event.kind', 'kibana.alert.uuid', '@timestamp', 'kibana.alert.workflow_status']));
  });
  withRecorded('opening a point in time, and an answer of _search', async () => {
    const pit = await ask(`${INDEX}/_pit?keep_alive=2m`, undefined);
    expect(Object.keys(pit.json)).toEqual(Object.keys(recorded('open_pit_response.json')));
    const { json } = await ask(`${INDEX}/_search`, { size: 1 });
    expect(Object.keys(json)).toEqual(Object.keys(recorded('search_response.json')));
    expect(Object.keys(json.hits as Json)).toEqual(Object.keys(recorded('search_response.json').hits as Json));
  });
  it.each<[string, string, unknown, number, string]>([
    ['an index that is not there', '/nothing/_search', {}, 404, 'index_not_found_exception'],
    ['a window too large', `${INDEX}/_search`, { size: 9_000, from: 1_001 }, 400, 'illegal_argument_exception'],
    ['a sort by a field without mapping', `${INDEX}/_search`, { sort: [{ nonsense: 'asc' }] }, 400, 'query_shard_exception'],
    ['the tie-break outside a point in time', `${INDEX}/_search`, { sort: ['_shard_doc'] }, 400, 'query_shard_exception'],
    ['a lost point in time', '/_search', { pit: { id: 'lost' } }, 404, 'search_phase_execution_exception'],
    ['a query it does not know', `${INDEX}/_search`, { query: { magic: {} } }, 400, 'parsing_exception'],
  ])('error: %s', async (_name, path, body, status, type) => {
    const answer = await ask(path, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ status, error: { type, root_cause: [{}] } });
  });
});

const settings = elasticSource.parse({ id: 'elastic', system: 'elasticsearch', url: 'http://127.0.0.1:9200', auth: { kind: 'none' }, alerts: { client: { fixed: 'acme' }, url: 'https://kibana.example' } });
const plan = alertPlan(settings, settings.alerts!, new Set(['acme']));
const made = (source: unknown, counts = new Counts()) => normaliseAlert({ id: 'A1', index: 'i', source, sort: [] }, plan, counts);
const base = { '@timestamp': '2026-03-01T10:00:00.000Z', 'kibana.alert.uuid': 'A1', 'kibana.alert.severity': 'high' };

describe('normalising a hit', () => {
  withRecorded('the recorded one, dotted and nested keys in one document', () => {
    const hit = recorded('alert_hit_8.19.real.json');
    const row = normaliseAlert({ id: hit._id as string, index: hit._index as string, source: hit._source, sort: [] }, plan, new Counts());
    const at = Date.parse('2026-03-23T15:09:47.447Z');
    expect(row).toMatchObject({
      nativeId: hit._id, joinId: hit._id, event: Date.parse('2026-03-23T15:05:39.309Z'), detected: at, readable: at, changed: Date.parse('2026-03-23T15:09:47.402Z'), tier: 'high', sourceSeverity: 'high',
      ruleName: 'Sysmon - Binary Execution from Windows Tasks', ruleRevision: '0', sourceStatus: 'open', acknowledgedAt: null, closedAt: null, disposition: null, suppressed: 0, client: 'acme',
    });
    expect((row as { rule: string }).rule).toContain('fb8585fa-7191-4f86-99d1-169743c114fc');
    expect(JSON.stringify(row)).not.toContain('DC01');
    expect(pick(hit._source, 'event.code')).toBe('1');
    expect(pick(hit._source, 'event.kind')).toBe('signal');
  });
  it.each<[string, Json, string, string]>([
    ['no time', { 'kibana.alert.uuid': 'A1' }, '@timestamp', 'no time'], ['a broken date', { ...base, 'kibana.alert.original_time': 'yesterday' }, 'kibana.alert.original_time', 'not a date'],
  ])('rejects %s with its field and reason', (_name, source, field, reason) => expect(made(source)).toMatchObject({ nativeId: 'A1', field, reason: expect.stringContaining(reason) as string }));
  it('reads a date without a zone as UTC, epoch numbers as milliseconds, absent as absent', () => {
    const at = Date.UTC(2026, 2, 1, 10);
    expect(['2026-03-01T10:00:00', '2026-03-01T10:00:00.000Z', '2026-03-01T12:00:00+0200', '2026-03-01T10:00:00z', at, String(at), ['2026-03-01T10:00:00Z']].map(v => dateIn({ t: v }, 't').ms)).toEqual(Array(7).fill(at));
    expect(dateIn({ t: '2026-03-01T10:00:00.123456789Z' }, 't').ms).toBe(at + 123);
    expect([dateIn({}, 't'), dateIn({ t: null }, 't'), dateIn({ t: '' }, 't')]).toEqual(Array(3).fill({ ms: null, broken: null }));
  });
  it('an unknown reason is undetermined and counted; the automatic closing is no human verdict; tags count where the map knows them', () => {
    const counts = new Counts();
    const closed = { ...base, 'kibana.alert.workflow_status': 'closed', 'kibana.alert.workflow_status_updated_at': '2026-03-01T11:00:00Z' };
    expect(made({ ...closed, 'kibana.alert.workflow_reason': 'because' }, counts)).toMatchObject({ sourceDisposition: 'because', disposition: 'undetermined' });
    expect(counts.list()).toEqual([{ code: 'unknown_disposition', field: 'kibana.alert.workflow_reason', value: 'because', count: 1 }]);
    expect(made({ ...closed, 'kibana.alert.workflow_reason': 'automated_closure' })).toMatchObject({ disposition: 'auto_closed', dispositionBy: 'automation' });
    expect(made({ ...closed, 'kibana.alert.workflow_tags': ['Wave 2', 'False Positive'] })).toMatchObject({ sourceDisposition: 'False Positive', disposition: 'false_positive' });
    expect(made(closed)).toMatchObject({ sourceDisposition: null, disposition: null, dispositionAt: null, dispositionBy: null, closedAt: Date.UTC(2026, 2, 1, 11) });
  });
  it('keys of Object.prototype are no fields', () => expect([pick({}, 'toString'), pick({ a: {} }, 'a.constructor'), pick(JSON.parse('{"__proto__":{"x":1}}'), 'x')]).toEqual([undefined, undefined, undefined]));
});

it.each([
  ['elasticsearch', '7.9.3', false, false], ['elasticsearch', '7.10.2', true, false], ['elasticsearch', '8.19.12', true, true], ['elasticsearch', null, true, true],
  ['opensearch', '1.3.20', false, false], ['opensearch', '2.4.0', true, false], ['opensearch', '3.3.0', true, true], ['opensearch', null, true, false],
] as const)('%s %s: point in time %s, _shard_doc %s', (name, version, pit, shardDoc) => expect(productOf(name, version)).toEqual({ name, version, pit, shardDoc }));
