// The package's formulas against values that somebody else produced: banks, official documents and libraries, or another implementation.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createPos, garanti, generateHashData, iyzico, nestpay, payflex, paytr, posnet, PosError } from 'velopos';
import { initialized, retrieved } from './gate/iyzico.js';
import * as oracle from './oracle/nestpay.js';
import * as iyzicoOracle from './oracle/iyzico.js';
import * as paytrOracle from './oracle/paytr.js';
import * as posnetOracle from './oracle/posnet.js';
import { outcomeOf, refuses } from './outcome.js';
import * as shop from './shop.js';

const read = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url)));
const vectors = { nestpay: read('nestpay'), garanti: read('garanti'), posnet: read('posnet'), payflex: read('payflex'), paytr: read('paytr'), iyzico: read('iyzico'), amounts: read('amounts'), twoStage: read('two-stage') };

describe('NestPay', () => {
  for (const { name, fields, storeKey, digest, plaintext, fits } of vectors.nestpay.ver3.map(complete)) {
    test(`ver3: ${name}`, () => {
      const same = fits ? assert.equal : assert.notEqual;
      same(oracle.ver3(fields, storeKey), digest);
      same(nestpay.hash(Object.fromEntries(fields), storeKey), digest);
      if (plaintext) assert.equal(oracle.ver3Plaintext(fields, storeKey), plaintext);
    });
  }

  test('ver3 escapes the backslash before the pipe', () => {
    for (const { value, escaped } of vectors.nestpay.escape) {
      assert.equal(oracle.ver3Plaintext([['a', value]], 'k'), `${escaped}|k`);
      assert.equal(nestpay.hash({ a: value }, 'k'), oracle.ver3([['a', value]], 'k'));
    }
  });

  test('ver1 of old terminals', () => {
    for (const { fields, storeKey, digest } of vectors.nestpay.ver1) {
      assert.equal(oracle.ver1(fields, storeKey), digest);
      assert.equal(nestpay.legacyHash(Object.fromEntries(fields), storeKey), digest);
    }
  });

  test('the relabelled message really has the digest of the genuine one', () => {
    const { genuine, forged, storeKey, digest } = vectors.nestpay.relabelled;
    assert.equal(nestpay.hash(Object.fromEntries(genuine), storeKey), digest);
    assert.equal(nestpay.hash(Object.fromEntries(forged), storeKey), digest);
  });
});

