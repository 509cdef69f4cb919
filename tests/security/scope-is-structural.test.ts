/** That nothing reads around the gate is held three ways: by types, by lint, and by the reader itself. Each must refuse what it should. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as ts from 'typescript';
import { openScope } from '../../src/backend/scope/gate';
import { openDuckDb } from '../../src/backend/store/duckdb';
import type { Store } from '../../src/backend/store/port';
import { sql, type Sql } from '../../src/backend/store/sql';
import { workspaceSchema } from '../../src/settings/schema';
import { ROOT } from '../contract/host/plugin-process';

/** Each line must be an error; the first block must be none, or the errors would only say that nothing compiles. */
const GOOD = `
import type { ScopedReader, Relation } from '../../scope/reader';
import type { Opened } from '../../workspace/workspaces';
import type { Grant } from '../../scope/grants/verify';
import { sql } from '../../store/sql';
declare const reader: ScopedReader; declare const opened: Opened; declare const grant: Grant;
export const fine = reader.query(sql\`select client_key from \${reader.relation('alert')} a where tier = \${'high'}\`);
const needsRelation = (_: Relation): void => undefined; const needsGrant = (_: Grant): void => undefined;
needsRelation(reader.relation('ticket')); needsGrant(grant); void opened.workspace.status(reader);
`;
const BAD: readonly string[] = [
  'needsRelation(sql`select * from ticket`);', 'needsRelation(\'ticket\');', 'needsRelation({ text: [], values: [] });',
  'reader.query(\'select * from ticket\');', 'reader.relation(\'meta\');', 'reader.relation(\'client_grant\');', 'reader.relation(\'settings_version\');', 'reader.relation(\'siem_mark\');', 'reader.relation(\'alert; drop\');',
  'reader.store;', 'reader.transaction(async () => 1);', 'reader.clients.push({ id: \'x\', name: \'x\', zone: \'UTC\' });', '(reader as { operator: boolean }).operator = \'x\';', 'reader.scope = \'all\';',
  'opened.workspace.internals();', 'opened.workspace.grants;', 'opened.workspace.store;', 'opened.workspace.settings;', 'opened.reader.query({ text: [\'select 1\'], values: [] });',
  'needsGrant({ id: \'g\', workspace: \'main\', orgId: 1, uid: \'x\', clients: [\'a\'], notBefore: 0, expires: 1, minted: 0, keyId: \'k\' });', 'grant.clients.push(\'b\');', 'sql`select ${{ raw: \'x\' }}`;',
];

const LINT: readonly (readonly [string, string, string])[] = [
  ['the store\'s tables', 'metrics', 'import { table } from \'../store/table\'; export const x = table;'],
  ['the store itself', 'metrics', 'import type { Store } from \'../store/port\'; export type X = Store;'],
  ['the engine', 'handlers', 'import { openDuckDb } from \'../store/duckdb\'; export const x = openDuckDb;'],
  ['identifiers made of text', 'metrics', 'import { quoted } from \'../store/sql\'; export const x = quoted(\'ticket\');'],
  ['a base table in the text', 'metrics', 'import { sql } from \'../store/sql\'; export const x = sql`select * from ticket`;'],
  ['a base table in quotes, joined', 'handlers', 'import { sql } from \'../store/sql\'; export const x = sql`select 1 from ${1} a join "dim_client" c on true`;'],
  ['a statement made of a string', 'metrics', 'import { sql } from \'../store/sql\'; export const x = sql([\'select 1\'] as unknown as TemplateStringsArray);'],
  ['a relation by assertion', 'metrics', 'import type { Relation } from \'../scope/reader\'; export const x = \'ticket\' as unknown as Relation;'],
  ['a grant by assertion', 'handlers', 'import type { Grant } from \'../scope/grants/verify\'; export const x = {} as unknown as Grant;'],
  ['a statement by assertion', 'metrics', 'import type { Sql } from \'../store/sql\'; export const x = { text: [\'select 1\'], values: [] } as unknown as Sql;'],
  ['the insides of a workspace', 'handlers', 'export const x = (w: { internals(): unknown }) => w.internals();'],
  ['the gate', 'metrics', 'import { openScope } from \'../scope/gate\'; export const x = openScope;'],
  ['the gate\'s relations', 'handlers', 'import { operatorRelations } from \'../scope/relations\'; export const x = operatorRelations;'],
  ['a sync from a handler', 'handlers', 'import { createSyncRunner } from \'../sync\'; export const x = createSyncRunner;'],
];

