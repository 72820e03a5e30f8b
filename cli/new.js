// `npx velopos new`: puts the example's files for a gateway into a Velo site as it lies in Wix's Git, and says what is left to do.
// It shows what it will write, asks, and overwrites nothing that nobody agreed to.

import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { GATEWAYS, systemOf, titleOf } from './gateways.js';
import { nextSteps, panelNames, secretTemplate } from './new/steps.js';
import { WAYS } from './new/parts.js';
import { planFor } from './new/plan.js';
import { Outside, writeFiles } from './new/write.js';
import { Misuse, nearest } from './options.js';
import { list, paragraph } from './paragraph.js';

const DEFAULT_WAYS = 'page,admin';
const names = Object.keys(WAYS).join(', ');

export const create = {
  name: 'new',
  summary: {
    tr: 'örnek sitenin dosyalarını Velo sitenize koyar, sırrın şablonunu ve kalan işleri yazar',
    en: 'puts the example’s files into your Velo site, prints the secret’s template and what is left to do',
  },
  usage: { tr: '[site klasörü] [seçenekler]', en: '[site folder] [options]' },
  options: [
    { name: 'gateway', value: 'NAME', text: { tr: 'banka: isbank, garanti, paytr …', en: 'the bank: isbank, garanti, paytr …' } },
    { name: 'way', value: 'LIST', text: { tr: `hangi yolla satacaksınız, virgülle: ${names} (${DEFAULT_WAYS})`, en: `how you sell, with commas: ${names} (${DEFAULT_WAYS})` } },
    { name: 'dry-run', text: { tr: 'hiçbir şey yazmaz, ne yapacağını gösterir', en: 'writes nothing, shows what it would do' } },
    { name: 'yes', text: { tr: 'yeni dosyaları sormadan yazar; değişmiş olanlara dokunmaz', en: 'writes new files without asking; leaves those that differ' } },
    { name: 'overwrite', text: { tr: '--yes ile: değişmiş dosyaların da üzerine yazar', en: 'with --yes: overwrites files that differ, too' } },
    { name: 'json', text: { tr: 'sonucu JSON olarak yazar', en: 'prints the result as JSON' } },
  ],
  help: {
    tr: {
      about: [
        'Örnek sitenin dosyalarını, Wix’in Git entegrasyonundaki gibi duran bir site klasörüne (içinde src/backend olan) koyar.',
        'Önce ne yazacağını gösterir. Var olan bir dosyanın üzerine sormadan yazmaz. Kendi http-functions.js dosyanız varsa ona',
        'dokunmaz: yanına bir dosya koyar, ekleyeceğiniz satırı söyler. Sayfaları Wix’in editörü açar; kodları velopos/pages içinde bekler.',
        '', 'Satış yolları:', ...Object.entries(WAYS).map(([name, { text }]) => `  ${name.padEnd(9)} ${text.tr}`),
      ],
      examples: [
        ['npx velopos new', 'bu klasöre, sorarak'],
        ['npx velopos new --gateway garanti --way checkout,admin --dry-run', 'ne yazılacağını ve kalan işleri gösterir'],
        ['npx velopos new ../magazam --gateway isbank --yes', 'sormadan; değiştirdiğiniz dosyalar kalır'],
      ],
      exits: '0 bitti, 1 bazı dosyalar yazılmadı, 2 komut yanlış yazılmış',
    },
    en: {
      about: [
        'Puts the files of the example site into the folder of a site as Wix’s Git integration has it (with src/backend in it).',
        'It shows first what it will write, and overwrites no file without asking. An http-functions.js of your own is left alone:',
        'a file is put beside it, and you are told the line to add. Pages are made in Wix’s editor; their code waits in velopos/pages.',
        '', 'Ways to sell:', ...Object.entries(WAYS).map(([name, { text }]) => `  ${name.padEnd(9)} ${text.en}`),
      ],
      examples: [
        ['npx velopos new', 'into this folder, with questions'],
        ['npx velopos new --gateway garanti --way checkout,admin --dry-run', 'shows what would be written and what is left to do'],
        ['npx velopos new ../myshop --gateway isbank --yes', 'without questions; files that you have changed stay'],
      ],
      exits: '0 done, 1 some files were not written, 2 the command was written wrongly',
    },
  },
  run: runNew,
};

