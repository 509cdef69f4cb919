/**
 * `npm run build`: the plugin for this machine, in dist/, as Grafana loads it. Takes seconds; nothing when nothing changed.
 * Options: --out DIR, --force, --quiet.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBackend } from './backend';
import { buildModule } from './module';
import { writeOutput } from './output';
import { executableName, platformOf } from './platform';
import { buildDate, copyPluginFiles, dashboardFiles } from './plugin-files';
import { isCurrent, stampFile, stampText } from './stamp';

const ROOT = resolve(__dirname, '..', '..');
const OPTIONAL = ['plugin.json', 'src/module.ts', 'src/module.tsx', 'README.md', 'CHANGELOG.md', 'LICENSE', 'img'];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: 'dist' }, force: { type: 'boolean', default: false }, quiet: { type: 'boolean', default: false } },
  });
  const say = (text: string) => values.quiet || console.log(text);
  const out = resolve(ROOT, values.out);
  const today = buildDate();
  const platform = platformOf();
  const setting = [process.execPath, process.version, today, ...OPTIONAL.filter((name) => existsSync(join(ROOT, name))), ...dashboardFiles(ROOT), ...readdirSync(join(ROOT, 'img'))].join(' ');
  if (!values.force && isCurrent(ROOT, out, setting)) {
    say(`${values.out}/ is up to date`);
    return;
  }
  const started = performance.now();
  const backend = await buildBackend({ root: ROOT, entry: 'src/backend/main.ts', out, platform });
  const browser = await buildModule(ROOT, out);
  const copied = copyPluginFiles(ROOT, out, today);
  const tools = readdirSync(__dirname).map((name) => `tools/build/${name}`);
  const inputs = [...Object.keys(backend.inputs), ...Object.keys(browser?.inputs ?? {}), ...copied, ...tools, 'package-lock.json'];
  const outputs = ['backend.js', executableName(platform), ...(browser ? ['module.js'] : [])];
  writeOutput(join(out, stampFile), stampText(ROOT, setting, inputs, outputs));
  say(`built ${values.out}/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
