/**
 * `tsx tools/demo/serve.ts --out DIR [--scale X]`: the demo's systems, and beside them a workspace.yaml that reads them, with its secrets as
 * files. For a Grafana that starts the backend itself with config_file (docker-compose.yaml). Ends with a signal.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { demoSettings } from '../../demo/start/demo-settings';
import { startUpstreams } from '../../demo/start/upstreams';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' }, scale: { type: 'string', default: '0.1' } } });
  if (values.out === undefined) throw new Error('--out names the folder for workspace.yaml');
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  const file = join(out, 'workspace.yaml');
  // Of an earlier start: its ports are gone.
  rmSync(file, { force: true });
  const ended = new Promise<void>(done => { for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done()); });
  const clock = Date.now();
  const upstreams = await startUpstreams({ anchor: new Date(clock).toISOString().slice(0, 10), scale: Number(values.scale), clock });
  writeFileSync(join(out, 'cmdb.csv'), upstreams.cmdb);
  const { settings, secrets } = demoSettings(upstreams, join(out, 'cmdb.csv'));
  const sources = settings.sources!.map(source => {
    const secret = secrets[`${source.id}.secret`];
    if (secret === undefined || !('auth' in source)) return source;
    const path = join(out, `${source.id}.secret`);
    // The container's Grafana is another user; these are the demo's invented keys, made for this start.
    writeFileSync(path, secret, { mode: 0o644 });
    return { ...source, auth: { ...source.auth, secret: `file:${path}` } };
  });
  // In one step: whoever waits for the file must not read half of it.
  writeFileSync(`${file}.next`, stringify({ ...settings, sources }));
  renameSync(`${file}.next`, file);
  console.log(`The demo runs; its settings: ${file}`);
  await ended;
  await upstreams.close();
}

main().then(() => process.exit(0), (error: unknown) => { console.error(error instanceof Error ? error.message : error); process.exit(1); });
