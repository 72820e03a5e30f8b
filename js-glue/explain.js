// `velopos/explain`: why a check fails, and what to do. It makes the very check of finish() again under one hypothesis after the other. It
// decides nothing: there is no payment in what it returns, and a match under another key is a hint.
import { asLatin5, bodyOf, hasLostLetters, leavesIn, leavesOf, readerOf, textOf } from './explain-body.js';
import { Core } from './explain-core.js';
import { FURTHER } from './explain-further.js';
import { Veil } from './explain-veil.js';
import { SYSTEMS as SIX, minorOf } from './explain-systems.js';
import { bodyTrials, configRepairs, formTrials, keyTrials, orderTrials, spacedKeys, tamperTrials } from './explain-trials.js';
import { render } from './explain-words.js';
import { PosError } from './error.js';
import { MAX_MESSAGE, checkBody } from './frame.js';
import { nestpay } from './index.js';
import { requireObject, requireText } from './read.js';

export { PosError };

const SYSTEMS = { ...SIX, ...FURTHER };
const SHAPE = '{ config, message | form | reply, order?, others?, language? }';
const GIVEN = ['config', 'order', 'message', 'form', 'reply', 'others', 'language'];
const MISMATCHES = ['ORDER_MISMATCH', 'AMOUNT_MISMATCH', 'CURRENCY_MISMATCH', 'MERCHANT_MISMATCH', 'ECHO_MISMATCH'];
const SIGNATURES = ['SIGNATURE_INVALID', 'SIGNATURE_MISSING'];

/** The most trials of one explanation, and of one about a message larger than banks send: a few seconds at worst. */
const MOST = 6000;
const MOST_OF_LARGE = 400;
const LARGE = 16 * 1024;

/** Says why a check fails, in Turkish or English, and what to do. See explain.d.ts. */
export function explain(options) {
  const given = read(options);
  const { body = '' } = given.message ?? given.reply ?? {};
  const core = new Core(body.length);
  try {
    return new Explanation(core, given).make();
  } finally {
    core.end();
  }
}

// -----------------------------------------------------------------------------------------------------------------------------------
// What was given

function read(options) {
  requireObject(options, 'options', 'ORDER', 'anObjectOf', SHAPE);
  const { config, order, message, form, reply, others = [], language = 'tr' } = options;
  const [unknown] = Object.keys(options).filter((name) => !GIVEN.includes(name) && options[name] !== undefined);
  const count = [message, form, reply].filter((each) => each !== undefined && each !== null).length;
  if (unknown !== undefined || count > 1 || (count === 0 && !order)) throw new PosError('ORDER', 'anObjectOf', 'options', SHAPE);
  if (language !== 'tr' && language !== 'en') throw new PosError('ORDER', 'anObjectOf', 'language', "'tr' | 'en'");
  requireObject(config, 'config', 'CONFIG', 'config');
  const merchant = requireObject(config.merchant ?? {}, 'merchant', 'CONFIG', 'anObject');
  return {
    config: { ...config, merchant: { ...merchant } }, language, others: readOthers(others),
    order: order ? { ...requireObject(order, 'order', 'ORDER', 'order') } : undefined,
    message: readMessage(message), form: readForm(form), reply: readReply(reply),
  };
}

function readOthers(others) {
  if (!Array.isArray(others) || others.length > 16) throw new PosError('CONFIG', 'anObjectOf', 'others', '[{ name, config }]');
  const read = [];
  for (let place = 0; place < others.length; place += 1) read.push(readOther(others[place])); // holes, too
  return read;
}

function readOther(other) {
  const { name, config } = requireObject(other, 'others', 'CONFIG', 'anObjectOf', '{ name, config }');
  return { name: requireText(name, 'others.name', 'CONFIG').slice(0, 40), config: requireObject(config, 'others.config', 'CONFIG', 'config') };
}

function readMessage(message) {
  if (message === undefined || message === null) return undefined;
  const isBody = typeof message === 'string' || message instanceof Uint8Array;
  if (!isBody) requireObject(message, 'message', 'MALFORMED', 'anObjectOf', '{ body, headers }');
  return { body: checkBody(isBody ? message : message.body, MAX_MESSAGE), headers: isBody ? undefined : message.headers };
}