describe('Garanti BBVA', () => {
  const url = 'https://shop.example/garanti';
  const merchant = { merchantId: '7000679', terminalId: '30691298', provisionPassword: '123qweASD/', refundPassword: '123qweASD/' };
  const openPos = (storeKey, model = '3d') => createPos({ gateway: 'garanti', mode: 'test', model, merchant: { ...merchant, storeKey } });
  const list = `${Object.keys(vectors.garanti.callback[0].signed).join(':')}:`;

  /** What comes of a message about the order that it names, in a few words. */
  async function comesOf(pos, id, fields, of = {}) {
    const { amount = '1.01', installments = 1 } = of;
    const started = pos.step.start({ ...shop.order, id, amount, installments, urls: { ok: of.url ?? url, fail: of.url ?? url } });
    const { secure3dhash } = started.redirect.fields;
    if (fields.secure3dhash) assert.equal(secure3dhash, fields.secure3dhash, 'the bank handed the same form back');
    return outcomeOf(() => pos.step.callback(started.order, String(new URLSearchParams({ secure3dhash, ...fields }))));
  }

  test('the formulas', () => {
    for (const { password, terminalId, hash } of vectors.garanti.securityData) assert.equal(garanti.securityData(password, terminalId), hash);
    for (const { name, fields, storeKey, password, hash } of vectors.garanti.formHash) assert.equal(garanti.formHash(fields, storeKey, password), hash, name);
    for (const { name, given, password, hash } of vectors.garanti.requestHash) assert.equal(garanti.requestHash(given, password), hash, name);
    const { given: { cardNumber, currencyCode, ...bare }, password, hash } = vectors.garanti.requestHash.at(-1);
    assert.deepEqual([cardNumber, currencyCode, garanti.requestHash(bare, password)], ['', '', hash], 'what is not sent counts as empty');
  });

  for (const { name, storeKey, signed, hash, secure3dhash, xid, order, outcome, fits } of vectors.garanti.callback) {
    test(`return: ${name}`, async () => {
      const same = fits ? assert.equal : assert.notEqual;
      same(createHash('sha512').update(Object.values(signed).join('') + storeKey).digest('hex').toUpperCase(), hash);
      const fields = { ...signed, hash, hashparams: list, ...(secure3dhash && { secure3dhash }), ...(xid && { xid }) };
      assert.equal(await comesOf(openPos(storeKey), signed.oid, fields, order), outcome);
    });
  }

  for (const { name, storeKey, hashparams, fields, hash, outcome } of vectors.garanti.otherLists) {
    test(`another list: ${name}`, async () => {
      const plain = hashparams.split(':').filter(Boolean).map((field) => fields[field] ?? '').join('');
      assert.equal(createHash('sha512').update(plain + storeKey).digest('hex').toUpperCase(), hash, 'its own list it fits');
      assert.equal(await comesOf(openPos(storeKey), fields.oid, { ...fields, hashparams, hash }), outcome);
    });
  }

  for (const { name, storeKey, signed, hash, outcome } of vectors.garanti.oldVersion) {
    test(`apiversion v0.01: ${name}`, async () => {
      assert.equal(createHash('sha1').update(Object.values(signed).join('') + storeKey).digest('base64'), hash);
      assert.equal(await comesOf(openPos(storeKey, '3d_pay'), signed.oid, { ...signed, hash, hashparams: list }), outcome);
    });
  }

  for (const { name, password, terminalId, hash, code, reason, source, message, reference, authCode, at, orderId } of vectors.garanti.reply) {
    test(`reply: ${name}`, () => {
      const plain = code + reference + authCode + at + orderId + garanti.securityData(password, terminalId);
      assert.equal(createHash('sha512').update(plain).digest('hex').toUpperCase(), hash);
      const pos = openPos('12345678');
      const answerTo = (digest) => ({
        status: 200,
        body: `<GVPSResponse><Order><OrderID>${orderId}</OrderID></Order><Transaction><Response><Source>${source}</Source><Code>${code}</Code>`
          + `<ReasonCode>${reason}</ReasonCode><Message>${message}</Message></Response><RetrefNum>${reference}</RetrefNum><AuthCode>${authCode}</AuthCode>`
          + `<ProvDate>${at}</ProvDate><HashData>${digest}</HashData></Transaction></GVPSResponse>`,
      });
      const day = { from: '2024-06-03', to: '2024-06-03' };
      const told = (digest) => {
        if (orderId === '') return pos.step.reported(day, pos.step.report(day).then, answerTo(digest));
        const { order } = pos.step.start({ ...shop.order, id: orderId, urls: { ok: url, fail: url } });
        return pos.step.listed(order, pos.step.ask(order, 'history').then, answerTo(digest));
      };
      const isRefusal = code !== '00' && reason !== '0108';
      if (isRefusal) refuses(() => told(hash), 'REFUSED');
      else assert.deepEqual(told(hash), { type: 'list', transactions: [] });
      refuses(() => told(hash.replaceAll('A', 'B')), 'SIGNATURE_INVALID');
    });
  }
});

describe('POSNET', () => {
  for (const formula of ['requestMac', 'responseMac']) {
    for (const { name, from, fields, encKey, mac, fits } of vectors.posnet[formula]) {
      test(`${formula}: ${name}, ${from}`, () => {
        const same = fits ? assert.equal : assert.notEqual;
        same(posnet[formula](fields, encKey), mac);
        same(posnetOracle[formula](fields, encKey), mac);
      });
    }
  }

  test('the digest of key and terminal', () => {
    for (const { encKey, terminalId, digest } of vectors.posnet.keyDigest) {
      assert.equal(posnetOracle.keyDigest(encKey, terminalId), digest);
      assert.equal(macUnder(digest), posnet.requestMac({ ...ANY_ORDER, terminalId }, encKey));
    }
  });
});

/** The MAC of an order, from the digest of key and terminal that stands at its end. */
const ANY_ORDER = { xid: 'A', amount: '1', currency: 'TL', merchantId: '6700000001' };
const macUnder = (keyDigest) => createHash('sha256').update([...Object.values(ANY_ORDER), keyDigest].join(';')).digest('base64');

