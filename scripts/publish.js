// `npm run release`: publishes this version to npm, with a signed statement of where it was built (provenance). It refuses whatever it would be
// sorry for afterwards, runs all tests, and publishes the very tarball that it has packed. `npm run release -- --check` only says what stands
// in the way; a bare `npm publish` asks the same.

import './node-version.js';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { failure, npm, root, run, tail } from './command.js';
import { main, print, Problem } from './steps.js';

/**
 * What publishing depends on.
 * @typedef {object} State
 * @property {string[] | null} changed files that differ from the last commit; null where there is no git repository
 * @property {string | null} head the last commit
 * @property {string | null} tag the commit that carries the tag of this version
 * @property {string} version
 * @property {Record<string, string>} others the version in each other file that names it
 * @property {string} changelog
 * @property {string} [repository]
 * @property {boolean} published whether npm has this version
 * @property {boolean} signs whether this machine can sign where it builds
 * @property {string} today
 */

const SIGNING = 'run this in GitHub Actions with `permissions: id-token: write`, or in GitLab with an id token for sigstore';

/** Why this must not be published, each with its cure; nothing if it may. @param {State} state @returns {string[]} */
export function refusals({ changed, tag, head, version, others, changelog, repository, published, signs, today }) {
  const reasons = [];
  const refuse = (condition, reason) => condition && reasons.push(reason);
  refuse(changed === null, 'this is no git repository: nobody could find out later what was published.');
  refuse(changed?.length > 0, `not committed: ${changed?.slice(0, 5).join(', ')}${changed?.length > 5 ? ', …' : ''}. Commit or remove it.`);
  refuse(!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version), `${version} is no semantic version.`);
  for (const [file, other] of Object.entries(others)) {
    refuse(other !== version, `package.json says ${version} and ${file} says ${other}. Make them one.`);
  }
  refuse(published, `npm has ${version} already. Give it a new number in package.json, Cargo.toml and their lock files.`);
  refuse(tag && tag !== head, `the tag v${version} is on another commit: this version has been made before. Give it a new number.`);
  reasons.push(...changelogRefusals(changelog, version, today));
  refuse(!repository, 'package.json names no `repository`: write the address that it is built from; npm compares it with the provenance.');
  refuse(!signs, `provenance is signed by the service that builds: ${SIGNING}.`);
  return reasons;
}

function changelogRefusals(changelog, version, today) {
  const section = /^## \[?([^\]\s]+)\]?(?: - (\S+))?[^\n]*\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm;
  const sections = new Map([...changelog.matchAll(section)].map(([, name, date, text]) => [name, { date, text }]));
  const entry = sections.get(version);
  const says = (told) => /^- /m.test(told?.text ?? '');
  if (!says(entry)) return [`CHANGELOG.md tells nothing about ${version}. Write \`## [${version}] - ${today}\` and below it what changed.`];
  const reasons = [];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(entry.date ?? '') || entry.date > today) {
    reasons.push(`the date of ${version} in CHANGELOG.md is ${entry.date ?? 'missing'}. Write today's: ${today}.`);
  }
  if (says(sections.get('Unreleased'))) reasons.push(`CHANGELOG.md still has entries under [Unreleased]. Move them to [${version}].`);
  return reasons;
}

/** @param {string} folder the project @param {{ published: boolean, signs: boolean, today: string }} known @returns {Promise<State>} */
export async function readState(folder, known) {
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  const git = async (...args) => {
    const { code, output } = await run('git', args, { cwd: folder });
    return code === 0 ? output.trim() : null;
  };
  const { version, repository } = JSON.parse(read('package.json'));
  const status = await git('status', '--porcelain', '--untracked-files=normal');
  return {
    changed: status === null ? null : status.split('\n').filter(Boolean).map((line) => line.trim().replace(/^\S+\s+/, '')),
    head: await git('rev-parse', 'HEAD'),
    tag: await git('rev-parse', '--verify', '--quiet', `v${version}^{commit}`),
    version,
    others: {
      'package-lock.json': JSON.parse(read('package-lock.json')).version,
      'Cargo.toml': /^\[package\][^[]*?^version = "([^"]+)"/m.exec(read('Cargo.toml'))?.[1] ?? 'nothing',
    },
    changelog: read('CHANGELOG.md'),
    repository: typeof repository === 'string' ? repository : repository?.url,
    ...known,
  };
}

/** Whether npm has this version. A network that does not answer is no answer. */
async function isPublished({ name, version }) {
  const { code, output } = await npm(['view', `${name}@${version}`, 'version', '--json']);
  if (code === 0) return output.includes(`"${version}"`);
  if (/\bE404\b/.test(output)) return false;
  throw failure('npm could not say whether this version is published', output, 'see what it says above.');
}

async function check() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { ACTIONS_ID_TOKEN_REQUEST_URL: github, SIGSTORE_ID_TOKEN: gitlab } = process.env;
  const today = new Date().toISOString().slice(0, 10);
  const state = await readState(root, { published: await isPublished(manifest), signs: Boolean(github || gitlab), today });
  const reasons = refusals(state).map((reason) => `· ${reason}`).join('\n');
  if (reasons) throw new Problem(`velopos ${state.version} cannot be published`, 'what stands above, point by point.', reasons);
  print(`Nothing stands in the way of velopos ${state.version}.`);
  return state;
}

/** All tests, told as `npm test` tells them. */
function testEverything() {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts', 'test.js')], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Problem('The tests failed', 'mend what they point at.'))));
  });
}

async function pack() {
  const folder = join(root, 'target', 'release-npm');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { code, output } = await npm(['pack', '--pack-destination', folder]);
  const name = readdirSync(folder).find((each) => each.endsWith('.tgz'));
  if (code !== 0 || !name) throw new Problem('npm could not pack the package', 'see what it says above.', tail(output));
  const file = join(folder, name);
  const bytes = readFileSync(file);
  print(`${name}: ${(bytes.length / 1024).toFixed(0)} KB, sha512-${createHash('sha512').update(bytes).digest('base64')}`);
  return file;
}

async function publish(file, version) {
  const tag = version.includes('-') ? 'next' : 'latest'; // who asks for no version must not get a preliminary one
  const { code, output } = await npm(['publish', file, '--provenance', '--access', 'public', '--tag', tag]);
  if (code !== 0) throw failure('npm refused it', output, 'see what it says above.');
  print(`Published velopos ${version} as ${tag}. Tag the commit: git tag v${version}`);
}

main(import.meta.url, async () => {
  const words = process.argv.slice(2);
  const unknown = words.find((word) => word !== '--check');
  if (unknown) throw new Problem(`npm run release does not know ${unknown}`, 'write `npm run release`, or `npm run release -- --check`.');
  await check();
  if (words.includes('--check')) return;
  await testEverything();
  const { version } = await check(); // the tests built it and left nothing behind
  await publish(await pack(), version);
});
