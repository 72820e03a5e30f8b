// The hypotheses. Each is a change to what was given (configuration, message, order or form); the check is then made again, and if it comes
// out otherwise, the change names the probable cause. A trial is `{ id, change, evidence }`; what an id means to people stands in
// explain-words.js. A hypothesis decides nothing: what fits under one is still not accepted.
import { bodyOf, fieldsOf, formRepairs, jsonRepairs, readerOf, textOf } from './explain-body.js';
import { writings } from './explain-systems.js';

const INVISIBLE = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;
const QUOTES = /^["'“‘`](.+)["'”’`]$/;

/** Larger messages get fewer combined trials: nothing that a bank sends is as large. */
const LARGE = 16 * 1024;

/** Fields that may have been added together. */
const LAST = 10;

const isText = (value) => typeof value === 'string' && value !== '';
const withKeys = (config, values) => ({ ...config, merchant: { ...config.merchant, ...values } });

// -----------------------------------------------------------------------------------------------------------------------------------
// The configuration

/** A configuration that is refused as it stands: what it was meant to be. */
export function* configRepairs({ config, order }, known) {
  const keys = known.keys.filter(({ name }) => isText(config.merchant?.[name]));
  const bare = keys.map((key) => [key, withoutSpace(config.merchant[key.name])]).filter(([key, value]) => value !== config.merchant[key.name]);
  if (bare.length > 0) {
    yield {
      id: 'space-in-secret', change: { config: withKeys(config, Object.fromEntries(bare.map(([{ name }, value]) => [name, value]))) },
      evidence: { panel: bare.map(([{ panel }]) => panel).join(', ') },
    };
  }
  const open = known.public.find(([name, value]) => config.merchant?.[name] === value);
  if (open && config.mode !== 'test') yield { id: 'test-key-in-production', change: inTestMode(config, order), evidence: { panel: panelOf(known, open[0]) } };
}

const inTestMode = (config, order) => ({ config: { ...config, mode: 'test' }, ...(order?.mode && { order: { ...order, mode: 'test' } }) });
const withoutSpace = (value) => value.replace(INVISIBLE, '').replace(QUOTES, '$1');
const panelOf = (known, key) => known.keys.find(({ name }) => name === key)?.panel ?? key;

/** Other keys than the configured ones, from the likeliest on. */
export function* keyTrials({ config, order, others }, known, signing) {
  const { merchant } = config;
  const named = (key) => ({ panel: panelOf(known, key) });
  const held = known.keys.filter(({ name, secret }) => (secret || signing.includes(name)) && isText(merchant[name])).map(({ name }) => name);
  const secrets = [...held.filter((name) => signing.includes(name)), ...held.filter((name) => !signing.includes(name))];
  for (const key of secrets) {
    const bare = withoutSpace(merchant[key]);
    if (bare !== merchant[key]) yield { id: 'space-in-secret', change: { config: withKeys(config, { [key]: bare }) }, evidence: named(key) };
  }
  for (const key of secrets) {
    for (const other of known.keys.map(({ name }) => name).filter((name) => name !== key && isText(merchant[name]) && merchant[name] !== merchant[key])) {
      const evidence = { ...named(key), other: panelOf(known, other) };
      yield { id: 'wrong-secret', change: { config: withKeys(config, { [key]: merchant[other] }) }, evidence };
      if (secrets.includes(other)) yield { id: 'wrong-secret', change: { config: withKeys(config, { [key]: merchant[other], [other]: merchant[key] }) }, evidence };
    }
  }
  for (const { name, config: { merchant: theirs } } of others) {
    const values = Object.fromEntries(secrets.filter((key) => isText(theirs?.[key])).map((key) => [key, withoutSpace(theirs[key])]));
    yield { id: 'other-account', change: { config: withKeys(config, values) }, evidence: { account: name } };
  }
  for (const values of publicKeys(known, signing)) {
    yield { id: 'signed-with-test-key', change: withPublic(config, order, values), evidence: named(signing[0]) };
  }
  for (const key of secrets) {
    for (const value of misreadings(merchant[key])) yield { id: 'mistyped-secret', change: { config: withKeys(config, { [key]: value }) }, evidence: named(key) };
  }
}

function withPublic(config, order, values) {
  const change = inTestMode(config, order);
  return { ...change, config: withKeys(change.config, values) };
}

/** The publicly known keys of a system, each with each where a digest takes two. */
function publicKeys(known, signing) {
  const isSecret = (key) => known.keys.some(({ name, secret }) => name === key && secret);
  const values = (key) => [...(isSecret(key) ? [] : [{}]), ...known.public.filter(([name]) => name === key).map(([, value]) => ({ [key]: value }))];
  return signing.map(values).reduce((all, more) => (more.length === 0 ? all : all.flatMap((one) => more.map((other) => ({ ...one, ...other })))), [{}])
    .filter((keys) => Object.keys(keys).length > 0);
}

const LOOKALIKES = [['0', 'O'], ['O', '0'], ['1', 'l'], ['l', '1'], ['1', 'I'], ['I', '1'], ['l', 'I'], ['I', 'l'], ['o', '0']];

/** Letters that are taken for one another, one at a time, and the whole in the other case. */
function misreadings(secret) {
  const found = [secret.toUpperCase(), secret.toLowerCase()];
  [...secret].slice(0, 64).forEach((letter, at) => {
    for (const [seen, meant] of LOOKALIKES) if (letter === seen) found.push(secret.slice(0, at) + meant + secret.slice(at + 1));
  });
  return [...new Set(found)].filter((value) => value !== secret);
}

// -----------------------------------------------------------------------------------------------------------------------------------
// The message

const isJson = (text) => /^\s*\{/.test(text) && !/^[^{}"]*=/.test(text);

/** What happened to the body on its way, or was done to it without bad intent. */
export function* bodyTrials(given, system) {
  const text = textOf(given.message.body);
  const change = (body) => ({ message: { ...given.message, body } });
  for (const { id, body } of repairsOf(text, given)) yield { id, change: change(body), evidence: {} };
  if (!system.digest || isJson(text)) return;
  const { fields, write, withPlus } = readerOf(system);
  if (withPlus) yield { id: 'decoded-body', change: change(withPlus(text)), evidence: {} };
  if (system.allSigned) yield* removals(fields(text), change);
  for (const [name, value] of fields(text)) {
    for (const [id, other] of rewritings(name, value)) {
      yield { id, change: change(write(text, { [name]: other })), evidence: { field: name, given: value, fits: other } };
    }
  }
}

const repairsOf = (text, { signedJson }) => (signedJson ? jsonRepairs(text) : formRepairs(text));

/** Every field of its own, then every two of the last ones, taken out again: what is added is put behind. */
function* removals(fields, change) {
  const without = (...names) => change(bodyOf(fields.filter(([name]) => !names.includes(name))));
  const names = fields.map(([name]) => name).filter((name) => !/^hash/i.test(name));
  for (const name of names) yield { id: 'field-added', change: without(name), evidence: { field: name } };
  const last = names.slice(-LAST);
  for (const [at, name] of last.entries()) {
    for (const other of last.slice(at + 1)) yield { id: 'field-added', change: without(name, other), evidence: { field: `${name}, ${other}` } };
  }
}

/** The same value in another writing. */
function rewritings(name, value) {
  if (/amount|total|price/i.test(name) && /^[\d.,]{1,16}$/.test(value)) return writings(value).map((other) => ['amount-text', other]);
  if (/^https?:\/\//.test(value)) return [['url-slash', value.endsWith('/') ? value.slice(0, -1) : `${value}/`]];
  return [];
}

const withoutSlash = (address) => address.replace(/\/$/, '');

/** Somebody changed a value that decides something: what it would have been before. */
export function* tamperTrials(given, system) {
  const text = textOf(given.message.body);
  if (!system.decisions || given.signedJson) return;
  const { fields, write } = readerOf(system);
  const value = Object.fromEntries(fields(text));
  const change = (values) => ({ message: { ...given.message, body: write(text, values) } });
  const told = (values) => {
    const changed = Object.keys(values).filter((name) => values[name] !== value[name]);
    return { field: changed.join(', '), given: changed.map((name) => value[name]).join(', '), fits: changed.map((name) => values[name]).join(', ') };
  };
  for (const values of combinations(value, system, given.order, text.length)) {
    const evidence = told(values);
    if (evidence.field !== '') yield { id: 'value-changed', change: change(values), evidence };
  }
}

function* combinations(value, { decisions, ofOrder }, order, size) {
  const own = order ? Object.entries(ofOrder(order)).filter(([name, expected]) => name in value && expected !== undefined && expected !== value[name]) : [];
  const ofTheOrder = Object.fromEntries(own);
  for (const [name, expected] of own) yield { [name]: expected };
  if (own.length > 1) yield ofTheOrder;
  const names = Object.keys(decisions).filter((name) => name in value);
  for (const name of names) for (const other of decisions[name]) yield { [name]: other };
  if (size > LARGE) return;
  let all = [{}];
  for (const name of names) all = all.flatMap((values) => [value[name], ...decisions[name]].map((other) => ({ ...values, [name]: other })));
  for (const values of all) {
    yield values;
    if (own.length > 0) yield { ...values, ...ofTheOrder };
  }
}

// -----------------------------------------------------------------------------------------------------------------------------------
// The order

/** What about the stored order may differ from what was sent. */
export function* orderTrials({ order, message, config }, known) {
  const { urls = {} } = order;
  const change = (changes) => ({ order: { ...order, ...changes } });
  for (const name of ['ok', 'fail', 'notify'].filter((each) => isText(urls[each]))) {
    const other = urls[name].endsWith('/') ? urls[name].slice(0, -1) : `${urls[name]}/`;
    yield { id: 'url-slash', change: change({ urls: { ...urls, [name]: other } }), evidence: { field: `urls.${name}`, given: other, fits: urls[name] } };
  }
  const came = message && !isJson(textOf(message.body)) ? fieldsOf(textOf(message.body)).filter(([, value]) => /^https?:\/\//.test(value)) : [];
  for (const [field, address] of came) {
    for (const name of ['ok', 'fail', 'notify']) {
      if (!isText(urls[name]) || withoutSlash(urls[name]) === withoutSlash(address)) continue;
      yield { id: 'url-differs', change: change({ urls: { ...urls, [name]: address } }), evidence: { field, given: address, fits: urls[name] ?? '' } };
    }
  }
  const values = new Set(message && !isJson(textOf(message.body)) ? fieldsOf(textOf(message.body)).map(([, value]) => value) : []);
  for (const model of known.models.filter((each) => each !== order.model && values.has(each))) {
    yield { id: 'wrong-storetype', change: { config: { ...config, model }, ...change({ model }) }, evidence: { field: 'model', given: model, fits: order.model ?? '' } };
  }
  for (let count = 0; count <= 12; count += 1) {
    if (count !== order.installments) yield { id: 'order-differs', change: change({ installments: count }), evidence: { field: 'installments' } };
  }
  yield { id: 'order-differs', change: change({ type: order.type === 'preauth' ? 'sale' : 'preauth' }), evidence: { field: 'type' } };
  const other = order.customer?.language === 'en' ? 'tr' : 'en';
  yield { id: 'order-differs', change: change({ customer: { ...order.customer, language: other } }), evidence: { field: 'customer.language' } };
}

// -----------------------------------------------------------------------------------------------------------------------------------
// A form of ours

/** How a form that the bank refused may have been signed. */
export function* formTrials(given, known, system) {
  const { fields } = given.form;
  const { digest, values = {}, amount, asCallback } = system.form;
  const change = (changed) => ({ form: { ...given.form, fields: changed } });
  const names = Object.keys(fields).filter((name) => !digest.includes(name));
  for (const name of names) {
    const others = [
      ...(name === amount ? writings(fields[name]).map((other) => ['amount-text', other]) : rewritings(name, fields[name])),
      ...(Object.hasOwn(values, name) ? values[name](known.models) : []).map((other) => [name === system.form.model ? 'wrong-storetype' : 'form-value', other]),
    ];
    for (const [id, other] of others.filter(([, each]) => each !== fields[name])) {
      yield { id, change: change({ ...fields, [name]: other }), evidence: { field: name, given: fields[name], fits: other } };
    }
  }
  if (!asCallback) return;
  for (const name of names) {
    const { [name]: removed, ...rest } = fields;
    yield { id: 'field-added', change: change(rest), evidence: { field: name } };
  }
  for (const order of orders(names)) yield { id: 'wrong-sort', change: change(inThisOrder(fields, order, digest)), evidence: {} };
}

/** Other orders of the names than the documented one. */
const orders = (names) => [
  [...names],
  [...names].sort(),
  [...names].sort((a, b) => a.localeCompare(b)),
  [...names].sort((a, b) => a.localeCompare(b, 'tr')),
  [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
];

/** Only the values are signed, so names that sort like the numbers 1, 2, 3 … put them into any order. */
function inThisOrder(fields, order, digest) {
  const renamed = order.filter((name) => !/^(encoding|countdown|nationalidno)$/i.test(name)).map((name, at) => [`a${String(at).padStart(4, '0')}`, fields[name]]);
  const own = digest.filter((name) => name in fields).map((name) => [name, fields[name]]);
  return Object.fromEntries([...renamed, ...own]);
}

/** A key as other code may hold it, which no configuration of ours takes. */
export function spacedKeys({ merchant }, signing) {
  const spaced = (value) => [`${value} `, ` ${value}`, `${value}\u00a0`, `\ufeff${value}`, `${value}\u200b`];
  return signing.filter((key) => isText(merchant[key])).flatMap((key) => spaced(merchant[key]).map((value) => ({ key, merchant: { ...merchant, [key]: value } })));
}
