// What npm would publish: only what users need, no heavier than it was, and its package.json says what is true. The types in it are compiled
// by TypeScript as users' programs find them, and two checkers that everybody uses look at the whole.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { fromKit, openKit } from '../../scripts/kit.js';
import { openProject } from '../../scripts/packed.js';
import { BUDGET, checkBudget } from '../../benches/size.js';
import { EXPORTS } from '../runtimes/suite.mjs';

const project = await openProject();
after(() => project.close());
const { files, installed } = project;
const read = (path) => readFileSync(join(installed, path), 'utf8');
const manifest = JSON.parse(read('package.json'));

describe('the files', () => {
  // Why each is there, and the most that it may weigh: KB, every file compressed by itself. The WebAssembly is in it twice (as text for
  // everybody and as a file for workerd) and has a budget of its own, in benches/size.js.
  const PLACES = [
    [/^dist\/explain\./, '`velopos/explain`, for desks: a core that also records what it hashed, as text, what people get wrong at fourteen systems, and the types', 320],
    [/^dist\/all\./, 'the same with the banks beyond the six systems', 70],
    [/^dist\/index\./, 'what sites and servers import: the shim once for everybody and once for workerd, and the types', 85],
    [/^cli\//, '`npx velopos`', 60],
    [/^(velo-example|docs\/banks)\//, 'what `npx velopos new` puts into a site, and the pages that it points to', 300],
    [/^(velopos-local|velo-local|banks)\//, '`npx velopos-local`: the site on one machine, beside the simulated banks', 400],
    [/^(package\.json|all\/package\.json|LICENSE|CHANGELOG\.md|README(\.tr)?\.md)$/, 'what belongs to every package', 25],
  ];
  const placeOf = (path) => PLACES.find(([pattern]) => pattern.test(path));
  const ENTRIES = ['index', 'all'];
  const wasmOf = (entry) => readFileSync(join(installed, `dist/${entry}.wasm`));
  const weight = (bytes) => gzipSync(bytes, { level: 9 }).length;

  test('each has a reason to be there', () => {
    assert.deepEqual(files.filter((path) => !placeOf(path)), []);
    const papers = ['package.json', 'LICENSE', 'CHANGELOG.md', 'README.md', 'README.tr.md'];
    const entries = ENTRIES.flatMap((entry) => ['cjs', 'mjs', 'workerd.mjs', 'wasm', 'd.ts'].map((kind) => `dist/${entry}.${kind}`));
    assert.deepEqual([...papers, ...entries].filter((path) => !files.includes(path)), []);
  });

  test('none is a test, a source map, a leftover or hidden', () => {
    assert.deepEqual(files.filter((path) => /(^|\/)(\.|tests?\/|node_modules\/)|\.(test\.\w+|map|log|tgz|rs|orig|rej)$/.test(path)), []);
  });

  for (const [pattern, reason, budget] of PLACES) {
    test(`${reason}: at most ${budget} KB`, () => {
      const here = files.filter((path) => pattern.test(path) && !path.endsWith('.wasm'));
      const texts = ENTRIES.filter((entry) => here.includes(`dist/${entry}.cjs`)).map((entry) => weight(Buffer.from(wasmOf(entry).toString('base64'))));
      const text = texts.reduce((sum, each) => sum + each, 0);
      const bytes = here.reduce((sum, path) => sum + weight(readFileSync(join(installed, path))), -text);
      assert.ok(bytes <= budget * 1024, `${(bytes / 1024).toFixed(1)} KB; if it must be, change the budget here and say why`);
    });
  }

  test('the WebAssembly keeps its budget', () => {
    assert.match(checkBudget(weight(wasmOf('index'))), /^Within/);
    assert.throws(() => checkBudget(BUDGET + 1), /Over the budget/);
  });

  for (const entry of ENTRIES) {
    test(`the text in ${entry}.cjs is the WebAssembly beside it`, () => {
      assert.ok(read(`dist/${entry}.cjs`).includes(wasmOf(entry).toString('base64')));
      assert.ok(WebAssembly.validate(wasmOf(entry)));
    });
  }

  test('who needs none of the other banks carries none of them', () => {
    const holds = (entry, word) => wasmOf(entry).includes(word);
    for (const word of ['vpos.qnb.com.tr', 'PayforRequest']) assert.deepEqual([holds('index', word), holds('all', word)], [false, true], word);
    assert.ok(holds('index', 'qnb'), 'by name it knows them, to say where they are');
  });

  test('nothing names the machine that built it', () => {
    const machine = /\/(home|root|Users|work|tmp|builds)\/|\.cargo\/|[A-Z]:\\Users/;
    for (const entry of ENTRIES) {
      for (const kind of ['cjs', 'mjs', 'workerd.mjs']) assert.doesNotMatch(read(`dist/${entry}.${kind}`), machine, `${entry}.${kind}`);
      assert.doesNotMatch(wasmOf(entry).toString('latin1'), machine);
    }
    assert.match('"/home/somebody/src"', machine);
  });

  test('the entry asks Node for randomness at most, and makes no code at run time', () => {
    for (const path of ENTRIES.flatMap((entry) => [`dist/${entry}.cjs`, `dist/${entry}.workerd.mjs`])) {
      const code = read(path);
      const named = [...code.matchAll(/\b(?:require|from|import)\s*\(?\s*(['"])(.*?)\1/g)].map(([, , name]) => name);
      const asked = named.filter((name) => builtinModules.includes(name.replace('node:', '')));
      assert.deepEqual(asked, path.endsWith('.cjs') ? ['crypto'] : [], path);
      assert.doesNotMatch(code, /import\.meta|\bimport\(|\beval\(|new Function\(|process\./, path);
    }
  });
});

describe('package.json', () => {
  test('no dependency, and nothing runs at installation', () => {
    const { dependencies, optionalDependencies, peerDependencies, bundleDependencies, scripts = {} } = manifest;
    assert.deepEqual({ ...dependencies, ...optionalDependencies, ...peerDependencies, ...bundleDependencies }, {});
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(scripts[name], undefined, name);
  });

  test('every file that it names is there', () => {
    const names = [manifest.main, manifest.module, manifest.types, ...Object.values(manifest.bin ?? {}), ...pathsIn(manifest.exports)];
    assert.ok(names.length >= 9);
    for (const name of names) assert.ok(existsSync(join(installed, name)), name);
  });

  test('every condition has its types, and they come first', () => {
    for (const [entry, conditions] of Object.entries(manifest.exports)) {
      if (typeof conditions === 'string') continue;
      for (const [condition, files] of Object.entries(conditions)) assert.equal(Object.keys(files)[0], 'types', `${entry} ${condition}`);
    }
    for (const entry of ['.', './all']) assert.deepEqual(Object.keys(manifest.exports[entry]), ['workerd', 'import', 'require']);
  });

  test('what it says of itself', () => {
    const { name, version, license, type, sideEffects, engines, browser, private: hidden } = manifest;
    assert.deepEqual([name, license, type, sideEffects, hidden], ['velopos', 'MIT', 'module', false, undefined]);
    assert.deepEqual([engines, browser], [{ node: '>=18' }, { crypto: false }]);
    assert.match(version, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
    assert.match(read('LICENSE'), /^MIT License\n\nCopyright \(c\) 2026 velopos contributors\n/);
  });

  test('who does not read its exports finds velopos/all by the folder of that name', () => {
    const { main, module, types } = JSON.parse(read('all/package.json'));
    assert.deepEqual([main, module, types], ['../dist/all.cjs', '../dist/all.mjs', '../dist/all.d.ts']);
  });

  function pathsIn(entry) {
    return typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(pathsIn);
  }
});

describe('TypeScript', () => {
  const here = fileURLToPath(new URL('../types/', import.meta.url));
  const copies = join(project.folder, 'types');
  mkdirSync(copies);
  const programs = readdirSync(here).filter((name) => name.endsWith('.ts'));
  for (const name of programs) copyFileSync(join(here, name), join(copies, name.replace('.ts', '.mts')));
  for (const name of ['shop.cts', 'mistake.cts']) copyFileSync(join(here, 'commonjs', name), join(copies, name));

  const common = {
    strict: true, noEmit: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false,
    types: [], lib: ['lib.es2022.d.ts'], target: ts.ScriptTarget.ES2022,
  };
  const { ModuleKind, ModuleResolutionKind } = ts;
  const RESOLUTIONS = {
    node16: { module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16 },
    nodenext: { module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext },
    'bundler, module esnext': { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler },
    'bundler, module preserve': { module: ModuleKind.Preserve, moduleResolution: ModuleResolutionKind.Bundler },
    'bundler, for workerd': { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler, customConditions: ['workerd'] },
  };

  function compile(names, options) {
    const program = ts.createProgram(names.map((name) => join(copies, name)), { ...common, ...options });
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName.split('/').at(-1)} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    const found = program.getSourceFiles().map(({ fileName }) => fileName).filter((name) => /\/dist\/[^/]*$/.test(name));
    return { program, problems, found: found.map((name) => name.split('/').slice(-3).join('/')) };
  }

  for (const [title, options] of Object.entries(RESOLUTIONS)) {
    test(`modules, ${title}`, () => {
      const { problems, found } = compile(programs.map((name) => name.replace('.ts', '.mts')), options);
      assert.deepEqual(problems, []);
      assert.ok(found.includes('velopos/dist/index.d.mts'), found.join());
    });
  }

  for (const title of ['node16', 'nodenext', 'bundler, module preserve']) {
    test(`CommonJS, ${title}`, () => {
      const { problems, found } = compile(['shop.cts'], RESOLUTIONS[title]);
      assert.deepEqual(problems, []);
      assert.deepEqual(found, ['velopos/dist/index.d.cts']);
    });
  }

  test('a mistake is found', () => assert.notDeepEqual(compile(['mistake.cts'], RESOLUTIONS.node16).problems, []));

  test('what is declared is what the suite finds on every runtime', () => {
    const { program } = compile(['shop.cts'], RESOLUTIONS.node16);
    const checker = program.getTypeChecker();
    const declarations = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('velopos/dist/index.d.cts'));
    const valueOf = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
    const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(declarations));
    const values = exported.filter((symbol) => valueOf(symbol).flags & ts.SymbolFlags.Value);
    assert.deepEqual(values.map(({ name }) => name).sort(), Object.keys(EXPORTS).sort());
    for (const [name, formulas] of Object.entries(EXPORTS)) {
      if (formulas === 'function') continue;
      const type = checker.getTypeOfSymbolAtLocation(values.find((value) => value.name === name), declarations);
      assert.deepEqual(type.getProperties().map((property) => property.name).sort(), formulas, name);
    }
  });
});

const kit = await openKit(() => {});

describe('the commands', async () => {
  const { build } = await fromKit(kit, 'esbuild');

  for (const [command, file] of Object.entries(manifest.bin)) {
    test(`npx ${command}: a program, and all that it imports is packed`, async () => {
      assert.match(read(file), /^#!\/usr\/bin\/env node\n/);
      const bundle = (entry) => build({
        absWorkingDir: project.folder, entryPoints: [entry], bundle: true, write: false, platform: 'node', format: 'esm', logLevel: 'silent',
      }).then(() => [], ({ errors }) => errors.map(({ text }) => text));
      assert.deepEqual(await bundle(join(installed, file)), []);
    });
  }
});

describe('what everybody checks with', () => {
  const tarball = new Uint8Array(readFileSync(project.tarball));

  test('publint', async () => {
    const { publint } = await fromKit(kit, 'publint');
    const { formatMessage } = await fromKit(kit, 'publint/utils');
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: tarball.buffer } });
    // The object under "browser" would be an "imports" nowadays. Then index.cjs would ask for '#crypto', which older bundlers do not understand
    // and which means nothing to those who copy that one file into their site.
    const argued = ({ code, type }) => code === 'USE_EXPORTS_OR_IMPORTS_BROWSER' && type === 'suggestion';
    assert.deepEqual(messages.filter((message) => !argued(message)).map((message) => formatMessage(message, pkg)), []);
  });

  test('are the types wrong?', async () => {
    const { checkPackage, createPackageFromTarballData } = await fromKit(kit, '@arethetypeswrong/core');
    const { types, problems, entrypoints } = await checkPackage(createPackageFromTarballData(tarball));
    // TypeScript's resolution of before 2020 knows no "exports", so it finds the main entry only.
    const real = problems.filter(({ kind, entrypoint, resolutionKind }) => !(kind === 'NoResolution' && entrypoint !== '.' && resolutionKind === 'node10'));
    assert.deepEqual([types.kind, real], ['included', []]);
    assert.deepEqual(Object.keys(entrypoints['.'].resolutions), ['node10', 'node16-cjs', 'node16-esm', 'bundler']);
  });
});
