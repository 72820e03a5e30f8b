// Broken JSON: where and why, and never a piece of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotJson, readJson } from '../../cli/json.js';

const reason = (text) => {
  try {
    readJson(text);
    return null;
  } catch (error) {
    assert.ok(error instanceof NotJson, String(error));
    return `${error.reason} ${error.line}:${error.column}`;
  }
};

test('why it is not JSON', () => {
  for (const [text, expected] of [
    ['', 'empty 1:1'], [' \n ', 'empty 2:2'], ['{', 'end 1:2'], ['{"a"', 'end 1:5'], ['{"a":', 'end 1:6'], ['[1', 'end 1:3'],
    ['{“a”: 1}', 'quote 1:2'], ['{"a": “b”}', 'quote 1:7'], ["{'a': 1}", 'single 1:2'], ['{"a": \'b\'}', 'single 1:7'],
    ['// x\n{}', 'comment 1:1'], ['{\n  # x\n}', 'comment 2:3'], ['{"a": 1 /* x */}', 'comment 1:9'],
    ['{"a": 1,}', 'trailing 1:8'], ['[1,\n]', 'trailing 1:3'], ['{"a": 1 "b": 2}', 'comma 1:9'], ['{"a" 1}', 'colon 1:6'], ['{a: 1}', 'name 1:2'],
    ['{"a": b}', 'value 1:7'], ['{"a": 012}', 'value 1:7'], ['{"a": .5}', 'value 1:7'], ['{"a": NaN}', 'value 1:7'], ['{"a": "b\n"}', 'string 1:9'], ['{"a": "b', 'string 1:9'],
    ['{"a": "\\x"}', 'escape 1:8'], ['{} {}', 'after 1:4'], ['[['.repeat(40), 'deep 1:34'], ['nul', 'value 1:1'],
  ]) assert.equal(reason(text), expected, text);
});

test('what is JSON is read as JSON.parse reads it, and no other', () => {
  const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '"b\\u0041"', '1', '-1.5e3', 'true', 'null', ' ', '\n', '"', '01', "'", '\\', '\u0001', 'x', '""', '{"a":1}'];
  let seed = 7;
  const next = (size) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % size; };
  let agreed = 0;
  for (let round = 0; round < 30_000; round += 1) {
    const text = Array.from({ length: 1 + next(9) }, () => pieces[next(pieces.length)]).join('');
    let expected = null;
    try {
      expected = { value: JSON.parse(text) };
    } catch { /* not JSON */ }
    if (expected === null) assert.notEqual(reason(text), null, text);
    else {
      assert.deepEqual(readJson(text).value, expected.value, text);
      agreed += 1;
    }
  }
  assert.ok(agreed > 500, `${agreed}`);
});

test('a byte order mark is no fault; names that stand twice are named', () => {
  assert.deepEqual(readJson('\uFEFF{"a":1}').value, { a: 1 });
  assert.deepEqual(readJson('{"a":{"b":1,"c":[{"d":1,"d":2}],"b":2},"a":3}').doubles, ['a.c..d', 'a.b', 'a']);
  assert.deepEqual(readJson('{"a":{"b":1},"c":{"b":1}}').doubles, []);
});
