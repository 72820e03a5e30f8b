// The benchmark compares like with like: its peers come to the same end as the package over every message, genuine and forged.
// And its arithmetic is right.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { ending, families, reader } from '../../benches/bodies.js';
import { callsOf, openWatched } from '../../benches/boundary.js';
import { forgeriesOf } from '../../benches/forgeries.js';
import { makeMessages } from '../../benches/messages.js';
import { digestLibraries } from '../../benches/peers/digests.js';
import { growth, inTurn, isNoisy, race, ratio, summary } from '../../benches/rounds.js';
import { ROWS } from '../../benches/rows.js';
import { checkPeers } from '../../benches/self-check.js';
import { partOf } from '../../benches/size.js';
import { digits, table, time } from '../../benches/table.js';
import { readWasm } from '../../benches/wasm-file.js';

/** They say the same in other words, or lack what nothing rests on: the bank is asked in any case. */
const HARMLESS = { iyzico: ['a signature in capitals', 'a number as text'], garanti: ['no digest of a form'] };

let traffic;
before(async () => {
  traffic = await makeMessages(2);
});

describe('the peers', () => {
  let libraries;
  before(async () => {
    libraries = await digestLibraries();
  });
  for (const row of ROWS) {
    test(`${row.id}: every peer does the same work`, async () => {
      assert.ok(libraries.length >= 3, 'libraries to compare with');
      assert.ok(await checkPeers(row, traffic[row.traffic], libraries) >= (row.hashAlone ? 25 : 2));
    });
  }
  test('a peer that checks less is found out', async () => {
    const row = ROWS.find(({ id }) => id === 'nestpay-callback');
    const careless = { ...row, theirs: async (...args) => {
      const work = await row.theirs(...args);
      return (input) => work({ ...input, order: { ...input.order, amount: new URLSearchParams(input.body).get('amount') } });
    } };
    await assert.rejects(checkPeers(careless, traffic.nestpay, libraries), /another amount/);
  });
  test('the forgeries differ, and hardly any is believed', () => {
    for (const name of new Set(ROWS.filter((row) => row.hashAlone).map((row) => row.traffic))) {
      const { config, inputs } = traffic[name];
      const row = ROWS.find((each) => each.hashAlone && each.traffic === name);
      const work = row.ours(config);
      const genuine = JSON.stringify(row.comparable(work(inputs[0])));
      const forgeries = forgeriesOf(name, config, inputs[0]);
      assert.equal(new Set(forgeries.map(({ input }) => JSON.stringify(input))).size, forgeries.length);
      const asGenuine = forgeries.filter(({ input }) => {
        try {
          return JSON.stringify(row.comparable(work(input))) === genuine;
        } catch {
          return false;
        }
      });
      assert.deepEqual(asGenuine.map((forgery) => forgery.name), HARMLESS[name] ?? []);
    }
  });
});

describe('the bodies', () => {
  test('each ends as it must, and the hostile ones are as large as the friendly one', () => {
    const { velopos } = openWatched();
    for (const { id, sizes, hostile } of families(traffic)) {
      const read = reader(id, velopos, traffic);
      const largest = sizes.at(-1).size;
      for (const { name, size, input, end } of [...sizes, ...hostile]) assert.equal(ending(read, input), end, `${id}, ${name}, ${size}`);
      for (const { name, size } of hostile) assert.ok(Math.abs(size - largest) < largest / 50, `${id}, ${name}: ${size} and not ${largest}`);
    }
  });
});

describe('the boundary', () => {
  test('a recorded call, made without the shim, is answered as the shim was', () => {
    const { callCore } = openWatched();
    for (const { id, traffic: name } of ROWS) {
      const calls = callsOf(id, traffic[name]);
      assert.equal(calls.length, traffic[name].inputs.length, id);
      for (const call of calls) assert.ok(callCore(call) > 40, id); // the shortest answer is a digest in hex
      assert.ok(callCore({ ...calls[0], head: 1, texts: 1 }) > 0);
    }
  });
});

