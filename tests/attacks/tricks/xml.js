// What an element may hold that is not what it says: text that looks like an element, in an error message, a comment, a CDATA section, an
// entity, an attribute, in another element, or in the same element again. Nothing is taken away from what the bank wrote.

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const element = ([path, value]) => {
  const name = path.split('/').at(-1);
  return `<${name}>${value}</${name}>`;
};

/** Texts that hold a wish and are none of the bank's words. */
const INERT = [
  (wish) => `<!-- ${element(wish)} -->`,
  (wish) => `<Note>${escaped(element(wish))}</Note>`,
  (wish) => `<Note><![CDATA[${element(wish)}]]></Note>`,
  (wish) => `<Note>${element(wish)}</Note>`,
  (wish) => `<Note text="${escaped(element(wish))}"/>`,
  (wish) => `<Note><Note>${element(wish)}</Note></Note>`,
  (wish) => `<?note ${element(wish)}?>`,
  (wish) => `<x:${element(wish).slice(1).replace('</', '</x:')}`,
  (wish) => element([wish[0].toLowerCase(), wish[1]]),
  (wish) => element([wish[0].toUpperCase(), wish[1]]),
  (wish) => `<Note>]]>${escaped(element(wish))}</Note>`,
  (wish) => `<Note>&#60;${element(wish).slice(1).replaceAll('<', '&#60;')}</Note>`,
];

/** Ways to say a thing twice, of which no reader may take the better one. */
const TWICE = [
  (text, wish, name) => text.replace(`<${name}>`, `${element(wish)}<${name}>`),
  (text, wish, name) => text.replace(`</${name}>`, `</${name}>${element(wish)}`),
  (text, wish, name) => text.replace(`<${name}>`, `<${name}>${element(wish)}`),
  (text, wish, name) => text.replace(new RegExp(`<${name}>([^<]*)</${name}>`), (_, old) => `<${name}><![CDATA[${old}]]></${name}>${element(wish)}`),
];

const DECLARED = [
  (text, wish) => text.replace(/(\?>)/, `$1<!DOCTYPE x [<!ENTITY w "${wish[1]}">]>`).replace('</', '&w;</'),
  (text, wish) => text.replace(/(\?>)/, `$1${element(wish)}`),
  (text, wish) => `${text}${element(wish)}`,
  (text, wish) => text.replace(/encoding=(["'])[^"']*\1/i, 'encoding="UTF-7"').replace('</', `+ADw-${wish[1]}</`),
];

/** @returns {string} the document with something in it that must not be heard */
export function whispered(text, wishes, dice) {
  const wish = dice.pick(wishes);
  const name = wish[0].split('/').at(-1);
  const way = dice.below(10);
  if (way < 6) {
    // Anywhere between two elements.
    const places = [...text.matchAll(/></g)].map(({ index }) => index + 1);
    const at = places.length > 0 ? dice.pick(places) : text.length;
    return text.slice(0, at) + dice.pick(INERT)(wish) + text.slice(at);
  }
  if (way < 9) {
    const say = dice.pick(TWICE);
    // A decision takes more than one word: everything that one would like to hear, or one of it.
    if (dice.chance(0.5)) return say(text, wish, name);
    return wishes.reduce((all, each) => say(all, each, each[0].split('/').at(-1)), text);
  }
  return dice.pick(DECLARED)(text, wish);
}
