// The tables of the documents: what works, made from the built package by asking it; what the values were checked against; where the package
// runs, as `npm run runtimes -- --save` saw it; and how fast, as `npm run bench -- --save` did. `node scripts/table.js --write` puts them there,
// and the test of the documents makes them again and compares.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './command.js';
import { isNoisy } from '../benches/rounds.js';
import { ROWS } from '../benches/rows.js';
import { accounts, furtherAccounts } from '../banks/accounts.js';
import { systemOf } from '../cli/gateways.js';

const { createPos, PosError, validatePayment } = createRequire(join(root, 'package.json'))('./dist/all.cjs');

const VERBS = ['capture', 'refund', 'void', 'history', 'report'];

const WORDS = {
  en: {
    header: ['Gateway', 'Model', 'The card is typed', 'The money is proven by', 'Pre-auth'],
    bank: "on the bank's page", page: 'on your page, sent to the bank', server: 'on your page, through your server',
    signature: 'a signature over order and amount', provision: "the bank's reply to our provision", reply: "the bank's reply to our inquiry",
    yes: 'yes', no: '–',
    runtimes: (cases, day) => `${cases} cases, ${day}`, bundled: 'bundled by', runs: 'yes',
    speed: (node) => `Time, as a ratio to others on Node ${node}`, native: 'the same core as a native program', aim: 'aim', best: 'best idiom',
    work: {
      'nestpay-callback': 'NestPay callback, every check → payment', 'iyzico-webhook': 'iyzico webhook → event',
      'paytr-notification': 'PayTR notification → payment', 'garanti-callback': 'Garanti callback → question to the bank',
      'nestpay-form': 'NestPay order → signed form', 'hash-data': '`generateHashData`', start: 'Start of a container to its first payment',
    },
    evidence: ['Values', 'genuine bank messages', 'official documents and libraries', 'tests of other implementations', 'computed twice, or edited'],
  },
  tr: {
    header: ['Geçit', 'Model', 'Kart nerede yazılır', 'Parayı kanıtlayan', 'Ön provizyon'],
    bank: 'bankanın sayfasında', page: 'sizin sayfanızda, doğrudan bankaya gider', server: 'sizin sayfanızda, sunucunuzdan geçer',
    signature: 'sipariş ve tutarı kapsayan imza', provision: 'bankanın provizyona yanıtı', reply: 'bankanın sorguya yanıtı',
    yes: 'var', no: '–',
    runtimes: (cases, day) => `${cases} durum, ${day}`, bundled: 'paketleyen', runs: 'evet',
    speed: (node) => `Süre, Node ${node} üzerinde ötekilere oranla`, native: 'aynı çekirdek, doğrudan makinede', aim: 'hedef', best: 'en iyi yazımıyla',
    work: {
      'nestpay-callback': 'NestPay dönüşü, bütün denetimler → ödeme', 'iyzico-webhook': 'iyzico webhook → olay',
      'paytr-notification': 'PayTR bildirimi → ödeme', 'garanti-callback': 'Garanti dönüşü → bankaya soru',
      'nestpay-form': 'NestPay siparişi → imzalı form', 'hash-data': '`generateHashData`', start: 'Sunucunun açılışından ilk ödemeye',
    },
    evidence: ['Değerler', 'gerçek banka mesajı', 'resmî belge ve kütüphane', 'başka uygulamaların sınamaları', 'iki kez hesaplanan ya da değiştirilen'],
  },
};

const ORDER = {
  id: 'Tk4mPq8sVx2bNw6zRy0c', amount: '149.90', currency: 'TRY', urls: { ok: 'https://shop.example/ok', fail: 'https://shop.example/fail', notify: 'https://shop.example/notify' },
  customer: { ip: '85.34.78.112', email: 'ayse@example.com', name: 'Ayşe Yılmaz', phone: '05321234567' },
};
const CARD = { number: '4000000000000002', month: '12', year: '30', cvv: '000', holder: 'Ayse Yilmaz' };

/** What the package refuses, by the code of the refusal; `null` when it refuses nothing. */
function refusal(work) {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof PosError) return error;
    throw error;
  }
}

/** One account of each system, as the example uses them; and of those beyond the six. */
const SIX = Object.values(accounts('http://127.0.0.1:8481'));
const FURTHER = Object.values(furtherAccounts('http://127.0.0.1:8481'));

/** The models of an account, the default first: the package names them when it is given none of them. */
export function modelsOf(config) {
  return refusal(() => createPos({ ...config, model: 'none' })).message.split(': ').at(-1).split(', ');
}

/** All names under which the system of this account is configured. */
export function gatewaysOf(config) {
  const names = refusal(() => createPos({ gateway: 'no such gateway at all' })).message.split(': ').at(-1).split(', ');
  return names.filter((gateway) => {
    const error = refusal(() => createPos({ ...config, gateway, model: 'none', endpoints: undefined }));
    return error.field === 'model' && sameModels(error.message, config);
  });
}