/** A form as an object of fields, as a redirect, as text; or a request with headers. */
function readForm(form) {
  if (form === undefined || form === null) return undefined;
  if (typeof form === 'string') return { fields: Object.fromEntries(leavesOf(checkBody(form, MAX_MESSAGE))) };
  requireObject(form, 'form', 'MALFORMED', 'fields');
  if (typeof form.headers === 'object' && form.headers !== null) return readRequest(form);
  const fields = typeof form.fields === 'object' && form.fields !== null ? form.fields : form;
  const texts = leavesIn(requireObject(fields, 'form', 'MALFORMED', 'fields'));
  return { fields: Object.fromEntries(texts.map(([name, value]) => [name, requireText(value, 'form', 'MALFORMED')])) };
}

function readRequest({ url = '', path = url, headers, body = '' }) {
  const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), requireText(value, name, 'MALFORMED')]);
  const request = { path: requireText(path, 'path', 'MALFORMED'), body: checkBody(body, MAX_MESSAGE), headers: Object.fromEntries(texts) };
  return { fields: Object.fromEntries(leavesOf(textOf(request.body))), request };
}

function readReply(reply) {
  if (reply === undefined || reply === null) return undefined;
  const body = typeof reply === 'string' || reply instanceof Uint8Array ? reply : requireObject(reply, 'reply', 'MALFORMED', 'anObjectOf', '{ body }').body;
  return { body: checkBody(body, MAX_MESSAGE) };
}

// -----------------------------------------------------------------------------------------------------------------------------------
// The explanation

class Explanation {
  #core;
  #given;
  #causes = [];
  #trials = 0;
  #known;
  #system;
  #most;

  constructor(core, given) {
    this.#core = core;
    this.#given = given;
    this.#most = given.message?.body.length > LARGE ? MOST_OF_LARGE : MOST;
  }

  make() {
    const { config, language, others } = this.#given;
    const gateway = typeof config.gateway === 'string' ? requireText(config.gateway, 'gateway', 'CONFIG') : '';
    this.#known = this.#core.known(gateway);
    this.#system = SYSTEMS[this.#known?.system] ?? { signing: [], look: [] };
    const configs = [config, ...others.map((other) => other.config)];
    const veil = new Veil(configs, this.#known?.keys ?? [], [...configs.flatMap((each) => this.#derived(each)), ...this.#carried()]);
    if (!this.#known) return this.#told(veil, this.#try({}), 'config', language);
    let outcome = this.#try({}, true);
    const first = outcome;
    if (outcome.code === 'CONFIG') outcome = this.#repairConfig(outcome);
    const verdict = outcome.code === 'CONFIG' ? 'config' : this.#judge(outcome);
    // What the configuration itself is refused for comes first, whatever else is found behind it.
    return this.#told(veil, first.code === 'CONFIG' ? { ...first, plaintext: outcome.plaintext } : outcome, first.code === 'CONFIG' ? 'config' : verdict, language);
  }

  /** What is made of the secrets of a configuration, and is secret as well. */
  #derived(config) {
    try {
      return this.#system.derived?.(config?.merchant ?? {}) ?? [];
    } catch (error) {
      if (error instanceof PosError) return [];   // of values that no formula takes nothing is made
      throw error;
    }
  }

  /** Secrets that the message or the form itself carries, right or wrong. */
  #carried() {
    return Object.entries(this.#fields()).filter(([name]) => SECRETS.test(name)).map(([, value]) => value);
  }

  /** The fields of what is explained. */
  #fields() {
    const { message, form } = this.#given;
    if (form) return form.fields;
    return message && !this.#isJson() ? Object.fromEntries(readerOf(this.#system).fields(textOf(message.body))) : {};
  }

