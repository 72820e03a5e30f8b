// How the package is loaded: as CommonJS or as a module, synchronously, without files or network, and without work until the first call.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import * as asModule from 'velopos';

const root = new URL('../../', import.meta.url);
const require = createRequire(import.meta.url);
const asCommonJs = require('velopos');
const packageJson = JSON.parse(readFileSync(new URL('package.json', root)));

const names = ['createPos', 'newOrderId', 'paymentPage', 'PosError', 'generateHashData', 'parseIsbankResponse', 'validatePayment', 'nestpay', 'paytr', 'iyzico'];

describe('two ways in', () => {
  test('the same names', () => {
    assert.deepEqual(Object.keys(asModule).filter((name) => !['default', 'module.exports'].includes(name)).sort(), Object.keys(asCommonJs).filter((name) => name !== '__esModule').sort());
    for (const name of names) assert.ok(name in asModule, name);
  });
  test('the same things: an error of one is an error of the other', () => {
    for (const name of names) assert.equal(asModule[name], asCommonJs[name], name);
  });
  test('the formulas of the three gateways', () => {
    const formulas = { nestpay: ['hash', 'legacyHash'], paytr: ['iframeToken', 'notificationHash', 'refundToken', 'statusToken'], iyzico: ['authorization', 'responseSignature', 'webhookSignature', 'verifyWebhook'] };
    for (const [gateway, methods] of Object.entries(formulas)) for (const method of methods) assert.equal(typeof asModule[gateway][method], 'function', `${gateway}.${method}`);
  });
  test('the files that package.json promises are there', () => {
    const promised = JSON.stringify(packageJson.exports).match(/\.\/dist\/[\w.]+/g).concat(packageJson.main, packageJson.module, packageJson.types);
    for (const file of promised) assert.ok(existsSync(new URL(file, root)), file);
  });
  test('`main` alone is CommonJS that works', () => {
    assert.match(packageJson.main, /\.cjs$/);
    assert.equal(typeof require(fileURLToPath(new URL(packageJson.main, root))).createPos, 'function');
  });
});

