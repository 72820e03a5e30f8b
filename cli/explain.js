// `npx velopos explain`: why a message or a form does not verify. The captured body comes from standard input or a file, the configuration
// from a file, the environment or questions, never from the command line. Nothing is sent anywhere.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { secretsOf } from './check/accounts.js';
import { readConfiguration } from './check/configuration.js';
import { words as findingWords } from './check/findings.js';
import { systemOf } from './gateways.js';
import { NotJson, readJson } from './json.js';
import { shown } from './mask.js';
import { Misuse } from './options.js';
import { paragraph } from './paragraph.js';

const VARIABLE = 'VELOPOS_CONFIG';
const LARGEST = 256 * 1024;

export const explain = {
  name: 'explain',
  summary: {
    tr: 'bankanın iletisi ya da formu neden doğrulanmıyor ("hash mismatch"), ne yapmalı',
    en: 'why a bank’s message or a form does not verify ("hash mismatch"), and what to do',
  },
  usage: { tr: '--config dosya.json [seçenekler] < gövde.txt', en: '--config file.json [options] < body.txt' },
  options: [
    { name: 'config', value: 'FILE', text: { tr: 'ayarların JSON dosyası', en: 'JSON file of the configuration' } },
    { name: 'account', value: 'NAME', text: { tr: 'iletinin hesabı, ayarlarda birden çok hesap varsa', en: 'the message’s account, where the configuration has several' } },
    { name: 'body', value: 'FILE', text: { tr: 'yakalanan gövde; yazılmazsa standart girdi', en: 'the captured body; by default standard input' } },
    { name: 'headers', value: 'FILE', text: { tr: 'isteğin başlıkları, her satırda "ad: değer" (iyzico webhook’u için)', en: 'the request’s headers, "name: value" on each line (for iyzico’s webhooks)' } },
    { name: 'order', value: 'FILE', text: { tr: 'kayıtlı sipariş, `start` ne döndürdüyse (JSON)', en: 'the stored order, as `start` returned it (JSON)' } },
    { name: 'form', text: { tr: 'gövde, bankanın reddettiği form (name=value&… ya da JSON)', en: 'the body is a form that the bank refuses (name=value&… or JSON)' } },
    { name: 'reply', text: { tr: 'gövde, bankanın sunucunuza verdiği yanıt (--order ister)', en: 'the body is the bank’s answer to your server (needs --order)' } },
    { name: 'json', text: { tr: 'sonucu JSON olarak yazar', en: 'prints the result as JSON' } },
  ],
  help: {
    tr: {
      about: [
        'Bankadan gelen bir dönüşün, bildirimin ya da yanıtın, veya bankanın reddettiği formun imzası neden tutmuyor, onu söyler: imzalanan',
        'metni (sırlar ve kart bilgileri kapalı), fark eden alanı, olası nedeni ve ne yapılacağını. Nedenler tek tek denenir.',
        `Ayarlar --config dosyasından, ${VARIABLE} ortam değişkeninden ya da (--body verildiyse) sorularak okunur. Sırlar komut satırına`,
        'yazılmaz. Ağa çıkmaz, hiçbir ödemeyi kabul etmez, doğru imzayı hiçbir zaman göstermez.',
      ],
      examples: [
        ['npx velopos explain --config sir.json --order siparis.json < govde.txt', 'bankadan dönen gövde'],
        ['npx velopos explain --config sir.json --form --body form.txt', 'bankanın "hash mismatch" dediği form'],
        ['npx velopos explain --body govde.txt', 'ayarları sorar, şifreleri göstermez'],
      ],
      exits: '0 imza tutuyor, 1 tutmuyor ya da ayar yanlış, 2 komut yanlış yazılmış',
    },
    en: {
      about: [
        'Says why the signature of a return, a notification or an answer of the bank does not fit, or that of a form which the bank refuses: the',
        'text that was hashed (secrets and card data masked), the field that differs, the probable cause and what to do. Causes are tried in turn.',
        `The configuration is read from the file of --config, from the environment variable ${VARIABLE}, or (with --body) asked for. Secrets are`,
        'not written on the command line. It uses no network, accepts no payment, and never shows what the digest should have been.',
      ],
      examples: [
        ['npx velopos explain --config secret.json --order order.json < body.txt', 'a body that came back from the bank'],
        ['npx velopos explain --config secret.json --form --body form.txt', 'a form to which the bank says "hash mismatch"'],
        ['npx velopos explain --body body.txt', 'asks for the configuration; passwords do not show'],
      ],
      exits: '0 the signature fits, 1 it does not or the configuration is wrong, 2 the command was written wrongly',
    },
  },
  run: runExplain,
};

