// Makes dist/: the crate compiled by wasm-pack, shrunk by wasm-opt and bundled with its shim into one file of plain CommonJS.
// The same sources give the same bytes, on whichever machine and in whichever folder.

import './node-version.js';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { failure, root, run, tail } from './command.js';
import { alone } from './lock.js';
import { cargoActivity, cargoEnvironment } from './rust.js';
import { describeTools, toolEnvironment } from './rust-tools.js';
import { setupSteps } from './setup.js';
import { main, Problem, runSteps } from './steps.js';

/** What dist/ is made of. */
export const INPUTS = ['src', 'js-glue', 'scripts/build.js', '.cargo/config.toml', 'Cargo.toml', 'Cargo.lock', 'package.json', 'package-lock.json'];
const dist = join(root, 'dist');
const pkg = join(root, 'pkg');
const record = join(root, 'target', 'velopos-build.json');

/** @returns {import('./steps.js').Step[]} */
export function buildSteps({ force = false } = {}) {
  return [{
    title: 'Building the package',
    work: (progress) => {
      mkdirSync(join(root, 'target'), { recursive: true });
      return alone(join(root, 'target', 'velopos-build.lock'), progress, () => build(progress, force));
    },
  }];
}

/**
 * What is published, one entry after another: the module of js-glue that it is, and the features of the crate in its WebAssembly. The main
 * one comes last, so that what lies in pkg/ afterwards is its. What is for desks is built as small as
 * can be, though slower, and not for Cloudflare's servers.
 */
const EDITIONS = [
  { name: 'explain', features: ['explain', 'all'], forDesks: true },
  { name: 'all', features: ['small', 'all'] },
  { name: 'index', features: ['small'] },
];

async function build(progress, force) {
  const inputs = await fingerprintInputs();
  const last = force ? undefined : lastBuild();
  if (last && last.inputs === inputs && last.outputs === fingerprint(['dist'])) return `already built from these sources: ${last.sizes}`;
  const files = {};
  let told = '';
  for (const edition of EDITIONS) {
    const made = await buildEdition(edition, progress);
    Object.assign(files, made.files);
    told = made.sizes;
  }
  publish(files);
  const made = { inputs, outputs: fingerprint(['dist']), sizes: told };
  writeFileSync(record, JSON.stringify(made));
  return made.sizes;
}

async function buildEdition({ name, features, forDesks }, progress) {
  await compile(features, forDesks, progress);
  progress('shrinking the WebAssembly');
  const wasm = await optimize();
  progress('bundling');
  const [module, file] = [`./${name}.js`, `${name}.wasm`];
  const code = await bundle(commonJs(module), { contents: wasm.toString('base64'), loader: 'text' });
  const forWorkerd = async () => ({ [`${name}.workerd.mjs`]: await bundle(workerd(module), { contents: `export { default } from './${file}';` }), [file]: wasm });
  return {
    files: { [`${name}.cjs`]: code, [`${name}.mjs`]: moduleOf(code, name), ...(!forDesks && await forWorkerd()), ...types(name) },
    sizes: sizes(`dist/${name}.cjs`, code, wasm),
  };
}