describe('PayFlex', () => {
  const { commonPaymentHash, payments, requests } = vectors.payflex;

  for (const { name, fields, password, hash, fits } of commonPaymentHash) {
    test(`registration: ${name}`, () => {
      const same = fits ? assert.equal : assert.notEqual;
      same(payflex.commonPaymentHash(fields, password), hash);
      same(createHash('sha1').update([...Object.values(fields), password, 'VBank3DPay2014'].join('')).digest('base64'), hash);
    });
  }

  for (const { name, merchant, order, transaction, answer, outcome, return: returned } of payments) {
    test(`payment: ${name}`, () => {
      const { pos, stored } = enrolled(merchant, order, { transaction, token: returned.VerifyEnrollmentRequestId, session: returned.SessionInfo });
      const step = pos.step.callback(stored, new URLSearchParams(returned).toString());
      assert.deepEqual([step.type, step.moves], ['send', outcome !== undefined], 'money is asked for, or only an answer');
      if (!outcome) return;
      const body = `<VposResponse>${Object.entries(answer).map(([leaf, value]) => `<${leaf}>${value}</${leaf}>`).join('')}</VposResponse>`;
      const { payment } = pos.step.reply(step.order, step.then, { status: 200, body });
      assert.deepEqual(known(payment, outcome), outcome);
      assert.equal(payment.proof, 'reply');
    });
  }

  test(`the requests of other implementations: ${requests.from}`, () => {
    const { merchant, urls, enrollment, provision } = requests;
    const { pos, stored } = enrolled(merchant, provision.order, { transaction: 't', token: provision.return.VerifyEnrollmentRequestId, session: 'sss' });
    const sent = new URLSearchParams(pos.step.start({ ...enrollment.order, urls }, { card: enrollment.card }).request.body);
    for (const [name, value] of Object.entries(enrollment.fields)) assert.equal(sent.get(name), value, name);
    const step = pos.step.callback(stored, new URLSearchParams(provision.return).toString());
    const xml = new URLSearchParams(step.request.body).get('prmstr');
    for (const [name, value] of Object.entries(provision.leaves)) assert.equal(leafOf(xml, name), value, name);
    for (const name of provision.absent) assert.equal(leafOf(xml, name), undefined, name);
  });
});

/** A payment whose enrollment had these numbers, at an installation that wants the amount in the provision. */
function enrolled(merchant, order, refs) {
  const pos = createPos({ gateway: 'ziraat-payflex', model: '3d', mode: 'test', merchant }, { claim: async () => true });
  const urls = { ok: 'https://shop.example/ok', fail: 'https://shop.example/fail' };
  const stored = { customer: { ip: '127.0.0.1' }, ...order, urls, gateway: 'ziraat-payflex', model: '3d', mode: 'test' };
  return { pos, stored: { ...stored, refs: new URLSearchParams({ ...refs, started: '1' }).toString() } };
}

