// Options of a command line. What stands where no option may stand is never repeated on the screen: it may be a secret.

import { LANGUAGES } from './language.js';

/** The command was used wrongly; the message says how. */
export class Misuse extends Error {}

/** @typedef {{ name: string, value?: string, text: { tr: string, en: string } }} Option `value` is what the help calls the option's value */

/** Every command has these. @type {Option[]} */
export const COMMON = [
  { name: 'lang', value: 'tr|en', text: { tr: 'dil; yazılmazsa bilgisayarınızınki', en: 'the language; by default your computer’s' } },
  { name: 'help', text: { tr: 'bu yardım', en: 'this help' } },
];

const WORDS = {
  tr: {
    unknown: (name) => `\`--${name}\` diye bir seçenek yok.`,
    near: (name) => ` \`--${name}\` mi demek istediniz?`,
    known: (names) => ` Bilinenler: ${names}.`,
    value: (name, value) => `\`--${name}\` bir değer ister: --${name} ${value}`,
    none: (name) => `\`--${name}\` değer almaz.`,
    short: 'seçenekler iki tireyle başlar, örneğin --lang tr.',
    lang: '--lang tr ya da --lang en yazın.',
  },
  en: {
    unknown: (name) => `there is no option \`--${name}\`.`,
    near: (name) => ` Did you mean \`--${name}\`?`,
    known: (names) => ` Known are: ${names}.`,
    value: (name, value) => `\`--${name}\` needs a value: --${name} ${value}`,
    none: (name) => `\`--${name}\` takes no value.`,
    short: 'options begin with two hyphens, such as --lang en.',
    lang: 'write --lang tr or --lang en.',
  },
};

/** @param {string[]} args @param {Option[]} own @param {'tr' | 'en'} lang @returns {{ values: Record<string, any>, rest: string[] }} */
export function parseOptions(args, own, lang) {
  const known = [...own, ...COMMON];
  const words = WORDS[lang];
  const values = {};
  const rest = [];
  for (let place = 0; place < args.length; place += 1) {
    const [, name, , attached] = /^--([^=]+)(=([\s\S]*))?$/.exec(args[place]) ?? [];
    if (name === undefined) {
      if (/^-./.test(args[place])) throw new Misuse(words.short);
      rest.push(args[place]);
      continue;
    }
    const option = known.find((each) => each.name === name);
    if (!option) throw unknownOption(name, known, words);
    if (!option.value && attached !== undefined) throw new Misuse(words.none(name));
    values[name] = option.value ? attached ?? args[(place += 1)] : true;
    if (option.value && !values[name]) throw new Misuse(words.value(name, option.value));
  }
  if (values.lang !== undefined && !LANGUAGES.includes(values.lang)) throw new Misuse(words.lang);
  return { values, rest };
}

/** A name is repeated only if it resembles one of ours: anything else may be a secret. */
function unknownOption(name, known, words) {
  const names = known.map((each) => each.name);
  const near = nearest(name, names);
  return new Misuse(words.unknown(near ? plainName(name) : '…') + (near ? words.near(near) : words.known(names.map((each) => `--${each}`).join(', '))));
}

const plainName = (name) => name.replace(/[^\w-]/g, '?').slice(0, 30);

/** The known name that a mistyped one is nearest to, if any is near. */
export function nearest(given, known) {
  const word = String(given).slice(0, 64).toLowerCase();
  const [best] = known.map((name) => ({ name, far: edits(word, name.toLowerCase()) })).sort((a, b) => a.far - b.far);
  return best && best.far <= 1 + best.name.length / 3 ? best.name : undefined;
}

/** Levenshtein's distance. */
function edits(one, other) {
  let row = Array.from({ length: one.length + 1 }, (_, place) => place);
  for (let line = 1; line <= other.length; line += 1) {
    const next = [line];
    for (let place = 1; place <= one.length; place += 1) {
      const replaced = row[place - 1] + (one[place - 1] === other[line - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[place] + 1, next[place - 1] + 1));
    }
    row = next;
  }
  return row[one.length];
}
