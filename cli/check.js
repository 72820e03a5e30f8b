// `npx velopos check`: whether a configuration is sound, the clock right, the bank's addresses reachable, and what a payment would
// begin with. No money moves; nothing is sent to a bank but a HEAD or a GET without content.

import { inspect, secretsOf } from './check/accounts.js';
import { readConfiguration } from './check/configuration.js';
import { words } from './check/findings.js';
import { render } from './check/form.js';
import { clockFinding, reach, reachFinding } from './check/reach.js';
import { systemOf, titleOf } from './gateways.js';
import { guideOf } from './guides.js';
import { shown } from './mask.js';
import { Misuse } from './options.js';
import { list, paragraph } from './paragraph.js';

const SITE = 'https://www.siteniz.example';

export const check = {
  name: 'check',
  summary: {
    tr: 'sırrınızı, saati ve bankanın adreslerini denetler; deneme formunu gösterir',
    en: 'looks at your secret, the clock and the bank’s addresses, and shows a test form',
  },
  usage: { tr: '[--config dosya.json] [seçenekler]', en: '[--config file.json] [options]' },
  options: [
    { name: 'config', value: 'FILE', text: { tr: 'ayarların JSON dosyası; - standart girdi', en: 'JSON file of the configuration; - is standard input' } },
    { name: 'account', value: 'NAME', text: { tr: 'yalnız bu adlı hesap', en: 'this account only' } },
    { name: 'site', value: 'URL', text: { tr: 'sitenizin adresi, formdaki dönüş adresleri için', en: 'your site’s address, for the return addresses in the form' } },
    { name: 'offline', text: { tr: 'ağa çıkmaz', en: 'does not use the network' } },
    { name: 'timeout', value: 'SECONDS', text: { tr: 'bir adres en çok bu kadar beklenir (10)', en: 'the longest wait for an address (10)' } },
    { name: 'json', text: { tr: 'sonucu JSON olarak yazar', en: 'prints the result as JSON' } },
  ],
  help: {
    tr: {
      about: [
        'Sanal POS ayarlarınızı denetler. Ayarlar şuralardan birinden okunur, bu sırayla: --config dosyası, VELOPOS_CONFIG ortam',
        'değişkeni, standart girdi; hiçbiri yoksa sorar ve şifreleri ekranda göstermez. Sırlar komut satırına yazılmaz.',
        'Para hareket etmez. Bankaya içeriksiz bir HEAD (gerekirse GET) isteğinden başka bir şey gönderilmez.',
      ],
      examples: [
        ['npx velopos check', 'sorarak denetler'],
        ['npx velopos check --config sir.json --site https://www.magazam.com', 'dosyadan, kendi dönüş adreslerinizle'],
        ['npx velopos check --offline --json < sir.json', 'ağa çıkmadan, sonucu başka bir programa'],
      ],
      exits: '0 her şey yolunda (uyarı olabilir), 1 ödemeyi engelleyen bir şey var, 2 komut yanlış yazılmış',
    },
    en: {
      about: [
        'Looks at the configuration of your virtual POS. It is read from one of these, in this order: the file of --config, the',
        'environment variable VELOPOS_CONFIG, standard input; without any you are asked, and passwords do not show.',
        'Secrets are never written on the command line. No money moves: a bank is sent a HEAD (or GET) without content, nothing else.',
      ],
      examples: [
        ['npx velopos check', 'asks'],
        ['npx velopos check --config secret.json --site https://www.myshop.com', 'from a file, with your own return addresses'],
        ['npx velopos check --offline --json < secret.json', 'without the network, for another program'],
      ],
      exits: '0 all is well (there may be warnings), 1 something prevents payments, 2 the command was written wrongly',
    },
  },
  run: runCheck,
};

const WORDS = {
  tr: {
    form: { browser: 'Tarayıcının bankaya göndereceği form', server: 'Sunucunuzun bankaya göndereceği istek' },
    means: 'Anlamı', next: 'Ne yapmalı', guide: 'Bankanın sayfası', network: 'Adresler ve saat', configuration: 'Ayarlar',
    summary: ({ error, warning }) => (error > 0 ? `${error} sorun, ${warning} uyarı: bu hâliyle ödeme alınamaz.`
      : warning > 0 ? `Ödemeyi engelleyen bir şey yok, ${warning} uyarı var.` : 'Her şey yolunda.'),
    hidden: 'Gizli ve imzalı değerler noktalarla gösterilir.',
    timeout: '--timeout 1 ile 120 arasında bir saniye sayısı ister.',
    site: '--site https:// ile başlayan bir adres ister.',
  },
  en: {
    form: { browser: 'The form that the browser would send to the bank', server: 'The request that your server would send to the bank' },
    means: 'It means', next: 'What to do', guide: 'The bank’s page', network: 'Addresses and clock', configuration: 'Configuration',
    summary: ({ error, warning }) => (error > 0 ? `${error} problem${error > 1 ? 's' : ''}, ${warning} warning${warning === 1 ? '' : 's'}: no payment can be taken like this.`
      : warning > 0 ? `Nothing prevents payments; ${warning} warning${warning === 1 ? '' : 's'}.` : 'All is well.'),
    hidden: 'Secret and signed values are shown as dots.',
    timeout: '--timeout needs a number of seconds from 1 to 120.',
    site: '--site needs an address that begins with https://.',
  },
};

