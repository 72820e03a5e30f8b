// What a gateway really costs: the package is built without it, in a copy of the sources. The functions that need no order stay
// in (`parseIsbankResponse` of NestPay, `verifyWebhook` of iyzico), so these two cost a little more than is seen here.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure, root, run } from '../scripts/command.js';
import { scratch } from './children.js';

const COPIED = [
  'src', 'js-glue', 'scripts', '.cargo', 'Cargo.toml', 'Cargo.lock', 'package.json', 'package-lock.json',
  'benches/native.rs', 'benches/comparison.rs', 'tests/rust', 'tests/wasm', // Cargo.toml names them
];
const REGISTER = join('src', 'gateway', 'mod.rs');
const LIST = /(?<=pub const SYSTEMS: &\[&Spec\] = &\[\n)(.*?)(?=\n\];)/s;
const BUILD = join('scripts', 'build.js');
const OTHER_EDITIONS = /^ {2}\{ name: '(?!index')\w+', features: .*\n/gm;

/** The WebAssembly without each gateway in turn. @returns {Promise<Record<string, Buffer>>} */
export async function leaveOut(progress) {
  const folder = join(scratch, 'leave-out');
  const source = readFileSync(join(root, REGISTER), 'utf8');
  const lines = LIST.exec(source)?.[0].split('\n') ?? [];
  const systems = lines.filter((line, place) => /&\w+::SPEC,/.test(line) && !lines[place - 1]?.includes('#[cfg'));   // velopos itself carries these
  if (systems.length < 2) throw new Error(`${REGISTER} has no list of systems where it was looked for`);
  const modules = {};
  for (const system of systems) {
    const name = /\w+/.exec(system)[0];
    progress(`building without ${name}`);
    copy(folder, source.replace(LIST, lines.filter((each) => each !== system).join('\n')));
    modules[name] = await build(folder, progress);
  }
  return modules;
}

function copy(folder, register) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, REGISTER), register);
  writeFileSync(join(folder, BUILD), readFileSync(join(root, BUILD), 'utf8').replace(OTHER_EDITIONS, ''));
}

async function build(folder, progress) {
  const env = { ...process.env, CARGO_TARGET_DIR: join(scratch, 'leave-out-target') };
  const { code, output } = await run(process.execPath, [BUILD], { cwd: folder, env, progress });
  if (code !== 0) throw failure('the package cannot be built without one of its gateways', output, 'see what it says above.');
  return readFileSync(join(folder, 'pkg', 'velopos_opt.wasm'));
}
