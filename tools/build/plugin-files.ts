/** Files that Grafana wants beside the code: plugin.json with its placeholders and dashboards filled in, texts, images, dashboards. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyOutput, writeOutput } from './output';

const COPIED = ['README.md', 'CHANGELOG.md', 'LICENSE', 'img'];

interface Include { type?: string; name?: string; path?: string }
interface Manifest { info?: { screenshots?: { path?: string }[] }; includes?: Include[] }

/** Copies what is there. Returns the paths read, relative to the root; throws when plugin.json names a missing file. */
export function copyPluginFiles(root: string, out: string, today: string): string[] {
  const read: string[] = [];
  for (const name of COPIED.filter((one) => existsSync(join(root, one)))) {
    copyOutput(join(root, name), join(out, name));
    read.push(...filesOf(root, name));
  }
  const path = join(root, 'plugin.json');
  if (!existsSync(path)) {
    return read;
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const written = JSON.parse(readFileSync(path, 'utf8').replaceAll('%VERSION%', version).replaceAll('%TODAY%', today)) as Manifest;
  const manifest = withDashboards(root, written);
  for (const [kind, file] of [...(manifest.includes ?? []).map((one) => ['includes', one.path] as const), ...(manifest.info?.screenshots ?? []).map((one) => ['shows', one.path] as const)]) {
    if (file === undefined || (kind === 'includes' && !file.endsWith('.json'))) {
      continue;
    }
    if (!existsSync(join(root, file))) {
      throw new Error(`plugin.json ${kind} ${file}, which does not exist; generate it or take the entry out`);
    }
    copyOutput(join(root, file), join(out, file));
    read.push(file);
  }
  writeOutput(join(out, 'plugin.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return [...read, 'plugin.json', 'package.json'];
}

/** Every dashboard below dashboards/, so that a new one cannot be forgotten; those the manifest names itself keep their place. */
export function dashboardFiles(root: string): string[] {
  return existsSync(join(root, 'dashboards')) ? filesOf(root, 'dashboards').filter((file) => file.endsWith('.json') && !file.startsWith('dashboards/builders/')) : [];
}

function withDashboards(root: string, manifest: Manifest): Manifest {
  const named = manifest.includes ?? [];
  const more = dashboardFiles(root)
    .filter((path) => !named.some((one) => one.path === path))
    .map((path): Include => ({ type: 'dashboard', name: (JSON.parse(readFileSync(join(root, path), 'utf8')) as { title?: string }).title ?? path, path }));
  return more.length === 0 ? manifest : { ...manifest, includes: [...named, ...more] };
}

/** The file itself, or all files below a folder, relative to the root and in order. */
function filesOf(root: string, path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) {
    return [path];
  }
  const children = readdirSync(join(root, path), { withFileTypes: true });
  return children.flatMap((child) => (child.isDirectory() ? filesOf(root, `${path}/${child.name}`) : [`${path}/${child.name}`])).sort();
}

/** Date for plugin.json (YYYY-MM-DD): that of SOURCE_DATE_EPOCH where a reproducible build asks for it. */
export function buildDate(env: Readonly<Record<string, string | undefined>> = process.env, now = new Date()): string {
  const epoch = env.SOURCE_DATE_EPOCH;
  return (epoch === undefined ? now : new Date(Number(epoch) * 1000)).toISOString().slice(0, 10);
}
