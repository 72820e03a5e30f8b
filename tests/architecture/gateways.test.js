// First sentence: a gateway never imports another gateway. What two of them share moves to wire, money, crypto or payment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, filesIn, occurrences, withoutTests } from './source.js';

const files = filesIn('src/gateway', /\.rs$/);
const nameOf = ({ path }) => path.match(/^src\/gateway\/(\w+)/)[1];
const gateways = [...new Set(files.map(nameOf))].filter((name) => name !== 'mod');

/** Ways to reach a sibling: `super::paytr`, `gateway::paytr`, `paytr::`, a list with it, everything at once, or its file. */
function reaches(text, other) {
  const code = codeOf(withoutTests(text));
  return [`\\b(super|gateway|self)::${other}\\b`, `\\b${other}::`, `\\b(super|gateway)::\\{[^}]*\\b${other}\\b`, `\\b(super|gateway)::\\*`, `#\\[path\\b`, `include!\\([^)]*${other}`]
    .some((way) => new RegExp(way).test(code));
}

test('there are gateways to look at', () => assert.ok(gateways.length >= 3, gateways.join()));

for (const file of files.filter((file) => nameOf(file) !== 'mod')) {
  for (const other of gateways.filter((name) => name !== nameOf(file))) {
    test(`${file.path} does not know ${other}`, () => assert.ok(!reaches(file.text, other)));
  }
}

test('this test would notice', () => {
  for (const text of ['use super::paytr::token;', 'use crate::gateway::{nestpay, paytr};', 'crate::gateway::paytr::x()', 'use super::*;', 'paytr::token()']) assert.ok(reaches(text, 'paytr'), text);
  for (const text of ['// unlike paytr::token', 'use crate::wire::form;', 'let paytr = 1;']) assert.ok(!reaches(text, 'paytr'), text);
});

test('a gateway is handed its network, clock and randomness', () => {
  const outside = /\b(std::(net::(Tcp|Udp)\w+|time|fs|env|process|thread)|SystemTime|Instant::now|getrandom|wasm_bindgen|js_sys)\b/;
  assert.deepEqual(files.flatMap((file) => occurrences({ ...file, text: codeOf(file.text) }, outside)), []);
});

test('what gateways share does not know them', () => {
  const shared = [...filesIn('src/wire', /\.rs$/), ...filesIn('src', /^src\/(crypto|money|error|decline)\.rs$/)];
  assert.ok(shared.length >= 6);
  assert.deepEqual(shared.flatMap((file) => occurrences({ ...file, text: codeOf(file.text) }, /\b(crate|super)::(gateway|frame|bindings)\b/)), []);
});
