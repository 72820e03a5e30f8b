// What anybody can do to a form: change, drop, add, repeat and move its fields. Nothing here knows a protocol.

const some = (fields, dice) => dice.below(fields.length);
const replaced = (fields, place, ...by) => fields.splice(place, 1, ...by);

/** A value that a shop would like to read, or one that stands somewhere in a genuine message. */
const wanted = (world, dice) => (dice.chance(0.6) ? dice.pick(world.words) : dice.pick(dice.pick(world.forms).fields).value);
/** A name that a shop looks at, or one that banks send. */
const aName = (world, dice) => (dice.chance(0.7) ? dice.pick(world.names) : dice.pick(dice.pick(world.forms).fields).name);

const OTHER_CASE = [
  (name) => name.toUpperCase(), (name) => name.toLowerCase(), (name) => name.slice(0, 1).toUpperCase() + name.slice(1),
  (name) => name.replaceAll('.', '_'), (name) => name.replaceAll('_', '.'), (name) => `${name} `, (name) => ` ${name}`,
  (name) => `${name}[]`, (name) => `${name}[0]`, (name) => name.replaceAll('i', '\u00c4\u00b1'), (name) => `${name}\0`,
  (name) => name.replaceAll('K', '\u00e2\u0084\u00aa'), (name) => `${name}.`, (name) => name.replaceAll('I', '\u00c4\u00b0'),
];
const otherCase = (name, dice) => dice.pick(OTHER_CASE)(name);

export const tricks = {
  'change a value': ({ fields }, world, dice) => {
    const place = some(fields, dice);
    replaced(fields, place, { name: fields[place].name, value: wanted(world, dice) });
  },
  'change a decision': ({ fields }, world, dice) => {
    const [name, value] = dice.pick(world.decisions);
    const place = fields.findIndex((field) => field.name === name);
    if (place < 0) fields.push({ name, value });
    else replaced(fields, place, { name, value });
  },
  'a digit more or less': ({ fields }, world, dice) => {
    const place = some(fields, dice);
    const { name, value } = fields[place];
    const at = dice.below(value.length + 1);
    const text = dice.chance(0.5) ? value.slice(0, at) + dice.pick('0123456789.,- +') + value.slice(at) : value.slice(0, at) + value.slice(at + 1);
    replaced(fields, place, { name, value: text });
  },
  'drop a field': ({ fields }, world, dice) => {
    const named = dice.chance(0.5) ? fields.findIndex(({ name }) => name === dice.pick(world.names)) : -1;
    fields.splice(named < 0 ? some(fields, dice) : named, 1);
  },
  'add a field': ({ fields }, world, dice) => {
    fields.splice(dice.below(fields.length + 1), 0, { name: aName(world, dice), value: wanted(world, dice) });
  },
  'send a field twice': ({ fields }, world, dice) => {
    const { name, value } = dice.pick(fields);
    fields.splice(dice.below(fields.length + 1), 0, { name, value: dice.chance(0.7) ? wanted(world, dice) : value });
  },
  'send a field twice, in another case': ({ fields }, world, dice) => {
    const { name } = dice.pick(fields);
    fields.splice(dice.below(fields.length + 1), 0, { name: otherCase(name, dice), value: wanted(world, dice) });
  },
  'another case of a name': ({ fields }, world, dice) => {
    const place = some(fields, dice);
    const { name, value } = fields[place];
    replaced(fields, place, { name: otherCase(name, dice), value });
  },
  'hide a field behind another name': ({ fields }, world, dice) => {
    const place = some(fields, dice);
    const { name, value } = fields[place];
    replaced(fields, place, { name: `${name}-x`, value }, { name, value: wanted(world, dice) });
  },
  'exchange two values': ({ fields }, world, dice) => {
    const [one, other] = [some(fields, dice), some(fields, dice)];
    const [a, b] = [fields[one], fields[other]];
    fields[one] = { name: a.name, value: b.value };
    fields[other] = { name: b.name, value: a.value };
  },
  'another order of the fields': ({ fields }, world, dice) => {
    for (let times = dice.below(6) + 1; times > 0; times -= 1) fields.push(...fields.splice(some(fields, dice), 1));
  },
  'an empty value': ({ fields }, world, dice) => {
    const place = some(fields, dice);
    replaced(fields, place, { name: fields[place].name, value: '' });
  },
  'graft values of another message': ({ fields }, world, dice) => {
    const from = dice.pick(world.forms).fields;
    for (let times = dice.below(5) + 1; times > 0; times -= 1) {
      const { name, value, raw } = dice.pick(from);
      if (world.unknowable?.includes(name)) continue;
      const place = fields.findIndex((field) => field.name === name);
      if (place < 0) fields.push({ name, value, raw });
      else replaced(fields, place, { name, value, raw });
    }
  },
  'say what the order says': ({ fields, target }, world, dice) => {
    for (const [name, value] of Object.entries(world.identity(target))) {
      if (dice.chance(0.15)) continue;
      const place = fields.findIndex((field) => field.name === name);
      if (place >= 0 && fields[place].value !== value) replaced(fields, place, { name, value });
    }
  },
};
