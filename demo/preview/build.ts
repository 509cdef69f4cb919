import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'vite';

const repository = path.resolve(__dirname, '../..');
const modules = path.join(repository, 'node_modules');
const app = path.join(__dirname, 'app');

/** Everything whose change makes another bundle: the app, what it takes from src/, and the pinned packages. */
const inputs = ['demo/preview/app', 'demo/preview/icons', 'demo/preview/build.ts', 'src/editor', 'src/query', 'src/catalog', 'src/settings', 'src/model', 'package-lock.json'];

async function filesBelow(entry: string): Promise<string[]> {
  const children = await readdir(entry, { withFileTypes: true }).catch(() => null);
  if (children === null) {
    return [entry];
  }
  const nested = await Promise.all(children.map((child) => filesBelow(path.join(entry, child.name))));
  return nested.flat().sort();
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of await filesBelow(path.join(repository, input))) {
      const content = await readFile(file).catch(() => null); // an input that does not exist (yet) counts as absent
      hash.update(path.relative(repository, file)).update(content === null ? '-' : content);
    }
  }
  return hash.digest('hex');
}

/** What the published packages lack and the bundle needs; each case is a known fault of that version. */
function mendPackages(): Plugin {
  return {
    name: 'soc-outcomes-mend-packages',
    enforce: 'pre',
    resolveId: (id) => (panelDefaults.test(id) ? '\0panel-defaults' : (elsewhere[id] ?? null)),
    load: (id) => (id === '\0panel-defaults' ? 'export const defaultOptions = {};\nexport const defaultFieldConfig = {};' : null),
    // Monaco is an editor of several megabytes; nothing here edits code.
    transform: (_code, id) => (/components\/Monaco\/ReactMonacoEditor(Lazy)?\.mjs$/.test(id) ? { code: plainEditor, map: null } : null),
  };
}

const router = path.join(modules, 'react-router-dom/dist/index.js');

/** Imports that must end at one copy. (vite's own aliases left these untouched.) */
const elsewhere: Record<string, string> = {
  // scenes' package.json points at a file that is not there; its CommonJS would bring a second copy of ui and data.
  '@grafana/scenes': path.join(modules, '@grafana/scenes/dist/esm/packages/scenes/src/index.js'),
  // ui asks for the bridge between router 5 and 6 and brings router 5 along; here there is only 6.
  'react-router-dom': router,
  'react-router-dom-v5-compat': router,
};

/** The schemas that scenes' panel builders import by a file name which the package does not have; the builders are not used here. */
const panelDefaults = /^@grafana\/schema\/dist\/esm\/raw\/composable\/\w+\/panelcfg\/x\/\w+_types\.gen$/;

const plainEditor = `import { createElement } from 'react';
const Plain = (props) => createElement('pre', null, props.value);
export const ReactMonacoEditorLazy = Plain;
export const ReactMonacoEditor = Plain;
export default Plain;`;

/** Icons and fonts under the paths that @grafana/ui asks for. */
async function copyAssets(target: string): Promise<void> {
  const icons = path.join(target, 'public/build/img/icons');
  await cp(path.join(modules, '@grafana/ui/dist/public/img/icons'), icons, { recursive: true });
  await cp(path.join(__dirname, 'icons'), icons, { recursive: true }); // the ones the package lacks, drawn for this repository
  const inter = path.join(modules, 'inter-ui/web-latin');
  const fonts = path.join(target, 'public/fonts');
  await mkdir(path.join(fonts, 'inter'), { recursive: true });
  await mkdir(path.join(fonts, 'roboto'), { recursive: true });
  for (const weight of ['Regular', 'Medium', 'Italic', 'MediumItalic']) {
    await cp(path.join(inter, `Inter-${weight}-subset.woff2`), path.join(fonts, 'inter', `Inter-${weight}.woff2`));
  }
  const mono = path.join(modules, '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2');
  await cp(mono, path.join(fonts, 'roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2'));
}

async function bundle(target: string): Promise<void> {
  await build({
    root: app,
    configFile: false,
    logLevel: 'error',
    plugins: [mendPackages()],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
    resolve: {
      dedupe: ['react', 'react-dom', 'react-router', 'react-router-dom', 'rxjs', '@emotion/css', '@emotion/react'],
    },
    build: { outDir: target, modulePreload: { polyfill: false }, emptyOutDir: true, chunkSizeWarningLimit: 10_000, reportCompressedSize: false, sourcemap: false },
  });
}

/**
 * Builds the preview's browser app, or takes the build of the same inputs from the cache. Returns the folder to serve.
 * Each state of the inputs has a folder of its own, so a running preview keeps its files while another one is built.
 */
export async function buildPreview(cache = path.join(repository, '.cache')): Promise<string> {
  const target = path.join(cache, 'preview', (await hashOfInputs()).slice(0, 16));
  if (await exists(target)) {
    return target;
  }
  const fresh = `${target}-${process.pid}-${Date.now()}`;
  await bundle(fresh);
  await copyAssets(fresh);
  await rename(fresh, target).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(target))) {
      throw error;
    } // otherwise another process has built the same meanwhile
  });
  await prune(path.dirname(target), target);
  return target;
}

const exists = (file: string) => stat(file).then(() => true, () => false);
const dayMs = 86_400_000;

/** Removes builds of earlier inputs that are more than a day old. */
async function prune(folder: string, kept: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const build = path.join(folder, name);
    if (build !== kept && Date.now() - (await stat(build)).mtimeMs > dayMs) {
      await rm(build, { recursive: true, force: true });
    }
  }
}
