// From the command line to a running site: where it lies, its secrets, its data, and what is said on the terminal.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { plain } from '../cli/mask.js';
import { languageOf } from '../cli/language.js';
import { COMMON, Misuse, parseOptions } from '../cli/options.js';
import { list, paragraph } from '../cli/paragraph.js';
import { isNote, wordsOf } from '../velo-local/problem-words.js';
import { everyAccount, readSecrets, SecretsRefused, simulated } from './secrets.js';
import { OPTIONS, WORDS } from './words.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Beside the site, and no part of it: the folder tells Git to leave it alone. */
const DATA = '.velopos-local';

/** @param {string[]} args @param {{ stdout: any, stderr: any, env: object, cwd: string, platform: string }} world */
export async function run(args, world) {
  const lang = languageOf(args, world.env);
  const words = WORDS[lang];
  const print = (text) => world.stdout.write(`${plain(text)}\n`);
  try {
    if (args.includes('--help') || args.includes('-h')) return void print(help(lang));
    const { values, rest } = parseOptions(args, OPTIONS, lang);
    if (values.version) return void print(version());
    if (rest.length > 0) throw new Misuse(words.word);
    return await start(values, { world, lang, words, print });
  } catch (error) {
    if (error instanceof Misuse) return complain(world, error.message);
    if (error instanceof SecretsRefused) return complain(world, words.secrets[error.id](error.values));
    return complain(world, `${words.failed}: ${error.message}`, 1);
  }
}

function complain({ stderr }, message, code = 2) {
  stderr.write(`velopos-local: ${plain(message)}\n`);
  return { code };
}

async function start(values, { world, lang, words, print }) {
  const site = siteFolder(values.site, world.cwd, words);
  const port = readPort(values.port, words);
  const given = values.secrets === undefined ? null : readSecrets(path.resolve(world.cwd, values.secrets));
  const data = dataFolder(site);
  const said = new Set();
  const { startSiteAndBanks } = await import('./start.js');   // esbuild and the database: nobody who asks for help waits for them
  const running = await startSiteAndBanks({
    sitePort: port,
    banksPort: port === 0 ? 0 : port + 1,
    data,
    secrets: (banks) => secretsFor(given, site, banks, words, print),
    site: {
      site,
      visiting: true,
      packageRoot: ROOT,
      siteName: path.basename(site),
      problem: (problem) => tell(problem, lang, print, said),
      log: (line) => { if (line.level === 'error' || line.kind === 'console') print(`  ${line.at.slice(11, 19)} ${line.kind}: ${line.text}`); },
    },
  });
  if (values.reset) {
    running.site.clear();
    print(words.reset);
  }
  for (const problem of running.site.problems()) tell(problem, lang, print, said);
  print(`\n${addresses(running, lang)}\n\n${words.stop}`);
  if (values.open) open(inLanguage(running.site.url, lang), world.platform);
  return running;
}

function siteFolder(given, cwd, words) {
  const site = path.resolve(cwd, given ?? '.');
  if (['backend', 'pages'].some((name) => existsSync(path.join(site, 'src', name)))) return site;
  throw new Misuse(words.notSite(site));
}

function readPort(given = '8480', words) {
  if (!/^\d{1,5}$/.test(given) || Number(given) > 65_535) throw new Misuse(words.port);
  return Number(given);
}

function dataFolder(site) {
  const folder = path.join(site, DATA);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, '.gitignore'), '*\n');
  return path.join(folder, 'data');
}

function secretsFor(given, site, banks, words, print) {
  if (!given) {
    print(words.allAccounts);
    return { velopos: JSON.stringify(everyAccount(site, banks)) };
  }
  const { secrets, moved, unknown } = simulated(given, banks);
  const names = (found) => found.map(({ path: name, gateway }) => `${name} (${gateway})`).join(', ');
  if (moved.length > 0) print(words.moved(names(moved)));
  if (unknown.length > 0) print(words.unknown(names(unknown)));
  return secrets;
}

/** A problem is told once, when it is first met. */
function tell(problem, lang, print, said) {
  const { title, cure } = wordsOf(problem, lang);
  if (said.has(title)) return;
  said.add(title);
  print(`\n${paragraph(title, isNote(problem) ? '· ' : '✖ ', 4)}\n${paragraph(cure, `    ${WORDS[lang].cure}: `, 4)}`);
}

const inLanguage = (address, lang) => (lang === 'en' ? `${address}?lang=en` : address);

function addresses({ site: { url }, banks }, lang) {
  const at = [url, `${url}/_local/site`, banks.url, `${banks.url}/attacker`, `${url}/_local/log`, `${url}/_local/data`, `${url}/_local/members`];
  return list(WORDS[lang].rows.map((name, place) => [name, inLanguage(at[place], lang)]), '  ');
}

/** Nothing of the site's or the owner's is part of this command: the address is our own. */
function open(address, platform) {
  const [program, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[platform] ?? ['xdg-open'];
  spawn(program, [...args, address], { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
}

function help(lang) {
  const { about, usage, options, examples } = WORDS[lang];
  const rows = [...OPTIONS, ...COMMON].map(({ name, value, text }) => [`--${name}${value ? ` ${value}` : ''}`, text[lang]]);
  return [...about, '', usage, '', options, list(rows, '  '), '', ...examples].join('\n');
}

/** In the published package ours is at the root; here it lies beside this file. */
function version() {
  const [found] = ['./package.json', '../package.json'].map((name) => new URL(name, import.meta.url)).filter((url) => existsSync(url));
  return JSON.parse(readFileSync(found, 'utf8')).version;
}