const WORDS = {
  tr: {
    notSite: (folder) => `${folder} bir Velo sitesi değil: içinde src/backend, src/pages ya da src/public yok. Sitenizi Wix’in Git entegrasyonuyla bilgisayarınıza alıp o klasörde çalıştırın, ya da klasörü yazın.`,
    noFolder: (folder) => `${folder} klasörü yok.`,
    oneFolder: 'bir klasör adı yeter.',
    gateway: (near) => `böyle bir geçit yok.${near ? ` \`${near}\` mi demek istediniz?` : ''} Bilinenler: ${GATEWAYS.join(', ')}.`,
    needGateway: `hangi banka? --gateway isbank gibi yazın. Bilinenler: ${GATEWAYS.join(', ')}.`,
    way: (near) => `böyle bir satış yolu yok.${near ? ` \`${near}\` mi demek istediniz?` : ''} Bilinenler: ${names}.`,
    askGateway: `Hangi banka? (${GATEWAYS.join(', ')})\n> `,
    askWay: `Nasıl satacaksınız? Virgülle birden çok yazabilirsiniz. [${DEFAULT_WAYS}]\n`,
    nobody: 'sorulacak kimse yok: yazmak için --yes, yalnız görmek için --dry-run ekleyin.',
    title: (gateway, site) => `${titleOf(gateway)} için ${site} klasörüne:`,
    states: { new: 'yeni', same: 'aynı', differs: 'DEĞİŞİK', foreign: 'DOSYA DEĞİL' },
    counts: (count) => `${count.new} yeni dosya, ${count.same} zaten aynı, ${count.differs} değişik.`,
    write: 'Yeni dosyalar yazılsın mı? [e/H] ',
    over: (file) => `${file} sizde başka. Üzerine yazılsın mı? [e/H] `,
    yes: /^(e|evet|y|yes)$/i,
    written: (n) => `${n} dosya yazıldı.`,
    nothing: 'Hiçbir şey yazılmadı.',
    kept: (files) => `Bunlara dokunulmadı, sizdeki kaldı: ${files}`,
    add: (file) => `${file} dosyanıza siz ekleyin:`,
    addJobs: (file) => `${file} dosyanızdaki "jobs" listesine siz ekleyin:`,
    clash: (list_) => `Bu adlar sizde zaten var, önce karar verin: ${list_}`,
    secret: 'Secrets Manager’da velopos adlı sırrın değeri (deneme kipinde):',
    panel: 'Bankanın mektubunda, panelinde:',
    steps: 'Kalan işler:',
    outside: (folder) => `${folder} site klasörünün dışına çıkan bir bağlantı; yazılmadı.`,
    race: 'bu arada bir dosya ortaya çıktı; hiçbir şeyin üzerine yazılmadı. Yeniden çalıştırın.',
  },
  en: {
    notSite: (folder) => `${folder} is not a Velo site: it has no src/backend, src/pages or src/public. Get your site onto this computer with Wix’s Git integration and run this there, or name the folder.`,
    noFolder: (folder) => `there is no folder ${folder}.`,
    oneFolder: 'one folder is enough.',
    gateway: (near) => `there is no such gateway.${near ? ` Did you mean \`${near}\`?` : ''} Known are: ${GATEWAYS.join(', ')}.`,
    needGateway: `which bank? Write for example --gateway isbank. Known are: ${GATEWAYS.join(', ')}.`,
    way: (near) => `there is no such way to sell.${near ? ` Did you mean \`${near}\`?` : ''} Known are: ${names}.`,
    askGateway: `Which bank? (${GATEWAYS.join(', ')})\n> `,
    askWay: `How do you sell? Several are possible, with commas. [${DEFAULT_WAYS}]\n`,
    nobody: 'there is nobody to ask: add --yes to write, or --dry-run to look only.',
    title: (gateway, site) => `For ${titleOf(gateway)}, into ${site}:`,
    states: { new: 'new', same: 'same', differs: 'DIFFERS', foreign: 'NOT A FILE' },
    counts: (count) => `${count.new} new, ${count.same} the same already, ${count.differs} different.`,
    write: 'Write the new files? [y/N] ',
    over: (file) => `${file} differs. Overwrite it? [y/N] `,
    yes: /^(y|yes|e|evet)$/i,
    written: (n) => `${n} file${n === 1 ? '' : 's'} written.`,
    nothing: 'Nothing was written.',
    kept: (files) => `Left as you have them: ${files}`,
    add: (file) => `Add this to your ${file} yourself:`,
    addJobs: (file) => `Add this to the list "jobs" of your ${file} yourself:`,
    clash: (list_) => `You have these names already; decide first: ${list_}`,
    secret: 'The value of the secret velopos in the Secrets Manager (in test mode):',
    panel: 'In the bank’s letter and panel (it is in Turkish):',
    steps: 'What is left to do:',
    outside: (folder) => `${folder} is a link that leads out of the site; nothing was written there.`,
    race: 'a file has come into being meanwhile; nothing was overwritten. Run this again.',
  },
};

async function runNew(context) {
  const { values, rest, terminal, lang, world } = context;
  const words = WORDS[lang];
  const site = siteFolder(rest, world.cwd, words);
  if (!values['dry-run'] && !values.yes && !terminal.attended) throw new Misuse(words.nobody);
  const gateway = await chooseGateway(values.gateway, terminal, words);
  const ways = await chooseWays(values.way, values, terminal, lang);
  const plan = planFor(site, gateway, ways);
  const show = (text) => { if (!values.json) terminal.print(text); };
  show(`${words.title(gateway, site)}\n`);
  show(list(plan.files.map(({ to, state }) => [words.states[state], to]), '  '));
  show(`\n${words.counts(count(plan.files))}`);
  const agreed = values['dry-run'] ? [] : await agree(plan.files, values, terminal, words);
  const failed = write(site, agreed, terminal, words);
  const kept = plan.files.filter((file) => file.state !== 'same' && !agreed.includes(file));
  const done = { site, gateway, ways, plan, written: failed ? [] : agreed, kept };
  if (values.json) printJson(terminal, done, lang);
  else printDone(terminal, done, values['dry-run'], lang);
  return failed || (kept.length > 0 && !values['dry-run']) ? 1 : 0;
}

function siteFolder(rest, cwd, words) {
  if (rest.length > 1) throw new Misuse(words.oneFolder);
  const site = path.resolve(cwd, rest[0] ?? '.');
  if (!existsSync(site) || !statSync(site).isDirectory()) throw new Misuse(words.noFolder(site));
  const src = path.join(site, 'src');
  const has = existsSync(src) && statSync(src).isDirectory() ? readdirSync(src) : [];
  if (!['backend', 'pages', 'public'].some((name) => has.includes(name))) throw new Misuse(words.notSite(site));
  return site;
}

async function chooseGateway(given, terminal, words) {
  if (systemOf(given)) return given;
  if (given !== undefined) throw new Misuse(words.gateway(nearest(given, GATEWAYS)));
  if (!terminal.attended) throw new Misuse(words.needGateway);
  for (;;) {
    const typed = (await terminal.ask(words.askGateway)).trim();
    if (systemOf(typed)) return typed;
    terminal.print(words.gateway(nearest(typed, GATEWAYS)));
  }
}

async function chooseWays(given, { yes, 'dry-run': dry }, terminal, lang) {
  const words = WORDS[lang];
  if (given === undefined && terminal.attended && !yes && !dry) {
    const ways = Object.entries(WAYS).map(([name, { text }]) => [name, text[lang]]);
    const typed = await terminal.ask(`${words.askWay}${list(ways, '  ')}\n> `);
    return readWays(typed.trim() || DEFAULT_WAYS, words);
  }
  return readWays(given ?? DEFAULT_WAYS, words);
}

function readWays(text, words) {
  const ways = [...new Set(text.split(/[\s,]+/).filter(Boolean))];
  const unknown = ways.find((way) => !Object.hasOwn(WAYS, way));
  if (unknown !== undefined || ways.length === 0) throw new Misuse(words.way(nearest(unknown ?? '', Object.keys(WAYS))));
  return ways;
}

const count = (files) => Object.fromEntries(['new', 'same', 'differs', 'foreign'].map((state) => [state, files.filter((file) => file.state === state).length]));

/** The files that may be written. */
async function agree(files, { yes, overwrite }, terminal, words) {
  const fresh = files.filter(({ state }) => state === 'new');
  const changed = files.filter(({ state }) => state === 'differs');
  if (yes) return overwrite ? [...fresh, ...changed] : fresh;
  if (fresh.length > 0 && !words.yes.test((await terminal.ask(`\n${words.write}`)).trim())) return [];
  const agreed = [...fresh];
  for (const file of changed) if (words.yes.test((await terminal.ask(words.over(file.to))).trim())) agreed.push(file);
  return agreed;
}

/** @returns {boolean} whether it failed */
function write(site, files, terminal, words) {
  try {
    writeFiles(site, files);
    return false;
  } catch (error) {
    if (error instanceof Outside) terminal.complain(words.outside(error.message));
    else if (error.code === 'EEXIST') terminal.complain(words.race);
    else throw error;
    return true;
  }
}

// --- what is printed ---

function printDone(terminal, { gateway, ways, plan, written, kept }, dry, lang) {
  const words = WORDS[lang];
  terminal.print(written.length > 0 ? words.written(written.length) : words.nothing);
  if (kept.length > 0 && !dry) terminal.print(words.kept(kept.map(({ to }) => to).join(', ')));
  for (const { file, line, clash } of plan.additions) {
    terminal.print(`\n${file.endsWith('.config') ? words.addJobs(file) : words.add(file)}\n\n${line}`);
    if (clash.length > 0) terminal.print(words.clash(clash.join(', ')));
  }
  terminal.print(`\n${words.secret}\n\n${secretTemplate(gateway)}\n\n${words.panel}`);
  terminal.print(list(panelNames(gateway, lang), '  '));
  terminal.print(`\n${words.steps}`);
  nextSteps({ gateway, ways, plan }, lang).forEach((step, place) => terminal.print(paragraph(step, ` ${String(place + 1).padStart(2)}. `, 5)));
}

function printJson(terminal, { site, gateway, ways, plan, written, kept }, lang) {
  terminal.print(JSON.stringify({
    site, gateway, ways,
    files: plan.files.map(({ to, state }) => ({ path: to, state })),
    written: written.map(({ to }) => to),
    kept: kept.map(({ to }) => to),
    additions: plan.additions,
    pagesToMake: plan.waiting,
    secret: JSON.parse(secretTemplate(gateway)),
    steps: nextSteps({ gateway, ways, plan }, lang),
  }, null, 2));
}
