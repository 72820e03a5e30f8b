// What can be done to a JSON object so that two readers read two things: keys twice, in another case, escaped; numbers written otherwise;
// a key inside another.

const MEMBER = /("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null|\{[^{}]*\}|\[[^[\]]*\])/g;

/** The members of a flat object, as they are written. */
export const members = (text) => [...text.matchAll(MEMBER)].map(([, key, value]) => [key, value]);
export const joined = (list) => `{${list.map(([key, value]) => `${key}:${value}`).join(',')}}`;

const wanted = (world, dice) => {
  const value = dice.chance(0.5) ? dice.pick(world.words) : dice.pick(dice.pick(world.objects))[1];
  return /^("|-?\d|true$|false$|null$|[[{])/.test(value) ? value : JSON.stringify(value);
};
const escapes = (key, dice) => {
  const at = 1 + dice.below(key.length - 2);
  return `${key.slice(0, at)}\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}${key.slice(at + 1)}`;
};
const recased = (key, dice) => dice.pick([
  key.toUpperCase(), key.toLowerCase(), `"${key[1].toUpperCase()}${key.slice(2)}`, key.replaceAll('i', '\u0131'), key.replace(/"$/, ' "'),
  key.replace(/"$/, '\\u0000"'),
]);

const NUMBERS = [
  (text) => `${text}.0`, (text) => `${text}e0`, (text) => `0${text}`, (text) => `"${text}"`, (text) => `+${text}`, (text) => `-${text}`,
  (text) => `${text}0`, (text) => `[${text}]`, (text) => `0x${Number(text).toString(16)}`, (text) => Number(text).toExponential(),
  (text) => `"${text} "`,
];

function edit(draft, work) {
  const list = members(draft.text);
  if (list.length === 0) return false;
  if (work(list) === false) return false;
  draft.text = joined(list);
  return true;
}

const place = (list, dice) => dice.below(list.length);

export const tricks = {
  'change a member': (draft, world, dice) => edit(draft, (list) => { list[place(list, dice)][1] = wanted(world, dice); }),
  'drop a member': (draft, world, dice) => edit(draft, (list) => { list.splice(place(list, dice), 1); }),
  'add a member': (draft, world, dice) => edit(draft, (list) => { list.splice(place(list, dice), 0, [
    JSON.stringify(dice.pick(world.keysOfObjects)), wanted(world, dice),
  ]); }),
  'a key twice': (draft, world, dice) => edit(draft, (list) => {
    const [key] = dice.pick(list);
    list.splice(dice.below(list.length + 1), 0, [key, wanted(world, dice)]);
  }),
  'a key twice, in another case': (draft, world, dice) => edit(draft, (list) => {
    const [key] = dice.pick(list);
    list.splice(dice.below(list.length + 1), 0, [recased(key, dice), wanted(world, dice)]);
  }),
  'a key twice, with an escape': (draft, world, dice) => edit(draft, (list) => {
    const [key] = dice.pick(list);
    list.splice(dice.below(list.length + 1), 0, [escapes(key, dice), wanted(world, dice)]);
  }),
  'a key with an escape': (draft, world, dice) => edit(draft, (list) => {
    const at = place(list, dice);
    list[at][0] = escapes(list[at][0], dice);
  }),
  'a value with an escape': (draft, world, dice) => edit(draft, (list) => {
    const at = place(list, dice);
    const value = list[at][1];
    if (!/^"[^\\"]+"$/.test(value)) return false;
    list[at][1] = escapes(value, dice);
  }),
  'another key': (draft, world, dice) => edit(draft, (list) => { list[place(list, dice)][0] = JSON.stringify(dice.pick(world.keysOfObjects)); }),
  'a number written otherwise': (draft, world, dice) => edit(draft, (list) => {
    const numbers = list.filter(([, value]) => /^"?\d+"?$/.test(value));
    if (numbers.length === 0) return false;
    const member = dice.pick(numbers);
    member[1] = dice.pick(NUMBERS)(member[1].replaceAll('"', ''));
  }),
  'null, or nothing': (draft, world, dice) => edit(
    draft, (list) => { list[place(list, dice)][1] = dice.pick(['null', '""', '[]', '{}', 'false', '0']); }
  ),
  'a member inside another': (draft, world, dice) => edit(draft, (list) => {
    const inside = joined([dice.pick(list), [JSON.stringify(dice.pick(world.keysOfObjects)), wanted(world, dice)]]);
    list.splice(place(list, dice), 0, [JSON.stringify(dice.pick(['data', 'payment', '__proto__', 'constructor', 'result'])), inside]);
  }),
  'members of another object': (draft, world, dice) => edit(draft, (list) => {
    const other = dice.pick(world.objects);
    for (let times = 1 + dice.below(3); times > 0; times -= 1) {
      const [key, value] = dice.pick(other);
      const at = list.findIndex(([name]) => name === key);
      if (at < 0) list.push([key, value]);
      else list[at] = [key, value];
    }
  }),
  'something around the object': (draft, world, dice) => {
    const text = draft.text;
    draft.text = dice.pick([
      `\ufeff${text}`, `${text}${text}`, `[${text}]`, `${text}\n`, ` ${text}`, `${text},`, `/**/${text}`, `${text}//`, `)]}'\n${text}`,
      text.replace('{', '{ ,'), text.replace(/\}$/, ',}'), `"${text.replaceAll('"', '\\"')}"`, `{"body":${text}}`,
    ]);
  },
  'exchange two values': (draft, world, dice) => edit(draft, (list) => {
    const [one, other] = [place(list, dice), place(list, dice)];
    [list[one][1], list[other][1]] = [list[other][1], list[one][1]];
  }),
};
