// What every runtime must get from the package. Plain functions over the standard globals: no test runner, nothing of Node's. Imported before
// the package, so that it sees what loading does. A case that returns something leaves evidence, which the caller checks with Node's crypto.

const { Module, Instance } = WebAssembly;
const seen = { modules: 0, instances: [] };
WebAssembly.Module = function CountedModule(bytes) {
  seen.modules += 1;
  return new Module(bytes);
};
WebAssembly.Instance = function CountedInstance(module, imports) {
  const instance = new Instance(module, imports);
  seen.instances.push(instance);
  return instance;
};

/** What there is to import: functions, and the formulas of each system. */
export const EXPORTS = {
  createPos: 'function', generateHashData: 'function', newOrderId: 'function', parseIsbankResponse: 'function', paymentPage: 'function',
  PosError: 'function', validatePayment: 'function',
  garanti: ['formHash', 'requestHash', 'securityData'],
  iyzico: ['authorization', 'responseSignature', 'verifyWebhook', 'webhookSignature'],
  nestpay: ['hash', 'legacyHash'],
  payflex: ['commonPaymentHash'],
  paytr: ['directToken', 'iframeToken', 'linkHash', 'linkToken', 'notificationHash', 'refundToken', 'reportToken', 'statusToken'],
  posnet: ['requestMac', 'responseMac'],
};

/**
 * @typedef {object} Platform
 * @property {boolean} [compiles] whether the package compiles its WebAssembly here; it may have been handed a compiled one
 * @property {object[]} [copies] the package, as it is seen in another way of loading it
 * @param {typeof import('velopos')} velopos
 * @param {object} facts messages and digests that the package had no hand in, made by facts.js
 * @param {Platform} platform
 * @returns {Promise<{ name: string, error?: string, evidence?: unknown }[]>}
 */