function sameModels(message, config) {
  return message.split(': ').at(-1) === modelsOf(config).join(', ');
}

/** What one model of an account does. */
export function abilities(config, model) {
  const pos = createPos({ ...config, model }, { claim: async () => true });
  const start = (change) => pos.step.start({ ...ORDER, ...change }, pos.takesCard ? { card: CARD } : {});
  const offers = (work) => refusal(work)?.code !== 'UNSUPPORTED';
  const stored = { ...ORDER, gateway: config.gateway, mode: config.mode, model, refs: 'started=1795287351' };
  const begun = opened(config, pos, start());
  const ways = {
    card: pos.takesCard ? 'server' : begun.redirect?.cardInputs ? 'page' : 'bank',
    proof: proofOf(config, model),
    preauth: offers(() => start({ type: 'preauth' })),
  };
  for (const verb of VERBS) {
    ways[verb] = verb === 'report'
      ? offers(() => pos.step.report({ from: '2026-11-01', to: '2026-11-02' }))
      : offers(() => pos.step.ask(stored, verb, verb === 'history' ? {} : { id: 'A1', ...(verb === 'void' ? {} : { amount: '1.00' }) }));
  }
  return ways;
}

/** Where a session is opened first, its answer says whose page asks for the card. */
function opened({ gateway }, pos, step) {
  if (gateway !== 'tosla') return step;
  return pos.step.reply(step.order, step.then, { status: 200, body: '{"Code":0,"Message":"","ThreeDSessionId":"P1"}' });
}

/** Systems whose answer to a provision names no amount: the bank is asked once more. */
const SILENT = ['payfor', 'posnetv1'];

function proofOf(config, model) {
  const needsClaim = refusal(() => createPos({ ...config, model }, { fetch: async () => {} }))?.field === 'claim';
  if (needsClaim) return SILENT.includes(systemOf(config.gateway).system) ? 'reply' : 'provision';
  const stored = { ...ORDER, gateway: config.gateway, mode: config.mode, model, refs: 'started=1795287351' };
  return refusal(() => validatePayment('x=1', stored, config.merchant)).code === 'UNSUPPORTED' ? 'reply' : 'signature';
}

/** The table in Markdown. */
export function table(language, systems = SIX) {
  const words = WORDS[language];
  const mark = (value) => (value ? words.yes : words.no);
  const told = new Set();   // two accounts may run one system
  const isNew = (config) => told.size < told.add(gatewaysOf(config).join()).size;
  const rows = systems.filter(isNew).flatMap((config) => modelsOf(config).map((model, place) => {
    const ways = abilities(config, model);
    const names = place === 0 ? gatewaysOf(config).map((name) => `\`${name}\``).join(', ') : '';
    return [names, `\`${model}\``, words[ways.card], words[ways.proof], mark(ways.preauth), ...VERBS.map((verb) => mark(ways[verb]))];
  }));
  return markdown([[...words.header, ...VERBS.map((verb) => `\`${verb}\``)], ...rows]);
}

function markdown([header, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), `|${header.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

// ---- what the formulas were checked against

/** What a vector's `from` says about who made its value. The first that fits. */
const ORIGINS = [
  ['computed', /computed|circulates|edited|relabelled|same digest|not signed/],
  ['bank', /captured|same capture|^return of the bank/],
  ['official', /official|printed|Version 3/],
  ['others', /tests? of|made by|published by/],
];

/** How many values of each origin lie in tests/vectors, by file. */
export function evidence(language, isFurther = false) {
  const words = WORDS[language];
  const folder = join(root, 'tests', 'vectors');
  // Two systems share BOA's formulas.
  const further = [...FURTHER.map(({ gateway }) => `${systemOf(gateway).system}.json`), 'boa.json'];
  const files = readdirSync(folder).sort().filter((file) => file !== 'amounts.json' && further.includes(file) === isFurther);
  const rows = files.map((file) => {
    const counts = { bank: 0, official: 0, others: 0, computed: 0 };
    count(JSON.parse(readFileSync(join(folder, file), 'utf8')), counts);
    return [file.replace('.json', ''), ...Object.values(counts).map((number) => number || words.no)];
  });
  return markdown([words.evidence, ...rows]);
}

function count(value, counts) {
  if (typeof value !== 'object' || value === null) return;
  if (typeof value.from === 'string') {
    const [origin] = ORIGINS.find(([, pattern]) => pattern.test(value.from)) ?? [];
    if (!origin) throw new Error(`a vector says it is from "${value.from}", which is no origin known here`);
    counts[origin] += 1;
  }
  Object.values(value).forEach((inner) => count(inner, counts));
}

// ---- where it runs

/** What was seen the last time somebody kept it. */
function seen() {
  return JSON.parse(readFileSync(join(root, 'tests', 'runtimes', 'results.json'), 'utf8'));
}

/** How the package got there, by runtime: `require`, `import`, and each bundler that made a program for it. */
export function runtimes(language) {
  const words = WORDS[language];
  const { made, cases, ways } = seen();
  const families = [...new Set(ways.map(({ on }) => on.split(' ')[0]))].sort((a, b) => place(a) - place(b));
  const versions = (family) => [...new Set(ways.map(({ on }) => on).filter((on) => on.startsWith(`${family} `)).map((on) => on.split(' ')[1]))];
  const bundlers = ways.filter(({ by }) => by.includes(' '));
  const cell = (family, by) => (ways.some((way) => way.by === by && way.on.startsWith(`${family} `)) ? words.runs : words.no);
  const through = (family) => [...new Set(bundlers.filter(({ on }) => on.startsWith(`${family} `)).map(({ by }) => by))].join(', ') || words.no;
  return markdown([
    [words.runtimes(cases.length, made), ...families.map((family) => `${family} ${versions(family).join(', ')}`)],
    ...['require', 'import'].map((by) => [`\`${by}\``, ...families.map((family) => cell(family, by))]),
    [words.bundled, ...families.map(through)],
  ]);
}

