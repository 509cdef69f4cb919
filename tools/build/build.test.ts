import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { buildBackend, launcher } from './backend';
import { buildModule } from './module';
import { copyOutput, writeOutput } from './output';
import { executableName, platformOf } from './platform';
import { buildDate, copyPluginFiles } from './plugin-files';
import { isCurrent, stampFile, stampText } from './stamp';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soc-build-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

describe('launcher', () => {
  const platform = platformOf();

  function start(name: string): string {
    return execFileSync('/usr/bin/env', ['-i', join(root, 'a folder', name)], { encoding: 'utf8' });
  }

  test('runs the backend by the Node of the build, without any environment, from a folder with a space', async () => {
    write('main.ts', 'process.stdout.write(`${process.execPath} ${JSON.stringify(Object.keys(process.env).filter((name) => !["PWD", "SHLVL", "_", "OLDPWD"].includes(name)))}`);');
    await buildBackend({ root, entry: 'main.ts', out: join(root, 'a folder'), native: false });
    expect(start(executableName(platform))).toBe(`${process.execPath} []`);
  });

  test('prefers a runtime packed beside it', () => {
    write('a folder/start', launcher(platform, '/no/such/node'));
    write(`a folder/node_${platform.os}_${platform.arch}`, '#!/bin/sh\nfor last; do :; done; echo "packed ${last##*/}"\n');
    chmodSync(join(root, 'a folder', 'start'), 0o755);
    chmodSync(join(root, 'a folder', `node_${platform.os}_${platform.arch}`), 0o755);
    expect(start('start')).toBe('packed backend.js\n');
  });
});

test('DuckDB is found beside the bundle, away from the repository and without any environment', async () => {
  write('main.ts', `import { DuckDBInstance } from '@duckdb/node-api';
    void (async () => {
      const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
      process.stdout.write(JSON.stringify((await connection.runAndReadAll('select 41 + 1 as answer')).getRowObjects()));
    })();`);
  const out = join(root, 'out');
  await buildBackend({ root: join(__dirname, '..', '..'), entry: join(root, 'main.ts'), out });
  const printed = execFileSync('/usr/bin/env', ['-i', join(out, executableName(platformOf()))], { encoding: 'utf8', cwd: root });
  expect(printed).toBe('[{"answer":42}]');
}, 60_000);

test('a backend that uses import.meta does not build: in CommonJS it would be empty at run time', async () => {
  write('main.ts', 'console.log(import.meta.url);');
  await expect(buildBackend({ root, entry: 'main.ts', out: join(root, 'out'), native: false })).rejects.toThrow(/import\.meta/);
});

test('module.js is an AMD module that asks for the shared packages it uses, and only for those', async () => {
  write('src/module.ts', `import React, { useState } from 'react'; import { DataSourcePlugin } from '@grafana/data'; import { helper } from './helper';
    export const plugin = new DataSourcePlugin(helper(React.version, typeof useState));`);
  write('src/helper.ts', 'export const helper = (...words: string[]) => words.join(" ");');
  await buildModule(root, join(root, 'out'));
  const provided: Record<string, unknown> = {
    react: { version: '18', useState: () => 0 },
    '@grafana/data': { DataSourcePlugin: class { constructor(readonly made: string) {} } },
  };
  let exported: { plugin?: { made: string } } = {};
  const define = (names: string[], factory: (...parts: unknown[]) => object) => {
    expect(names).toEqual(['@grafana/data', 'react']);
    exported = factory(...names.map((name) => provided[name]));
  };
  runInNewContext(readFileSync(join(root, 'out', 'module.js'), 'utf8'), { define });
  expect(exported.plugin?.made).toBe('18 function');
});

describe('plugin files', () => {
  test('placeholders are filled and included dashboards come along', () => {
    write('package.json', '{"version":"1.2.3"}');
    write('plugin.json', '{"info":{"version":"%VERSION%","updated":"%TODAY%"},"includes":[{"path":"dashboards/a.json"}]}');
    write('dashboards/a.json', '{}');
    copyPluginFiles(root, join(root, 'out'), '2026-01-31');
    expect(JSON.parse(readFileSync(join(root, 'out', 'plugin.json'), 'utf8')).info).toEqual({ version: '1.2.3', updated: '2026-01-31' });
    expect(readFileSync(join(root, 'out', 'dashboards', 'a.json'), 'utf8')).toBe('{}');
  });

  test('an included file that is missing is named', () => {
    write('package.json', '{"version":"1.2.3"}');
    write('plugin.json', '{"includes":[{"path":"dashboards/gone.json"}]}');
    expect(() => copyPluginFiles(root, join(root, 'out'), '2026-01-31')).toThrow(/dashboards\/gone\.json, which does not exist/);
  });

  test('the date is that of SOURCE_DATE_EPOCH where set', () => {
    expect(buildDate({ SOURCE_DATE_EPOCH: '0' })).toBe('1970-01-01');
    expect(buildDate({}, new Date('2026-03-01T23:59:59Z'))).toBe('2026-03-01');
  });
});

test('a build is current until a file it read, an output, or its setting changes', () => {
  write('a.ts', 'one');
  write('out/backend.js', '');
  write(`out/${stampFile}`, stampText(root, 'node 20', ['a.ts'], ['backend.js']));
  const out = join(root, 'out');
  expect(isCurrent(root, out, 'node 20')).toBe(true);
  expect(isCurrent(root, out, 'node 22')).toBe(false);
  write('a.ts', 'two');
  expect(isCurrent(root, out, 'node 20')).toBe(false);
  write('a.ts', 'one');
  rmSync(join(out, 'backend.js'));
  expect(isCurrent(root, out, 'node 20')).toBe(false);
});

test('outputs are replaced as a whole and left alone when equal', () => {
  const path = join(root, 'out', 'file');
  writeOutput(path, 'one');
  const before = statSync(path).ino;
  writeOutput(path, 'one');
  expect(statSync(path).ino).toBe(before);
  writeOutput(path, 'two', 0o755);
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['two', 0o755]);
  write('from/deep/x', 'x');
  copyOutput(join(root, 'from'), join(root, 'to'));
  expect(readFileSync(join(root, 'to', 'deep', 'x'), 'utf8')).toBe('x');
});

test('platforms in the words of Go; an unknown one is refused', () => {
  expect(executableName(platformOf('win32', 'x64'))).toBe('gpx_soc_outcomes_windows_amd64.exe');
  expect(executableName(platformOf('darwin', 'arm64'))).toBe('gpx_soc_outcomes_darwin_arm64');
  expect(() => platformOf('sunos', 'x64')).toThrow(/no build for sunos\/x64/);
});
