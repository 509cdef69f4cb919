import { lastValueFrom } from 'rxjs';
import type { AnnotationQuery, DataFrame, DataQueryRequest, ScopedVars } from '@grafana/data';
import { CATALOG } from '../catalog';
import { DIMENSIONS } from '../catalog/types';
import { parseQuery } from '../query/request';
import { healthResults } from './health';
import { fakeGrafana, makeDataSource, type FakeGrafana } from './testing/grafana';
import type { EditorQuery, VariableQuery } from './types';
import { OutcomesVariables } from './variables';

let grafana: FakeGrafana;
beforeEach(() => { grafana = fakeGrafana(); });
const query = (parts: object): EditorQuery => ({ refId: 'A', version: 1, metric: 'rules.outcomes', ...parts }) as EditorQuery;
const sent = (parts: object, adHoc: { key: string; operator: string; value: string; values?: string[] }[] = [], scoped: ScopedVars = {}) => makeDataSource().applyTemplateVariables(query(parts), scoped, adHoc);

describe('variables in a query', () => {
  test.each<[string, string | string[] | undefined, string[], string[] | undefined]>([
    ['one value', 'acme', ['$client'], ['acme']],
    ['several', ['acme', 'globex'], ['$client'], ['acme', 'globex']],
    ['All', '$__all', ['$client'], undefined],
    ['All among several', ['$__all'], ['$client'], undefined],
    ['nothing chosen', '', ['$client'], undefined],
    ['a variable that does not exist', undefined, ['$client'], undefined],
    ['a fixed value beside one', 'acme', ['globex', '$client'], ['globex', 'acme']],
    ['a word of the source with a dollar in it is no variable', undefined, ['Deletion of the $MFT', 'SRV01$', 'Files in $Recycle.Bin'], ['Deletion of the $MFT', 'SRV01$', 'Files in $Recycle.Bin']],
    ['a value with quotes and commas', 'a "b", c', ['$client'], ['a "b", c']],
  ])('%s', (_, value, filter, expected) => {
    if (value !== undefined) grafana.variables.client = value;
    expect(sent({ filters: { client: filter } }).filters).toEqual(expected && { client: expected });
  });

  test('a variable within a text, and one written the old way', () => {
    Object.assign(grafana.variables, { env: 'prod', client: ['acme', 'globex'] });
    expect(sent({ filters: { rule: ['Login on $env'], client: ['[[client]]'] } }).filters).toEqual({ rule: ['Login on prod'], client: ['acme', 'globex'] });
    expect(sent({ filters: { client: ['[[nobody]]'], rule: ['Deletion of the $MFT'] } }).filters).toEqual({ rule: ['Deletion of the $MFT'] });
  });

  test('in options and "view as"', () => {
    Object.assign(grafana.variables, { clock: 'resolve', client: ['acme'] });
    expect(sent({ metric: 'sla.adherence', options: { clock: '$clock' }, viewAs: ['$client'] })).toMatchObject({ options: { clock: 'resolve' }, viewAs: ['acme'] });
  });
});

describe('ad-hoc filters', () => {
  test('travel with the query, and the backend applies those its metric takes and names the others', () => {
    const parsed = parseQuery(sent({}, [{ key: 'client', operator: '=', value: 'acme' }, { key: 'tier', operator: '=|', value: 'high', values: ['high', 'low'] }, { key: 'kind', operator: '=', value: 'endpoint' }, { key: 'rule', operator: '!=', value: 'r1' }]), CATALOG);
    expect(parsed.filters).toEqual({ client: ['acme'], tier: ['high', 'low'] });
    expect(parsed.notices.map(n => n.text)).toEqual([expect.stringContaining('cannot be filtered by kind'), expect.stringContaining('The filter rule != r1 is not applied')]);
  });

  test('both a query’s own filter and an ad-hoc one must hold; when none can, nothing matches rather than everything', () => {
    const parsed = (value: string) => parseQuery(sent({ filters: { client: ['acme', 'globex'] } }, [{ key: 'client', operator: '=', value }]), CATALOG).filters.client;
    expect(parsed('acme')).toEqual(['acme']);
    expect(parsed('initech')).toHaveLength(1);
    expect(['acme', 'globex', 'initech']).not.toContain(parsed('initech')![0]);
  });

  test('keys are what the metrics in use take; values those the viewer may see', async () => {
    const datasource = makeDataSource();
    const keys = (await datasource.getTagKeys()).map(k => k.value);
    expect(keys).toEqual(expect.arrayContaining(['client', 'tier', 'rule', 'kind']));
    for (const key of keys) expect(DIMENSIONS).toContain(key);
    expect((await datasource.getTagKeys({ queries: [query({ metric: 'sources.status' })] })).map(k => k.value)).toEqual(['source']);
    expect(await datasource.getTagValues({ key: 'client' })).toEqual([{ text: 'Acme', value: 'acme' }, { text: 'Globex', value: 'globex' }]);
  });
});

