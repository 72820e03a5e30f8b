// Programs that cargo makes, each in one version: wasm-bindgen and wasm-pack, which turn the crate into WebAssembly, and two that check it
// and are fetched by the commands that need them.

import { readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fillOnce, toolsFolder } from './cache.js';
import { failure, root, run, withPath } from './command.js';
import { cargoActivity, cargoEnvironment } from './rust.js';

// wasm-bindgen's program and library must be of the same version; the program works only when built without its own lock file.
// Its default features are TLS for remote browsers, which we do not drive with it.
const tools = () => [
  { name: 'wasm-bindgen', crate: 'wasm-bindgen-cli', version: pinnedWasmBindgen(), binaries: ['wasm-bindgen', 'wasm-bindgen-test-runner'], flags: ['--no-default-features'] },
  { name: 'wasm-pack', crate: 'wasm-pack', version: '0.15.1', binaries: ['wasm-pack'], flags: ['--locked'] },
];

/** What an audit and the mutants need (scripts/audit.js, scripts/mutants.js). */
export const CARGO_DENY = { name: 'cargo-deny', crate: 'cargo-deny', version: '0.20.2', binaries: ['cargo-deny'], flags: ['--locked'] };
export const CARGO_MUTANTS = { name: 'cargo-mutants', crate: 'cargo-mutants', version: '27.1.0', binaries: ['cargo-mutants'], flags: ['--locked'], verb: ['mutants'] };

// They handle one small module: a quick compile is worth more than quick programs.
const QUICK_BUILD = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: '0',
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
  CARGO_PROFILE_RELEASE_DEBUG: 'false',
};

export function describeTools() {
  return tools().map(({ name, version }) => `${name} ${version}`).join(' and ');
}

/** @param {import('./steps.js').Progress} progress  @returns {Promise<string>} */
export async function installTools(progress, wanted = tools()) {
  const missing = [];
  for (const tool of wanted) {
    if (!await folderOf(tool)) missing.push(tool);
  }
  if (missing.length === 0) return 'already there';
  const doing = {};
  const results = await Promise.allSettled(missing.map((tool) => install(tool, (activity) => {
    doing[tool.name] = `${tool.name}: ${activity}`;
    progress(Object.values(doing).join('; '));
  })));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return `installed ${missing.map(({ name }) => name).join(' and ')} in ${toolsFolder()}`;
}

/** The environment in which wasm-pack finds the right wasm-bindgen, and cargo the tools it is asked for. Only after `installTools`. */
export async function toolEnvironment(wanted = tools()) {
  const folders = [];
  for (const tool of wanted) folders.push(await folderOf(tool));
  return withPath(folders, cargoEnvironment());
}

/** The version of the wasm-bindgen library in Cargo.toml. */
function pinnedWasmBindgen() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  const pin = /^wasm-bindgen\s*=\s*(?:\{.*?version\s*=\s*)?"=(\d+\.\d+\.\d+)"/m.exec(manifest);
  if (!pin) throw new Error('Cargo.toml does not pin wasm-bindgen to one version (wasm-bindgen = "=…")');
  return pin[1];
}

async function install(tool, progress) {
  const { name, crate, version, binaries, flags } = tool;
  await fillOnce(`${name}-${version}`, progress, async () => Boolean(await folderOf(tool)), async (folder) => {
    const building = join(toolsFolder(), `${name}-${version}.building`); // outlives an interruption: the next run goes on from there
    const args = ['install', crate, '--version', version, ...flags, ...binaries.flatMap((binary) => ['--bin', binary]),
      '--root', folder, '--target-dir', building];
    const { code, output } = await run('cargo', args, { env: { ...cargoEnvironment(), ...QUICK_BUILD }, progress, activity: cargoActivity });
    if (code !== 0) {
      throw failure(`cargo could not install ${crate} ${version}`, output,
        `see what cargo says above; you can also install it by hand (cargo install ${crate} --version ${version}) and run the same command again.`);
    }
    rmSync(building, { recursive: true, force: true });
  });
  progress('installed');
}

/** Where this tool lies in exactly its version: our cache or, failing that, the PATH. */
async function folderOf(tool) {
  const folders = [join(toolsFolder(), `${tool.name}-${tool.version}`, 'bin'), ...(process.env.PATH || '').split(delimiter)];
  for (const folder of folders) {
    if (folder && await holds(folder, tool)) return folder;
  }
  return undefined;
}

async function holds(folder, tool) {
  for (const binary of tool.binaries) {
    const { code, output } = await run(join(folder, binary), [...tool.verb ?? [], '--version']);
    if (code !== 0 || !output.includes(` ${tool.version}`)) return false;
  }
  return true;
}
