// The declarations are compiled against small programs, without DOM and without Node's types, in both ways that TypeScript finds a package.
// A line marked @ts-expect-error that compiles is an error too.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = fileURLToPath(new URL('../types/', import.meta.url));
const programs = readdirSync(here).filter((name) => name.endsWith('.ts')).map((name) => here + name);
const common = { strict: true, noEmit: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, types: [], lib: ['lib.es2022.d.ts'], target: ts.ScriptTarget.ES2022 };
const resolutions = {
  node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

function problemsOf(files, options) {
  const program = ts.createProgram(files, { ...common, ...options });
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file ? `${file.fileName.slice(file.fileName.lastIndexOf('/') + 1)}:${file.getLineAndCharacterOfPosition(start).line + 1} ` : '';
    return line + ts.flattenDiagnosticMessageText(messageText, '\n');
  });
}

for (const [name, options] of Object.entries(resolutions)) {
  test(`the programs compile with ${name} resolution`, () => assert.deepEqual(problemsOf(programs, options), []));
}

test('a CommonJS program finds the CommonJS declarations', () => {
  const program = ts.createProgram([here + 'commonjs/shop.cts'], { ...common, ...resolutions.node16 });
  assert.deepEqual(ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n')), []);
  const found = program.getSourceFiles().map(({ fileName }) => fileName).filter((file) => file.includes('/dist/'));
  assert.ok(found.some((file) => file.endsWith('/dist/index.d.ts') || file.endsWith('/dist/index.d.cts')), found.join());
});

test('a mistake would be noticed', () => {
  assert.notDeepEqual(problemsOf([here + 'commonjs/mistake.cts'], resolutions.node16), []);
});

test('the declarations stand alone', () => {
  for (const name of ['index.d.ts', 'index.d.mts']) {
    const file = new URL(`../../dist/${name}`, import.meta.url);
    assert.ok(existsSync(file), name);
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    assert.doesNotMatch(text, /reference types|from ['"](?!\.\/)|import\(/);
  }
});

test('everything that can be exported is declared, and everything declared is exported', async () => {
  const program = ts.createProgram([fileURLToPath(new URL('../../dist/index.d.ts', import.meta.url))], common);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFiles().find(({ fileName }) => fileName.endsWith('/dist/index.d.ts')));
  const declared = checker.getExportsOfModule(module).filter((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol).flags & ts.SymbolFlags.Value).map(({ name }) => name);
  const exported = Object.keys(await import('velopos')).filter((name) => !['default', 'module.exports'].includes(name));
  assert.deepEqual(declared.sort(), exported.sort());
});
