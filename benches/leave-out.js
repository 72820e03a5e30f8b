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
const editionsBut = (name) => new RegExp(`^ {2}\\{ name: '(?!${name}')\\w+', features: .*\\n`, 'gm');

/**
 * The WebAssembly without each gateway in turn: of `velopos` itself, or of `velopos/all` without each that only it carries.
 * @param {'index' | 'all'} edition @returns {Promise<Record<string, Buffer>>}
 */
export async function leaveOut(edition, progress) {
  const folder = join(scratch, 'leave-out');
  const source = readFileSync(join(root, REGISTER), 'utf8');
  const specs = LIST.exec(source)?.[0].match(/( *#\[cfg.*\n)?.*&\w+::\w+,/g) ?? [];
  const chosen = specs.filter((spec) => spec.includes('#[cfg') === (edition === 'all'));
  if (chosen.length < 2) throw new Error(`${REGISTER} has no list of systems where it was looked for`);
  const modules = {};
  for (const name of new Set(chosen.map(moduleOf))) {
    progress(`building without ${name}`);
    copy(folder, edition, source.replace(LIST, specs.filter((spec) => moduleOf(spec) !== name).join('\n')));
    modules[name] = await build(folder, progress);
  }
  return modules;
}

const moduleOf = (spec) => /&(\w+)::/.exec(spec)[1];

function copy(folder, edition, register) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, REGISTER), register);
  writeFileSync(join(folder, BUILD), readFileSync(join(root, BUILD), 'utf8').replace(editionsBut(edition), ''));
}

async function build(folder, progress) {
  const env = { ...process.env, CARGO_TARGET_DIR: join(scratch, 'leave-out-target') };
  const { code, output } = await run(process.execPath, [BUILD], { cwd: folder, env, progress });
  if (code !== 0) throw failure('the package cannot be built without one of its gateways', output, 'see what it says above.');
  return readFileSync(join(folder, 'pkg', 'velopos_opt.wasm'));
}
