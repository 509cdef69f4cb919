import { readFileSync } from 'node:fs';
import tseslint from 'typescript-eslint';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';

/**
 * The arrows (CONTRIBUTING.md): host ← handlers → workspace → {scope → store; sync → connectors, facts, store};
 * metrics → scope, catalog; facts → model, settings; connectors → model; the four shared rooms → model; nothing imports demo/.
 * `may` lists, for each room, the rooms of src/ it may import besides itself; everything else is refused.
 */
const may = {
  model: [],
  settings: ['model'],
  query: ['model', 'catalog', 'settings'],
  catalog: ['model'],
  editor: ['model', 'settings', 'query', 'catalog'],
  'backend/host': ['backend/frames'],
  'backend/frames': ['model', 'catalog'],
  'backend/handlers': ['model', 'settings', 'query', 'catalog', 'backend/host', 'backend/frames', 'backend/workspace', 'backend/metrics', 'backend/scope', 'backend/store/sql'],
  'backend/workspace': ['model', 'settings', 'query', 'catalog', 'backend/scope', 'backend/sync', 'backend/connectors', 'backend/facts', 'backend/store', 'backend/metrics'],
  'backend/scope': ['model', 'settings', 'catalog', 'backend/store'],
  'backend/metrics': ['model', 'settings', 'catalog', 'backend/scope', 'backend/store/sql', 'backend/store/port', 'backend/store/dialect', 'backend/store/buckets', 'backend/store/outcome', 'backend/store/key', 'backend/store/month-coverage', 'backend/store/month-items', 'backend/store/month-unchanged', 'backend/store/month-verdicts'],
  'backend/facts': ['model', 'settings'],
  'backend/sync': ['model', 'settings', 'backend/connectors', 'backend/facts', 'backend/store'],
  'backend/connectors': ['model', 'settings'],
  'backend/store': ['model'],
  cli: ['model', 'settings', 'query', 'catalog', 'backend'],
};
const zones = Object.entries(may).map(([room, allowed]) => ({
  target: `./src/${room}`,
  from: './src',
  except: [room, ...allowed].map(r => `./${r}`).flatMap(r => [r, `${r}.ts`]),
  message: `src/${room} may import only: ${[room, ...allowed].join(', ')} (CONTRIBUTING.md, The arrows).`,
}));

// Base tables by name, as store/schema.ts lists them.
const TABLES = readFileSync(new URL('src/backend/store/schema.ts', import.meta.url), 'utf8').match(/^  [a-z_]+(?=: table\()/gm).map(name => name.trim()).join('|');

const browserSafe = ['src/model', 'src/settings', 'src/query', 'src/catalog'];

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.cache/', '.soc/', '**/gen/**', 'tests/setup/*.js', 'jest.config.js'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js', '.json'] })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: [...zones, { target: './src', from: './demo', message: 'Nothing in src imports demo/.' }] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Randomness is seeded.' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // A metric reads relations of the gate: base tables, raw stores and string-made identifiers stay out of its reach.
    files: ['src/backend/metrics/**/*.ts', 'src/backend/handlers/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [
        { group: ['**/store/table', '**/store/duckdb/**', '**/store/migrations/**'], message: 'Only store, sync and scope name base tables.' },
        { group: ['**/store/sql'], importNames: ['quoted', 'raw'], message: 'Identifiers come from column() and alias().' },
        { group: ['**/store/port'], importNames: ['Store', 'Transaction'], message: 'Read through the scoped reader.' },
        { group: ['**/scope/gate', '**/scope/relations', '**/scope/guard', '**/scope/policy', '**/scope/grants/verify', '**/scope/grants/token', '**/scope/grants/registry'], message: 'The workspace opens the gate; a request gets a reader.' },
      ] }],
      'no-restricted-syntax': ['error',
        { selector: `TaggedTemplateExpression[tag.name="sql"] TemplateElement[value.raw=/\\b(from|join)\\s+(lateral\\s+)?(\\w+\\.)*"?(${TABLES})\\b/i]`, message: 'Base tables are named by relations of the gate only.' },
        { selector: 'CallExpression[callee.name="sql"]', message: 'sql is a tag: a statement is never made of a string.' },
        { selector: 'TSAsExpression > TSTypeReference > Identifier[name=/^(Relation|Grant|Sql|ScopedReader)$/]', message: 'Relations, grants, readers and statements are made by their own rooms, never by assertion.' },
        { selector: 'MemberExpression[property.name="internals"]', message: 'Store and settings of a workspace stay in src/backend/workspace.' },
      ],
    },
  },
  {
    // Statements and readers have one maker each.
    files: ['src/backend/{workspace,sync}/**/*.ts', 'src/cli/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', { selector: 'TSAsExpression > TSTypeReference > Identifier[name=/^(Relation|Grant|ScopedReader)$/]', message: 'Relations, grants and readers are made by the gate alone.' }] },
  },
  {
    files: browserSafe.map(room => `${room}/**/*.ts`),
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['node:*', 'fs', 'path', 'os', 'undici', '@grafana/*', 'react'], message: 'Shared rooms import neither Node nor browser.' }] }] },
  },
  { files: ['src/editor/**', 'src/module.ts', 'demo/preview/app/**'], rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['node:*'], message: 'Browser code.' }] }] } },
);
