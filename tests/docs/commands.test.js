// Whatever a document tells somebody to run exists.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { check } from '../../cli/check.js';
import { explain } from '../../cli/explain.js';
import { create } from '../../cli/new.js';
import { parseOptions } from '../../cli/options.js';
import { OPTIONS } from '../../velopos-local/words.js';
import { commandsOf, documents, root } from './documents.js';

const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const groups = [...readFileSync(`${root}scripts/test.js`, 'utf8').matchAll(/\{ name: '(\w+)'/g)].map(([, name]) => name);

/** The package's own commands, with their options. */
function ownFault(name, args) {
  const command = [check, explain, create].find((each) => each.name === args[0]);
  if (name === 'velopos' && args.length > 0 && !command && !args[0].startsWith('--')) return `velopos has no command ${args[0]}`;
  try {
    parseOptions(command ? args.slice(1) : args, name === 'velopos' ? command?.options ?? [] : OPTIONS, 'en');
    return undefined;
  } catch (error) {
    return error.message;
  }
}

/** What is wrong with a command, or undefined. */
function fault(command) {
  const [program, verb, ...rest] = command.split(/\s+/);
  if (program === 'npm') {
    const script = verb === 'run' ? rest[0] : verb;
    if (!Object.hasOwn(scripts, script)) return `package.json has no script ${script}`;
    const only = script === 'test' && /--only[= ]([\w,]+)/.exec(command);
    const unknown = only && only[1].split(',').find((word) => !groups.includes(word));
    return unknown ? `there are no tests called ${unknown}` : undefined;
  }
  const [, own] = /^(?:cli|velopos-local)\/(velopos|velopos-local)\.js$/.exec(verb) ?? [];
  if (program === 'node' && own) return ownFault(own, rest);
  if (program === 'npx') return ['velopos', 'velopos-local'].includes(verb) ? ownFault(verb, rest) : `npx ${verb}`;
  if (program === 'node') return existsSync(root + verb) ? undefined : `there is no ${verb}`;
  if (program === 'git') return verb === 'clone' || verb === 'commit' ? undefined : 'an unexpected git command';
  if (program === 'cd') return undefined;
  if (program === 'cargo') return ['test', 'fmt', 'clippy', 'doc'].includes(verb) ? undefined : `cargo ${verb}`;
  return `an unexpected program: ${program}`;
}

for (const paper of documents()) {
  test(`${paper.path}: every command exists`, () => {
    const faults = commandsOf(paper).map((command) => [command, fault(command)]).filter(([, wrong]) => wrong);
    assert.deepEqual(faults, []);
  });
}

test('the first pages name the one command each', () => {
  for (const name of ['README.md', 'README.tr.md']) {
    const commands = commandsOf(documents().find(({ path }) => path === name));
    assert.ok(commands.includes('npm start') && commands.includes('npm test'), name);
  }
});

test('whoever contributes is told every command of package.json', () => {
  const { text } = documents().find(({ path }) => path === 'CONTRIBUTING.md');
  const told = Object.keys(scripts).filter((name) => name !== 'prepublishOnly').filter((name) => !text.includes(`\`npm ${['start', 'test'].includes(name) ? '' : 'run '}${name}\``));
  assert.deepEqual(told, [], 'not in its table');
});

test('this test would notice', () => {
  assert.ok(groups.length > 5);
  for (const wrong of ['npm run shine', 'npm test -- --only moon', 'node scripts/none.js', 'rm x', 'npm install velopos', 'npx other', 'npx velopos chek', 'node cli/velopos.js check --confg x', 'npx velopos-local --prot 1']) assert.ok(fault(wrong), wrong);
  for (const right of ['npm start', 'npm test -- --only node,browser', 'npm run build', 'node banks/server.js --port 8481']) assert.equal(fault(right), undefined, right);
});
