// What scripts/publish.js refuses to publish. It is asked about projects that lie in a git repository of their own; nothing is sent anywhere.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PACKAGES, publishAll, readState, refusals } from '../../scripts/publish.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const KNOWN = { published: [], signs: true, today: '2026-12-01' };
const CHANGELOG = `# Changelog

## [Unreleased]

## [1.2.3] - 2026-11-30

### Added

- Something.

## [1.2.2] - 2026-11-01

- Something else.
`;
const REPOSITORY = { type: 'git', url: 'git+https://git.shop.example/velopos.git' };
const AS_SOMEBODY = ['user.name=Shop', 'user.email=shop@shop.example', 'commit.gpgsign=false', 'tag.gpgsign=false'].flatMap((each) => ['-c', each]);
const git = (folder, ...args) => execFileSync('git', [...AS_SOMEBODY, ...args], { cwd: folder, stdio: 'pipe' });

/** A project that may be published, and then whatever is changed in it. */
function project(change = () => {}, { committed = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'velopos-release-'));
  folders.push(folder);
  mkdirSync(join(folder, 'velopos-local'));
  const write = (name, content) => writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  write('package.json', { name: 'velopos', version: '1.2.3', repository: REPOSITORY });
  write('velopos-local/package.json', { name: 'velopos-local', version: '1.2.3', repository: REPOSITORY, dependencies: { velopos: '1.2.3' } });
  write('package-lock.json', { name: 'velopos', version: '1.2.3' });
  write('Cargo.toml', '[package]\nname = "velopos"\nversion = "1.2.3"\n\n[dependencies]\nhex = { version = "9.9.9" }\n');
  write('CHANGELOG.md', CHANGELOG);
  if (committed) change(write, folder);
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'A version');
  if (!committed) change(write, folder);
  return folder;
}

const reasonsOf = async (folder, known = {}) => refusals(await readState(folder, { ...KNOWN, ...known }));

/** Exactly one reason, and which. */
async function refusesFor(pattern, folder, known) {
  const reasons = await reasonsOf(folder, known);
  assert.equal(reasons.length, 1, reasons.join('\n'));
  assert.match(reasons[0], pattern);
}

test('a version that is in order may be published, also when its own tag is there', async () => {
  const folder = project();
  assert.deepEqual(await reasonsOf(folder), []);
  git(folder, 'tag', '-a', 'v1.2.3', '-m', 'A version');
  assert.deepEqual(await reasonsOf(folder), []);
});

test('what is not committed', async () => {
  await refusesFor(/not committed: CHANGELOG\.md/, project((write) => write('CHANGELOG.md', `${CHANGELOG}\n`), { committed: false }));
  await refusesFor(/not committed: secret\.txt/, project((write) => write('secret.txt', 'x'), { committed: false }));
  const bare = project();
  rmSync(join(bare, '.git'), { recursive: true });
  process.env.GIT_CEILING_DIRECTORIES = tmpdir(); // not even one further up
  await refusesFor(/no git repository/, bare);
});

test('a version that was not given a new number', async () => {
  await refusesFor(/npm has 1\.2\.3 already/, project(), { published: ['velopos', 'velopos-local'] });
  assert.deepEqual(await reasonsOf(project(), { published: ['velopos'] }), [], 'what was interrupted after the first may go on');
  const folder = project();
  git(folder, 'tag', 'v1.2.3');
  writeFileSync(join(folder, 'more.txt'), 'x');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'More');
  await refusesFor(/the tag v1\.2\.3 is on another commit/, folder);
});

test('a number that is none, or that not every file has', async () => {
  const reasons = await reasonsOf(project((write) => write('package.json', { version: '1.2', repository: REPOSITORY })));
  assert.match(reasons.join('\n'), /1\.2 is no semantic version/);
  await refusesFor(/Cargo\.toml says 1\.2\.2/, project((write) => write('Cargo.toml', '[package]\nversion = "1.2.2"\n')));
  const local = { version: '1.2.3', repository: REPOSITORY, dependencies: { velopos: '1.2.3' } };
  const withLocal = (changed) => project((write) => write('velopos-local/package.json', { ...local, ...changed }));
  await refusesFor(/velopos-local\/package\.json says 1\.2\.2/, withLocal({ version: '1.2.2' }));
  await refusesFor(/under dependencies, says \^1\.2\.3/, withLocal({ dependencies: { velopos: '^1.2.3' } }));
  await refusesFor(/velopos-local\/package\.json names another `repository`/, withLocal({ repository: 'elsewhere' }));
  await refusesFor(/package-lock\.json says 1\.0\.0/, project((write) => write('package-lock.json', { version: '1.0.0' })));
});

