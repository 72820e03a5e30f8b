// rustup's Rust: whether it is here, new enough and able to link, and what cargo's output says about how far it is.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, root, run, tail, withPath } from './command.js';
import { Problem } from './steps.js';

const INSTALL_RUST = 'install it with rustup (https://rustup.rs), open a new terminal and run the same command again.';
const WASM = 'wasm32-unknown-unknown';

// What our crate asks for is in Cargo.toml; wasm-bindgen's and wasm-pack's own dependencies ask for more.
const OLDEST_FOR_TOOLS = '1.88';

/** cargo found even where rustup's folder is not on the PATH yet (a terminal opened before rustup was installed), talking plainly. */
export function cargoEnvironment() {
  const folder = join(process.env.CARGO_HOME || join(homedir(), '.cargo'), 'bin');
  return {
    ...(existsSync(folder) ? withPath([folder]) : process.env),
    CARGO_TERM_COLOR: 'never',
    CARGO_TERM_PROGRESS_WHEN: 'always',
    CARGO_TERM_PROGRESS_WIDTH: '120',
  };
}

/** What a line of cargo's output says about how far it is. */
export function cargoActivity(line) {
  const bar = /^\s*Building \[[^\]]*\]\s*(\d+)\/(\d+)(?:: ([^\s,(]+))?/.exec(line);
  if (bar) return `compiled ${bar[1]} of ${bar[2]} crates${bar[3] ? `, now ${bar[3]}` : ''}`;
  const verb = /^\s*(Updating|Downloading|Downloaded|Compiling|Checking|Documenting|Running|Blocking)\s+(.*)/.exec(line);
  return verb ? `${verb[1].toLowerCase()} ${verb[2].trim()}` : undefined;
}

/** Checks that there is a Rust which can build a program here. @returns {Promise<string>} its version */
export async function checkRust() {
  const env = cargoEnvironment();
  const cargo = await run('cargo', ['--version'], { env });
  if (cargo.code === 127) throw new Problem('Rust is missing: there is no cargo here', INSTALL_RUST);
  const rustc = await run('rustc', ['--version'], { env });
  if (cargo.code !== 0 || rustc.code !== 0) {
    throw new Problem('Rust is here but does not run', 'run `rustup default stable` and then the same command again.', tail(`${cargo.output}\n${rustc.output}`));
  }
  const version = rustc.output.split(' ')[1];
  const wanted = oldestRust();
  if (isOlder(version, wanted)) throw new Problem(`velopos needs Rust ${wanted} or newer; this is ${version}`, 'run `rustup update stable`.');
  await checkLinker(env);
  return version;
}

/** @returns {Promise<string>} */
export async function addWasmTarget(progress) {
  const env = cargoEnvironment();
  const { output } = await run('rustc', ['--print', 'target-libdir', '--target', WASM], { env });
  if (existsSync(output.trim())) return 'already there';
  const added = await run('rustup', ['target', 'add', WASM], { env, progress, activity: (line) => /(downloading|installing) .*/.exec(line)?.[0] });
  if (added.code === 127) throw new Problem(`Rust has no ${WASM} target, and without rustup it cannot be added here`, INSTALL_RUST);
  if (added.code !== 0) throw failure(`rustup could not add the target ${WASM}`, added.output, `run \`rustup target add ${WASM}\` and see what it says.`);
  return 'added';
}

/** clippy and rustfmt, which rustup's minimal profile leaves out. @returns {Promise<string>} */
export async function addComponents(progress) {
  const env = cargoEnvironment();
  const missing = [];
  for (const [component, command] of [['clippy', 'clippy'], ['rustfmt', 'fmt']]) {
    if ((await run('cargo', [command, '--version'], { env })).code !== 0) missing.push(component);
  }
  if (missing.length === 0) return 'already there';
  const added = await run('rustup', ['component', 'add', ...missing], { env, progress, activity: (line) => /(downloading|installing) .*/.exec(line)?.[0] });
  if (added.code !== 0) throw failure(`rustup could not add ${missing.join(' and ')}`, added.output, `run \`rustup component add ${missing.join(' ')}\` and see what it says.`);
  return `added ${missing.join(' and ')}`;
}

/** rustc leaves the last step, linking, to the system's C compiler. Only building something tells whether it can. */
async function checkLinker(env) {
  const folder = mkdtempSync(join(tmpdir(), 'velopos-'));
  try {
    const { code, output } = await run('rustc', ['-', '--crate-name', 'probe', '-o', join(folder, 'probe.exe')], { env, input: 'fn main() {}' });
    if (code !== 0) throw new Problem('Rust cannot build a program: there is no C compiler and linker', linkerCure(), tail(output, 12));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linkerCure() {
  if (process.platform === 'darwin') return 'run `xcode-select --install`.';
  if (process.platform === 'win32') return 'install the "Desktop development with C++" part of the Visual Studio Build Tools.';
  return 'install gcc: `sudo apt-get install build-essential`, `sudo dnf install gcc` or `sudo pacman -S base-devel`.';
}

function oldestRust() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  const ours = /^rust-version\s*=\s*"([\d.]+)"/m.exec(manifest)?.[1] || '0';
  return isOlder(ours, OLDEST_FOR_TOOLS) ? OLDEST_FOR_TOOLS : ours;
}

function isOlder(version, wanted) {
  const [major, minor] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
