// Code that runs in the browser, bundled when it is asked for: a page's code with the wix-*-frontend modules and stubs of the
// web modules it calls, or a custom element with what it imports from public.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const browserFile = (name) => fileURLToPath(new URL(`./browser/${name}.js`, import.meta.url));

/** Old and new names of the same module. */
const FRONTEND = {
  'wix-fetch': browserFile('wix-fetch'),
  'wix-location-frontend': browserFile('wix-location-frontend'),
  'wix-location': browserFile('wix-location-frontend'),
  'wix-members-frontend': browserFile('wix-members-frontend'),
  'wix-members': browserFile('wix-members-frontend'),
  'wix-pay-frontend': browserFile('wix-pay-frontend'),
  'wix-pay': browserFile('wix-pay-frontend'),
  'wix-window-frontend': browserFile('wix-window-frontend'),
  'wix-window': browserFile('wix-window-frontend'),
  'wix-site-frontend': browserFile('wix-site-frontend'),
  'wix-site': browserFile('wix-site-frontend'),
  'wix-storage-frontend': browserFile('wix-storage-frontend'),
  'wix-storage': browserFile('wix-storage-frontend'),
};

/** @param {import('./source.js').Source} source @param {string[]} files run in this order, with $w; it is told when all are read */
export function bundlePage(source, files, packageRoot) {
  const w = browserFile('w');
  const code = files.map((file) => `import ${JSON.stringify(file)};`).join('\n');
  const contents = `${code}\nimport { ready } from ${JSON.stringify(w)};\nready();`;
  return bundle(source, packageRoot, { stdin: { contents, resolveDir: source.site }, inject: [w] });
}

/** @param {import('./source.js').Source} source */
export const bundleElement = (source, file, packageRoot) => bundle(source, packageRoot, { entryPoints: [file] });

async function bundle(source, packageRoot, entry) {
  const result = await build({
    ...entry,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    // A site may lie inside a package that claims to have no side effects; page code is nothing but side effects.
    ignoreAnnotations: true,
    sourcemap: 'inline',
    write: false,
    outdir: path.join(source.site, 'out'),
    logLevel: 'silent',
    nodePaths: [path.join(packageRoot, 'node_modules')],
    plugins: [velo(source)],
  });
  return result.outputFiles[0].text;
}

/** How imports of page code resolve. */
const velo = (source) => ({
  name: 'velo',
  setup(on) {
    on.onResolve({ filter: /^wix-/ }, ({ path: name }) =>
      FRONTEND[name] ? { path: FRONTEND[name] } : problem(`velo-local does not provide \`${name}\` to page code`));
    on.onResolve({ filter: /^public\// }, ({ path: name }) => {
      const found = source.find(name);
      return found ? { path: found.file } : problem(`cannot find \`${name}\``);
    });
    on.onResolve({ filter: /^backend\// }, ({ path: name }) => {
      const found = source.find(name);
      if (!found) return problem(`cannot find \`${name}\``);
      if (!found.name.endsWith('.web.js')) {
        return problem(`page code cannot import \`${name}\`: only web modules (*.web.js) can be called from the browser`);
      }
      return { path: found.name, namespace: 'web-module', pluginData: found.file };
    });
    on.onLoad({ filter: /.*/, namespace: 'web-module' }, async ({ path: name, pluginData }) => ({
      contents: stub(name, await source.exportsOf(pluginData)),
      resolveDir: source.site,
    }));
  },
});

const problem = (text) => ({ errors: [{ text }] });

function stub(module, names) {
  const declaration = (name) => {
    const declared = name === 'default' ? 'export default' : `export const ${name} =`;
    return `${declared} webMethod(${JSON.stringify(module)}, ${JSON.stringify(name)});`;
  };
  return [`import { webMethod } from ${JSON.stringify(browserFile('web-method'))};`, ...names.map(declaration)].join('\n');
}
