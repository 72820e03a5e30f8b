// Where the configuration comes from: a file, the environment, what is piped in, or questions. Never the command line: a shell
// keeps what was typed, and other programs can see it.

import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { GATEWAYS, systemOf, titleOf } from '../gateways.js';
import { NotJson, readJson } from '../json.js';
import { shown } from '../mask.js';
import { Misuse, nearest } from '../options.js';
import { isObject } from './accounts.js';

const VARIABLE = 'VELOPOS_CONFIG';
const LARGEST = 256 * 1024;

/** What Wix's Secrets Manager takes. */
const WIX_SECRET = 3500;

const WORDS = {
  tr: {
    noFile: (file) => `${file} okunamıyor. Yolu denetleyin.`,
    tooLarge: 'ayarlar çok büyük; bu bir velopos sırrı olamaz.',
    nothing: `ayarlar nerede? Birini seçin: --config dosya.json, ${VARIABLE} ortam değişkeni, ya da < dosya.json ile verin.`,
    word: 'burada bir dosya adı ya da sır beklenmiyor. Sırlar komut satırına yazılmaz: kabuk onları saklar. --config dosya.json kullanın.',
    account: (given, names) => `\`${given}\` adlı hesap yok. Olanlar: ${names}.`,
    ask: 'Sorulara yanıt verin; şifreler ekranda görünmez, hiçbir yere yazılmaz. Vazgeçmek için Ctrl-C.\n',
    gateway: `Hangi banka? (${GATEWAYS.join(', ')})\n> `,
    gatewayAgain: (near) => `Böyle bir ad yok.${near ? ` \`${near}\` mi?` : ''}\n> `,
    mode: 'Deneme (test) mi, canlı (production) mı? [test] > ',
    key: (panel, needed) => `${panel}${needed ? '' : ' (yoksa boş bırakın)'} > `,
    endpoint: (key) => `Bankanın adresi, ${key} > `,
  },
  en: {
    noFile: (file) => `${file} cannot be read. Check the path.`,
    tooLarge: 'the configuration is too large to be a secret of velopos.',
    nothing: `where is the configuration? Choose one: --config file.json, the environment variable ${VARIABLE}, or < file.json.`,
    word: 'no file name and no secret is expected here. Secrets do not belong on a command line: the shell keeps them. Use --config file.json.',
    account: (given, names) => `there is no account \`${given}\`. There are: ${names}.`,
    ask: 'Please answer; passwords do not show on the screen and are written nowhere. Ctrl-C stops.\n',
    gateway: `Which bank? (${GATEWAYS.join(', ')})\n> `,
    gatewayAgain: (near) => `There is no such name.${near ? ` Is it \`${near}\`?` : ''}\n> `,
    mode: 'Test or production? [test] > ',
    key: (panel, needed) => `${panel}${needed ? '' : ' (leave empty if there is none)'} > `,
    endpoint: (key) => `The bank’s address, ${key} > `,
  },
};

/** @typedef {{ name: string, config: any }} Named */

/** @returns {Promise<{ accounts: Named[], findings: import('./accounts.js').Finding[] }>} */
export async function readConfiguration({ values, rest, terminal, lang, world }) {
  const words = WORDS[lang];
  if (rest.length > 0) throw new Misuse(words.word);
  const { text, findings } = await sourceText(values, terminal, world, words);
  if (text === null) return chosen([{ name: 'velopos', config: await interview(terminal, words) }], [], values.account, words);
  const read = parse(text);
  return read.accounts ? chosen(read.accounts, [...findings, ...read.findings], values.account, words)
    : { accounts: [], findings: [...findings, ...read.findings] };
}

async function sourceText({ config }, terminal, { env, cwd }, words) {
  if (config !== undefined && config !== '-') return fromFile(path.resolve(cwd, config), config, words);
  if (config === undefined && env[VARIABLE]) return { text: env[VARIABLE], findings: [] };
  if (terminal.attended && config === undefined) return { text: null, findings: [] };
  const text = await terminal.readAll(LARGEST);
  if (text.length > LARGEST) throw new Misuse(words.tooLarge);
  if (text.trim() === '') throw new Misuse(words.nothing);
  return { text, findings: [] };
}

function fromFile(file, written, words) {
  try {
    if (statSync(file).size > LARGEST) throw new Misuse(words.tooLarge);
    return { text: readFileSync(file, 'utf8'), findings: inGit(file) ? [{ id: 'file-in-git', level: 'warning' }] : [] };
  } catch (error) {
    if (error instanceof Misuse) throw error;
    // What was meant to be a path may be the secret itself.
    throw new Misuse(words.noFile(/^[\w./\\: -]{1,120}$/.test(written) && !/["{]/.test(written) ? shown(path.basename(written)) : '--config'));
  }
}

function inGit(file) {
  const folder = path.dirname(file);
  return existsSync(path.join(folder, '.git')) || (folder !== file && folder !== path.dirname(folder) && inGit(folder));
}

// --- from text to accounts ---

function parse(text) {
  let read;
  try {
    read = readJson(text);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const { reason, line, column } = error;
    return { findings: [{ id: 'json-broken', level: 'error', values: { reason, line, column } }] };
  }
  const doubles = read.doubles.map((name) => ({ id: 'key-double', level: 'error', values: { path: shown(name) } }));
  const value = insideSecrets(read.value);
  if (!isObject(value)) return { findings: [{ id: 'secret-shape', level: 'error' }] };
  if ('gateway' in value || 'merchant' in value) {
    return { accounts: [{ name: 'velopos', config: value }], findings: [...doubles, { id: 'bare', level: 'warning', values: { name: shown(value.gateway ?? 'isbank') } }] };
  }
  const accounts = Object.entries(value).map(([name, config]) => ({ name, config }));
  return { accounts, findings: [...doubles, ...secretFindings(accounts, text)] };
}

/** A file that holds all secrets of a site has the configuration under `velopos`, as an object or as the text Wix keeps. */
function insideSecrets(value) {
  if (!isObject(value) || !('velopos' in value)) return value;
  if (typeof value.velopos !== 'string') return isObject(value.velopos) && !('gateway' in value.velopos) ? value.velopos : value;
  try {
    return readJson(value.velopos).value;
  } catch {
    return value;
  }
}

function secretFindings(accounts, text) {
  const findings = [];
  if (accounts.length === 0) findings.push({ id: 'no-account', level: 'error' });
  const wrong = accounts.filter(({ name }) => !/^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(name));
  for (const { name } of wrong) findings.push({ id: 'account-name', level: 'error', values: { name: shown(name) } });
  if (text.length > WIX_SECRET) findings.push({ id: 'too-long', level: 'error', values: { length: text.length, limit: WIX_SECRET } });
  const modes = new Set(accounts.filter(({ config }) => isObject(config)).map(({ config }) => (config.mode === 'test' ? 'test' : 'production')));
  if (modes.size === 2) findings.push({ id: 'modes-mixed', level: 'warning' });
  return findings;
}

function chosen(accounts, findings, wanted, words) {
  if (wanted === undefined) return { accounts, findings };
  const found = accounts.filter(({ name }) => name === wanted);
  if (found.length === 0) throw new Misuse(words.account(shown(wanted), accounts.map(({ name }) => shown(name)).join(', ')));
  return { accounts: found, findings };
}

// --- from questions ---

async function interview(terminal, words) {
  terminal.print(words.ask);
  let gateway = (await terminal.ask(words.gateway)).trim();
  while (!systemOf(gateway)) gateway = (await terminal.ask(words.gatewayAgain(nearest(gateway, GATEWAYS)))).trim();
  terminal.print(`${titleOf(gateway)}\n`);
  const mode = /^(p|c)/i.test(await terminal.ask(words.mode)) ? 'production' : 'test';
  const merchant = {};
  const { keys, banks, endpoints } = systemOf(gateway);
  for (const { name, panel, required, secret } of keys) {
    const question = words.key(panel, required);
    const value = secret ? await terminal.askHidden(question) : await terminal.ask(question);
    if (secret) terminal.keepSecret([value]);
    if (value !== '') merchant[name] = value;
  }
  if (Object.hasOwn(banks, gateway)) return { gateway, mode, merchant };
  const addresses = {};
  for (const key of endpoints) addresses[key] = (await terminal.ask(words.endpoint(key))).trim();
  return { gateway, mode, merchant, endpoints: addresses };
}
