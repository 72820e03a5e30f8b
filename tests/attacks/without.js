// The laboratory proves that it can see: it takes the rules of the package out, one by one, in a copy of the sources, and runs against what
// is built of that. At least one forgery must be believed each time.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolEnvironment } from '../../scripts/rust-tools.js';
import { rules } from './rules.js';
import { attack } from './attack.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const COPIED = ['src', 'js-glue', 'Cargo.toml', 'Cargo.lock', '.cargo', 'package.json'];
/** Cargo wants the files that its manifest names. */
const LINKED = ['tests', 'benches', 'node_modules'];
const LIMIT = 400_000;

/** Quick to compile is better here than quick to run. */
const QUICK = {
  CARGO_PROFILE_RELEASE_LTO: 'off', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16', CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
  CARGO_INCREMENTAL: '1',
};

/** Applies an edit to the text of its file. Its text must occur exactly once, or the table of rules has grown old. */
export function edited(text, { find, put, file }, name) {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`${name}: this stands ${times} times in ${file}: ${find.slice(0, 80)}`);
  return text.replace(find, () => put);
}

/** The sources that a rule's edits make of these. @param {(file: string) => string} read */
export function withoutRule(rule, read) {
  const changed = new Map();
  for (const edit of rule.edits) changed.set(edit.file, edited(changed.get(edit.file) ?? read(edit.file), edit, rule.name));
  return changed;
}

function prepare(source, scratch) {
  mkdirSync(scratch, { recursive: true });
  for (const name of COPIED) {
    rmSync(join(scratch, name), { recursive: true, force: true });
    cpSync(join(source, name), join(scratch, name), { recursive: true });
  }
  for (const name of LINKED) {
    rmSync(join(scratch, name), { force: true });   // it may lead to where the sources stood another time
    symlinkSync(join(root, name), join(scratch, name));
  }
}

function run(program, args, options) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1e8, ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args[0]} failed:\n${`${stdout}${stderr}`.split('\n').filter((line) => /^(error|\s+-->|\s+\||\s*=)/.test(line)).slice(0, 12).join('\n') || stderr.slice(-800)}`);
}

/** @returns {Promise<string>} the path of the package */
async function build(scratch, name) {
  const env = { ...await toolEnvironment(), ...QUICK };
  for (const each of ['RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'CARGO_BUILD_TARGET']) delete env[each];
  run('cargo', ['build', '--lib', '--release', '--quiet', '--target', 'wasm32-unknown-unknown'], { cwd: scratch, env });
  run('wasm-bindgen', [
    join(scratch, 'target/wasm32-unknown-unknown/release/velopos.wasm'), '--target', 'bundler', '--out-dir', join(scratch, 'pkg'),
    '--out-name', 'velopos',
  ], { cwd: scratch, env });
  const bytes = readFileSync(join(scratch, 'pkg', 'velopos_bg.wasm')).toString('base64');
  const { build: esbuild } = await import('esbuild');
  const outfile = join(scratch, 'built', `${name}.cjs`);
  await esbuild({
    absWorkingDir: scratch, entryPoints: ['js-glue/index.js'], bundle: true, outfile, format: 'cjs', platform: 'node', target: 'node16', charset: 'utf8', logLevel: 'silent',
    footer: { js: 'module.exports = { ...module.exports };' },
    plugins: [{
      name: 'velopos-bytes',
      setup(plugin) {
        plugin.onResolve({ filter: /^velopos:bytes$/ }, ({ path }) => ({ path, namespace: 'velopos' }));
        plugin.onLoad({ filter: /.*/, namespace: 'velopos' }, () => ({ contents: bytes, loader: 'text' }));
      },
    }],
  });
  return outfile;
}

/** @param {{ without: string, seed: number, workers: number, limit?: string, source?: string }} options */
export async function without({ without: wanted, seed, workers, limit, source = root }) {
  const chosen = wanted === 'all' ? rules : wanted.split(',').map((name) => rules.find((rule) => rule.name === name) ?? missing(name));
  const scratch = join(process.env.VELOPOS_SCRATCH ?? tmpdir(), 'velopos-without');
  prepare(source, scratch);
  const read = (file) => readFileSync(join(source, file), 'utf8');
  let failed = 0;
  const seen = { yes: 0, no: 0, elsewhere: 0 };
  for (const rule of chosen) {
    if (rule.unseen) {
      seen.elsewhere += 1;
      console.log(`○ ${rule.name} (invariant ${rule.invariant}): shows in no belief. ${rule.unseen}`);
      continue;
    }
    const started = Date.now();
    try {
      const changed = withoutRule(rule, read);
      for (const [file, text] of changed) writeFileSync(join(scratch, file), text);
      const path = await build(scratch, rule.name);
      for (const file of changed.keys()) writeFileSync(join(scratch, file), read(file));
      const result = await believed(rule, { path, seed, workers, limit: Number(limit ?? LIMIT) });
      const seconds = Math.round((Date.now() - started) / 1000);
      if (result.found) {
        seen.yes += 1;
        console.log(`✔ ${rule.name} (invariant ${rule.invariant}): believed after ${result.forgeries} forgeries (${result.found.gateway}, ${result.found.tricks.join(', ')}): ${result.found.reason}; ${seconds} s`);
      } else {
        seen.no += 1;
        console.log(`✖ ${rule.name} (invariant ${rule.invariant}): none of ${result.forgeries} forgeries is believed without it; ${seconds} s`);
      }
    } catch (error) {
      failed += 1;
      console.log(`✖ ${rule.name}: ${error.message}`);
      prepare(source, scratch);
    }
  }
  console.log(`${seen.yes} rules were missed, ${seen.no} not, ${failed} could not be taken out, ${seen.elsewhere} show elsewhere`);
  process.exitCode = seen.no + failed > 0 ? 1 : 0;
}

function missing(name) {
  throw new Error(`there is no rule ${name}; there are ${rules.map((rule) => rule.name).join(', ')}`);
}

/** A little of each gateway first, then more. */
async function believed(rule, { path, seed, workers, limit }) {
  let forgeries = 0;
  for (const count of [20_000 * rule.only.length, limit]) {
    const results = [...(await attack({ forgeries: count, seed, only: rule.only, workers, path, stopAtFirst: true })).values()];
    forgeries += results.reduce((sum, each) => sum + each.forgeries, 0);
    const found = results.flatMap((each) => each.believed)[0];
    if (found) return { found, forgeries };
  }
  return { forgeries };
}
