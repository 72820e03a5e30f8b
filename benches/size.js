// How large the package is, and what each part of it costs: `node benches/size.js`. With `--check` it says nothing but whether
// the budget is kept; with `--leave-out` it also builds the package without each gateway in turn, which takes minutes.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { root } from '../scripts/command.js';
import { main, print, Problem } from '../scripts/steps.js';
import { leaveOut } from './leave-out.js';
import { nameCore } from './named-core.js';
import { kilobytes, table } from './table.js';
import { readWasm } from './wasm-file.js';

/** The most that the WebAssembly may weigh, compressed as a server or an npm registry sends it: what it weighs, and a little. The aim was
 * 48 KB; size.md says what stands in its way. */
export const BUDGET = 120.5 * 1024;

const core = join(root, 'pkg', 'velopos_opt.wasm');
const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
const weigh = (bytes) => ({ raw: bytes.length, gzip: gzipped(bytes) });

/**
 * @typedef {{ raw: number, gzip: number }} Weight
 * @typedef {{ files: Record<string, Weight>, sections: Record<string, number>, parts?: Record<string, number>,
 *   gateways?: Record<string, Weight>, further?: Record<string, Weight> }} Sizes   `further`: those that only `velopos/all` carries
 * @param {{ leaveOut?: boolean, parts?: boolean }} options
 * @returns {Promise<Sizes>}
 */
export async function measureSizes(options, progress = () => {}) {
  const wasm = built();
  const dist = join(root, 'dist');
  const files = { 'the WebAssembly': weigh(wasm) };
  for (const name of readdirSync(dist)) if (!/\.d\.\w+$/.test(name)) files[`dist/${name}`] = weigh(readFileSync(join(dist, name)));
  const sections = Object.fromEntries(readWasm(wasm).sections);
  const parts = options.parts === false ? undefined : partsOf(readWasm(await nameCore()).functions);
  const gateways = options.leaveOut ? savedBy(await leaveOut('index', progress), files['the WebAssembly']) : undefined;
  const further = options.leaveOut ? savedBy(await leaveOut('all', progress), files['dist/all.wasm']) : undefined;
  return { files, sections, parts, gateways, further };
}

function built() {
  if (!existsSync(core)) throw new Problem('there is nothing built to weigh', 'run `npm run build`.');
  return readFileSync(core);
}

/** How much lighter the module is without each gateway. */
function savedBy(without, whole) {
  return Object.fromEntries(Object.entries(without).map(([name, bytes]) => {
    const { raw, gzip } = weigh(bytes);
    return [name, { raw: whole.raw - raw, gzip: whole.gzip - gzip }];
  }));
}

/** The size of all functions by what they belong to. What was inlined counts where it ended up. */
function partsOf(functions) {
  const parts = {};
  for (const { name, size } of functions) {
    const part = partOf(name);
    parts[part] = (parts[part] ?? 0) + size;
  }
  return Object.fromEntries(Object.entries(parts).sort(([, a], [, b]) => b - a));
}

/** What the module hands out; the compiler has built into these whatever they alone call. */
const EXPORTS = ['call', 'input', 'output', 'read_unverified'];

/** `velopos::gateway::garanti`, `core::fmt`, `sha2`: a module of ours or of the standard library, otherwise the crate. */
export function partOf(name) {
  const [path] = name.split(/::h[0-9a-f]{16}\b/);
  const own = /\bvelopos::((?:gateway|wire)::[a-z]\w*(?=::)|\w+)/.exec(path);
  if (own) return `velopos::${own[1]}`;
  if (EXPORTS.includes(path.split(' ')[0])) return 'velopos::bindings and frame::call';
  if (/^<(?:str|char|u\d+|\[\w+\])>::/.test(path)) return 'core: primitive types';
  const [, crate, inside] = /(?:^|[^\w:])(\w+)(?:\[[0-9a-f]+\])?::(\w+)/.exec(path) ?? [];
  if (!crate) return 'compiler and wasm-bindgen';
  return ['core', 'alloc', 'std'].includes(crate) ? `${crate}::${inside}` : crate;
}

/** @param {Sizes} sizes */
export function describeSizes({ files, sections, parts, gateways, further }) {
  const weights = (list) => Object.entries(list).map(([name, { raw, gzip }]) => [name, kilobytes(raw), kilobytes(gzip)]);
  const told = [
    table(['File', 'raw', 'gzip'], weights(files)),
    budgetText(files['the WebAssembly'].gzip),
    table(['Section of the WebAssembly', 'raw'], Object.entries(sections).map(([name, size]) => [name, kilobytes(size)])),
  ];
  if (parts) told.push(partsTable(parts, sections.code));
  const header = ['Without this gateway, so much less', 'raw', 'gzip'];
  if (gateways) told.push(table(header, weights({ ...gateways, ...shared(gateways, files) })));
  if (further) told.push(table(['Without it in `velopos/all`, so much less', 'raw', 'gzip'], weights(further)));
  return told.join('\n\n');
}

function partsTable(parts, whole) {
  const share = (size) => [kilobytes(size), `${(100 * size / whole).toFixed(1)} %`];
  const large = Object.entries(parts).filter(([, size]) => size >= 256);
  const small = Object.entries(parts).slice(large.length);
  const rows = large.map(([name, size]) => [name, ...share(size)]);
  if (small.length > 0) rows.push([`${small.length} smaller ones`, ...share(small.reduce((sum, [, size]) => sum + size, 0))]);
  return table(['Code, by module and crate', 'raw', 'of the code'], rows);
}

/** What is left when all of them are taken away. */
function shared(gateways, files) {
  const rest = (kind) => Object.values(gateways).reduce((left, weight) => left - weight[kind], files['the WebAssembly'][kind]);
  return { 'what they share, by subtraction': { raw: rest('raw'), gzip: rest('gzip') } };
}

function budgetText(gzip) {
  const kept = gzip <= BUDGET;
  return `${kept ? 'Within' : 'Over'} the budget of ${kilobytes(BUDGET)} for the WebAssembly, gzip: ${kilobytes(gzip)}.`;
}

/** @returns {string} that the budget is kept; throws a Problem if it is not */
export function checkBudget(gzip = gzipped(built())) {
  const cure = 'make it smaller (`node benches/size.js` shows what weighs), or argue for a larger budget there.';
  if (gzip > BUDGET) throw new Problem(budgetText(gzip), cure);
  return budgetText(gzip);
}

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, 'leave-out': { type: 'boolean', default: false } } });
  if (!values.check) {
    print(describeSizes(await measureSizes({ leaveOut: values['leave-out'] }, (activity) => print(activity))));
    return;
  }
  print(checkBudget());
});