describe('no luggage', () => {
  test('no runtime dependency and no install script', () => {
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies']) assert.equal(packageJson[kind], undefined, kind);
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(packageJson.scripts?.[script], undefined, script);
  });
  test('the published files are dist, the commands with what they put into a site, and the papers', () => {
    for (const entry of packageJson.files) assert.match(entry, /^(dist|all|cli|docs\/banks|velo-example\/|README[\w.]*|LICENSE|CHANGELOG\.md|SECURITY\.md)/);
  });
  test('the code names no way to files, network, processes or code from text', () => {
    const code = readFileSync(new URL('dist/index.cjs', root), 'utf8');
    const asked = [...code.matchAll(/\brequire\s*\(\s*(['"`])([^'"`]+)\1\s*\)/g)].map(([, , name]) => name);
    for (const name of asked) assert.match(name, /^(node:)?crypto$/, `requires ${name}`);
    for (const banned of [/\bMath\.random\b/, /\beval\s*\(/, /\bnew Function\b/, /\bimport\s*\(/, /\bimport\.meta\b/, /\bprocess\.env\b/, /\bchild_process\b/, /__dirname\b/]) assert.doesNotMatch(code, banned);
  });
  test('nor does the module', () => {
    const code = readFileSync(new URL('dist/index.mjs', root), 'utf8');
    for (const [, name] of code.matchAll(/\bfrom\s*['"]([^'"]+)['"]/g)) assert.match(name, /^(\.\/[\w.-]+|(node:)?(crypto|module))$/);
  });
});

/** Runs a script in a fresh Node process; what it prints last must be JSON. */
function inFreshProcess(script, ...flags) {
  const output = execFileSync(process.execPath, [...flags, '--input-type=commonjs', '--eval', script], { cwd: fileURLToPath(root), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
  return JSON.parse(output.trim().split('\n').at(-1));
}

// The bundle is read first; then everything that could reach outside is made to throw, and the bundle is run with a `require` that is watched.
const cage = `
  const { readFileSync } = require('fs');
  const path = require('path').resolve(${JSON.stringify(packageJson.main)});
  const source = readFileSync(path, 'utf8');
  process.stdout.write('');
  const realRequire = require, asked = [];
  const outside = (name) => () => { throw new Error(name + ' was used'); };
  const doors = ['fs', 'net', 'http', 'https', 'tls', 'dns', 'child_process', 'worker_threads', 'dgram', 'http2'].map((name) => [name, realRequire(name)]);
  for (const [name, found] of doors) {
    for (const key of Object.keys(found)) if (typeof found[key] === 'function') try { found[key] = outside(name + '.' + key); } catch {}
  }
  globalThis.fetch = outside('fetch');
  globalThis.WebSocket = undefined;
  Math.random = outside('Math.random');
  const compiled = { count: 0 };
  for (const key of ['Module', 'Instance']) WebAssembly[key] = new Proxy(WebAssembly[key], { construct: (target, args) => { compiled.count++; return Reflect.construct(target, args); } });
  for (const key of ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming']) WebAssembly[key] = outside('WebAssembly.' + key);
  const load = (restricted = realRequire) => {
    const module = { exports: {} };
    new Function('module', 'exports', 'require', '__filename', '__dirname', source)(module, module.exports, (name) => { asked.push(name); return restricted(name); }, path, '/nowhere');
    return module.exports;
  };
  const config = ${JSON.stringify({ gateway: 'isbank', mode: 'test', merchant: { clientId: '190100000', storeKey: 'SIMSTORE12' } })};
  const order = ${JSON.stringify({ id: 'Tk4mPq8sVx2bNw6zRy0c', amount: '149.90', currency: 'TRY', urls: { ok: 'https://shop.example/ok', fail: 'https://shop.example/fail' } })};
`;

describe('in a cage', () => {
  test('importing touches nothing and compiles nothing; the first call compiles once', () => {
    const seen = inFreshProcess(`${cage}
      const velopos = load();
      const atImport = { asked: [...asked], compiled: compiled.count };
      velopos.generateHashData('a', 'b', 'c');
      const first = compiled.count;
      const { redirect } = velopos.createPos(config).step.start(order);
      for (let n = 0; n < 100; n++) velopos.generateHashData('a', 'b', 'c');
      console.log(JSON.stringify({ atImport, first, later: compiled.count, asked, hash: redirect.fields.hash.length, id: velopos.newOrderId().length }));
    `);
    assert.deepEqual(seen.atImport, { asked: [], compiled: 0 });
    assert.ok(seen.first === 2, `Module and Instance once each, not ${seen.first}`);
    assert.equal(seen.later, seen.first);
    assert.equal(seen.hash, 88);
    assert.ok(seen.id >= 20);
    for (const name of seen.asked) assert.match(name, /^(node:)?crypto$/);
  });
  test('without a global crypto, as on Node 18, randomness comes from Node', () => {
    const seen = inFreshProcess(`${cage}
      Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
      const velopos = load();
      const ids = new Set(Array.from({ length: 200 }, () => velopos.newOrderId()));
      const rnd = new Set(Array.from({ length: 200 }, () => velopos.createPos(config).step.start(order).redirect.fields.rnd));
      console.log(JSON.stringify({ ids: ids.size, rnd: rnd.size, global: typeof globalThis.crypto }));
    `);
    assert.deepEqual(seen, { ids: 200, rnd: 200, global: 'undefined' });
  });
  test('without any source of randomness: CONFIG, and never Math.random', () => {
    const seen = inFreshProcess(`${cage}
      Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
      const velopos = load((name) => { throw new Error('Cannot find module ' + name); });
      const attempt = (work) => { try { work(); return 'done'; } catch (error) { return error instanceof velopos.PosError ? error.code : String(error); } };
      console.log(JSON.stringify([attempt(() => velopos.newOrderId()), attempt(() => velopos.createPos(config).step.start(order)), attempt(() => velopos.generateHashData('a', 'b', 'c'))]));
    `);
    assert.deepEqual(seen.slice(0, 2), ['CONFIG', 'CONFIG']);
    assert.match(seen[2], /^(CONFIG|done)$/); // a formula needs no chance, but may need the core that was given none
  });
  test('who needs no chance does not look at its source, which Node makes at the first look', () => {
    const seen = inFreshProcess(`${cage}
      const { get } = Object.getOwnPropertyDescriptor(globalThis, 'crypto') ?? { get: () => realRequire('crypto').webcrypto };
      let looks = 0;
      Object.defineProperty(globalThis, 'crypto', { get() { looks++; return get.call(globalThis); }, configurable: true });
      const velopos = load();
      velopos.generateHashData('a', 'b', 'c');
      const stored = { ...order, gateway: 'isbank', model: '3d_pay_hosting', mode: 'test', refs: 'rnd=00112233445566778899&started=1790000000' };
      let code; try { velopos.createPos(config).step.callback(stored, 'HASH=x'); } catch (error) { ({ code } = error); }
      const before = looks;
      velopos.newOrderId();
      console.log(JSON.stringify({ code, before, after: looks > 0, asked }));
    `);
    assert.deepEqual(seen, { code: 'SIGNATURE_INVALID', before: 0, after: true, asked: [] });
  });
  test('a random source that fails is CONFIG or INTERNAL, and the next call works', () => {
    const seen = inFreshProcess(`${cage}
      const velopos = load();
      const real = globalThis.crypto;
      velopos.newOrderId();
      Object.defineProperty(globalThis, 'crypto', { value: { getRandomValues() { throw new Error('no entropy'); } }, configurable: true });
      let code; try { velopos.newOrderId(); code = 'done'; } catch (error) { code = error.code; }
      Object.defineProperty(globalThis, 'crypto', { value: real, configurable: true });
      console.log(JSON.stringify({ code, next: velopos.newOrderId().length >= 20 }));
    `);
    assert.ok(['CONFIG', 'INTERNAL', 'done'].includes(seen.code), seen.code); // done: the source was taken once, at the first call
    assert.equal(seen.next, true);
  });
  test('where no code may be made from text', () => {
    const seen = inFreshProcess("const { generateHashData } = require('velopos'); console.log(JSON.stringify(generateHashData('a', 'b', 'c')));", '--disallow-code-generation-from-strings');
    assert.match(seen, /^[0-9a-f]{40}$/);
  });
  test('no global is added or changed', () => {
    const seen = inFreshProcess(`
      const before = new Set(Reflect.ownKeys(globalThis));
      const kept = [Object.prototype, Array.prototype, Error, Promise, globalThis.crypto].map((o) => Reflect.ownKeys(Object(o)).length);
      const velopos = require('velopos');
      velopos.newOrderId();
      const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String);
      const now = [Object.prototype, Array.prototype, Error, Promise, globalThis.crypto].map((o) => Reflect.ownKeys(Object(o)).length);
      console.log(JSON.stringify({ added, same: String(kept) === String(now) }));
    `);
    assert.deepEqual(seen, { added: [], same: true });
  });
  test('nothing keeps the process alive', () => {
    const began = performance.now();
    inFreshProcess("const v = require('velopos'); v.newOrderId(); console.log('1');");
    assert.ok(performance.now() - began < 5000);
  });
});

test('memory stays flat over many calls', () => {
  const pos = asModule.createPos({ gateway: 'isbank', mode: 'test', merchant: { clientId: '190100000', storeKey: 'SIMSTORE12' } });
  const order = { id: 'Tk4mPq8sVx2bNw6zRy0c', amount: '149.90', currency: 'TRY', urls: { ok: 'https://shop.example/ok', fail: 'https://shop.example/fail' } };
  const work = () => { for (let n = 0; n < 3000; n++) pos.step.start(order); };
  work();
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  work();
  assert.ok(process.memoryUsage().arrayBuffers + process.memoryUsage().external - before < 4_000_000);
});

