// Second sentence: bindings.rs and js-glue hold no payment logic. They carry texts across; what a text means is the core's business.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, filesIn, importsOf, occurrences } from './source.js';

const rust = filesIn('src', /\.rs$/);
const glue = filesIn('js-glue', /\.js$/);
const code = (file) => ({ ...file, text: codeOf(file.text) });

test('there is a boundary to look at', () => {
  assert.ok(rust.some(({ path }) => path === 'src/bindings.rs'));
  assert.ok(glue.length >= 5);
});

test('only bindings.rs knows JavaScript', () => {
  const words = /\b(wasm_bindgen|js_sys|serde_wasm_bindgen|web_sys|JsValue|JsError|JsCast)\b/;
  assert.deepEqual(rust.filter(({ path }) => path !== 'src/bindings.rs').flatMap((file) => occurrences(code(file), words)), []);
  assert.ok(words.test(rust.find(({ path }) => path === 'src/bindings.rs').text), 'the words to look for are wrong');
});

test('from_value, which costs 44 KB, is never linked', () => assert.deepEqual(rust.flatMap((file) => occurrences(code(file), /\bfrom_value\b/)), []));

// What a bank's message holds, and the words that decide about money. `allowed` names the places that are the public face itself.
const wireWords = ['oid', 'clientid', 'storetype', 'islemtipi', 'TranType', 'taksit', 'okUrl', 'failUrl', 'rnd', 'mdStatus', 'mdErrorMsg', 'ProcReturnCode', 'AuthCode', 'HostRefNum', 'TransId', 'HASH', 'HASHPARAMS', 'hashAlgorithm', 'ver1', 'ver2',
  'ver3', 'Approved', 'Declined', 'CC5Request', 'CC5Response', 'ORDERSTATUS', 'TRANS_STAT', 'est3Dgate', 'merchant_oid', 'total_amount', 'paytr_token', 'user_basket', 'failed_reason_code', 'iyziEventType', 'iyziPaymentId', 'paymentConversationId',
  'paymentId', 'paymentStatus', 'conversationId', 'basketId', 'paidPrice', 'fraudStatus', 'X-IYZ-SIGNATURE-V3', 'IYZWSv2', '3d_pay_hosting', '3d_pay', '3d_host'];
const decisionWords = ['paid', 'authorized', 'declined', 'refunded', 'voided', 'signature', 'SUCCESS', 'success', 'failed'];
const formulaNames = ['oid', 'clientid', 'islemtipi', 'taksit', 'okUrl', 'failUrl', 'rnd', 'merchant_oid', 'total_amount', 'user_basket', 'signature'];
const allowed = {
  'js-glue/index.js': formulaNames, // the formulas' parameters, named as on the wire
  'js-glue/step.js': ['mdStatus'], // a field of the public Payment
  'js-glue/words.js': [...wireWords, ...decisionWords], // sentences for people; nothing in that file decides
};

// An explanation knows what people do wrong with the fields. It decides nothing, and no other entry may import a file of it.
const explaining = glue.filter(({ path }) => /^js-glue\/explain[\w-]*\.js$/.test(path));
for (const { path } of explaining) allowed[path] = [...wireWords, ...decisionWords];

test('only velopos/explain imports what explains', () => {
  assert.ok(explaining.length >= 2);
  const others = [...glue, ...filesIn('velo-example', /\.js$/), ...filesIn('velo-local', /\.js$/)].filter((file) => !explaining.includes(file));
  for (const { path, text } of others) assert.deepEqual(importsOf(text).filter((name) => /explain/.test(String(name))), [], path);
  // Its judgement is its own; what fits is the core's to say, and nobody gets a payment from it.
  for (const { path, text } of explaining.filter((file) => /js-glue\/explain(-core)?\.js/.test(file.path))) assert.doesNotMatch(codeOf(text), /\bfinish\(|\breturn payment\b|payment: /, path);
});

/** Words that stand in the code as a name or as a whole string. */
const wordsIn = (text, words) => words.filter((word) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(codeOf(text)));

for (const { path, text } of glue) {
  test(`${path} knows no field of a bank and no verdict`, () => {
    const found = wordsIn(text, [...wireWords, ...decisionWords]).filter((word) => !allowed[path]?.includes(word));
    assert.deepEqual(found, []);
  });
  test(`${path} imports its own files and the generated glue only`, () => {
    for (const name of importsOf(text)) assert.match(String(name), /^(\.\/[\w.-]+\.js|\.\.\/pkg\/velopos_bg\.js|velopos:bytes|crypto)$/);
  });
  test(`${path} computes no digest, takes no chance and rounds no money`, () => {
    const banned = /\b(createHash|createHmac|createCipher\w*|timingSafeEqual|subtle|Math\.random|parseFloat|toFixed|Math\.(round|floor|ceil|trunc)|eval|Function\s*\()|\b(process\.env|console\.\w+)/;
    assert.deepEqual(occurrences({ path, text: codeOf(text) }, banned), []);
  });
}

test('gateways are not told apart at the boundary', () => {
  const comparison = /(===?|!==?|==|case)\s*(['"])(isbank|nestpay|ziraat|halkbank|teb|paytr|iyzico|garanti|posnet|payflex)\2|(['"]?)\b(isbank|nestpay|paytr|iyzico)\4\s*=>/;
  for (const file of [...glue, ...rust.filter(({ path }) => path === 'src/bindings.rs')]) assert.deepEqual(occurrences(code(file), comparison), []);
});

test('bindings.rs knows no field and no verdict', () => {
  const { text } = rust.find(({ path }) => path === 'src/bindings.rs');
  assert.deepEqual(wordsIn(text, [...wireWords, ...decisionWords]), []);
  assert.ok(text.split('\n').length < 200, 'too long to hold no logic');
});

test('this test would notice', () => {
  assert.deepEqual(wordsIn("if (fields.mdStatus === '1') status = 'paid'; // Approved", [...wireWords, ...decisionWords]), ['mdStatus', 'paid']);
  assert.deepEqual(importsOf("import x from 'a'; import('b'); require(name); export * from \"c\"; // import 'd'").sort(), ['a', 'b', 'c', null].sort());
});
