// How `npm run mutants` puts all mutants of a file into one program: each behind its switch, and the file otherwise as it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makesConstants, mutantAt, mutantBefore, stopwatch, withMutants } from '../../scripts/mutants.js';

const FILE = `use core::fmt;

impl Amount {
    /// What a fn {is} is said here. ş
    #[must_use]
    pub const fn is_more(self, other: [u8; 4]) -> bool {
        self.0 > other
    }
}

fn outer(work: impl Fn(&str) -> Option<u8>) -> u8 {
    fn inner(one: u8) -> u8 {
        one + 1
    }
    inner(1)
}
`;
const place = (text, nth = 0) => {
  const at = FILE.split(text, nth + 1).join(text).length;
  const before = FILE.slice(0, at).split('\n');
  return { line: before.length, column: [...before.at(-1)].length + 1 };
};
const span = (text, nth) => {
  const start = place(text, nth);
  const lines = text.split('\n');
  return { start, end: { line: start.line + lines.length - 1, column: (lines.length > 1 ? 1 : start.column) + [...lines.at(-1)].length } };
};
/** The one character at a place. */
const sign = (text) => ({ start: place(text), end: { ...place(text), column: place(text).column + 1 } });
const method = { span: span(FILE.slice(FILE.indexOf('/// What'), FILE.indexOf('}\n}\n\nfn outer') + 1)) };
const outer = { span: span(FILE.slice(FILE.indexOf('fn outer'), FILE.length - 1)) };
const inner = { span: span(FILE.slice(FILE.indexOf('fn inner'), FILE.indexOf('    inner(1)') - 1).trimEnd()) };
const MUTANTS = [
  { id: 1, file: 'x', replacement: '==', span: sign('> other'), function: method },
  { id: 2, file: 'x', replacement: 'true', span: span('self.0 > other'), function: method },
  { id: 3, file: 'x', replacement: '0', span: span('inner(1)'), function: outer },
  { id: 4, file: 'x', replacement: '*', span: sign('+ 1'), function: inner },
];

const flat = (text) => text.replace(/\s+/g, ' ');

test('every mutant stands behind its number, and the function as it is behind all of them', () => {
  const made = flat(withMutants(FILE, MUTANTS));
  assert.ok(made.includes(flat('pub fn is_more(self, other: [u8; 4]) -> bool { if crate::mutant::is(1) { self.0 == other } /*1*/ else if crate::mutant::is(2) { true } /*2*/ else { self.0 > other } }')), made);
  assert.ok(made.includes('/// What a fn {is} is said here. ş'), 'what stands before a function stays');
});

test('a function within another: its mutants are in the outer one as it is, and not in the mutants of the outer one', () => {
  const made = flat(withMutants(FILE, MUTANTS));
  assert.ok(made.includes(flat('fn outer(work: impl Fn(&str) -> Option<u8>) -> u8 { if crate::mutant::is(3) { fn inner(one: u8) -> u8 { one + 1 } 0 } /*3*/ else { fn inner(one: u8) -> u8 { if crate::mutant::is(4) { one * 1 } /*4*/ else { one + 1 } } inner(1) } }')), made);
});

test('a line of the compiler’s complaint names its mutant', () => {
  const made = withMutants(FILE, MUTANTS);
  const lineOf = (text) => made.slice(0, made.indexOf(text)).split('\n').length;
  assert.deepEqual([lineOf('self.0 == other'), lineOf('one * 1')].map((line) => mutantAt(made, line)), [1, 4]);
  assert.equal(mutantAt(made, 1), undefined);
  assert.equal(mutantAt(made, lineOf('use core')), undefined);
});

test('a closure of a constant: its mutants are in it', () => {
  const file = `const SPEC: Spec = Spec {
    formulas: &[Formula {
        name: "hash",
        compute: |values, _| match values {
            [one] => Ok(hash(one)),
            _ => Err(too_few()),
        },
    }],
    limit: 2 * 3,
};
`;
  const at = (text) => ({ line: file.slice(0, file.indexOf(text)).split('\n').length, column: file.indexOf(text) - file.lastIndexOf('\n', file.indexOf(text)) });
  const start = at('[one] =>');
  const mutant = { id: 7, file: 'x', replacement: '', function: null, span: { start, end: { ...start, column: start.column + '[one] => Ok(hash(one)),'.length } } };
  const made = flat(withMutants(file, [mutant]));
  assert.ok(made.includes(flat('compute: |values, _| { if crate::mutant::is(7) { match values { _ => Err(too_few()), } } /*7*/ else { match values { [one] => Ok(hash(one)), _ => Err(too_few()), } } },')), made);
  assert.ok(made.includes('limit: 2 * 3,'), 'what stands behind stays');
});

test('what a constant is made by is run by the compiler', () => {
  const file = 'const fn one(x: u8) -> u8 {\n    x\n}\n\nstatic ALL: [u8; 2] = {\n    let y = 1;\n    [y, one(2)]\n};\n\nconst fn two(x: u8) -> u8 {\n    x\n}\n\nfn three() -> u8 {\n    two(1)\n}\n';
  const spans = [[1, 3], [10, 12], [14, 16]].map(([from, to]) => ({ start: { line: from, column: 1 }, end: { line: to, column: 2 } }));
  assert.deepEqual(spans.map((each) => makesConstants(file, each)), [true, false, false]);
  const others = () => ['use crate::x::{self, two};\n\nconst OTHER: u8 = two(1) + two(2);\n', 'const ONE: u8 = three();\n'];
  assert.deepEqual(spans.map((each) => makesConstants(file, each, others)), [true, true, false]);
});

test('what is wrong with the function itself is the mutant before it', () => {
  const text = 'fn f() { if crate::mutant::is(3) {\n} /*3*/ else {\nitself } }';
  assert.deepEqual([mutantAt(text, 3), mutantBefore(text, 3), mutantBefore(text, 1)], [undefined, 3, undefined]);
});

test('without a mutant nothing changes', () => assert.equal(withMutants(FILE, []), FILE));

test('how long each test took, wherever what the program writes is cut', () => {
  let clock = 0;
  const { seconds, read } = stopwatch(() => clock);
  for (const [at, text] of [[1, 'test one ... '], [2, 'ok\ntest slow ... '], [9, 'o'], [10, 'k\ntest two - should panic ... ok\ntest three'], [11, ' ... ok\n'], [12, 'test four ... FAILED\n']]) {
    clock = at;
    read(text);
  }
  assert.deepEqual([...seconds], [['one', 2], ['slow', 8], ['two', 8], ['three', 1]]);
});