function place(family) {
  return ['Node', 'Bun', 'Deno', 'workerd', 'Chromium'].indexOf(family);
}

// ---- how fast it is

/** The last row of the table: a fresh process. Its aim; the other rows have theirs in benches/rows.js. */
const START = { id: 'start', target: 0.8 };
const PEERS = ['node:crypto', 'node:crypto, best idiom', '@noble/hashes', 'hash-wasm'];

/** How long the package takes in the time of others, as it was last kept; with benches/results.md's mark where the rounds differ too much. */
export function speed(language) {
  const words = WORDS[language];
  const { versions, results } = JSON.parse(readFileSync(join(root, 'benches', 'results.json'), 'utf8'));
  const shown = (ratio) => (ratio ? `${ratio.median.toFixed(2)}${isNoisy(ratio) ? ' ~' : ''}` : words.no);
  const ratio = (peers, name) => shown(peers.find((peer) => peer.name === name)?.ratio);
  const rows = ROWS.map(({ id, target }) => {
    const { peers } = results.speed.find(({ row }) => row === id);
    return [words.work[id], ...[...PEERS, 'native Rust'].map((name) => ratio(peers, name)), `≤ ${target.toFixed(2)}`];
  });
  const start = [words.work[START.id], shown(results['cold-start'].ratio), ...PEERS.map(() => words.no), `≤ ${START.target.toFixed(2)}`];
  return markdown([[words.speed(versions.node), ...PEERS.map((name) => nameOf(name, versions, words)), words.native, words.aim], ...rows, start]);
}

function nameOf(peer, versions, words) {
  return versions[peer] ? `${peer} ${versions[peer]}` : peer.replace('best idiom', words.best);
}

// ---- into the pages

const FRONT = { 'what works': table, speed, runtimes };

/** The banks that `velopos/all` alone carries have one page in both languages. */
const FURTHER_TABLES = Object.fromEntries(['tr', 'en'].flatMap((language) => [
  [`what works, ${language}`, () => table(language, FURTHER)],
  [`evidence, ${language}`, () => evidence(language, true)],
]));

/** Which tables stand in which page. */
export const PAGES = [
  { path: 'README.md', language: 'en', tables: FRONT },
  { path: 'README.tr.md', language: 'tr', tables: FRONT },
  { path: 'docs/verified.md', language: 'en', tables: { evidence } },
  { path: 'docs/verified.tr.md', language: 'tr', tables: { evidence } },
  { path: 'docs/banks/others.md', tables: FURTHER_TABLES },
];

/** The page's text with its tables between their marks. @param {string} text @param {PAGES[number]} page */
export function withTables(text, { language, tables }) {
  return Object.entries(tables).reduce((page, [name, make]) => between(page, name, make(language)), text);
}

export function writeTables() {
  for (const page of PAGES) {
    const path = join(root, page.path);
    writeFileSync(path, withTables(readFileSync(path, 'utf8'), page));
  }
}

function between(text, name, made) {
  const [begin, end] = [`<!-- ${name}: made by scripts/table.js -->`, `<!-- ${name}: end -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`the page has no ${begin} … ${end}`);
  return `${before}${begin}\n\n${made}\n\n${end}${after}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv[2] === '--write') writeTables();
  else for (const { language, tables } of PAGES) console.log(Object.values(tables).map((make) => `${make(language)}\n`).join('\n'));
}
