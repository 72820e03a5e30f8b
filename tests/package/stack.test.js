// A call leaves nothing on the core's stack: as much of it is wiped as a call can use. How much that is stands in the released modules: which
// function calls which, and how large a frame each of them takes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const STACK = 64 * 1024;
const bindings = readFileSync(`${root}src/bindings.rs`, 'utf8');
const WIPED = 1024 * Number(/STACK_OF_A_CALL: usize = .* else \{ (\d+) \* 1024 \};/.exec(bindings)[1]);

/** The functions of a module: what each calls, and the frames that it takes. The text is what binaryen makes of the bytes. */
function functionsOf(file) {
  const disassembler = `${root}node_modules/binaryen/bin/wasm-dis`;
  const text = execFileSync(process.execPath, [disassembler, `${root}dist/${file}`], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  const [, pointer] = /\(global (\S+) \(mut i32\) \(i32\.const 65536\)\)/.exec(text);
  const table = [...text.matchAll(/^ \(elem .*$/gm)].flatMap(([line]) => line.match(/\$[^\s)]+/g));
  const bodies = new Map([...text.matchAll(/^ \(func (\$\S+)[\s\S]*?^ \)$/gm)].map(([body, name]) => [name, body]));
  const types = new Map(table.map((name) => [name, / \(type (\$[^\s)]+)\)/.exec(bodies.get(name)?.split('\n', 1)[0])?.[1]]));
  const taken = new RegExp(`\\(i32\\.(?:sub|add)\\s+\\(global\\.get ${pointer.replaceAll('$', String.raw`\$`)}\\)\\s+\\(i32\\.const (-?\\d+)\\)`, 'g');
  const functions = new Map([...bodies].map(([name, body]) => {
    const direct = [...body.matchAll(/\((?:return_)?call (\$[^\s)]+)/g)].map(([, callee]) => callee);
    // Whoever is called by a number in the table may be anybody there of that type.
    const indirect = [...body.matchAll(/\((?:return_)?call_indirect[^\n]*\(type (\$[^\s)]+)\)/g)].flatMap(([, type]) => table.filter((each) => types.get(each) === type));
    const frames = [...body.matchAll(taken)].map(([, size]) => Math.abs(Number(size)));
    return [name, { calls: new Set([...direct, ...indirect].filter((callee) => bodies.has(callee))), frames }];
  }));
  const [, call] = /\(export "call" \(func (\$[^\s)]+)\)\)/.exec(text);
  return { functions, call };
}

/** The most that a function and all that it calls can have on the stack at once. */
function deepest(functions, name, above = []) {
  assert.ok(!above.includes(name), `calls itself: ${[...above, name].join(' → ')}`);
  const it = functions.get(name);
  const own = it.frames.filter((size) => size < WIPED).reduce((sum, size) => sum + size, 0);
  it.depth ??= own + Math.max(0, ...[...it.calls].map((callee) => deepest(functions, callee, [...above, name])));
  return it.depth;
}

for (const file of ['index.wasm', 'all.wasm']) {
  test(`${file}: what a call can use of the stack is wiped`, () => {
    const { functions, call } = functionsOf(file);
    const large = [...functions.values()].flatMap(({ frames }) => frames).filter((size) => size >= WIPED);
    assert.equal(large.length, 1, 'the place that is wiped is the one large frame');
    assert.ok(large[0] < STACK / 2);
    const depth = deepest(functions, call);
    assert.ok(depth > 512, `${depth} bytes cannot be all: the frames are written in another way`);
    assert.ok(depth < WIPED, `a call can use ${depth} bytes of the stack, and ${WIPED} are wiped`);
  });
}
