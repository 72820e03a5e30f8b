// `npm run release`: publishes this version of both packages to npm, with a signed statement of where they were built (provenance). It refuses
// whatever it would be sorry for afterwards, runs all tests, and publishes the very tarballs that it has packed. `npm run release -- --check` only
// says what stands in the way; a bare `npm publish` asks the same. `npm run release -- --dry-run` packs both and lets npm look at them.

import './node-version.js';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { failure, npm, root, run, tail } from './command.js';
import { packLocal } from './pack-local.js';
import { main, print, Problem } from './steps.js';

/** What is published, and in this order: velopos-local cannot be installed before the velopos that it names is there. */
export const PACKAGES = [
  { name: 'velopos', manifest: 'package.json', pack: packMain },
  { name: 'velopos-local', manifest: 'velopos-local/package.json', pack: packLocal },
];

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
 * @property {(string | undefined)[]} repositories the same in the manifests of the other packages
 * @property {string[]} published the packages that npm has in this version
 * @property {boolean} signs whether this machine can sign where it builds
 * @property {string} today
 */

const SIGNING = 'run this in GitHub Actions with `permissions: id-token: write`, or in GitLab with an id token for sigstore';

/** Why this must not be published, each with its cure; nothing if it may. @param {State} state @returns {string[]} */
export function refusals({ changed, tag, head, version, others, changelog, repository, repositories, published, signs, today }) {
  const reasons = [];
  const refuse = (condition, reason) => condition && reasons.push(reason);
  refuse(changed === null, 'this is no git repository: nobody could find out later what was published.');
  refuse(changed?.length > 0, `not committed: ${changed?.slice(0, 5).join(', ')}${changed?.length > 5 ? ', …' : ''}. Commit or remove it.`);
  refuse(!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version), `${version} is no semantic version.`);
  for (const [file, other] of Object.entries(others)) {
    refuse(other !== version, `package.json says ${version} and ${file} says ${other}. Make them one.`);
  }
  const places = 'package.json, Cargo.toml, their lock files and velopos-local/package.json';
  refuse(PACKAGES.every(({ name }) => published.includes(name)), `npm has ${version} already. Give it a new number in ${places}.`);
  refuse(tag && tag !== head, `the tag v${version} is on another commit: this version has been made before. Give it a new number.`);
  reasons.push(...changelogRefusals(changelog, version, today));
  refuse(!repository, 'package.json names no `repository`: write the address that it is built from; npm compares it with the provenance.');
  refuse(repository && repositories.some((other) => other !== repository), `velopos-local/package.json names another \`repository\`. Write ${repository}.`);
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

/** @param {string} folder the project @param {{ published: string[], signs: boolean, today: string }} known @returns {Promise<State>} */
export async function readState(folder, known) {
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  const git = async (...args) => {
    const { code, output } = await run('git', args, { cwd: folder });
    return code === 0 ? output.trim() : null;
  };
  const { version, repository } = JSON.parse(read('package.json'));
  const local = JSON.parse(read('velopos-local/package.json'));
  const status = await git('status', '--porcelain', '--untracked-files=normal');
  return {
    changed: status === null ? null : status.split('\n').filter(Boolean).map((line) => line.trim().replace(/^\S+\s+/, '')),
    head: await git('rev-parse', 'HEAD'),
    tag: await git('rev-parse', '--verify', '--quiet', `v${version}^{commit}`),
    version,
    others: {
      'package-lock.json': JSON.parse(read('package-lock.json')).version,
      'Cargo.toml': /^\[package\][^[]*?^version = "([^"]+)"/m.exec(read('Cargo.toml'))?.[1] ?? 'nothing',
      'velopos-local/package.json': local.version,
      'velopos-local/package.json, under dependencies,': local.dependencies?.velopos ?? 'nothing',
    },
    changelog: read('CHANGELOG.md'),
    repository: addressOf(repository),
    repositories: [addressOf(local.repository)],
    ...known,
  };
}

function addressOf(repository) {
  return typeof repository === 'string' ? repository : repository?.url;
}

/** Which packages npm has in this version. A network that does not answer is no answer. @returns {Promise<string[]>} */
async function publishedOf(version) {
  const found = [];
  for (const { name } of PACKAGES) {
    const { code, output } = await npm(['view', `${name}@${version}`, 'version', '--json']);
    if (code === 0 && output.includes(`"${version}"`)) found.push(name);
    if (code !== 0 && !/\bE404\b/.test(output)) throw failure('npm could not say whether this version is published', output, 'see what it says above.');
  }
  return found;
}

async function check() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { ACTIONS_ID_TOKEN_REQUEST_URL: github, SIGSTORE_ID_TOKEN: gitlab } = process.env;
  const today = new Date().toISOString().slice(0, 10);
  const state = await readState(root, { published: await publishedOf(version), signs: Boolean(github || gitlab), today });
  const reasons = refusals(state).map((reason) => `· ${reason}`).join('\n');
  if (reasons) throw new Problem(`velopos ${version} cannot be published`, 'what stands above, point by point.', reasons);
  print(`Nothing stands in the way of velopos ${version}.`);
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

/** Packs every package before the first is sent, and sends those that npm has not got: who was interrupted runs the same command again. */
export async function publishAll(version, published, { packages = PACKAGES, send }) {
  const folder = join(root, 'target', 'release-npm');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = [];
  for (const { name, pack } of packages.filter(({ name: each }) => !published.includes(each))) files.push([name, await pack(folder)]);
  for (const [, file] of files) print(describe(file));
  for (const [name, file] of files) {
    const done = await send(file, version.includes('-') ? 'next' : 'latest'); // who asks for no version must not get a preliminary one
    print(`${done}: ${name} ${version}`);
  }
}

async function packMain(folder) {
  const { code, output } = await npm(['pack', '--pack-destination', folder]);
  const name = readdirSync(folder).find((each) => /^velopos-\d.*\.tgz$/.test(each));
  if (code !== 0 || !name) throw new Problem('npm could not pack the package', 'see what it says above.', tail(output));
  return join(folder, name);
}

function describe(file) {
  const bytes = readFileSync(file);
  return `${basename(file)}: ${(bytes.length / 1024).toFixed(0)} KB, sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

async function sendToNpm(file, tag) {
  const { code, output } = await npm(['publish', file, '--provenance', '--access', 'public', '--tag', tag]);
  if (code !== 0) throw failure('npm refused it', output, 'see what it says above; what has been published stays, and the same command goes on with the rest.');
  return 'Published';
}

/** All that npm does before it would send. */
async function sendNowhere(file, tag) {
  const { code, output } = await npm(['publish', file, '--dry-run', '--provenance=false', '--access', 'public', '--tag', tag]);
  if (code !== 0) throw failure('npm would refuse it', output, 'see what it says above.');
  return 'Not sent, but npm would take it';
}

main(import.meta.url, async () => {
  const words = process.argv.slice(2);
  const unknown = words.find((word) => word !== '--check' && word !== '--dry-run');
  if (unknown) throw new Problem(`npm run release does not know ${unknown}`, 'write `npm run release`, with `-- --check` or `-- --dry-run` to see what it would do.');
  if (words.includes('--dry-run')) {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    await publishAll(version, [], { send: sendNowhere });
    return print('A dry run: nothing was sent.');
  }
  await check();
  if (words.includes('--check')) return undefined;
  await testEverything();
  const { version, published } = await check(); // the tests built it and left nothing behind
  await publishAll(version, published, { send: sendToNpm });
  return print(`Tag the commit: git tag v${version}`);
});