describe('the scope gate is structural', () => {
  test(`types: ${BAD.length} ways around it do not compile`, () => {
    // In memory, as if they stood among the metrics: nothing is written into the tree.
    const texts = new Map([GOOD, ...BAD.map(line => `${GOOD}\n${line}\n`)].map((text, i): [string, string] => [join(ROOT, 'src', 'backend', 'metrics', 'zz-types', `case${i}.ts`), text]));
    const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config as { compilerOptions: object };
    const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, noUnusedLocals: false, noUnusedParameters: false }, ROOT);
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = file => texts.has(file) || fileExists(file);
    host.readFile = file => texts.get(file) ?? readFile(file);
    host.getSourceFile = (file, ...more) => (texts.has(file) ? ts.createSourceFile(file, texts.get(file)!, ts.ScriptTarget.ES2022) : getSourceFile(file, ...more));
    const program = ts.createProgram([...texts.keys()], { ...options, noEmit: true }, host);
    const errors = [...texts.keys()].map(file => { const source = program.getSourceFile(file); return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].length; });
    expect(errors[0]).toBe(0);
    expect(BAD.filter((_, i) => errors[i + 1] === 0)).toEqual([]);
  }, 120_000);

  test(`lint: ${LINT.length} ways around it are errors`, () => {
    // A process of its own: eslint loads its configuration by a dynamic import, which jest's modules do not have.
    const script = `import { ESLint } from 'eslint'; const eslint = new ESLint({ cwd: ${JSON.stringify(ROOT)} });
      const cases = JSON.parse(await new Promise(done => { let all = ''; process.stdin.on('data', d => { all += d; }).on('end', () => done(all)); }));
      const out = []; for (const [room, text] of cases) { const [r] = await eslint.lintText(text, { filePath: ${JSON.stringify(join(ROOT, 'src', 'backend'))} + '/' + room + '/zz-case.ts' }); out.push(r.messages.filter(m => m.severity === 2).map(m => m.ruleId)); }
      console.log(JSON.stringify(out));`;
    const cases = [['metrics', 'export const fine = 1;\n'], ['handlers', 'export const fine = 1;\n'], ...LINT.map(([, room, text]) => [room, `${text}\n`])];
    const found = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, input: JSON.stringify(cases), encoding: 'utf8' })) as string[][];
    expect(found.slice(0, 2)).toEqual([[], []]);
    expect(LINT.filter((_, i) => found[i + 2]!.length === 0).map(([what]) => what)).toEqual([]);
  }, 120_000);

  describe('the reader', () => {
    let store: Store;
    const settings = workspaceSchema.parse({ clients: [{ id: 'acme', name: 'Acme', zone: 'UTC' }] });
    const reader = (only?: string[]) => openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: () => 7 }, only);
    const rawly = (text: string): Sql => ({ text: [text], values: [] }) as unknown as Sql;
    beforeAll(async () => { store = await openDuckDb({ path: ':memory:' }); });
    afterAll(() => store.close());

    test.each(['select * from ticket', 'select * from "ticket" t', 'select * from main.ticket', 'select * from outcomes."main"."ticket"', 'select 1 from range(1) r, ticket', 'select 1 from range(1) r cross join alert', 'with x as (select * from dim_client) select * from x', 'select (select count(*) from meta)', 'select * from client_grant', 'select * from duckdb_tables()', 'select * from information_schema.tables', 'select * from read_csv(\'/etc/passwd\')', 'select 1; drop table alert', 'delete from alert', 'select * from stage_alert', 'select * from fact_alert_next, settings_version', 'from ticket select *', 'select * from query(\'select * from ticket\')'])('refuses: %s', async text => {
      for (const only of [undefined, ['acme']]) await expect(reader(only).query(rawly(text))).rejects.toThrow('outside its scope');
    });
    test('takes relations, and names of tables where they are columns or words', async () => {
      for (const only of [undefined, ['acme']]) {
        const r = reader(only);
        await r.query(sql`with ${rawly('"mine"')} as (select a.client_key as item, 'from ticket' as alert from ${r.relation('alert')} a) select item, alert from mine, ${r.relation('ticket')} t where ${'from meta'} <> ''`);
      }
    });
    /** A reader of one client, every statement that reaches the store, and what it was bound to. */
    const watched = () => {
      const seen: { text: string; values: readonly unknown[] }[] = [];
      const watching: Store = { ...store, query: (statement, options) => { seen.push({ text: statement.text.join('?'), values: statement.values }); return store.query(statement, options); } };
      return { seen, reader: openScope({ orgId: 1, dataSourceUid: 'x' }, { store: watching, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: () => 7 }, ['acme']) };
    };
    test('every relation of a client carries its keys, or is bound to a set that was found by them, and none of them another', async () => {
      const { seen, reader: r } = watched();
      const { RELATIONS } = await import('../../src/backend/scope/reader');
      const bySet: string[] = [];
      for (const name of RELATIONS) {
        if (['quarantine', 'notice', 'grant', 'access'].includes(name)) { expect(() => r.relation(name)).toThrow('operators'); continue; }
        await r.query(sql`select count(*) from ${r.relation(name)} x`);
        const { text, values } = seen[seen.length - 1]!;
        // Rules and sources have no client of their own: what they are bound to is never the empty place of the set, but its keys as bits.
        if (/get_bit/.test(text)) { bySet.push(name); expect([name, values.length > 0 && values.every(v => v === '0')]).toEqual([name, true]); continue; }
        // Two instants over all sources are all that has no client (see the relation's comment).
        expect([name, name === 'alert_history' || text.includes('client_key in (7)')]).toEqual([name, true]);
      }
      expect(bySet).toEqual(['rule', 'source', 'source_day', 'stream_state']);
      // Three sets, each found once by the client's keys, though five relations rest on them.
      const sets = seen.map(s => s.text).filter(t => !t.startsWith('select count(*)'));
      expect(sets.map(t => t.includes('client_key in (7)'))).toEqual([true, true, true]);
      for (const name of ['alert', 'ticket'] as const) {
        await r.query(sql`select count(*) from ${r.relationOf(name, [1n, 2n])} x`);
        expect(seen[seen.length - 1]!.text).toContain('client_key in (7)');
      }
    });

    test('what a client\'s relations rest on is found anew after every commit, and for each scope by itself', async () => {
      const rows = (client: number, rule: number, alert: bigint) => store.transaction(async tx => {
        await tx.execute(sql`insert into ${rawly('alert')} (alert_key, id, client_key, rule_key, source_key) values (${alert}, ${String(alert)}, ${client}, ${rule}, ${rule})`);
        await tx.execute(sql`insert into ${rawly('dim_rule')} (rule_key, id) values (${rule}, ${`rule ${rule}`}) on conflict do nothing`);
        await tx.execute(sql`insert into ${rawly('dim_source')} (source_key, id) values (${rule}, ${`source ${rule}`}) on conflict do nothing`);
      });
      const of = (key: number) => openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: () => key }, ['acme']);
      const seen = async (key: number) => [
        ...(await (r => r.query<{ id: string }>(sql`select id from ${r.relation('rule')} r order by id`))(of(key))).map(r => r.id),
        ...(await (r => r.query<{ id: string }>(sql`select id from ${r.relation('source')} s order by id`))(of(key))).map(r => r.id),
      ];
      expect(await seen(71)).toEqual([]);
      await rows(71, 3, 101n);
      await rows(72, 900, 102n);
      expect([await seen(71), await seen(72), await seen(73)]).toEqual([['rule 3', 'source 3'], ['rule 900', 'source 900'], []]);
      // A corrected mapping takes the alert, and with it the rule, from one client to the other.
      await store.transaction(tx => tx.execute(sql`update ${rawly('alert')} set client_key = 72 where alert_key = 101`));
      expect([await seen(71), await seen(72)]).toEqual([[], ['rule 3', 'rule 900', 'source 3', 'source 900']]);
    });

    test('of a shared ticket a link to another client\'s alert is not among the links, one to nobody\'s alert is', async () => {
      await store.transaction(async tx => {
        await tx.execute(sql`insert into ${rawly('ticket')} (ticket_key, id, client_key) values (50, 't', 81), (51, 'u', 82)`);
        await tx.execute(sql`insert into ${rawly('alert')} (alert_key, id, client_key, join_key) values (201, 'own', 81, 1), (202, 'other', 82, 2), (203, 'both', 81, 3), (204, 'both too', 82, 3), (205, 'nobody', null, 5)`);
        await tx.execute(sql`insert into ${rawly('link')} (ticket_key, join_key) values (50, 1), (50, 2), (50, 3), (50, 4), (50, 5), (51, 2)`);
      });
      const of = (key: number) => openScope({ orgId: 1, dataSourceUid: 'x' }, { store, settings, settingsVersion: 1, operatorOrgIds: [1], owner: null, clientKey: () => key }, ['acme']);
      const links = async (key: number) => (await (r => r.query<{ j: bigint }>(sql`select join_key as j from ${r.relation('link')} l order by join_key`))(of(key))).map(r => r.j);
      expect([await links(81), await links(82), await links(83)]).toEqual([[1n, 3n, 4n], [2n], []]);
    });
  });
});
