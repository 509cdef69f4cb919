import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SourceError } from '../../../src/backend/connectors/http/port';
import { connect, context, folder, NOW, read, rejectsOf, settingsOf, WHOLE } from './files';
import { streamOf } from './read';

const columns = { id: 'id', name: 'name', kind: '=endpoint', registeredAt: 'since' };
const csv = (n: number, from = 1): string => `id,name,since,owner\n${Array.from({ length: n }, (_, i) => `${i + from},"host ${i + from}, ""x""",2025-01-0${1 + (i % 9)},Jane`).join('\n')}\n`;

describe('files connector: broken input and what a path may reach', () => {
  let dir: ReturnType<typeof folder>;
  beforeEach(() => { dir = folder(); });
  afterEach(() => dir.remove());
  const failure = async (stream: Record<string, unknown> = {}, roots: readonly string[] = [dir.path]): Promise<SourceError> => {
    const connector = connect(roots, settingsOf({ columns, ...stream }));
    const health = await connector.health(context());
    const error: unknown = await read(connector).then(() => null, e => e);
    expect(error).toBeInstanceOf(SourceError);
    // What a run would say, health says before it.
    expect(health).toMatchObject({ ok: false, message: (error as Error).message });
    return error as SourceError;
  };

  it('no root configured: names the setting', async () => {
    dir.write('x.csv', csv(1));
    const error = await failure({}, []);
    expect([error.code, error.message]).toEqual(['forbidden', expect.stringContaining('files_root')]);
  });
  it('links and .. out of the roots are refused, links within are followed', async () => {
    const outside = folder();
    try {
      const secret = outside.write('secret.csv', csv(1));
      symlinkSync(secret, join(dir.path, 'x.csv'));
      expect(await failure()).toMatchObject({ code: 'forbidden', message: expect.stringMatching(/outside the folders of files_root/) });
      symlinkSync(outside.path, join(dir.path, 'sub'));
      expect((await failure({ path: 'sub/secret.csv' })).code).toBe('forbidden');
      expect((await failure({ path: 'sub/*.csv' })).code).toBe('forbidden');
      expect((await failure({ path: `../${outside.path.split('/').pop()}/secret.csv` })).code).toBe('forbidden');
      expect((await failure({ path: secret })).code).toBe('forbidden');
      expect((await failure({ path: '*/secret.csv' })).message).toContain('last part');
      // A folder whose name begins as the root's is not below it.
      mkdirSync(`${dir.path}-2`); writeFileSync(`${dir.path}-2/y.csv`, csv(1));
      try { expect((await failure({ path: `${dir.path}-2/y.csv` })).code).toBe('forbidden'); } finally { rmSync(`${dir.path}-2`, { recursive: true }); }
      dir.write('real.csv', csv(2));
      symlinkSync(join(dir.path, 'real.csv'), join(dir.path, 'in.csv'));
      expect((await read(connect([dir.path], settingsOf({ path: 'in.csv', columns })))).ids).toEqual(['1', '2']);
      expect((await read(connect([outside.path, dir.path], settingsOf({ path: join(dir.path, 'real.csv'), columns })))).ids).toEqual(['1', '2']);
    } finally { outside.remove(); }
  });
  it('a file that is not there, a folder, and one that may not be read', async () => {
    expect(await failure()).toMatchObject({ code: 'not_found', message: expect.stringContaining('x.csv') });
    mkdirSync(join(dir.path, 'd.csv'));
    expect((await failure({ path: 'd.csv' })).code).toBe('not_found');
    if (process.getuid?.() !== 0) {
      chmodSync(dir.write('x.csv', csv(1)), 0);
      expect(await failure()).toMatchObject({ code: 'forbidden', message: expect.stringContaining('may not be read') });
    }
  });
  it('a mapped column that is missing: names file, column and what the file has', async () => {
    dir.write('x.csv', 'id;name;since\n1;a;2025-01-01\n');
    const error = await failure();
    expect(error.message).toMatch(/x\.csv has no column "id" \(columns\.id\), "name" .*delimiter \(","\); the file has: id;name;since/);
    dir.write('x.jsonl', '{"id":1,"deep":{"name":"a"}}\n');
    const lines = connect([dir.path], settingsOf({ path: 'x.jsonl', format: 'jsonl', columns: { ...columns, name: 'deep.nam' } }));
    expect((await lines.health(context())).message).toMatch(/none of the first 1 records of x\.jsonl has "deep\.nam" \(columns\.name\), "since"/);
    const mapping = await failure({ columns: { id: 'id', kidn: 'x' } });
    expect(mapping.message).toMatch(/columns\.kidn is no field of kind asset/);
    expect((await failure({ columns: { id: 'id' } })).message).toMatch(/needs columns\.kind, columns\.registeredAt/);
    expect((await failure({ dateFormat: 'dd-MMM-yy' })).message).toMatch(/dateFormat "dd-MMM-yy"/);
  });
  it('empty, UTF-16, cut gzip and unclosed quotes are said with the file; rows before a break are kept', async () => {
    dir.write('x.csv', '');
    expect((await failure()).message).toBe('export: stream x: x.csv is empty. A CSV file needs a first row with the names of its columns.');
    // Of several, one that has just begun is no failure.
    dir.write('y1.csv', ''); dir.write('y2.csv', csv(2));
    expect((await read(connect([dir.path], settingsOf({ path: 'y*.csv', columns })))).ids).toEqual(['1', '2']);
    dir.write('x.csv', Buffer.from(`\uFEFF${csv(3)}`, 'utf16le'));
    await expect(read(connect([dir.path], settingsOf({ columns })))).rejects.toThrow(/x\.csv/);
    const packed = gzipSync(csv(2000));
    dir.write('x.csv.gz', packed.subarray(0, packed.length - 200));
    await expect(read(connect([dir.path], settingsOf({ path: 'x.csv.gz', columns })))).rejects.toThrow(/x\.csv\.gz is no whole gzip file/);
    dir.write('x.csv.gz', 'not packed at all');
    await expect(read(connect([dir.path], settingsOf({ path: 'x.csv.gz', columns })))).rejects.toThrow(/x\.csv\.gz is no whole gzip file/);
    dir.write('x.csv', `${csv(3)}4,"open,2025-01-01,x\n5,a,2025-01-01,x\n`);
    const connector = connect([dir.path], settingsOf({ columns }), 3);
    const first = await streamOf(connector, 'x').read(context(), WHOLE, null);
    expect(first.rows.map(r => r.nativeId)).toEqual(['1', '2', '3']);
    await expect(streamOf(connector, 'x').read(context(), WHOLE, first.cursor)).rejects.toThrow(/x\.csv is broken near line [4-6]: a quoted text is not closed/);
  });
  it('a mapped column that stands twice is refused: nothing tells which is meant; another may', async () => {
    dir.write('x.csv', 'id,name,since,name\n1,a,2025-01-01,b\n');
    expect((await failure()).message).toMatch(/x\.csv has the column "name" \(columns\.name\) more than once, and nothing tells which one is meant\. Give the columns/);
    dir.write('x.csv', 'id,name,since,owner,owner\n1,a,2025-01-01,Jane,Joe\n');
    expect((await read(connect([dir.path], settingsOf({ columns })))).ids).toEqual(['1']);
  });
  it('records of one id are one row, and that is told', async () => {
    dir.write('x.csv', 'id,name,since\n1,a,2025-01-01\n1,b,2025-01-02\n2,c,2025-01-01\n1,d,2025-01-03\n');
    const result = await read(connect([dir.path], settingsOf({ columns })));
    expect([result.ids, result.notices]).toEqual([['1', '2'], [{ code: 'id_twice', field: 'id', value: null, count: 2 }]]);
  });
  it('values that lead to no word, or belong elsewhere, are named before any row is read', async () => {
    dir.write('x.csv', csv(1));
    expect((await failure({ columns: { ...columns, kind: 'owner' }, values: { kind: { Laptop: 'endpont' } } })).message).toMatch(/values\.kind: "Laptop" leads to "endpont", which is not one of endpoint, cloud_workload, network_segment, none\./);
    expect((await failure({ kind: 'alert', columns: { id: 'id', detected: 'since', severity: 'owner' }, values: { severity: { P1: 'critical' } } })).message).toMatch(/values\.severity is not used; put these values under maps\.tier\./);
    expect((await failure({ columns: { ...columns, vrf: 'owner' }, values: { vrf: { a: 'b' } } })).message).toMatch(/values\.vrf is not used; only kind, role, evidence, exclusionAgreedBy have values\./);
  });
  it('numbers of more digits than can be held are refused, not rounded to each other', async () => {
    dir.write('x.jsonl', '{"id":12345678901234567890,"name":"a","since":"2025-01-01"}\n{"id":12345678901234567891,"name":"b","since":"2025-01-01"}\n{"id":"12345678901234567892","name":"c","since":"2025-01-01"}\n{"id":9007199254740991,"name":"d","since":"2025-01-01"}\n');
    const result = await read(connect([dir.path], settingsOf({ path: 'x.jsonl', format: 'jsonl', columns })));
    expect([result.ids, rejectsOf(result).map(r => [r.field, r.reason])]).toEqual([['12345678901234567892', '9007199254740991'], Array(2).fill(['id', 'a number of more digits than can be read exactly; write it as text, in quotes'])]);
  });
  it('dates that cannot be are refused with what to look at; those of assets may lie ahead or mean "always"', async () => {
    const alert = { kind: 'alert', columns: { id: 'id', detected: 'at', acknowledgedAt: 'seen' } };
    const at = (ms: number) => new Date(ms).toISOString();
    dir.write('x.csv', ['id,at,seen', `1,${at(NOW - 1000)},`, `2,${at(NOW + 23 * 3_600_000)},`, `3,${at(NOW + 25 * 3_600_000)},`, '4,1989-12-31T23:59:59Z,', '5,1990-01-01T00:00:00Z,', `6,${at(NOW - 1000)},1970-01-01T00:00:00Z`, ''].join('\n'));
    const result = await read(connect([dir.path], settingsOf(alert)));
    expect(result.ids).toEqual(['1', '2', '5']);
    expect(rejectsOf(result).map(r => [r.nativeId, r.field, r.reason.split(';')[0]])).toEqual([['3', 'at', 'lies more than a day ahead'], ['4', 'at', 'lies before 1990'], ['6', 'seen', 'lies before 1990']]);
    expect(rejectsOf(result)[0]!.reason).toMatch(/check dateFormat and zone, or list the text under nullValues/);
    // Seconds and milliseconds taken for each other.
    dir.write('x.csv', `id,at,seen\n1,${NOW - 1000},\n`);
    expect(rejectsOf(await read(connect([dir.path], settingsOf({ ...alert, dateFormat: 'epoch_s' }))))[0]!.reason).toMatch(/a day ahead/);
    dir.write('x.csv', `id,at,seen\n1,${Math.floor(NOW / 1000)},\n`);
    expect(rejectsOf(await read(connect([dir.path], settingsOf({ ...alert, dateFormat: 'epoch_ms' }))))[0]!.reason).toMatch(/before 1990/);
    dir.write('x.csv', 'id,name,since,until\n1,a,1970-01-01,9999-12-31\n');
    expect((await read(connect([dir.path], settingsOf({ columns: { ...columns, retiredAt: 'until' } })))).ids).toEqual(['1']);
  });
  it('JSON Lines: without a path that rows need the stream stops; without another it is read, and that is told', async () => {
    dir.write('x.jsonl', '{"id":1,"deep":{"name":"a"},"since":"2025-01-01"}\nnot json\n');
    const mapped = async (more: Record<string, unknown>) => streamOf(connect([dir.path], settingsOf({ path: 'x.jsonl', format: 'jsonl', ...more })), 'x').mapped!(context(), []);
    await expect(mapped({ columns: { ...columns, name: 'deep.name', registeredAt: 'sinse' } })).rejects.toMatchObject({ code: 'body', message: 'export: stream x: none of the first 2 records of x.jsonl has "sinse" (columns.registeredAt). Mend the path, or leave the field out.' });
    await expect(mapped({ columns: { ...columns, name: 'deep.nam' } })).rejects.toThrow(/"deep\.nam" \(columns\.name\)/);
    expect(await mapped({ columns: { ...columns, name: 'deep.name', criticality: 'crit' } })).toEqual({ present: ['columns.id', 'columns.name', 'columns.registeredAt'], waiting: 'none of the first 2 records of x.jsonl has "crit" (columns.criticality); it is read without. If a path is wrong, correct it in the settings.' });
    expect(await mapped({ columns: { ...columns, name: 'deep.name' } })).toEqual({ present: ['columns.id', 'columns.name', 'columns.registeredAt'], waiting: null });
    dir.write('x.jsonl', '');
    expect(await mapped({ columns })).toEqual({ present: [], waiting: null });
    dir.write('x.csv', csv(1));
    expect(await streamOf(connect([dir.path], settingsOf({ columns })), 'x').mapped!(context(), [])).toBeUndefined();
  });
  it('a broken record is set aside with column, line and reason; the others stay; no person is quoted', async () => {
    dir.write('x.csv', '\uFEFF"id","name",since,owner\r\n1,"a, ""b""\r\nc",2025-01-01,Jane\r\n2,x,31-12-2024,Jane\r\n3,x,2025-02-30,Jane\r\n4,too,many,2025-01-01,Jane\r\n,x,2025-01-01,Jane\r\n\r\n6,5" disk,2025-01-01,Jane');
    const result = await read(connect([dir.path], settingsOf({ columns })));
    expect(result.rows.map(r => [r.nativeId, (r as unknown as { name: string }).name])).toEqual([['1', 'a, "b"\r\nc'], ['6', '5" disk']]);
    expect(rejectsOf(result)).toEqual([
      { nativeId: '2', field: 'since', reason: 'not an ISO 8601 date; expected iso in UTC', sample: 'x.csv line 4: 31-12-2024' },
      { nativeId: '3', field: 'since', reason: 'the day does not exist in the calendar; expected iso in UTC', sample: 'x.csv line 5: 2025-02-30' },
      { nativeId: null, field: null, reason: expect.stringContaining('another number of fields than the header (4)'), sample: 'x.csv line 6' },
      { nativeId: null, field: 'id', reason: 'no value, but id is needed', sample: 'x.csv line 7' },
    ]);
    dir.write('x.jsonl', '{"id":"1","name":"a","since":"2025-01-01","__proto__":{"x":1}}\nnot json\n[1]\n{"id":{"a":1},"name":"Jane","since":"2025-01-01"}\n');
    const lines = await read(connect([dir.path], settingsOf({ path: 'x.jsonl', format: 'jsonl', columns })));
    expect([lines.ids, rejectsOf(lines).map(r => [r.field, r.reason])]).toEqual([['1'], [[null, 'the line is no JSON object'], [null, 'the line is no JSON object'], ['id', expect.stringContaining('not a single value')]]]);
    expect(JSON.stringify([result.pages, lines.pages])).not.toContain('Jane');
  });
});