async function runCheck(context) {
  const { values, terminal, lang } = context;
  const { timeoutMs, site } = readValues(values, WORDS[lang]);
  const { accounts, findings } = await readConfiguration(context);
  for (const { config } of accounts) terminal.keepSecret(secretsOf(config));
  const looked = accounts.map(({ name, config }) => lookAt(name, config, site));
  const network = await lookOutside(looked.flatMap(({ addresses }) => addresses), values.offline, timeoutMs, context.world.env);
  const result = { findings, accounts: looked, network };
  const counts = count(result);
  if (values.json) printJson(context, result, counts);
  else printResult(context, result, counts);
  return counts.error > 0 ? 1 : 0;
}

function readValues({ timeout = '10', site = SITE }, words) {
  const seconds = Number(timeout);
  if (!(seconds >= 1 && seconds <= 120)) throw new Misuse(words.timeout);
  if (!/^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[\w.~/-]*)?$/.test(site) && !/^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\/?$/.test(site)) throw new Misuse(words.site);
  return { timeoutMs: seconds * 1000, site };
}

function lookAt(name, config, site) {
  const { findings, pos } = inspect(config);
  const about = { name, gateway: systemOf(config?.gateway) ? config.gateway : null };
  if (!pos) return { ...about, findings, addresses: [] };
  const { form, addresses, problem } = render(pos, site, secretsOf(config));
  const { model, mode } = pos.toJSON();
  const found = problem ? { id: 'form-failed', level: 'error', values: { field: problem.field, message: problem.message } }
    : { id: 'form-ok', level: 'ok', values: { by: form.by } };
  return { ...about, model, mode, findings: [...findings, found], form, addresses };
}

/** Every host once. @returns {Promise<import('./check/accounts.js').Finding[]>} */
async function lookOutside(addresses, offline, timeoutMs, env) {
  const hosts = [...new Map(addresses.map((address) => [new URL(address).origin, address])).values()];
  if (hosts.length === 0) return [];
  if (offline) return [{ id: 'reach-skipped', level: 'info' }];
  const reached = await Promise.all(hosts.map((address) => reach(address, timeoutMs)));
  const away = reached.some(({ origin }) => origin.startsWith('https:'));
  return [...reached.map((each) => reachFinding(each, env)), clockFinding(reached), ...(away ? [{ id: 'reach-elsewhere', level: 'info' }] : [])];
}

function count({ findings, accounts, network }) {
  const all = [...findings, ...accounts.flatMap((account) => account.findings), ...network];
  return Object.fromEntries(['error', 'warning', 'info', 'ok'].map((level) => [level, all.filter((each) => each.level === level).length]));
}

// --- what is printed ---

function printJson({ terminal, lang, version }, { findings, accounts, network }, counts) {
  const told = (list) => list.map((finding) => ({ id: finding.id, level: finding.level, ...words(finding, lang) }));
  terminal.print(JSON.stringify({
    velopos: version,
    ok: counts.error === 0,
    counts,
    findings: told(findings),
    accounts: accounts.map(({ name, gateway, model, mode, findings: own, form }) => ({
      name: shown(name), gateway, model, mode, findings: told(own),
      form: form && { by: form.by, method: form.method, address: form.address, fields: form.fields.map(([key, value]) => ({ name: key, value })) },
    })),
    network: told(network),
  }, null, 2));
}

function printResult({ terminal, lang }, { findings, accounts, network }, counts) {
  const say = WORDS[lang];
  if (findings.length > 0) section(terminal, say.configuration, findings, lang);
  for (const account of accounts) {
    const { name, gateway, model, mode } = account;
    const about = [gateway && titleOf(gateway), model, mode].filter(Boolean).join(', ');
    section(terminal, `${shown(name)}${about && ` (${about})`}`, account.findings, lang);
    if (account.form) printForm(terminal, account.form, say);
    if (gateway) terminal.print(`  ${say.guide}: ${guideOf(gateway)}`);
  }
  if (network.length > 0) section(terminal, say.network, network, lang);
  terminal.print(`\n${say.summary(counts)}`);
}

function section(terminal, title, findings, lang) {
  terminal.print(`\n${title}`);
  for (const finding of findings) {
    const { title: what, means, next } = words(finding, lang);
    terminal.print(paragraph(what, `  ${terminal.mark(finding.level)} `, 4));
    if (means) terminal.print(paragraph(means, `      ${WORDS[lang].means}: `, 8));
    if (next) terminal.print(paragraph(next, `      ${WORDS[lang].next}: `, 8));
  }
}

function printForm(terminal, { by, method, address, fields }, say) {
  terminal.print(`\n  ${say.form[by]}:\n    ${method} ${address}`);
  terminal.print(list(fields.map(([name, value]) => [name, value.length > 90 ? `${value.slice(0, 89)}…` : value]), '      '));
  terminal.print(`    ${say.hidden}\n`);
}
