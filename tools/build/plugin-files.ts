/** Files that Grafana wants beside the code: plugin.json with its placeholders filled, texts, images, dashboards. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOutput, writeOutput } from './output';

const COPIED = ['README.md', 'CHANGELOG.md', 'LICENSE', 'img'];

/** Copies what is there. Returns the paths read, relative to the root; throws when plugin.json names a missing file. */
export function copyPluginFiles(root: string, out: string, today: string): string[] {
  const read: string[] = [];
  for (const name of COPIED.filter((one) => existsSync(join(root, one)))) {
    copyOutput(join(root, name), join(out, name));
    read.push(name);
  }
  const manifest = join(root, 'plugin.json');
  if (!existsSync(manifest)) {
    return read;
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const text = readFileSync(manifest, 'utf8').replaceAll('%VERSION%', version).replaceAll('%TODAY%', today);
  const { includes = [] } = JSON.parse(text) as { includes?: Array<{ path?: string }> };
  for (const { path } of includes) {
    if (path?.endsWith('.json')) {
      if (!existsSync(join(root, path))) {
        throw new Error(`plugin.json includes ${path}, which does not exist; generate it or take the entry out`);
      }
      copyOutput(join(root, path), join(out, path));
      read.push(path);
    }
  }
  writeOutput(join(out, 'plugin.json'), text);
  return [...read, 'plugin.json', 'package.json'];
}

/** Date for plugin.json (YYYY-MM-DD): that of SOURCE_DATE_EPOCH where a reproducible build asks for it. */
export function buildDate(env: Readonly<Record<string, string | undefined>> = process.env, now = new Date()): string {
  const epoch = env.SOURCE_DATE_EPOCH;
  return (epoch === undefined ? now : new Date(Number(epoch) * 1000)).toISOString().slice(0, 10);
}