describe('what is in a WebAssembly file', () => {
  test('sections, and functions by name behind the imported ones', () => {
    const section = (id, ...bytes) => [id, bytes.length, ...bytes];
    const text = (word) => [word.length, ...Buffer.from(word)];
    const bytes = new Uint8Array([
      0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
      ...section(1, 1, 0x60, 0, 0),
      ...section(2, 2, ...text('m'), ...text('f'), 0, 0, ...text('m'), ...text('g'), 3, 0x7f, 0),
      ...section(3, 2, 0, 0),
      ...section(10, 2, 2, 0, 0x0b, 3, 0, 1, 0x0b),
      ...section(0, ...text('name'), 1, 9, 2, 1, ...text('one'), 2, ...text('b')),
    ]);
    assert.ok(new WebAssembly.Module(bytes));
    const { sections, functions } = readWasm(bytes);
    assert.deepEqual([...sections.keys()], ['types', 'imports', 'functions', 'code', 'custom: name']);
    assert.deepEqual(functions, [{ name: 'one', size: 2 }, { name: 'b', size: 3 }]);
  });
  test('functions belong to modules and crates', () => {
    const parts = {
      '<velopos::gateway::garanti::Garanti as velopos::gateway::Gateway>::reply::h58711a0bc35950ab': 'velopos::gateway::garanti',
      'velopos::gateway::remember::hd56b7e2679dcc612': 'velopos::gateway',
      'velopos::wire::form::Form::parse::h220ccf4ea346ff1a': 'velopos::wire::form',
      'velopos::frame::call::hb85ccffa5339052d': 'velopos::frame',
      'core[c5930c85a12de822]::str::slice_error_fail_rt': 'core::str',
      '<core::str::iter::Split<P> as core::iter::traits::iterator::Iterator>::next::h0': 'core::str',
      'sha2::sha512::compress512::h9f1808a58c52675a': 'sha2',
      '<T as base64ct::encoding::Encoding>::encode::h02c9836cc834708f': 'base64ct',
      '<str>::split_at': 'core: primitive types',
      call: 'velopos::bindings and frame::call',
      memcmp: 'compiler and wasm-bindgen',
    };
    for (const [name, part] of Object.entries(parts)) assert.equal(partOf(name), part, name);
  });
});

describe('the arithmetic', () => {
  test('a median with its quartiles, and when it is noise', () => {
    assert.deepEqual(summary([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4 });
    assert.equal(isNoisy({ median: 1, low: 0.98, high: 1.02 }), false);
    assert.equal(isNoisy({ median: 1, low: 0.9, high: 1.1 }), true);
  });
  test('ratios are taken round by round', () => {
    assert.deepEqual(ratio({ times: [1, 100, 10] }, { times: [2, 200, 20] }), { median: 0.5, low: 0.5, high: 0.5 });
  });
  test('growth is the exponent', () => {
    const points = (power) => [1, 2, 4, 8].map((size) => [size, 3 * size ** power]);
    for (const power of [0, 1, 2]) assert.ok(Math.abs(growth(points(power)) - power) < 1e-9);
  });
  test('contenders take turns, each once in a round, and twice the work takes twice the time', async () => {
    const seen = [];
    const contender = (name, cost) => ({ name, block: (calls) => (seen.push(name), calls * cost) });
    const [one, two] = await race([contender('one', 1000), contender('two', 2000)], { rounds: 9, blockMs: 1, warmMs: 1 });
    assert.equal(ratio(one, two).median, 0.5);
    const turns = seen.slice(-18);
    for (let round = 0; round < 18; round += 2) assert.notEqual(turns[round], turns[round + 1]);
  });
  test('every input has its turn', () => {
    const seen = [];
    assert.ok(inTurn((input) => seen.push(input), ['a', 'b', 'c'])(7) > 0);
    assert.equal(seen.join(''), 'abcabca');
  });
  test('numbers as people read them', () => {
    assert.deepEqual([900, 12_345, 1.5e6, 2e9].map(time), ['0.90 µs', '12.3 µs', '1.50 ms', '2.00 s']);
    assert.deepEqual([0.314, 9.999, 99.99].map(digits), ['0.31', '10.0', '100']);
    assert.equal(table(['a', 'b'], [['x', '10']]), '| a |  b |\n|---|---:|\n| x | 10 |');
  });
});
