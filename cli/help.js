// What --help prints: made of what the commands say of themselves, so that no option can be forgotten.

import { COMMON } from './options.js';

const WORDS = {
  tr: {
    about: [
      'velopos: Wix sitenizin Türk bankalarıyla ödeme alması için. Bu program siteyi kurarken ve bir şey ters gidince yardım eder;',
      'sitenin kendisi buna gerek duymaz. Para hareket ettirmez, bankaya sipariş göndermez.',
    ],
    usage: 'Kullanım', commands: 'Komutlar', options: 'Seçenekler', examples: 'Örnekler', exits: 'Çıkış kodları',
    more: 'Bir komutun yardımı: npx velopos <komut> --help',
    local: 'Sitenizi taklit bankalarla bu bilgisayarda çalıştırmak için: npx velopos-local',
    other: 'In English: npx velopos --lang en',
  },
  en: {
    about: [
      'velopos takes payments through Turkish banks on a Wix site. This program helps while you set a site up, and when something',
      'goes wrong; the site itself does not need it. It moves no money and sends no order to a bank.',
    ],
    usage: 'Usage', commands: 'Commands', options: 'Options', examples: 'Examples', exits: 'Exit codes',
    more: 'Help on a command: npx velopos <command> --help',
    local: 'To run your site on this computer with simulated banks: npx velopos-local',
    other: 'Türkçesi: npx velopos --lang tr',
  },
};

export function generalHelp(commands, lang) {
  const words = WORDS[lang];
  return [
    ...words.about, '',
    `${words.usage}: npx velopos <${lang === 'tr' ? 'komut' : 'command'}> [--lang tr|en]`, '',
    `${words.commands}:`, ...columns(commands.map(({ name, summary }) => [name, summary[lang]])), '',
    words.more, words.local, words.other,
  ].join('\n');
}

export function commandHelp({ name, usage, options, help }, lang) {
  const words = WORDS[lang];
  const { about, examples, exits } = help[lang];
  const shown = [...options, ...COMMON].map((option) => [`--${option.name}${option.value ? ` ${option.value}` : ''}`, option.text[lang]]);
  return [
    ...about, '',
    `${words.usage}: npx velopos ${name} ${usage[lang]}`, '',
    `${words.options}:`, ...columns(shown), '',
    `${words.examples}:`, ...examples.flatMap(([command, what]) => [`  ${command}`, `      ${what}`]), '',
    `${words.exits}: ${exits}`,
    ...(name === undefined ? [] : [words.other.replace('velopos', `velopos ${name}`)]),
  ].join('\n');
}

function columns(rows) {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}
