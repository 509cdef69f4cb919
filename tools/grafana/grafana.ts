/**
 * `npm run grafana -- --home DIR [--bin FILE] [--port N] [--scale X] [--keep]`: a Grafana that is installed on this machine, started
 * with the plugin, the bundled provisioning and the demo, on data of its own in a temporary folder. Ctrl-C ends and removes all of it.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { demoSettings } from '../../demo/start/demo-settings';
import { startUpstreams } from '../../demo/start/upstreams';
import { prepareFolder } from './folder';
import { grafanaBinary, startGrafana, type GrafanaServer } from './server';

const ROOT = resolve(__dirname, '..', '..');

async function main(args: readonly string[]): Promise<number> {
  const options = new Command('npm run grafana --')
    .requiredOption('--home <dir>', "Grafana's home: the folder with conf/ and public/")
    .option('--bin <file>', 'its program; default bin/grafana in the home')
    .option('--port <n>', 'port of the page, 0 for a free one', Number, 0)
    .option('--scale <factor>', 'size of the demo world', Number, 0.05)
    .option('--keep', 'keep the folder for a look', false)
    .parse([...args], { from: 'user' })
    .opts<{ home: string; bin?: string; port: number; scale: number; keep: boolean }>();
  const home = resolve(options.home);
  const binary = grafanaBinary(home, options.bin && resolve(options.bin));
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
  const folder = mkdtempSync(join(tmpdir(), 'soc-grafana-'));
  const closers: (() => unknown)[] = options.keep ? [() => console.log(`Kept: ${folder}`)] : [() => rmSync(folder, { recursive: true, force: true })];
  try {
    execFileSync(process.execPath, ['--import', 'tsx', join(ROOT, 'tools/build/build.ts'), '--quiet'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    const clock = Date.now();
    const upstreams = await startUpstreams({ anchor: new Date(clock).toISOString().slice(0, 10), scale: options.scale, clock });
    closers.push(() => upstreams.close());
    const files = join(folder, 'files');
    mkdirSync(files);
    writeFileSync(join(files, 'cmdb.csv'), upstreams.cmdb);
    const port = options.port || (await freePort());
    const adminPassword = randomBytes(9).toString('base64url');
    const config = prepareFolder({ root: ROOT, folder, port, adminPassword, files, ...demo(upstreams, join(files, 'cmdb.csv')) });
    const grafana = await startGrafana({ binary, home, config, port, adminPassword, signal: ending.signal });
    closers.push(() => grafana.stop());
    await report(grafana, adminPassword, folder);
    const left = await Promise.race([grafana.exited.then(() => 'grafana'), aborted(ending.signal)]);
    if (left === 'grafana') console.error('Grafana ended by itself.');
    return left === 'grafana' ? 1 : 0;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function demo(upstreams: Parameters<typeof demoSettings>[0], cmdb: string): { settings: unknown; secrets: Record<string, string> } {
  const { settings, secrets } = demoSettings(upstreams, cmdb);
  return { settings, secrets };
}

/** What Grafana itself says of the plugin, before the address is shown. */
async function report(grafana: GrafanaServer, adminPassword: string, folder: string): Promise<void> {
  const { status, body } = await grafana.get('/api/datasources/uid/soc-outcomes/health');
  console.log(`Health of the data source, as Grafana sees it: ${status} ${body.slice(0, 500)}`);
  console.log(`Grafana's log: ${join(folder, 'logs', 'grafana.log')}`);
  console.log(`\n  Grafana: ${grafana.url}/dashboards   (admin / ${adminPassword})\n\n  Ctrl-C ends it and removes its data.\n`);
}

const aborted = (signal: AbortSignal): Promise<string> => new Promise(done => {
  if (signal.aborted) done('asked');
  signal.addEventListener('abort', () => done('asked'), { once: true });
});

const freePort = (): Promise<number> => new Promise((done, failed) => {
  const server = createServer().once('error', failed);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => done(port));
  });
});

void main(process.argv.slice(2)).then(
  code => process.exit(code),
  error => { console.error(error instanceof Error ? error.message : error); process.exit(1); },
);