export async function run(velopos, facts, platform) {
  const results = [];
  for (const [name, work] of Object.entries(cases)) {
    try {
      results.push({ name, evidence: await work({ velopos, facts, compiles: true, copies: [], ...platform }) });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
}

/** Runs all of it and prints one line that the caller looks for. */
export async function report(...args) {
  console.log(`@results ${JSON.stringify(await run(...args))}`);
}

// ---- saying what is wrong

function same(actual, expected, about = '') {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${about}: ${is} is not ${should}`);
}

function holds(condition, about) {
  if (!condition) throw new Error(about);
}

async function refused(velopos, work, code, field) {
  let result;
  try {
    result = await work();
  } catch (error) {
    holds(error instanceof velopos.PosError, `not a PosError: ${error?.stack ?? error}`);
    same([error.code, error.field], [code, field ?? error.field], error.message);
    return error;
  }
  throw new Error(`nothing was refused as ${code}: ${JSON.stringify(result)}`);
}

// ---- what the cases need

/** Takes away the source of randomness that this runtime offers to everybody. */
function withoutGlobalCrypto(work) {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true, writable: true });
  try {
    return work();
  } finally {
    if (own) Object.defineProperty(globalThis, 'crypto', own);
    else delete globalThis.crypto;
  }
}

/** Takes all the memory that an instance may ever have, so that the next larger allocation in it fails. */
function exhaust({ exports }) {
  const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  for (let pages = 1024; pages >= 1;) {
    try {
      memory.grow(pages);
    } catch {
      pages = Math.floor(pages / 2);
    }
  }
}

/** A bank behind `fetch`, with the real Response of this runtime. */
function bankAnswering(reply) {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    return reply(asked.length);
  };
  return { fetch, asked };
}

const silent = () => new Promise(() => {});
const told = ({ status, proof, amount, orderId }) => [status, proof, amount, orderId];

// ---- the cases, in the order in which they run: the first ones are about what happens once

export const cases = {
  'loading defines and does nothing else': () => {
    same([seen.modules, seen.instances.length], [0, 0], 'compiled and started');
  },

  'without a source of randomness it refuses': async ({ velopos, facts }) => {
    const refuses = () => withoutGlobalCrypto(() => Promise.all([
      refused(velopos, () => velopos.newOrderId(), 'CONFIG', 'crypto'),
      refused(velopos, () => velopos.paymentPage(facts.nestpay.started.redirect), 'CONFIG', 'crypto'),
    ]));
    const show = globalThis.hideNodeCrypto?.();
    if (show) {
      await refuses();
      show();
    }
    // Node 18 has no such global: Node's module is asked, where it can be.
    const asked = withoutGlobalCrypto(() => {
      try {
        return velopos.newOrderId().length === 20 ? 'Node' : 'somebody else';
      } catch {
        return 'nobody';
      }
    });
    if (asked === 'nobody') await refuses();
    return { asked, hidden: Boolean(show) };
  },

  'the WebAssembly starts with the first call, once': ({ velopos, compiles }) => {
    for (let n = 0; n < 3; n++) velopos.generateHashData('a', 'b', 'c');
    same([seen.modules, seen.instances.length], [compiles ? 1 : 0, 1], 'compiled and started');
  },

  'everything that is declared is there': ({ velopos }) => {
    const names = Object.keys(velopos).filter((name) => name !== 'default' && name !== 'module.exports');
    same(names.sort(), Object.keys(EXPORTS).sort(), 'the names');
    for (const [name, kind] of Object.entries(EXPORTS)) {
      if (kind === 'function') same(typeof velopos[name], 'function', name);
      else same(Object.keys(velopos[name]).filter((key) => typeof velopos[name][key] === 'function').sort(), kind, name);
    }
  },

  'one copy, in whichever way it is loaded': ({ velopos, copies }) => {
    for (const copy of copies) {
      for (const name of Object.keys(EXPORTS)) holds(copy[name] === velopos[name], `${name} is another one`);
    }
  },

  'order ids': ({ velopos }) => {
    const ids = Array.from({ length: 500 }, () => velopos.newOrderId());
    holds(ids.every((id) => /^[A-Z2-9]{20}$/.test(id)), 'an id of other characters');
    same(new Set(ids).size, ids.length, 'different ids');
  },

  'İş Bankası: the form of a payment is signed': async ({ velopos, facts }) => {
    const pos = velopos.createPos(facts.nestpay.config);
    const { type, redirect, order } = await pos.start(facts.order);
    same([type, redirect.kind, order.amount], ['redirect', 'form', '149.90'], 'the step');
    return { fields: redirect.fields };
  },

  'İş Bankası: a genuine return is a payment': async ({ velopos, facts }) => {
    const { config, started, genuine } = facts.nestpay;
    const payment = await velopos.createPos(config).finish(started.order, genuine);
    same(told(payment), ['paid', 'signature', '149.90', facts.order.id], 'the payment');
    same(told(velopos.validatePayment(genuine, started.order, config.merchant)), told(payment), 'validated without a network');
  },

  'İş Bankası: a signed refusal says why, in Turkish': async ({ velopos, facts }) => {
    const { config, started, declined } = facts.nestpay;
    const { status, proof, decline } = await velopos.createPos(config).finish(started.order, declined);
    same([status, proof], ['declined', 'signature'], 'the refusal');
    same([decline.reason, decline.bankMessage], ['insufficient-funds', 'Yetersiz bakiye – şüpheli İŞLEM'], 'why');
    holds(/[ğüşıöçİ]/.test(decline.message.tr), `${decline.message.tr} is not Turkish`);
  },

  'İş Bankası: forgeries are refused': async ({ velopos, facts }) => {
    const { config, started, forgeries } = facts.nestpay;
    const pos = velopos.createPos(config);
    for (const { what, message, code } of forgeries) {
      const error = await refused(velopos, () => pos.finish(started.order, message), code);
      holds(!`${error.message} ${error.stack} ${JSON.stringify(error)}`.includes(config.merchant.storeKey), `${what}: the error holds the key`);
    }
    return { refused: forgeries.length };
  },

  'İş Bankası: the bank is asked, and its answer is read': async ({ velopos, facts }) => {
    const { config, started, status } = facts.nestpay;
    const bank = bankAnswering(() => new Response(status));
    const payment = await velopos.createPos(config, { fetch: bank.fetch }).inquire(started.order);
    same([...told(payment), bank.asked.length], ['paid', 'reply', '149.90', facts.order.id, 1], 'the payment');
  },

  'PayTR: a page is asked for': async ({ velopos, facts }) => {
    const { config, token } = facts.paytr;
    const bank = bankAnswering(() => new Response(token));
    const { redirect } = await velopos.createPos(config, { fetch: bank.fetch }).start(facts.order);
    holds(redirect.kind === 'url' && redirect.url.endsWith(JSON.parse(token).token), `${redirect.url} is not PayTR's page`);
    return { body: String(bank.asked[0].body) };
  },

  'PayTR: notifications': async ({ velopos, facts }) => {
    const { config, started, genuine, failed, forged } = facts.paytr;
    const pos = velopos.createPos(config);
    same(told(await pos.finish(started.order, genuine)), ['paid', 'signature', '149.90', facts.order.id], 'the genuine one');
    same((await pos.finish(started.order, failed)).status, 'declined', 'a genuine failure');
    await refused(velopos, () => pos.finish(started.order, forged), 'SIGNATURE_INVALID');
    same([pos.peek(genuine), pos.acknowledgement.body], [{ orderId: facts.order.id }, 'OK'], 'what is read and answered');
  },

  'iyzico: webhooks': async ({ velopos, facts }) => {
    const { webhooks, secretKey, merchantId } = facts.iyzico;
    for (const { body, signature, format } of webhooks) {
      same(velopos.iyzico.verifyWebhook(body, signature, secretKey, merchantId).format, format, 'the genuine one');
      same(velopos.iyzico.webhookSignature(body, secretKey, merchantId), signature, 'its signature');
      const forged = signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
      await refused(velopos, () => velopos.iyzico.verifyWebhook(body, forged, secretKey, merchantId), 'SIGNATURE_INVALID');
    }
  },

  'the digests of all systems': ({ velopos, facts }) => {
    for (const { system, formula, given, digest } of facts.digests) {
      const work = formula ? velopos[system][formula] : velopos[system];
      same(work(...given), digest, `${system}.${formula}`);
    }
  },

  'what a callback says is read, and not believed': ({ velopos, facts }) => {
    const { unverified } = velopos.parseIsbankResponse(facts.nestpay.declined);
    same([unverified.orderId, unverified.errorMessage], [facts.order.id, 'Yetersiz bakiye – şüpheli İŞLEM'], 'as text');
    same(velopos.parseIsbankResponse(new TextEncoder().encode(facts.nestpay.declined)).unverified, unverified, 'as bytes');
  },

  'errors are of one class, with a code and without secrets': async ({ velopos, facts }) => {
    const { config } = facts.nestpay;
    const error = await refused(velopos, () => velopos.createPos({ ...config, merchnat: {} }), 'CONFIG', 'merchnat');
    same([error instanceof Error, error.name, error.constructor === velopos.PosError, 'stack' in error], [true, 'PosError', true, true], 'the class');
    holds(error.message.includes('merchant'), `${error.message} names no nearer key`);
    same(Object.keys(JSON.parse(JSON.stringify(error))).slice(0, 3), ['name', 'code', 'field'], 'as JSON');
    same(JSON.stringify(velopos.createPos(config)), '{"gateway":"isbank","model":"3d_pay_hosting","mode":"test"}', 'an account as JSON');
  },

  'what is too large or misshapen': async ({ velopos, facts }) => {
    const { config, started } = facts.nestpay;
    const pos = velopos.createPos(config);
    const messages = [['x'.repeat(64 * 1024 + 1), 'TOO_LARGE'], [new Uint8Array(70_000), 'TOO_LARGE'], [42, 'MALFORMED'], ['a=\ud800', 'MALFORMED']];
    for (const [message, code] of messages) {
      await refused(velopos, () => pos.finish(started.order, message), code);
    }
    for (const [field, value] of [['amount', '149.9'], ['amount', 0.1 + 0.2], ['id', 'a b'], ['currency', 'try']]) {
      await refused(velopos, () => pos.start({ ...facts.order, [field]: value }), 'ORDER', field);
    }
  },

  'after a trap the next call gets a fresh core': async ({ velopos, facts }) => {
    const { config, started, genuine } = facts.nestpay;
    const pos = velopos.createPos(config);
    const question = pos.step.ask(started.order, 'inquire');
    const before = seen.instances.length;
    exhaust(seen.instances.at(-1));
    await refused(velopos, () => pos.step.reply(question.order, question.then, { status: 200, body: 'x'.repeat(256 * 1024) }), 'INTERNAL');
    same(told(await pos.finish(started.order, genuine)), ['paid', 'signature', '149.90', facts.order.id], 'the next payment');
    same([seen.instances.length - before, velopos.newOrderId().length], [1, 20], 'fresh ones');
  },

  'the page that hands over to the bank': ({ velopos, facts }) => {
    const page = velopos.paymentPage({ ...facts.nestpay.started.redirect, fields: { 'a"b': '<ş&\'>' } }, { language: 'tr' });
    holds(page.body.includes('name="a&#34;b" value="&#60;ş&#38;&#39;&#62;"'), 'the field is not escaped');
    const policy = page.headers['Content-Security-Policy'];
    const [, nonce] = /script-src 'nonce-([^']+)'/.exec(policy) ?? [];
    holds(nonce && page.body.includes(`<script nonce="${nonce}">`), policy);
    const url = 'https://www.paytr.com/odeme/guvenli/x';
    same(velopos.paymentPage({ kind: 'url', url }).headers.Location, url, 'an address');
  },

  'a refund is sent once, and a lost answer is told as unknown': async ({ velopos, facts }) => {
    const { config, started, genuine } = facts.nestpay;
    const { refs } = velopos.validatePayment(genuine, started.order, config.merchant);
    const paid = { ...started.order, refs };
    const claims = new Set();
    const claim = async (key) => !claims.has(key) && Boolean(claims.add(key));
    const bank = bankAnswering(() => { throw new TypeError('the connection was reset'); });
    const pos = velopos.createPos(config, { fetch: bank.fetch, claim });
    const statuses = [];
    for (let n = 0; n < 2; n++) statuses.push((await pos.refund(paid, { id: 'R1', amount: '49.90' })).status);
    same([statuses, bank.asked.length, claims.size], [['unknown', 'pending'], 1, 1], 'the refund and its repetition');
  },

  'a bank that never answers, and one that answers too much': async ({ velopos, facts }) => {
    const { config } = facts.paytr;
    const open = (fetch) => velopos.createPos(config, { fetch, timeoutMs: 50 });
    await refused(velopos, () => open(silent).start(facts.order), 'UNREACHABLE');
    await refused(velopos, () => open(async () => new Response('x'.repeat(300 * 1024))).start(facts.order), 'UNREACHABLE');
  },
};
