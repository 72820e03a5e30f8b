// The package as CommonJS, which is what a Velo backend is when it runs.
'use strict';
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { test } = require('node:test');
const answers = require('./answers.cjs');

let compiled = 0;
const { Module } = WebAssembly;
WebAssembly.Module = function CountedModule(...args) {
  compiled += 1;
  return new Module(...args);
};

const velopos = require('velopos');

test('require does nothing but define; the WebAssembly starts with the first call, once', () => {
  assert.equal(compiled, 0);
  velopos.generateHashData('a', 'b', 'c');
  velopos.generateHashData('a', 'b', 'c');
  assert.equal(compiled, 1);
});

test('payments are made and judged', async () => {
  const { names, ...rest } = await answers(velopos);
  assert.deepEqual(rest, {
    twoStageHash: '8550bda332ed1cc04d7cb472fb112c940c80423b',
    formIsSigned: true,
    redirect: 'form',
    paid: ['paid', 'signature', '149.90', 'Tk4mPq8sVx2bNw6zRy0c'],
    tampered: 'SIGNATURE_INVALID',
    misspelt: 'CONFIG',
    ids: true,
  });
  for (const name of ['createPos', 'newOrderId', 'paymentPage', 'PosError', 'generateHashData', 'parseIsbankResponse', 'validatePayment', 'nestpay', 'paytr', 'iyzico']) {
    assert.ok(names.includes(name), `${name} is missing`);
  }
});

test('what the tarball carries: plain files, no dependency, nothing that runs at installation', () => {
  const { dependencies, optionalDependencies, peerDependencies, scripts = {} } = require('velopos/package.json');
  assert.deepEqual({ ...dependencies, ...optionalDependencies, ...peerDependencies }, {});
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(scripts[name], undefined, name);
});

test('the code asks Node for randomness at most, has no path of the machine that built it, and makes no code at run time', () => {
  const code = readFileSync(require.resolve('velopos'), 'utf8');
  const asked = [...code.matchAll(/\brequire\((['"])(.*?)\1\)/g)].map(([, , name]) => name);
  assert.deepEqual(asked.filter((name) => !/^(node:)?crypto$/.test(name)), []);
  assert.doesNotMatch(code, /import\.meta|\bimport\(|\beval\(|new Function\(/);
  const wasm = Buffer.from(code.match(/"(AGFzbQ[A-Za-z0-9+/=]+)"/)[1], 'base64').toString('latin1');
  for (const text of [code, wasm]) assert.doesNotMatch(text, /\/(home|root|Users|work|tmp|builds)\/|\.cargo|[A-Z]:\\Users/);
});