test('a changelog that tells nothing about it, or not yet', async () => {
  const changelog = (text) => project((write) => write('CHANGELOG.md', text));
  await refusesFor(/tells nothing about 1\.2\.3/, changelog(CHANGELOG.replace('1.2.3', '1.2.4')));
  await refusesFor(/tells nothing about 1\.2\.3/, changelog(CHANGELOG.replace('- Something.\n', '')));
  await refusesFor(/date of 1\.2\.3 in CHANGELOG\.md is missing/, changelog(CHANGELOG.replace(' - 2026-11-30', '')));
  await refusesFor(/date of 1\.2\.3 in CHANGELOG\.md is 2027-01-01/, changelog(CHANGELOG.replace('2026-11-30', '2027-01-01')));
  await refusesFor(/entries under \[Unreleased\]/, changelog(CHANGELOG.replace('## [Unreleased]\n', '## [Unreleased]\n\n- Not told yet.\n')));
});

test('a place that cannot be told, or cannot sign', async () => {
  await refusesFor(/names no `repository`/, project((write) => write('package.json', { version: '1.2.3' })));
  await refusesFor(/provenance is signed by the service/, project(), { signs: false });
});

test('a bare npm publish is asked the same, is public, and states where it was built', () => {
  const manifests = PACKAGES.map(({ manifest }) => JSON.parse(readFileSync(join(root, manifest), 'utf8')));
  assert.deepEqual(manifests.map(({ name }) => name), PACKAGES.map(({ name }) => name));
  assert.equal(manifests[0].scripts.prepublishOnly, 'node scripts/publish.js --check');
  for (const { publishConfig } of manifests) assert.deepEqual(publishConfig, { access: 'public', provenance: true });
});

test('this project’s own files are read', async () => {
  const folder = project();
  for (const name of ['package.json', 'package-lock.json', 'Cargo.toml', 'CHANGELOG.md', 'velopos-local/package.json']) copyFileSync(join(root, name), join(folder, name));
  const { version, others } = await readState(folder, KNOWN);
  assert.deepEqual(Object.values(others), [version, version, version, version]);
});

/** Publishes into a list. @param {string[]} published @param {Record<string, () => Promise<string>>} [packing] */
async function publishedInOrder(published, version = '1.2.3', fails = '') {
  const done = [];
  const packages = PACKAGES.map(({ name }) => ({
    name,
    pack: async (folder) => {
      done.push(`pack ${name}`);
      if (name === fails) throw new Error('npm could not pack it');
      const file = join(folder, `${name}-${version}.tgz`);
      writeFileSync(file, name);
      return file;
    },
  }));
  const send = async (file, tag) => done.push(`send ${readFileSync(file, 'utf8')} as ${tag}`);
  await publishAll(version, published, { packages, send }).catch((error) => done.push(error.message));
  return done;
}

test('both packages are packed before the first is sent, and velopos goes first', async () => {
  assert.deepEqual(await publishedInOrder([]), ['pack velopos', 'pack velopos-local', 'send velopos as latest', 'send velopos-local as latest']);
  assert.deepEqual(await publishedInOrder([], '1.2.3-rc.1'), ['pack velopos', 'pack velopos-local', 'send velopos as next', 'send velopos-local as next']);
  assert.deepEqual(await publishedInOrder([], '1.2.3', 'velopos-local'), ['pack velopos', 'pack velopos-local', 'npm could not pack it']);
  assert.deepEqual(await publishedInOrder(['velopos']), ['pack velopos-local', 'send velopos-local as latest']);
});

test('the changelog has the form that it names', () => {
  const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  assert.equal(headings[0], '[Unreleased]');
  for (const heading of headings.slice(1)) assert.match(heading, /^\[\d+\.\d+\.\d+[^\]]*\] - \d{4}-\d{2}-\d{2}$/);
  for (const [, kind] of text.matchAll(/^### (.*)$/gm)) assert.ok(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'].includes(kind), kind);
});