const leafOf = (xml, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

/** Of a payment, what a vector tells about it. */
function known(payment, outcome) {
  const told = { ...payment, ...payment.decline, ...payment.threeDS };
  return Object.fromEntries(Object.keys(outcome).map((name) => [name, told[name]]));
}

describe('PayTR', () => {
  const { merchantKey, merchantSalt } = vectors.paytr;

  test('iFrame token', () => {
    for (const { fields, token } of vectors.paytr.iframeToken) {
      assert.equal(paytr.iframeToken(fields, merchantKey, merchantSalt), token);
      assert.equal(paytrOracle.iframeToken(fields, merchantKey, merchantSalt), token);
    }
  });

  for (const { name, hash, fits, merchant_oid, status, total_amount } of vectors.paytr.notification) {
    test(`notification: ${name}`, () => {
      const same = fits ? assert.equal : assert.notEqual;
      same(paytr.notificationHash({ merchant_oid, status, total_amount }, merchantKey, merchantSalt), hash);
      same(paytrOracle.notificationHash({ merchant_oid, status, total_amount }, merchantKey, merchantSalt), hash);
    });
  }

  for (const name of ['directToken', 'linkToken', 'reportToken', 'refundToken', 'statusToken', 'linkHash']) {
    test(name, () => {
      for (const vector of vectors.paytr[name]) {
        const secrets = [vector.merchantKey ?? merchantKey, vector.merchantSalt ?? merchantSalt];
        const shuffled = Object.fromEntries(Object.entries(vector.fields).reverse());
        assert.equal(paytr[name](shuffled, ...secrets), vector.token ?? vector.hash, vector.name);
        assert.equal(paytrOracle[name](vector.fields, ...secrets), vector.token ?? vector.hash, vector.name);
      }
    });
  }
});

describe('iyzico', () => {
  for (const { from, given, header } of vectors.iyzico.authorization) {
    test(`Authorization: ${from}, ${given.path}`, () => {
      assert.equal(iyzico.authorization(given), header);
      assert.equal(iyzicoOracle.authorization(given), header);
    });
  }

  for (const { name, values, secretKey, signature } of vectors.iyzico.responseSignature) {
    test(`response signature: ${name}`, () => assert.equal(iyzico.responseSignature(values, secretKey), signature));
  }

  for (const { name, payload, secretKey, merchantId, signature, fits } of vectors.iyzico.webhook) {
    test(`webhook: ${name}`, () => {
      const same = fits ? assert.equal : assert.notEqual;
      same(iyzico.webhookSignature(payload, secretKey, merchantId), signature);
    });
  }

  const { threeDS, refund } = vectors.iyzico;
  const openPos = (secretKey) =>
    createPos({ ...shop.iyzico, model: '3ds', merchant: { ...shop.iyzico.merchant, secretKey } }, { claim: async () => true });

  /** An order whose 3-D Secure has begun, under the payment number of the vectors. */
  function begunOrder(pos) {
    const { order, then } = pos.step.start({ ...shop.order, id: threeDS.orderId }, { card: { ...shop.card, holder: 'Ayşe Yılmaz' } });
    const page = '<form action="https://sandbox-api.iyzipay.com/payment/mock/init3ds" method="post"><input type="hidden" name="orderId" value="1"></form>';
    const body = { status: 'success', conversationId: threeDS.orderId, paymentId: threeDS.paymentId, threeDSHtmlContent: Buffer.from(page).toString('base64'),
      signature: iyzico.responseSignature([threeDS.paymentId, threeDS.orderId], threeDS.secretKey) };
    return pos.step.reply(order, then, { status: 200, body: JSON.stringify(body) }).order;
  }

  for (const { name, fields, signature, outcome } of threeDS.returns) {
    test(`return from 3-D Secure: ${name}`, async () => {
      const pos = openPos(threeDS.secretKey);
      const body = new URLSearchParams({ ...fields, signature }).toString();
      assert.equal(await outcomeOf(() => pos.step.callback(begunOrder(pos), body)), outcome);
      const ours = iyzicoOracle.responseSignature(Object.values(fields), threeDS.secretKey);
      assert[outcome === 'refused SIGNATURE_INVALID' ? 'notEqual' : 'equal'](ours, signature);
    });
  }

  for (const { name, price, currency, signature, outcome, review } of refund.answers) {
    test(`refund: ${name}`, async () => {
      const pos = openPos(refund.secretKey);
      const stored = begunOrder(pos);
      const paid = { ...stored, refs: `${stored.refs}&captured=14990` };
      const { order, then } = pos.step.ask(paid, 'refund', { id: 'R1', amount: '49.90' });
      const answer = JSON.stringify({ status: 'success', conversationId: 'R1', paymentId: threeDS.paymentId, currency, ...(signature && { signature }) });
      const { payment } = pos.step.reply(order, then, { status: 200, body: `${answer.slice(0, -1)},"price":${price}}` });
      assert.equal(`${payment.status} by ${payment.proof}`, outcome);
      if (review !== undefined) assert.equal(payment.review ?? false, review);
    });
  }

  test('a price inside a signature', () => {
    for (const [price, stripped] of vectors.iyzico.price.signature) assert.equal(iyzicoOracle.strippedPrice(price), stripped);
  });
});

test('the two-stage SHA-1 of the mission document', () => {
  for (const { password, terminalNo, transactionData, hash } of vectors.twoStage.cases) {
    assert.equal(generateHashData(password, terminalNo, transactionData), hash);
  }
});

// Where a larger collection of such facts lies beside the project, all of it is run that the package has a formula for.
const collection = new URL('../../../shared/vectors/', import.meta.url);
if (existsSync(collection)) test('the collection beside the project', (t) => {
  const ran = {};
  const left = {};
  for (const file of readdirSync(collection).filter((name) => name.endsWith('.json'))) {
    for (const vector of JSON.parse(readFileSync(new URL(file, collection))).vectors) {
      const actual = recompute(vector);
      const counted = actual === undefined ? left : ran;
      counted[vector.scheme] = (counted[vector.scheme] ?? 0) + 1;
      if (actual !== undefined) assert[vector.valid ? 'equal' : 'notEqual'](actual, vector.expected, `${file} ${vector.id}`);
    }
  }
  t.diagnostic(`run: ${listed(ran)}`);
  t.diagnostic(`left, no such formula in the package yet: ${listed(left)}`);
  assert.ok(Object.keys(ran).length >= 4, 'fewer schemes were run than the package implements');
});

const listed = (counts) => Object.entries(counts).map(([scheme, count]) => `${scheme} ${count}`).join(', ') || 'none';

/** @returns {string | undefined} the package's value for a vector; undefined where the package has no such formula */
function recompute({ scheme, id, inputs, expected }) {
  const formula = formulas[scheme];
  if (!formula) return undefined;
  try {
    return formula(inputs, id, expected);
  } catch (error) {
    if (error instanceof PosError && error.code === 'UNSUPPORTED') return undefined;
    throw error;
  }
}

const formulas = {
  'nestpay.ver3': ({ params, storeKey }) => nestpay.hash(params, storeKey),
  'nestpay.ver1.request': ({ params, storeKey }) => nestpay.legacyHash(params, storeKey),
  'nestpay.ver3.plaintext': ({ params, storeKey }, id, expected) => whenDigestOf(expected, nestpay.hash(params, storeKey)),
  'nestpay.escape': ({ value }, id, expected) => whenDigestOf(`${expected}|k`, nestpay.hash({ a: value }, 'k'))?.slice(0, -2),
  'amount.kurus': ({ amount }) => new URLSearchParams(createPos(shop.paytr).step.start(orderOf(amount)).request.body).get('payment_amount'),
  'iyzico.formatPrice': ({ price }) => ofOrder(price, (amount) => textOfPrice(createPos(shop.iyzico).step.start(orderOf(amount)).request.body)),
  'iyzico.responsePrice': ({ price }, id, expected) => ofOrder(price, (amount) => iyzicoSigns(price, amount, expected)),
  'iyzico.webhookV3': ({ payload, secretKey, values }) => {
    const [text, merchantId] = payload ? [payload] : payloadOf(values, secretKey);
    return text && iyzico.webhookSignature(text, secretKey, merchantId);
  },
  'iyzico.responseSignature': ({ values, secretKey }) => iyzico.responseSignature(values, secretKey),
  'iyzico.authHeader': ({ uriPath, ...given }) => iyzico.authorization({ ...given, path: uriPath }).slice('IYZWSv2 '.length),
  'posnet.firstHash': ({ encKey, terminalId }, id, expected) =>
    (posnet.requestMac({ ...ANY_ORDER, terminalId }, encKey) === macUnder(expected) ? expected : 'another digest'),
  'posnet.mac': ({ encKey, terminalId, values }) => {
    const [merchantId, currency, amount, xid, mdStatus] = [...values].reverse();
    const fields = { xid, amount, currency, merchantId, terminalId };
    return mdStatus === undefined ? posnet.requestMac(fields, encKey) : posnet.responseMac({ mdStatus, ...fields }, encKey);
  },
  'payflexcp.hash': ({ values }) => {
    const [HostMerchantId, AmountCode, Amount, password, nothing, constant] = values;
    assert.deepEqual([nothing, constant], ['', 'VBank3DPay2014']);
    return payflex.commonPaymentHash({ HostMerchantId, AmountCode, Amount }, password);
  },
  'paytr.token': paytrToken,
  'garanti.securityData': ({ password, terminalId }) => garanti.securityData(password, terminalId),
  'garanti.secure3dhash.sha512': ({ params, storeKey, password }) => garanti.formHash(params, storeKey, password),
  'garanti.hashdata.sha512': ({ params: { OrderID: orderId, TerminalID: terminalId, CardNumber: cardNumber, Amount: amount, CurrencyCode: currencyCode }, password }) =>
    garanti.requestHash({ orderId, terminalId, cardNumber, amount, currencyCode }, password),
  'hashparams.sha512.HEX': garantiReturn,
};

const orderOf = (amount) => ({ ...shop.order, amount, basket: [{ name: 'a', price: amount, quantity: 1 }] });
/** For a price that an order can have: at most two decimals that count. */
function ofOrder(price, work) {
  const [whole, decimals = ''] = price.split('.');
  const counted = decimals.replace(/0+$/, '');
  return counted.length > 2 ? undefined : work(`${whole}.${counted.padEnd(2, '0')}`);
}
/** The price is in an answer as given, and signed as expected: taken for paid, if that is the package's own idea of it. */
function iyzicoSigns(price, amount, expected) {
  const { step } = createPos(shop.iyzico);
  const started = step.start(orderOf(amount));
  const opened = step.reply(started.order, started.then, initialized(started.request.body));
  const asked = step.ask(opened.order, 'inquire');
  const { signature } = JSON.parse(retrieved({ price: expected, paidPrice: expected }).body);
  const { payment } = step.reply(opened.order, asked.then, retrieved({ price, paidPrice: price, signature }));
  return payment.status === 'paid' ? expected : payment.status;
}
/** A price may be written as a JSON number or as text; its digits are what counts. */
const textOfPrice = (body) => body.match(/"price":"?([\d.]+)/)[1];
const whenDigestOf = (plaintext, digest) => (createHash('sha512').update(plaintext).digest('base64') === digest ? plaintext : 'another plaintext');

/** A payload that has these signed values, where there can be one. */
function payloadOf(values, secretKey) {
  const [direct, hosted] = [['iyziEventType', 'paymentId', 'paymentConversationId', 'status'], ['iyziEventType', 'iyziPaymentId', 'token', 'paymentConversationId', 'status']];
  const subscription = ['iyziEventType', 'subscriptionReferenceCode', 'orderReferenceCode', 'customerReferenceCode'];
  const named = (names, given) => JSON.stringify(Object.fromEntries(names.map((name, at) => [name, given[at]])));
  if (values[1] === secretKey) return [named(subscription, values.slice(2)), values[0]];
  return values[0] === secretKey ? [named(values.length === 5 ? direct : hosted, values.slice(1))] : [];
}

/** A return is not computed but judged: the digest, if it is accepted; with a list that is not the bank's it must be refused. */
function garantiReturn({ params, hashparams, storeKey, must_be_rejected_by_policy: isForged }, id, expected) {
  const merchant = { merchantId: '7000679', terminalId: '30691298', storeKey, provisionPassword: '123qweASD/' };
  const { step } = createPos({ gateway: 'garanti', mode: 'test', model: '3d', merchant });
  const { order } = step.start({ ...shop.order, id: params.oid === 'OTHER' ? 'X1' : params.oid, amount: '1.01' });
  try {
    step.callback(order, String(new URLSearchParams({ ...params, hashparams, hash: expected })));
    return isForged ? 'a forgery was taken' : expected;
  } catch (error) {
    return isForged && error.code === 'FIELD_LIST' ? expected : error.code;
  }
}

/** The collection lists values in signing order; the package wants them by name, for the four uses it has. */
function paytrToken({ merchantKey, values }, id) {
  const salt = values.at(-1);
  switch (id) {
    case 'iframe-token': {
      const names = ['merchant_id', 'user_ip', 'merchant_oid', 'email', 'payment_amount', 'user_basket', 'no_installment', 'max_installment', 'currency', 'test_mode'];
      return paytr.iframeToken(Object.fromEntries(names.map((name, at) => [name, values[at]])), merchantKey, salt);
    }
    case 'callback-success':
    case 'callback-failed':
    case 'callback-tampered':
    case 'callback-ambiguity':
      return paytr.notificationHash({ merchant_oid: values[0], status: values[2], total_amount: values[3] }, merchantKey, values[1]);
    case 'refund-token':
      return paytr.refundToken({ merchant_id: values[0], merchant_oid: values[1], return_amount: values[2] }, merchantKey, salt);
    case 'status-token':
      return paytr.statusToken({ merchant_id: values[0], merchant_oid: values[1] }, merchantKey, salt);
    default:
      return undefined;
  }
}

/** Fills in a case that is told as a change of another one. */
function complete(vector) {
  if (!vector.like) return vector;
  const base = vectors.nestpay.ver3.find(({ name }) => name === vector.like);
  const fields = base.fields
    .map(([name, value]) => [vector.rename?.[name] ?? name, vector.change?.[name] ?? value])
    .concat(vector.add ?? []);
  return { ...base, plaintext: undefined, ...vector, fields };
}