describe('queries', () => {
  test('an empty or hidden one is not sent; one of an older version is', () => {
    const datasource = makeDataSource();
    expect(datasource.filterQuery({ refId: 'A' } as EditorQuery)).toBe(false);
    expect(datasource.filterQuery(query({ hide: true }))).toBe(false);
    expect(datasource.filterQuery(query({}))).toBe(true);
    expect(datasource.filterQuery({ refId: 'A', metricId: 'rules.outcomes' } as unknown as EditorQuery)).toBe(true);
  });

  test('the default is one the backend takes', () => {
    expect(() => parseQuery({ refId: 'A', ...makeDataSource().getDefaultQuery() }, CATALOG)).not.toThrow();
  });

  test('are named in a sentence once the catalog is known, and by their id before', async () => {
    const datasource = makeDataSource();
    expect(datasource.getQueryDisplayText(query({}))).toBe('rules.outcomes');
    await datasource.catalog();
    expect(datasource.getQueryDisplayText(query({ groupBy: ['client', 'tier'], filters: { client: ['acme', 'globex'] } }))).toBe('Rule outcomes by client, tier, client = acme | globex');
  });

  test('the catalog is asked for once, and again after a failure', async () => {
    const datasource = makeDataSource();
    grafana.failing.catalog = 'starting';
    await expect(datasource.catalog()).rejects.toMatchObject({ data: { message: 'starting' } });
    delete grafana.failing.catalog;
    await Promise.all([datasource.catalog(), datasource.catalog()]);
    expect(grafana.asked.filter(a => a === 'GET catalog')).toHaveLength(2);
  });
});

describe('query variables', () => {
  const ask = async (target: unknown): Promise<unknown[][]> => {
    const { data } = await lastValueFrom(new OutcomesVariables(makeDataSource()).query({ targets: [target], scopedVars: {} } as DataQueryRequest<VariableQuery>));
    return ((data[0] as DataFrame | undefined)?.fields ?? []).map(f => [...f.values]);
  };
  test('give text and value of a dimension', async () => {
    expect(await ask({ refId: 'v', dimension: 'client' })).toEqual([['Acme', 'Globex'], ['acme', 'globex']]);
    expect(await ask('tier')).toEqual([['critical', 'high'], ['critical', 'high']]);
    expect(await ask({ refId: 'v', dimension: '' })).toEqual([]);
  });
  test('send what they must contain, with variables in it', async () => {
    grafana.variables.part = 'glo';
    await ask({ refId: 'v', dimension: 'client', contains: '$part' });
    expect(grafana.asked).toEqual(['GET suggestions/client?contains=glo']);
  });
});

test('annotations are queries with their view, and none without a metric', () => {
  const { annotations } = makeDataSource();
  const prepared = annotations!.prepareQuery!({ target: query({ metric: 'coverage.history', view: 'series' }) } as unknown as AnnotationQuery<EditorQuery>)!;
  expect(parseQuery(prepared, CATALOG)).toMatchObject({ view: 'annotation', bucket: 'day', groupBy: ['client', 'kind'] });
  expect(parseQuery({ refId: 'A', ...annotations!.getDefaultQuery!() }, CATALOG).view).toBe('annotation');
  expect(annotations!.prepareQuery!({} as AnnotationQuery<EditorQuery>)).toBeUndefined();
  expect(() => parseQuery(query({ view: 'annotation' }), CATALOG)).toThrow(/marks no charts; take .*"coverage\.history"/);
});

test('Save & test gives the message, a line per source below it, and each source its own result', async () => {
  const sources = [{ source: 'jira', ok: false, message: 'jira: 401. Enter the key again.' }];
  grafana.health = { status: 'ERROR', message: 'jira: 401. Enter the key again.', details: { verboseMessage: 'not ok – jira: 401', sources } };
  expect(await makeDataSource().testDatasource()).toMatchObject({ status: 'error', message: 'jira: 401. Enter the key again.', details: { verboseMessage: 'not ok – jira: 401' } });
  expect(healthResults.value).toEqual({ uid: 'ops', sources });
  grafana.health = { status: 'OK', message: 'All 1 sources answer.' };
  expect(await makeDataSource().testDatasource()).toMatchObject({ status: 'success' });
});
