// The suite on every runtime and through every bundler, with the package as it is packed for npm.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { run } from '../../scripts/command.js';
import { NODES, runtimesOf, SCRIPT_RUNTIMES } from '../../scripts/programs.js';
import { checkEvidence } from './facts.js';
import { CASES, openStage } from './ways.js';

const stage = await openStage();
after(() => stage.close());

test('there are cases, and ways to run them', () => {
  assert.ok(CASES.length >= 20, CASES.join());
  assert.equal(new Set(stage.ways.map(({ on }) => on.split(/[ .]/, on.startsWith('Node') ? 2 : 1).join(' '))).size, 8, 'runtimes');
});

test('the table of the READMEs was made from these cases and ways', () => {
  const saved = JSON.parse(readFileSync(new URL('results.json', import.meta.url), 'utf8'));
  // The browser is the machine's own, and so is one of the Nodes.
  const plain = ({ by, on, how }) => `${on.replace(/^Chromium .*/, 'Chromium').replace(/^(Node \d+).*/, '$1')}, ${by} ${how}`;
  const again = 'run: npm run runtimes -- --save';
  assert.deepEqual(saved.cases, CASES, again);
  assert.deepEqual(saved.ways.map(plain), stage.ways.map(plain), again);
});

describe('the suite would notice', async () => {
  const { run: runSuite } = await import(pathToFileURL(join(stage.project.folder, 'suite.mjs')));
  const { default: facts } = await import(pathToFileURL(join(stage.project.folder, 'facts.mjs')));
  const velopos = await import(pathToFileURL(join(stage.project.folder, 'node_modules/velopos/dist/index.mjs')));
  const failing = async (changed) => (await runSuite({ ...velopos, ...changed }, facts, {})).filter(({ error }) => error).map(({ name }) => name);

  test('a package that believes everything', async () => {
    const paid = { status: 'paid', proof: 'signature', amount: '149.90', orderId: facts.order.id };
    const createPos = (config, options) => {
      const { step } = velopos.createPos(config, options);
      return { step, finish: async () => paid, start: async () => ({ type: 'redirect' }), inquire: async () => paid, refund: async () => paid };
    };
    const found = await failing({ createPos });
    for (const about of ['forgeries', 'notifications', 'form', 'refund', 'asked', 'too large']) {
      assert.ok(found.some((name) => name.includes(about)), `${about}: ${found.join('; ')}`);
    }
  });

  test('a digest of another formula, and ids that are not random', async () => {
    const found = await failing({ generateHashData: () => '0'.repeat(40), newOrderId: () => 'A'.repeat(20) });
    assert.ok(found.includes('the digests of all systems') && found.includes('order ids'), found.join());
  });

  test('a form that is signed with something else', () => {
    const name = 'İş Bankası: the form of a payment is signed';
    const { fields } = facts.nestpay.started.redirect;
    checkEvidence({ name, evidence: { fields } });
    assert.throws(() => checkEvidence({ name, evidence: { fields: { ...fields, amount: '149.91' } } }));
    assert.throws(() => checkEvidence({ name }));
  });
});

describe('bundlers have nothing to complain about', () => {
  for (const [file, complaints] of Object.entries(stage.complaints)) test(file, () => assert.deepEqual(complaints, []));
});

describe('the suite', { concurrency: 2 }, () => {
  for (const way of stage.ways) {
    test(`${way.on}, ${way.by} ${way.how}`, async () => {
      const failed = (await way.run()).filter(({ error }) => error);
      assert.deepEqual(failed.map(({ name, error }) => `${name}: ${error}`), []);
    });
  }
});

describe('velopos/all', async () => {
  for (const { name, program, args } of await runtimesOf(SCRIPT_RUNTIMES, () => {})) {
    test(name, async () => {
      const { output } = await run(program, [...(args[0] === 'run' ? args : []), 'all.mjs'], { cwd: stage.project.folder });
      // The digest is one that others published (tests/vectors/payfor.json).
      assert.match(output, /^@all zmSUxYPhmCj7QOzqpk\/28LuE1Oc= 149\.90 https:\/\/vpos\.qnb\.com\.tr\/Gateway\/3DHost\.aspx function$/m);
    });
  }
});

describe('the commands start on every Node', async () => {
  const { bin } = JSON.parse(readFileSync(join(stage.project.installed, 'package.json'), 'utf8'));
  const nodes = await runtimesOf(NODES, () => {});
  for (const [command, file] of Object.entries(bin)) {
    for (const { name, program } of nodes) {
      test(`${command} --help, ${name}`, async () => {
        const { code, output } = await run(program, [join(stage.project.installed, file), '--help'], { cwd: stage.project.folder });
        assert.equal(code, 0, output);
        assert.match(output, new RegExp(`npx ${command}\\b`));
      });
    }
  }
});
