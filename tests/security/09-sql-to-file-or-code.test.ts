/** SQL comes from nowhere outside; and should a statement ever be made, the engine itself touches neither files nor network nor its own settings. */
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import type { Sql } from '../../src/backend/store/sql';
import { DIMENSIONS } from '../../src/catalog/types';
import { CATALOG } from '../../src/catalog';
import { CLIENTS } from './support/canaries';
import { newFolder, range, startSoc, type Soc } from './support/soc';
import { SQL_PAYLOADS } from './support/sql-payloads';
import { securityRow } from './support/matrix';

/** Text straight to the engine, as no code of ours could send it. */
const rawly = (text: string): Sql => ({ text: [text], values: [] }) as unknown as Sql;

securityRow(9, ({ proves, say }) => {
  let soc: Soc;
  beforeAll(async () => { soc = await startSoc({ clients: CLIENTS.slice(0, 1) }); }, 120_000);
  afterAll(() => soc?.stop());

  proves('known payloads as values of every filter and variable are values and nothing else', async () => {
    const before = readdirSync(tmpdir()).filter(f => f.startsWith('fzz'));
    const metrics = [...CATALOG.values()].filter(e => e.filters.length > 0 && e.views.includes('table'));
    for (const payload of SQL_PAYLOADS) {
      const queries = metrics.map((entry, i) => ({ refId: `q${i}`, json: { version: 1, metric: entry.id, view: 'table', filters: Object.fromEntries(entry.filters.map(f => [f, [payload]])) }, ...range }));
      for (const caller of [soc.operator(), soc.client(CLIENTS[0]!)]) {
        const answers = await soc.plugin.queryData(queries, caller);
        for (const [refId, a] of Object.entries(answers)) if (![200, 400, 403].includes(a.status)) throw new Error(`${payload}: ${JSON.stringify(queries.find(q => q.refId === refId)!.json)} → ${a.status} ${a.error}`);
      }
      for (const dimension of DIMENSIONS) expect((await soc.plugin.callResource(`suggestions/${dimension}`, { query: `contains=${encodeURIComponent(payload)}` }, soc.client(CLIENTS[0]!))).status).toBe(200);
    }
    expect(readdirSync(tmpdir()).filter(f => f.startsWith('fzz'))).toEqual(before);
    // Everything is still there and counts the same.
    const { A } = await soc.plugin.queryData([{ json: { version: 1, metric: 'rules.outcomes', view: 'table', groupBy: ['client'] }, ...range }], soc.operator());
    expect(A!.frames[0]!.fields[0]!.values.length).toBeGreaterThanOrEqual(CLIENTS.length);
    say(`${SQL_PAYLOADS.length} payloads × every filter`);
  }, 300_000);

  proves('the engine refuses files, network, extensions and any change of its configuration', async () => {
    const folder = mkdtempSync(join(newFolder('engine'), 'x-'));
    writeFileSync(join(folder, 'secret.csv'), 'a\nsecret\n');
    const store: Store = await openDuckDb({ path: join(folder, 'x.duckdb') });
    try {
      for (const text of [
        `select * from read_csv('${folder}/secret.csv')`, `select * from read_text('${folder}/secret.csv')`, `select * from '${folder}/secret.csv'`, `select * from read_blob('/proc/self/environ')`, `select * from glob('${folder}/*')`, `select * from read_json('${folder}/secret.csv')`,
        `copy (select 1) to '${folder}/out.csv'`, `export database '${folder}/out'`, `attach '${folder}/other.duckdb' as other`, `install httpfs`, `load httpfs`, `install icu from community`, `set enable_external_access = true`, `set lock_configuration = false`, `set allow_unsigned_extensions = true`,
        `set temp_directory = '${folder}'`, `set memory_limit = '1TB'`, `pragma threads=64`, `select * from 'http://169.254.169.254/latest'`, `select * from read_parquet('https://example.org/x.parquet')`, `import database '${folder}'`, `select getenv('HOME')`, `create secret s (type s3, key_id 'x')`, `select * from sniff_csv('${folder}/secret.csv')`,
      ]) {
        let answer: unknown;
        try { answer = await store.query(rawly(text)); } catch { answer = 'refused'; }
        expect([text, answer]).toEqual([text, 'refused']);
      }
      expect(readdirSync(folder).filter(f => !['secret.csv', 'x.duckdb', 'x.duckdb.wal', 'x.duckdb.tmp'].includes(f))).toEqual([]);
      expect(existsSync(join(folder, 'out'))).toBe(false);
    } finally { await store.close(); }
  }, 60_000);
});
