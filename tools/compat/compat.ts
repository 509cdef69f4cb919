/**
 * `npm run compat [-- --only 11.6]`: type-checks the browser side against the packages of each Grafana line it must load in.
 * The packages are installed by npm below .cache/compat and kept there; with --clean they are removed at the end.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = resolve(__dirname, '..', '..');
const CACHE = join(ROOT, '.cache', 'compat');

/** The newest release of each line whose three packages exist, with the React that this line's packages ask for. */
export const LINES: Readonly<Record<string, { grafana: string; reactTypes: string; reactDomTypes: string }>> = {
  '11.6': { grafana: '11.6.16', reactTypes: '18.3.31', reactDomTypes: '18.3.7' },
  '12.4': { grafana: '12.4.10', reactTypes: '18.3.31', reactDomTypes: '18.3.7' },
  '13.2': { grafana: '13.2.2', reactTypes: '19.2.2', reactDomTypes: '19.2.2' },
};

/** What module.js is made of; tests stay out, they use what only the development version has. */
const ROOMS = ['editor', 'catalog', 'query', 'settings', 'model'];

type Outcome = { line: string; result: 'fits' | 'does not fit' | 'not to be had'; text: string };

function check(line: string): Outcome {
  const folder = join(CACHE, line);
  const wanted = LINES[line]!;
  const packages = ['data', 'runtime', 'ui'].map(name => [`@grafana/${name}`, wanted.grafana]);
  const manifest = JSON.stringify({ private: true, dependencies: Object.fromEntries([...packages, ...ownPackages(), ['@types/react', wanted.reactTypes], ['@types/react-dom', wanted.reactDomTypes]]) }, null, 2);
  const stamp = join(folder, 'installed.json');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== manifest) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), manifest);
    try {
      // Their peers are for an application that runs; types need none of them.
      execFileSync('npm', ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', shell: process.platform === 'win32' });
    } catch (error) {
      return { line, result: 'not to be had', text: String((error as { stderr?: string }).stderr ?? error).trim().split('\n').slice(0, 5).join('\n') };
    }
    writeFileSync(stamp, manifest);
  }
  copySources(folder);
  try {
    execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', folder], { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
    return { line, result: 'fits', text: '' };
  } catch (error) {
    return { line, result: 'does not fit', text: String((error as { stdout?: string }).stdout ?? error).trim() };
  }
}

/** Libraries of the shared rooms, in our versions: theirs bring older ones along, which would be found first. */
function ownPackages(): [string, string][] {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).filter(([name]) => !name.startsWith('@'));
}

/** A copy below the line's own packages, so that imports find those and not the development version's. */
function copySources(folder: string): void {
  const src = join(folder, 'src');
  rmSync(src, { recursive: true, force: true });
  for (const room of ROOMS) cpSync(join(ROOT, 'src', room), join(src, room), { recursive: true, filter: path => !/\.test\.tsx?$|\/testing(\/|$)/.test(path) });
  for (const name of readdirSync(join(ROOT, 'src')).filter(n => /^module\.tsx?$/.test(n))) cpSync(join(ROOT, 'src', name), join(src, name));
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as { compilerOptions: object };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...compilerOptions, types: [], typeRoots: [join(folder, 'node_modules', '@types')] }, include: ['src'] }));
}

function main(): void {
  const { values } = parseArgs({ options: { only: { type: 'string' }, clean: { type: 'boolean', default: false } } });
  const lines = Object.keys(LINES).filter(line => values.only === undefined || line === values.only);
  if (lines.length === 0) throw new Error(`no line "${values.only}"; there are ${Object.keys(LINES).join(', ')}`);
  for (const line of lines) {
    const { result, text } = check(line);
    console.log(`Grafana ${line} (@grafana/* ${LINES[line]!.grafana}, React types ${LINES[line]!.reactTypes}): ${result}${text ? `\n${text.replaceAll(/^/gm, '  ')}` : ''}`);
    if (result === 'does not fit') process.exitCode = 1;
  }
  if (values.clean) rmSync(CACHE, { recursive: true, force: true });
}

main();
