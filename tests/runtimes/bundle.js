// Bundles the suite in every way that is asked for, in a process of its own: `node bundle.js <kit> <project> <tasks.json>`. Each bundler is
// used as its documentation says for a program that has its dependencies put in. Prints what each had to complain about.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromKit } from '../../scripts/kit.js';

const [kit, project, list] = process.argv.slice(2);

/**
 * @typedef {{ bundler: string, format: 'es' | 'cjs', target: 'node' | 'browser', banner?: string, file: string }} Task
 * @type {Record<string, (task: Task & { entry: string, folder: string, name: string }) => Promise<string[]>>}  each answers with its warnings
 */
const BUNDLERS = {
  async esbuild({ entry, format, target, banner, folder, name }) {
    const { build } = await fromKit(kit, 'esbuild');
    const { warnings } = await build({
      absWorkingDir: project,
      entryPoints: [entry],
      outfile: join(folder, name),
      bundle: true,
      logLevel: 'silent',
      format: format === 'es' ? 'esm' : 'cjs',
      platform: target,
      banner: banner && { js: banner },
    });
    return warnings.map(({ text }) => text);
  },

  async webpack({ entry, format, target, folder, name }) {
    const { default: webpack } = await fromKit(kit, 'webpack');
    const module = format === 'es';
    const compiler = webpack({
      mode: 'production',
      context: project,
      entry: `./${entry}`,
      target: target === 'node' ? 'node18' : 'web',
      performance: false,
      output: { path: folder, filename: name, ...(module ? { module, library: { type: 'module' } } : {}) },
      experiments: { outputModule: module },
    });
    const stats = await new Promise((resolve, reject) => compiler.run((error, done) => (error ? reject(error) : resolve(done))));
    await new Promise((resolve) => compiler.close(resolve));
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    return warnings.map(({ message }) => message);
  },

  async Rollup({ entry, format, target, banner, folder, name }) {
    const [{ rollup }, { default: commonjs }, { default: resolve }] = await Promise.all(
      ['rollup', '@rollup/plugin-commonjs', '@rollup/plugin-node-resolve'].map((each) => fromKit(kit, each)),
    );
    const warnings = [];
    const bundle = await rollup({
      input: join(project, entry),
      plugins: [resolve({ browser: target === 'browser', preferBuiltins: target === 'node' }), commonjs()],
      onwarn: ({ message }) => warnings.push(message),
    });
    await bundle.write({ format, file: join(folder, name), banner });
    await bundle.close();
    return warnings;
  },

  async Vite({ entry, format, target, folder, name }) {
    const { build } = await fromKit(kit, 'vite');
    const warnings = [];
    const warn = (message) => warnings.push(message);
    await build({
      root: project,
      configFile: false,
      customLogger: { info() {}, clearScreen() {}, warn, warnOnce: warn, error: warn, hasErrorLogged: () => false, hasWarned: false },
      ssr: { noExternal: true },
      build: {
        ssr: target === 'node',
        outDir: folder,
        reportCompressedSize: false,
        chunkSizeWarningLimit: 2_000, // in KB: the package carries its WebAssembly as text
        rolldownOptions: { input: join(project, entry), output: { format, entryFileNames: name } },
      },
    });
    return warnings;
  },
};

const ENTRIES = { es: 'import.mjs', cjs: 'bundled.cjs' };

const complaints = {};
for (const task of JSON.parse(readFileSync(list, 'utf8'))) {
  const [folder, name] = task.file.split('/');
  complaints[task.file] = await BUNDLERS[task.bundler]({ ...task, entry: ENTRIES[task.format], folder: join(project, folder), name })
    .catch((error) => [`it failed: ${error.message}`]);
}
console.log(`@complaints ${JSON.stringify(complaints)}`);
