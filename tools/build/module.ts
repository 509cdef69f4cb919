/** The browser side: one AMD module, because that is what Grafana's plugin loader reads. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { writeOutput } from './output';

/** What every Grafana from 11.6 to 13 hands to plugins. All else is bundled (also @grafana/schema and i18n, which not all do). */
const EXTERNALS = [
  'react', 'react-dom', 'react-router', 'react-redux', 'redux', 'rxjs', 'rxjs/operators', 'lodash', 'moment', 'jquery', 'd3', 'i18next',
  '@emotion/css', '@emotion/react', '@grafana/data', '@grafana/runtime', '@grafana/ui',
];

/** Builds src/module.ts into out/module.js. Returns undefined when there is no such file yet. */
export async function buildModule(root: string, out: string): Promise<Metafile | undefined> {
  const entry = ['src/module.ts', 'src/module.tsx'].find((file) => existsSync(join(root, file)));
  if (entry === undefined) {
    return undefined;
  }
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: 'browser',
    target: 'es2020',
    format: 'cjs',
    outfile: join(out, 'module.js'),
    external: EXTERNALS,
    jsx: 'transform',
    loader: { '.svg': 'dataurl', '.png': 'dataurl' },
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  const code = outputFiles.find((file) => file.path.endsWith('module.js'));
  if (code === undefined) {
    throw new Error('esbuild wrote no module.js');
  }
  const externals = Object.values(metafile.outputs).flatMap((output) => output.imports.filter((one) => one.external).map((one) => one.path));
  writeOutput(code.path, amd([...new Set(externals)].sort(), code.text));
  return metafile;
}

/** CommonJS code as an AMD module: its `require` gives out what the loader passed in. */
export function amd(externals: string[], code: string): string {
  const names = externals.map((_, index) => `d${index}`);
  const table = externals.map((name, index) => `${JSON.stringify(name)}:d${index}`);
  return [
    `define(${JSON.stringify(externals)},function(${names.join(',')}){`,
    `var externals={${table.join(',')}};`,
    'var require=function(name){if(!(name in externals))throw new Error("module.js asks for "+name+", which Grafana does not provide");return externals[name]};',
    'var module={exports:{}},exports=module.exports;',
    code,
    'return module.exports;',
    '});',
    '',
  ].join('\n');
}