  #told(veil, outcome, verdict, language) {
    const field = this.#causes.find(({ probable, evidence }) => probable && evidence.field)?.evidence.field ?? outcome.field;
    const facts = {
      verdict, code: outcome.isSilent ? null : outcome.thrown ?? outcome.code ?? null, field, plaintext: outcome.plaintext, causes: this.#causes.slice(0, 8),
      look: verdict === 'fits' && this.#given.message ? [] : this.#system?.look ?? [], error: outcome.error, kind: this.#kind(),
      isUnseen: outcome.verified === undefined,
    };
    return veil.over(render(facts, language));
  }

  #kind() {
    const { message, reply } = this.#given;
    return message ? 'message' : reply ? 'reply' : 'form';
  }

  /** The check under some changes. */
  #try(change, traced) {
    this.#trials += 1;
    const given = { ...this.#given, known: this.#known, ...change };
    const outcome = this.#core.ask(given.config, (pos) => CHECKS[this.#kind()](pos, given, this.#system), traced);
    return this.#kind() === 'message' ? this.#weighed(outcome, given, change, traced) : outcome;
  }

  /** What the check came to, with regard to the signature. */
  #weighed(outcome, { order, message }, change, traced) {
    const { state, code, verified } = outcome;
    const { asks, digest, named } = this.#system;
    if (MISMATCHES.includes(code)) {
      // Without an order there is nothing that the message could disagree with, but for the account; once its signature was looked at.
      const isSeen = named ? verified : verified !== false;
      if (!order) return isSeen && code !== 'MERCHANT_MISMATCH' ? { ...outcome, state: 'fits', code: undefined } : outcome;
      // The core had no look at the signature.
      if (verified !== undefined || digest === undefined) return outcome;
      const alone = this.#try({ ...change, order: undefined }, traced);
      return alone.state === 'refused' && SIGNATURES.includes(alone.code) ? { ...alone, isSilent: false, thrown: code, error: outcome.error } : { ...outcome, verified: alone.verified, plaintext: alone.plaintext };
    }
    if (!asks || state === 'refused' || verified) return outcome;
    const carries = Object.fromEntries(readerOf(this.#system).fields(textOf(message.body)))[digest];
    return { ...outcome, state: 'refused', isSilent: true, code: carries ? 'SIGNATURE_INVALID' : 'SIGNATURE_MISSING', field: digest };
  }

  /** The configuration as it was meant to be, so that what lies behind it can be seen, too. */
  #repairConfig(refused) {
    let outcome = refused;
    for (const trial of configRepairs(this.#given, this.#known)) {
      const next = this.#try(trial.change, true);
      if (next.code === 'CONFIG' && next.field === outcome.field && next.error.message === outcome.error.message) continue;
      this.#note(trial, true);
      Object.assign(this.#given, trial.change);
      outcome = next;
      if (outcome.code !== 'CONFIG') break;
    }
    return outcome;
  }

  #note({ id, evidence = {} }, probable) {
    if (this.#causes.some((cause) => cause.id === id && cause.evidence.field === evidence.field && cause.evidence.panel === evidence.panel)) return;
    const { given, fits, ...rest } = evidence;
    this.#causes.push({ id, probable, evidence: isSecretField(evidence.field ?? '') ? rest : evidence });
  }

  /** Tries the trials in turn; the first that helps is the cause. */
  #find(trials, helps) {
    for (const trial of trials) {
      if (this.#trials >= this.#most) break;
      if (!helps(this.#try(trial.change))) continue;
      this.#note(trial, true);
      return true;
    }
    return false;
  }

  #judge(outcome) {
    if (this.#kind() === 'form') return this.#judgeForm(outcome);
    if (this.#recognise(outcome)) return 'explained';
    if (outcome.state === 'fits') return this.#nothingSigned() ? 'unsigned' : 'fits';
    if (outcome.state === 'asks') {
      this.#find(orderTrials(this.#given, this.#known), ({ state }) => state === 'fits');
      return 'asks';
    }
    if (MISMATCHES.includes(outcome.code)) return outcome.verified === false ? this.#judgeStart(outcome) : this.#judgeMismatch(outcome);
    if (!SIGNATURES.includes(outcome.code) && !['MALFORMED', 'DUPLICATE_FIELD', 'FIELD_LIST', 'TOO_LARGE'].includes(outcome.code)) return 'refused';
    return this.#judgeSignature(outcome);
  }

  #nothingSigned() {
    const { order, message } = this.#given;
    const carries = message && this.#fields()[this.#system.digest];
    const none = this.#system.signing.length === 0 || (this.#known.system in UNSIGNED_RETURNS && this.#kind() === 'message' && !carries && !this.#isJson());
    if (none) this.#note({ id: 'nothing-signed' }, true);
    return none && (order || message);
  }

  #isJson() {
    return this.#given.message && /^\s*\{/.test(textOf(this.#given.message.body));
  }

  #judgeMismatch(outcome) {
    const { order } = this.#given;
    const fits = ({ state }) => state !== 'refused';
    if (outcome.code === 'ECHO_MISMATCH' && order) {
      this.#find(orderTrials(this.#given, this.#known), fits) || this.#find(amountTrials(order), fits) || this.#find(this.#keyTrials(), fits);
    }
    if (this.#causes.length === 0) this.#note({ id: outcome.code.toLowerCase().replace('_', '-'), evidence: this.#difference(outcome) }, true);
    return 'mismatch';
  }

  /** Where a digest belongs to one start of one order, it tells no more than that it is not this one's. */
  #judgeStart(outcome) {
    const { order } = this.#given;
    const { ofStart } = this.#system;
    if (!ofStart || this.#fields()[ofStart] !== order?.id) return this.#judgeMismatch(outcome);
    this.#note({ id: 'other-start', evidence: { field: outcome.field } }, false);
    return 'forged';
  }

  /** What came and what is stored, where the field is one of those that must be the order's. */
  #difference({ field }) {
    const { order } = this.#given;
    const came = this.#fields()[field];
    const stored = order && this.#system.ofOrder?.(order)[field];
    return { field, ...(came !== undefined && stored !== undefined && { given: came, fits: stored }) };
  }

  #keyTrials() {
    return keyTrials(this.#given, this.#known, this.#system.signing);
  }

  #judgeSignature(outcome) {
    const { message, config } = this.#given;
    const fits = ({ state, code }) => state !== 'refused' || MISMATCHES.includes(code);
    const { digest, unkeyed, unknownAt = [] } = this.#system;
    const fields = this.#fields();
    if (unkeyed && fields[digest] && unkeyed(fields) === fields[digest]) {
      this.#note({ id: 'signed-without-key', evidence: { field: digest } }, true);
      return 'unsigned';
    }
    const given = { ...this.#given, signedJson: this.#system.json === true && this.#isJson() };
    const body = message ? [...bodyTrials(given, this.#system)] : [];
    const found = this.#find(this.#keyTrials(), fits) || this.#find(body, fits) || this.#findTogether(body, fits);
    // Whoever knows a public key can sign: in production that is no better than no signature.
    const isPublic = this.#causes.some(({ id }) => id === 'signed-with-test-key') && this.#given.config.mode !== 'test';
    if (found) return isPublic ? 'forged' : 'explained';
    if (outcome.code === 'SIGNATURE_MISSING') return 'unsigned';
    if (message && this.#find(tamperTrials(given, this.#system), fits)) return 'forged';
    if (message && hasLostLetters(textOf(message.body))) this.#note({ id: 'charset-lost' }, false);
    this.#recogniseKeys();
    if (unknownAt.includes(config.gateway)) {
      this.#note({ id: 'unknown-digest', evidence: { field: digest } }, false);
      return 'unsigned';
    }
    if (!SIGNATURES.includes(outcome.code)) return 'damaged';
    this.#note({ id: 'forged' }, !this.#causes.some(({ id }) => id === 'same-secret' || id === 'charset-lost'));
    return 'forged';
  }

  /** A damaged body and a wrong key at once. */
  #findTogether(bodies, fits) {
    const repairs = bodies.filter(({ id }) => !['field-added', 'amount-text', 'url-slash'].includes(id));
    for (const repair of repairs) {
      for (const key of this.#keyTrials()) {
        if (key.id === 'mistyped-secret') break;
        if (this.#trials >= this.#most || !fits(this.#try({ ...repair.change, ...key.change }))) continue;
        this.#note(repair, true);
        this.#note(key, true);
        return true;
      }
    }
    return false;
  }

  /** What shows by itself: the old version of a digest, which says what it signs. */
  #recognise({ code, field }) {
    if (SIGNATURES.includes(code) && field === 'HashPassword') {
      this.#note({ id: 'key-in-return', evidence: { field } }, true);
      return true;
    }
    const fields = this.#fields();
    const { old, versions = {} } = this.#system.form ?? {};
    const [version, current] = Object.entries(versions)[0] ?? [];
    if (old && fields.HASHPARAMS !== undefined && fields[version] !== current) {
      const signed = { clientid: fields.HASHPARAMSVAL ?? '' };
      const keyFits = this.#given.config.merchant.storeKey && isMadeBy(old, signed, this.#given.config.merchant, fields.HASH);
      this.#note({ id: 'ver1', evidence: { keyFits: keyFits ? 'yes' : 'no' } }, true);
      return true;
    }
    return false;
  }

  /** One value under two names: nearly always the wrong one was copied. */
  #recogniseKeys() {
    const { merchant } = this.#given.config;
    const secrets = this.#known.keys.filter(({ name, secret }) => secret && merchant[name]);
    for (const key of secrets.filter(({ name }) => this.#system.signing.includes(name))) {
      const same = secrets.find((other) => other.name !== key.name && merchant[other.name] === merchant[key.name]);
      if (same) this.#note({ id: 'same-secret', evidence: { panel: key.panel, other: same.panel } }, false);
    }
  }

  // --- forms ---

  #judgeForm(outcome) {
    if (outcome.state === 'unsigned') {
      this.#note({ id: 'nothing-signed' }, true);
      return 'unsigned';
    }
    const { form, order } = this.#given;
    if (!form) return outcome.state === 'refused' ? 'refused' : 'fits';
    if (outcome.code === 'ORDER') return 'refused';   // without its headers a request cannot be judged
    const isSigned = outcome.state === 'fits';
    if (!isSigned && this.#findForm()) return 'explained';
    this.#compare(form.fields, order);
    if (isSigned) return this.#causes.length > 0 ? 'explained' : 'fits';
    this.#recogniseKeys();
    if (this.#causes.some(({ probable }) => probable)) return 'explained';
    if (this.#causes.length === 0) this.#note({ id: 'form-unexplained' }, true);
    return 'refused';
  }

  #findForm() {
    const { form, config } = this.#given;
    const { request, sign, old, oldLength, asCallback, digest = [] } = this.#system.form;
    const fits = ({ state }) => state === 'fits';
    if (request && (form.request || !sign)) return this.#find(requestTrials(this.#given), fits) || this.#find(this.#keyTrials(), fits);
    const given = digest.map((name) => form.fields[name]).find(Boolean);
    if (old && isMadeBy(old, form.fields, config.merchant, given)) this.#note({ id: 'ver1-form', evidence: { field: digest[0] } }, true);
    else if (given && given.length === oldLength) this.#note({ id: 'ver1-form', evidence: { field: digest[0] } }, true);
    if (this.#causes.length > 0) return true;
    const spaced = spacedKeys(config, this.#known.keys.filter(({ secret }) => secret).map(({ name }) => name))
      .map(({ key, merchant }) => ({ id: 'space-in-secret', change: { signWith: merchant }, evidence: { panel: this.#panel(key) } }));
    return this.#find(spaced, fits) || this.#find(this.#keyTrials(), fits) || this.#find(formTrials(this.#given, this.#known, this.#system), fits)
      || asCallback === true && this.#find([{ id: 'charset', change: { latin5: true }, evidence: {} }], fits);
  }

  /** The form beside the configuration and the order: what the bank will not like although the digest fits. */
  #compare(fields, order) {
    const { config } = this.#given;
    const { account = {}, secrets = {}, versions = {}, model } = this.#system.form;
    for (const [name, [key, made]] of Object.entries(secrets)) {
      if (name in fields && fields[name] !== made(config.merchant)) this.#note({ id: 'secret-differs', evidence: { field: name, panel: this.#panel(key) } }, true);
    }
    for (const [name, key] of Object.entries(account)) {
      if (name in fields && config.merchant[key] && fields[name] !== config.merchant[key]) {
        this.#note({ id: 'wrong-terminal', evidence: { field: name, panel: this.#panel(key) } }, true);
      }
    }
    for (const [name, version] of Object.entries(versions)) {
      if (fields[name] !== version) this.#note({ id: 'ver1-form', evidence: { field: name, given: fields[name] ?? '', fits: version } }, true);
    }
    const configured = config.model ?? this.#known.models[0];
    if (model && fields[model] !== undefined && fields[model].toLowerCase() !== configured) {
      this.#note({ id: 'wrong-storetype', evidence: { field: model, given: fields[model], fits: configured } }, true);
    }
    if (order) this.#compareWithOrder(fields, order);
  }

  #panel(key) {
    return this.#known.keys.find(({ name }) => name === key)?.panel ?? key;
  }

  #compareWithOrder(fields, { gateway, model, mode, refs, ...order }) {
    const { amount, urls } = this.#system.form;
    let ours;
    this.#core.ask(this.#given.config, (pos) => {
      const step = pos.step.start(order);
      ours = step.type === 'send' ? Object.fromEntries(leavesOf(textOf(step.request.body))) : step.redirect.fields;
      return 'fits';
    });
    const skip = new Set([...this.#system.form.digest ?? [], ...this.#causes.map(({ evidence }) => evidence.field)]);
    for (const [name, text] of Object.entries(ours ?? {})) {
      if (skip.has(name) || FRESH.has(name.toLowerCase()) || isSecretField(name) || fields[name] === text) continue;
      if (fields[name] === undefined) {
        this.#note({ id: 'field-missing', evidence: { field: name } }, false);
        continue;
      }
      const slash = urls?.includes(name) && fields[name].replace(/\/$/, '') === text.replace(/\/$/, '');
      const id = name === amount ? (sameAmount(fields[name], text) ? 'amount-text' : 'amount-differs') : slash ? 'url-slash' : urls?.includes(name) ? 'url-differs' : 'form-value';
      this.#note({ id, evidence: { field: name, given: fields[name], fits: text } }, true);
    }
  }
}

/** Whether an old formula made this digest; of values that no formula takes it made none. */
function isMadeBy(old, fields, merchant, digest) {
  try {
    return old(fields, merchant) === digest;
  } catch {
    return false;
  }
}

/** Fields that are new in every form. */
const FRESH = new Set(['rnd', 'txntimestamp', 'customeremailaddress', 'customeripaddress', 'randomnumber', 'requestdatetime', 'timespan']);

/** Fields that carry a secret, or a digest: their values show nowhere. */
const SECRETS = /pass(word)?$|key$|salt$|secret|hash(data|value)?$|signature$|^mac(new)?$/i;

/** Fields whose values are not quoted. */
const isSecretField = (name) => /pass(word)?$|key$|salt$|secret|hash|^mac|digest|cvv|cvc|cv2|card|pan$|expir/i.test(name);

/** Systems whose return may carry no digest. */
const UNSIGNED_RETURNS = { posnet: true, payflex: true, iyzico: true };

const sameAmount = (one, other) => minorOf(one.replace(',', '.')) !== undefined && minorOf(one.replace(',', '.')) === minorOf(other.replace(',', '.'));

function* amountTrials(order) {
  const minor = minorOf(order.amount);
  if (minor === undefined) return;
  const as = (amount) => ({ id: 'order-differs', change: { order: { ...order, amount } }, evidence: { field: 'amount' } });
  if (minor.length > 2) yield as({ minor: `${minor}00` });
  if (minor.endsWith('00') && minor.length > 3) yield as({ minor: minor.slice(0, -2) });
}

/** What may be wrong about a signed request. */
function* requestTrials({ form }) {
  const { request } = form;
  const change = (changed) => ({ form: { ...form, request: { ...request, ...changed } } });
  const path = request.path.replace(/^https?:\/\/[^/]+/, '').split('?')[0];
  if (path !== request.path) yield { id: 'signed-path', change: change({ path }), evidence: { field: 'path' } };
  const text = textOf(request.body);
  for (const body of [tryJson(text), tryJson(text, 2), text.trim(), '']) {
    if (body !== undefined && body !== text) yield { id: 'body-changed', change: change({ body }), evidence: {} };
    if (body !== undefined && body !== text && path !== request.path) yield { id: 'body-changed', change: change({ body, path }), evidence: {} };
  }
}

function tryJson(text, spaces) {
  try {
    return JSON.stringify(JSON.parse(text), null, spaces);
  } catch {
    return undefined;
  }
}

// -----------------------------------------------------------------------------------------------------------------------------------
// The checks

const CHECKS = {
  /** As finish() begins. Without an order a stand-in is made of what the message says of itself: only the signature then counts. */
  message(pos, { order, message, known }, system) {
    const { type, payment } = pos.step.callback(order ?? standIn(pos, message, system), message);
    const proves = order && known.proving.includes(pos.toJSON().model);
    return proves && (type !== 'done' || payment.proof === 'none') ? 'asks' : 'fits';
  },

  /** As finish() goes on. Which question the reply answers shows in the reply. */
  reply(pos, { order, reply }, { answerTo }) {
    if (!order) throw new PosError('ORDER', 'storedOrder', '');
    if (answerTo) pos.step.reply(order, `reads:${answerTo(textOf(reply.body))}`, { status: 200, body: reply.body });
    return 'fits';
  },

  /** A form or a request of ours; without one, the form that the package itself would make. */
  form(pos, { form, order, config, signWith, latin5 }, { form: signed }) {
    if (!form) {
      const { gateway, model, mode, refs, ...fresh } = order;
      pos.step.start(fresh);
      return signed ? 'fits' : 'unsigned';
    }
    if (!signed) return 'unsigned';
    if (signed.request && (form.request || !signed.sign)) return checkRequest(form.request, config, signed.request);
    const given = signed.digest.map((name) => form.fields[name]).find(Boolean);
    if (!given) throw new PosError('SIGNATURE_MISSING', 'unsigned', signed.digest[0]);
    if (signed.each) return checkEach(form.fields, signWith ?? config.merchant, signed);
    if (latin5) return checkAsCallback(pos, form.fields, signed, given);
    const merchant = signWith ?? config.merchant;
    const made = signed.asCallback ? [nestpay.hash(form.fields, merchant.storeKey ?? '')] : [signed.sign(form.fields, merchant), ...(signed.page ? [signed.page(form.fields, merchant)] : [])];
    if (made.some((digest) => isSame(digest, given))) return 'fits';
    throw new PosError('SIGNATURE_INVALID', 'nestpayHash', signed.digest[0]);
  },
};

const isSame = (digest, given) => digest === given || digest.toLowerCase() === given.toLowerCase() && /^[\da-f]+$/i.test(given);

/** Several digests in one form: each that is there must fit. */
function checkEach(fields, merchant, { each }) {
  for (const [name, digest] of Object.entries(each)) {
    if (fields[name] && !isSame(digest(fields, merchant), fields[name])) throw new PosError('SIGNATURE_INVALID', 'posnetMac', name);
  }
  return 'fits';
}

function checkRequest(request, { merchant }, { header, sign }) {
  if (!request) throw new PosError('ORDER', 'anObjectOf', 'form', '{ path, headers, body }');
  const given = request.headers[header];
  if (!given) throw new PosError('SIGNATURE_MISSING', 'unsigned', header);
  if (sign(request, merchant) === given) return 'fits';
  throw new PosError('SIGNATURE_INVALID', 'iyzicoSignature', header);
}

/** The digest of a form is that of a callback, so the core can verify one over the bytes of the other charset. */
function checkAsCallback(pos, fields, { digest }, given) {
  const rest = Object.entries(fields).filter(([name]) => !digest.includes(name));
  const body = `${asLatin5(rest)}&${bodyOf([[digest[1], given]])}`;
  try {
    return CHECKS.message(pos, { message: { body } }, {});
  } catch (error) {
    if (MISMATCHES.includes(error.code)) return 'fits';
    throw error;
  }
}

function standIn(pos, message, system) {
  const { gateway, model, mode } = pos.toJSON();
  const fields = /^\s*\{/.test(textOf(message.body)) ? {} : Object.fromEntries(readerOf(system).fields(textOf(message.body)));
  const named = system.named?.(fields) ?? '';
  const { paymentId = '1', token = 'x', signature } = fields;
  return {
    id: /^[A-Za-z0-9]{1,20}$/.test(named) ? named : 'EXPLAIN0000000000000', amount: '1.00', currency: 'TRY', urls: { ok: 'https://shop.example/ok', fail: 'https://shop.example/fail' },
    gateway, model: signature === undefined ? model : SIGNED_RETURN[gateway] ?? model, mode, refs: new URLSearchParams({ started: '1', paymentId, token }).toString(),
  };
}

/** The model in which a return with a signature comes. */
const SIGNED_RETURN = { iyzico: '3ds' };