const WORDS = {
  tr: {
    config: `ayarlar nerede? --config dosya.json ya da ${VARIABLE} ortam değişkeni; sorulmasını isterseniz gövdeyi --body ile verin.`,
    both: 'gövde ile ayarlar aynı anda standart girdiden okunamaz; birini dosyadan verin.',
    one: '--form ile --reply birlikte olmaz.',
    reply: '--reply kayıtlı siparişi de ister: --order dosya.json',
    empty: 'gövde boş: yakalanan gövdeyi < dosya ile ya da --body ile verin.',
    noFile: (option) => `--${option} dosyası okunamıyor. Yolu denetleyin.`,
    large: (option) => `--${option} dosyası çok büyük.`,
    object: (option) => `--${option} bir JSON nesnesi olmalı.`,
    account: (names) => `hangi hesap? --account ile yazın: ${names}.`,
    word: 'burada bir sözcük beklenmiyor. Sırlar ve gövdeler komut satırına yazılmaz.',
  },
  en: {
    config: `where is the configuration? --config file.json or the environment variable ${VARIABLE}; to be asked for it, give the body with --body.`,
    both: 'the body and the configuration cannot both come from standard input; give one of them as a file.',
    one: '--form and --reply do not go together.',
    reply: '--reply needs the stored order, too: --order file.json',
    empty: 'the body is empty: give the captured body with < file or with --body.',
    noFile: (option) => `the file of --${option} cannot be read. Check the path.`,
    large: (option) => `the file of --${option} is too large.`,
    object: (option) => `--${option} must be a JSON object.`,
    account: (names) => `which account? Name it with --account: ${names}.`,
    word: 'no word is expected here. Secrets and bodies do not belong on a command line.',
  },
};

async function runExplain(context) {
  const { values, rest, terminal, lang, world } = context;
  const words = WORDS[lang];
  refuseMisuse(context, words);
  const order = values.order === undefined ? undefined : readObject('order', values.order, world, words);
  const headers = values.headers === undefined ? undefined : headersOf(readFile('headers', values.headers, world, words).toString('utf8'));
  const file = values.body === undefined ? undefined : readFile('body', values.body, world, words);
  const { accounts, findings } = await readConfiguration({ ...context, rest, values: { config: values.config } });
  for (const { config } of accounts) terminal.keepSecret(secretsOf(config));
  const broken = findings.filter(({ level }) => level === 'error');
  if (broken.length > 0) return complain(terminal, broken.map((finding) => findingWords(finding, lang).title));
  const chosen = choose(accounts, values.account, order, words);
  const body = file ?? await terminal.readBytes(LARGEST);
  if (body.length === 0) throw new Misuse(words.empty);
  const others = accounts.filter((each) => each !== chosen && systemOf(each.config?.gateway) === systemOf(chosen.config?.gateway)).slice(0, 16);
  return tell(context, chosen.name, { config: chosen.config, others, order, language: lang, ...givenAs(values, new Uint8Array(body), headers) });
}

function refuseMisuse({ values, rest, terminal, world }, words) {
  if (rest.length > 0) throw new Misuse(words.word);
  if (values.form && values.reply) throw new Misuse(words.one);
  if (values.reply && values.order === undefined) throw new Misuse(words.reply);
  if (values.config === '-' && values.body === undefined) throw new Misuse(words.both);
  const asked = terminal.attended && values.body !== undefined;
  if (values.config === undefined && !world.env[VARIABLE] && !asked) throw new Misuse(words.config);
}

/** The account that a stored order belongs to, the named one, or the only one. */
function choose(accounts, name, order, words) {
  const named = accounts.filter((account) => (name === undefined ? order === undefined || accounts.length === 1 || account.config?.gateway === order.gateway : account.name === name));
  if (named.length === 1) return named[0];
  throw new Misuse(words.account(accounts.map((account) => shown(account.name)).join(', ')));
}

function givenAs({ form, reply }, body, headers) {
  if (reply) return { reply: { body } };
  if (!form) return { message: { body, headers } };
  const text = new TextDecoder().decode(body);
  if (headers) return { form: { path: headers[REQUEST_LINE] ?? '', body: text, headers } };
  return { form: text.trim().startsWith('{') ? readJson(text.trim()).value : text.trim() };
}

async function tell({ terminal, version, values, lang }, account, given) {
  const { explain: explained, PosError } = await import('velopos/explain');
  let result;
  try {
    result = explained(given);
  } catch (error) {
    if (error instanceof PosError) return complain(terminal, [lang === 'tr' ? error.messageTr : error.message]);
    throw error;
  }
  if (values.json) terminal.print(JSON.stringify({ velopos: version, account: shown(account), ...result }, null, 2));
  else result.text.split('\n').forEach((line) => terminal.print(asLine(line)));
  return result.verdict === 'fits' ? 0 : 1;
}

/** What was hashed stays as it is: a line end of ours would look like one of it. */
function asLine(line) {
  if (/^[^|]{0,40}\((HMAC-)?SHA-?\d+\): /.test(line)) return line;
  return line.startsWith('  ') ? paragraph(line.trim(), '  ', 4) : paragraph(line, '', 2).trimStart();
}

function complain(terminal, lines) {
  lines.forEach((line) => terminal.complain(`velopos: ${line}`));
  return 1;
}

// --- files ---

function readFile(option, name, { cwd }, words) {
  try {
    const file = path.resolve(cwd, name);
    if (statSync(file).size > LARGEST) throw new Misuse(words.large(option));
    return readFileSync(file);
  } catch (error) {
    throw error instanceof Misuse ? error : new Misuse(words.noFile(option));
  }
}

function readObject(option, name, world, words) {
  try {
    const { value } = readJson(readFile(option, name, world, words).toString('utf8'));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
  }
  throw new Misuse(words.object(option));
}

/** Lines as `name: value`; the request line, if it was captured as well, tells the path. */
function headersOf(text) {
  const pairs = text.split(/\r?\n/).map((line) => /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(line)).filter(Boolean);
  const path = /^(?:GET|POST|PUT) (\S+)/.exec(text)?.[1];
  return { ...(path && { [REQUEST_LINE]: path }), ...Object.fromEntries(pairs.map(([, name, value]) => [name, value])) };
}

/** No header has this name. */
const REQUEST_LINE = 'request line';