describe('files connector: pages, places and change', () => {
  let dir: ReturnType<typeof folder>;
  beforeEach(() => { dir = folder(); });
  afterEach(() => dir.remove());
  const ids = (n: number, from = 1): string[] => Array.from({ length: n }, (_, i) => String(i + from)).sort();

  it.each([1, 7, 50])('pages of %i give every row once, plain and packed, CSV and JSON Lines, over several files', async size => {
    dir.write('a1.csv', csv(20).replace(/\n/g, '\r\n')); dir.write('a2.csv', csv(13, 21)); dir.write('b.csv.gz', gzipSync(csv(20)));
    dir.write('c.jsonl', Array.from({ length: 20 }, (_, i) => JSON.stringify({ id: i + 1, name: 'ü'.repeat(i), since: '2025-01-01' })).join('\n'));
    for (const [stream, n] of [[{ path: 'a*.csv' }, 33], [{ path: 'b.csv.gz' }, 20], [{ path: 'c.jsonl', format: 'jsonl' }, 20]] as const) {
      // A connector for each page: a place holds without anything in memory, as after a restart.
      const rows: string[] = [];
      for (let cursor: unknown = null; ;) {
        const page = await streamOf(connect([dir.path], settingsOf({ ...stream, columns: { ...columns, name: '=x' } }), size), 'x').read(context(), WHOLE, cursor);
        rows.push(...page.rows.map(r => r.nativeId));
        expect([page.rejects, page.rows.length <= size]).toEqual([[], true]);
        if (page.cursor === null) break;
        cursor = JSON.parse(JSON.stringify(page.cursor));
      }
      expect([rows.length, rows.sort()]).toEqual([n, ids(n)]);
    }
  });
  it('reads again only what changed: size, times or content', async () => {
    const file = dir.write('x.csv', csv(3));
    const connector = connect([dir.path], settingsOf({ columns }));
    const counts: number[] = [];
    const again = async (): Promise<number> => { const n = (await read(connector)).rows.length; counts.push(n); return n; };
    expect([await again(), await again()]).toEqual([3, 0]);
    // Touched, the same content: looked at, not given again.
    utimesSync(file, new Date(), new Date(Date.UTC(2026, 0, 1)));
    expect([await again(), await again()]).toEqual([0, 0]);
    // The same size, other content.
    writeFileSync(file, csv(3).replace('host 2', 'HOST 2'));
    expect([await again(), await again()]).toEqual([3, 0]);
    appendFileSync(file, '4,d,2025-01-01,x\n');
    expect([await again(), await again()]).toEqual([4, 0]);
    // Replaced, as exports are.
    renameSync(dir.write('x.new', csv(2)), file);
    expect([await again(), await again()]).toEqual([2, 0]);
  });
  it('a read that was not stored to its end counts for nothing', async () => {
    dir.write('x.csv', csv(3));
    const stream = streamOf(connect([dir.path], settingsOf({ columns })), 'x');
    const first = await stream.read(context(), WHOLE, null);
    expect(first.rows).toHaveLength(3);
    // The engine never came back with the cursor: the page was not committed.
    expect((await stream.read(context(), WHOLE, null)).rows).toHaveLength(3);
  });
  it('a file replaced while it is read begins anew; one that grew goes on and is read again later', async () => {
    dir.write('x.csv', csv(6));
    const connector = connect([dir.path], settingsOf({ columns }), 4);
    const stream = streamOf(connector, 'x');
    const first = await stream.read(context(), WHOLE, null);
    appendFileSync(join(dir.path, 'x.csv'), '7,d,2025-01-01,x\n');
    const grown = await stream.read(context(), WHOLE, first.cursor);
    expect([grown.rows.map(r => r.nativeId), grown.notices]).toEqual([['5', '6', '7'], []]);
    expect((await stream.read(context(), WHOLE, grown.cursor)).cursor).toBeNull();
    const whole = await stream.read(context(), WHOLE, null);
    expect(whole.rows).toHaveLength(4);
    renameSync(dir.write('x.new', csv(9, 100)), join(dir.path, 'x.csv'));
    const anew = await stream.read(context(), WHOLE, whole.cursor);
    expect([anew.rows.map(r => r.nativeId), anew.notices.map(n => n.code)]).toEqual([['100', '101', '102', '103'], ['file_changed_while_read']]);
  });
  it('files of a glob of which the last grows all the while are read to their end, each row once; one replaced behind the place begins anew', async () => {
    dir.write('a1.csv', csv(6)); dir.write('a2.csv', csv(6, 7));
    const stream = streamOf(connect([dir.path], settingsOf({ path: 'a*.csv', columns }), 4), 'x');
    const rows: string[] = [];
    let pages = 0;
    for (let cursor: unknown = null; ;) {
      const page = await stream.read(context(), WHOLE, cursor === null ? null : JSON.parse(JSON.stringify(cursor)));
      rows.push(...page.rows.map(r => r.nativeId));
      expect(page.notices).toEqual([]);
      if (page.cursor === null || ++pages > 30) break;
      if (pages === 3) dir.write('a3.csv', csv(1, 100));
      appendFileSync(join(dir.path, pages < 3 ? 'a2.csv' : 'a3.csv'), `${12 + pages},d,2025-01-01,x\n`);
      cursor = page.cursor;
    }
    expect(pages).toBeLessThan(30);
    expect(rows).toEqual([...new Set(rows)]);
    expect(rows).toEqual(expect.arrayContaining([...ids(12), '100']));
    const first = await stream.read(context(), WHOLE, null);
    const second = await stream.read(context(), WHOLE, first.cursor);
    dir.write('a1.csv', csv(5, 200));
    const anew = await stream.read(context(), WHOLE, second.cursor);
    expect([anew.rows.map(r => r.nativeId), anew.notices.map(n => n.code)]).toEqual([['200', '201', '202', '203'], ['file_changed_while_read']]);
  });
  it('a day of observations in a file that grows all the while is read to its end', async () => {
    const at = (n: number): string => `h${n},2026-05-30T10:00:${String(n % 60).padStart(2, '0')}Z\n`;
    dir.write('o.csv', `host,seen\n${Array.from({ length: 9 }, (_, i) => at(i)).join('')}`);
    const stream = streamOf(connect([dir.path], settingsOf({ kind: 'observation', path: 'o.csv', columns: { evidence: '=host_logs', last: 'seen', hostname: 'host', client: '=acme' } }), 2), 'x');
    const day = { from: Date.UTC(2026, 4, 30), to: Date.UTC(2026, 4, 31) };
    const hosts: (string | null)[] = [];
    let pages = 0;
    for (let cursor: unknown = null; ;) {
      const page = await stream.read(context(), day, cursor === null ? null : JSON.parse(JSON.stringify(cursor)));
      hosts.push(...page.rows.map(r => (r as { hostname: string | null }).hostname));
      if (page.cursor === null || ++pages > 30) break;
      appendFileSync(join(dir.path, 'o.csv'), at(9 + pages));
      cursor = page.cursor;
    }
    expect(pages).toBeLessThan(30);
    expect(hosts).toEqual([...new Set(hosts)]);
    expect(hosts.length).toBeGreaterThanOrEqual(9);
  });
  it('lists the ids now in the file; one unreadable record makes the listing incomplete', async () => {
    dir.write('x.csv', csv(5));
    const connector = connect([dir.path], settingsOf({ columns }), 2);
    const list = async () => {
      const all: string[] = [];
      for (let cursor: unknown = null; ;) {
        const page = await streamOf(connector, 'x').listIds!(context(), WHOLE, cursor);
        if (!page.complete) return null;
        all.push(...page.ids);
        if (page.cursor === null) return all.sort();
        cursor = JSON.parse(JSON.stringify(page.cursor));
      }
    };
    expect(await list()).toEqual(ids(5));
    appendFileSync(join(dir.path, 'x.csv'), '6,broken\n');
    expect([await list(), await list()]).toEqual([null, null]);
  });
});
