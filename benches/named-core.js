// The released WebAssembly once more, function for function, with the names that the release leaves out.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WASM_OPT } from '../scripts/build.js';
import { failure, root, run } from '../scripts/command.js';
import { scratch } from './children.js';

/** @returns {Promise<Buffer>} */
export async function nameCore(from = join(root, 'pkg')) {
  mkdirSync(scratch, { recursive: true });
  const to = join(scratch, 'named.wasm');
  const flags = ['--debuginfo', ...WASM_OPT.filter((flag) => flag !== '--strip-debug')];
  const wasmOpt = join(root, 'node_modules', 'binaryen', 'bin', 'wasm-opt');
  const { code, output } = await run(process.execPath, [wasmOpt, join(from, 'velopos_bg.wasm'), '-o', to, ...flags]);
  if (code !== 0) throw failure('wasm-opt refused the module', output, 'run `npm run build` and see whether it works.');
  return readFileSync(to);
}