async function compile(features, forDesks, progress) {
  const args = ['build', root, '--target', 'bundler', '--no-pack', '--no-gitignore', '--mode', 'no-install', '--no-opt', '--release',
    '--out-dir', 'pkg', '--out-name', 'velopos', '--', '--no-default-features', '--features', features.join(','), ...locked(),
    '--config', await rustflags(progress, features.includes('small')), ...(forDesks ? ['--config', 'profile.release.opt-level="z"'] : [])];
  const env = { ...await toolEnvironment() };
  for (const name of ['RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'CARGO_BUILD_TARGET']) delete env[name]; // they would replace our own flags
  rmSync(pkg, { recursive: true, force: true });
  const { code, output } = await run('wasm-pack', args, { env, progress, activity: cargoActivity });
  if (code !== 0) throw failure('wasm-pack could not build the crate', output, 'mend what the compiler points at and run the same command again.');
}

/**
 * What is only for the small editions. Tests and the edition that explains are linked without it: the linker would see js-sys twice, and
 * wasm-bindgen refuses what is defined twice.
 */
const SMALL_FLAGS = [
  '-Clinker-plugin-lto',                // the linker sees everything at once, the allocator too: giving memory back vanishes
  '-Clink-arg=--lto-O3',                // and looks twice
  // All that is inlined costs double, so opt-level s takes half as much: 4 % smaller and no slower. A threshold for all would do the same, and
  // would make calls of the rounds of SHA-1, which is built with opt-level 3 (benches/size.md).
  '-Cllvm-args=-inline-instr-cost=10 -inline-call-penalty=50 -inlinehint-threshold=650',
  '-Clink-arg=-mllvm',                  // the same for what the linker optimises, where all of it has been chosen already
  '-Clink-arg=-inline-threshold=25',
];

/** Rust writes the paths of sources into panic messages. Ours must not depend on the machine, nor tell about it. */
async function rustflags(progress, isSmall) {
  const env = cargoEnvironment();
  const { code, output } = await run('cargo', ['metadata', '--format-version', '1', '--filter-platform', 'wasm32-unknown-unknown', ...locked()],
    { env, progress, activity: cargoActivity });
  if (code !== 0) throw failure('cargo could not read the crate or fetch its dependencies', output, 'see what cargo says above.');
  const { packages } = JSON.parse(output.split('\n').find((line) => line.startsWith('{')));
  const folders = new Set(packages.filter(({ source }) => source).map(({ manifest_path: path }) => dirname(dirname(path))));
  const flags = [[homedir(), '~'], [root.replace(/[\\/]$/, ''), 'velopos'], ...[...folders].map((folder) => [folder, 'crates'])]
    .map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  return `target.wasm32-unknown-unknown.rustflags=${JSON.stringify([...(isSmall ? SMALL_FLAGS : []), ...flags])}`;
}

/** Makes the module smaller, and loadable by Node 16 and older, which refuse what comes straight from rustc. */
async function optimize() {
  const from = join(pkg, 'velopos_bg.wasm');
  const to = join(pkg, 'velopos_opt.wasm');
  const wasmOpt = join(root, 'node_modules', 'binaryen', 'bin', 'wasm-opt');
  const { code, output } = await run(process.execPath, [wasmOpt, from, '-o', to, ...WASM_OPT]);
  if (code !== 0) throw new Problem('wasm-opt refused the module', 'see what it says above.', tail(output));
  return readFileSync(to);
}

/** A function that is built into its only caller weighs more than the call, unless it is small: its values get places far from the others. */
const SMALL = '--one-caller-inline-max-function-size=20';

export const WASM_OPT = ['-O3', SMALL, '--strip-debug', '--strip-producers', '--strip-target-features'];

/** @returns {import('esbuild').BuildOptions} */
const commonJs = (module) => ({
  entryPoints: [`js-glue/${module}`],
  format: 'cjs',
  platform: 'node',
  target: 'node16',
  // Without the __esModule mark, bundlers and TypeScript agree with Node on what the default import is: everything.
  footer: { js: 'module.exports = { ...module.exports };' },
});

/** Cloudflare's workerd compiles nothing at run time. There the WebAssembly is a file that is imported, and compiled when it is deployed. */
const workerd = (module) => ({
  stdin: { contents: `import * as velopos from '${module}';\nexport * from '${module}';\nexport default { ...velopos };`, resolveDir: 'js-glue' },
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
});

/** The shim in one file. @param {object} options @param {object} bytes what js-glue/wasm.js imports as the bytes @returns {Promise<string>} */
async function bundle(options, bytes) {
  const { build: esbuild } = await import('esbuild');
  const { outputFiles } = await esbuild({
    absWorkingDir: root,
    bundle: true,
    write: false,
    charset: 'ascii', // quicker to read: one letter beyond Latin-1, and V8 keeps all of the file in two bytes a letter, base64 too
    legalComments: 'inline',
    logLevel: 'silent',
    ...options,
    plugins: [{
      name: 'velopos-bytes',
      setup(plugin) {
        plugin.onResolve({ filter: /^velopos:bytes$/ }, ({ path }) => ({ path, namespace: 'velopos' }));
        plugin.onLoad({ filter: /.*/, namespace: 'velopos' }, () => bytes);
        plugin.onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path, external: true }));
      },
    }],
  }).catch((error) => {
    throw new Problem('esbuild could not bundle js-glue', 'mend what it points at and run the same command again.', error.message);
  });
  return outputFiles[0].text;
}

/** The ES module hands on what the CommonJS file exports: one copy of the code, whichever way it is loaded. */
function moduleOf(code, name) {
  const module = { exports: {} };
  compileFunction(code, ['module', 'exports', 'require'])(module, module.exports, createRequire(import.meta.url));
  return [
    `import velopos from './${name}.cjs';`,
    '',
    'export default velopos;',
    'export const {',
    ...Object.keys(module.exports).map((name) => `  ${name},`),
    '} = velopos;',
    '',
  ].join('\n');
}

function types(name) {
  const text = readFileSync(join(root, 'js-glue', `${name}.d.ts`), 'utf8');
  const module = [
    `export * from './${name}.cjs';`,
    `import * as velopos from './${name}.cjs';`,
    'export default velopos;',
    '',
  ].join('\n');
  // NAME.d.ts: for the TypeScript that reads "types" alone
  return { [`${name}.d.ts`]: text, [`${name}.d.cts`]: text, [`${name}.d.mts`]: module };
}

/** Each file is there whole at every moment, for a site or a test that loads it meanwhile. */
function publish(files) {
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist)) {
    if (!(name in files)) rmSync(join(dist, name), { recursive: true });
  }
  for (const [name, text] of Object.entries(files)) {
    const next = join(root, 'target', `velopos-${name}`);
    writeFileSync(next, text);
    renameSync(next, join(dist, name));
  }
}

async function fingerprintInputs() {
  const rustc = await run('rustc', ['--version'], { env: cargoEnvironment() });
  return `${rustc.output}; ${describeTools()}; ${fingerprint(INPUTS)}`;
}

function lastBuild() {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch (error) {
    return undefined;
  }
}

function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesUnder)) hash.update(`${path}\0`).update(readFileSync(join(root, path))).update('\0');
  return hash.digest('hex');
}

function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).sort().flatMap((name) => filesUnder(`${path}/${name}`));
}

/** A contributor may add a dependency and go on; on CI, Cargo.lock is what was reviewed. */
function locked() {
  return process.env.CI ? ['--locked'] : [];
}

function sizes(file, code, wasm) {
  const size = (bytes) => `${kilobytes(bytes.length)} (${kilobytes(gzipSync(bytes, { level: 9 }).length)} gzip)`;
  return `${file} ${size(Buffer.from(code))}, of which WebAssembly ${size(wasm)}`;
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

main(import.meta.url, () => runSteps([...setupSteps(), ...buildSteps({ force: process.argv.includes('--force') })]));
