// Two projects: what runs in Node (backend, demo, tools) and what runs in a browser (editor).
// Packages that ship only ES modules are transformed to CommonJS; add to this list, never to a mock.
const esmOnly = [
  'p-retry', 'p-limit', 'yocto-queue', 'is-network-error', 'temporal-polyfill', 'temporal-utils', '@grafana', 'ol', 'd3', 'd3-.*', 'internmap', 'delaunator',
  'robust-predicates', 'react-calendar', 'get-user-locale', 'memoize', 'mimic-function', 'map-age-cleaner', 'p-defer', 'uuid',
  'marked', 'react-colorful', '@bufbuild', '@connectrpc', 're2js', 'ipaddr.js', 'uwrap', 'earcut', 'rbush', 'quickselect',
  '@faker-js', 'color-.*', 'pbf', 'geotiff', 'quick-lru', 'ol-mapbox-style', 'csv-parse', 'fast-check', 'pure-rand', '@wojtekmaj', 'warning', 'react-data-grid',
].join('|');

const shared = {
  rootDir: __dirname,
  transform: {
    '^.+\\.(ts|tsx|js|jsx|mjs)$': ['@swc/jest', {
      jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022', transform: { react: { runtime: 'classic' } } },
      module: { type: 'commonjs' },
    }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(.*/node_modules/)?(${esmOnly})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/', '<rootDir>/.soc/'],
};

module.exports = {
  maxWorkers: 2,
  // A limit for what hangs, not a measure: several jobs may share a machine. Jest heeds it here alone, not within a project.
  testTimeout: 60_000,
  globalSetup: '<rootDir>/tests/setup/global-setup.ts',
  globalTeardown: '<rootDir>/tests/setup/global-teardown.ts',
  reporters: ['default', '<rootDir>/tests/setup/tally-reporter.js'],
  projects: [
    {
      ...shared,
      displayName: 'backend',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/{src/{backend,catalog,query,settings,model,cli},demo,tools,dashboards,tests}/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'editor',
      testEnvironment: 'jsdom',
      setupFiles: ['<rootDir>/tests/setup/jsdom.ts'],
      moduleNameMapper: { '\\.(css|scss|svg)$': '<rootDir>/tests/setup/empty.js', '^monaco-editor$': '<rootDir>/tests/setup/empty.js' },
      testMatch: ['<rootDir>/{src/editor,demo/preview}/**/*.test.tsx'],
    },
  ],
};
