// NestPay's two other models. In 3d_pay the shop's page asks for the card and the bank charges within 3-D Secure; in 3d_host the bank's page asks
// for the card and nobody charges until our own server asks for the money.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPos, newOrderId, paymentPage, validatePayment } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { cardByName } from '../../banks/cards.js';
import {
  approval, authenticationFields, authenticationReturn, body, cc5, compoundStatus, declined, flatStatus, hostedFields, hostedReturn, notAuthenticated,
  refusal, signedBody, tag, unknownOrder, xmlOf,
} from './gate/nestpay.js';
import { describe as describeResult, isBelief, outcomeOf, refuses, rejects } from './outcome.js';
import { ver3 } from './oracle/nestpay.js';
import { card, isbank, isbankWithoutApi, order, secretsIn } from './shop.js';

const claim = async () => true;
const pay = { ...isbank, model: '3d_pay' };
const payWithoutApi = { ...isbankWithoutApi, model: '3d_pay' };
const host = { ...isbank, model: '3d_host' };
const models = ['3d_pay_hosting', '3d_pay', '3d', '3d_host'];
const takesCard = (model) => model === '3d' || model === '3d_pay';
const charges = (model) => model === '3d_pay_hosting' || model === '3d_pay';

const begin = (pos, changes) => pos.step.start({ ...order, ...changes }, takesCard(JSON.parse(JSON.stringify(pos)).model) ? { card } : undefined);
const ok = (text) => ({ status: 200, body: text });

const payPos = createPos(pay);
const payStarted = begin(payPos);
const payReturn = (results, pos = payPos, started = payStarted) => pos.step.callback(started.order, hostedReturn(started.redirect.fields, results));

const hostPos = createPos(host, { claim });
const hostStarted = begin(hostPos);
const hostReturn = (results, pos = hostPos, started = hostStarted) => pos.step.callback(started.order, authenticationReturn(started.redirect.fields, results));
const { Response: _response, ProcReturnCode: _code, ErrMsg: _words, AuthCode: _auth, HostRefNum: _ref, ...failedAuthentication } = notAuthenticated;

/** The documented fields, without the card. */
const documented = (storetype) => ({
  clientid: '190100000', storetype, amount: '149.90', oid: order.id, okUrl: order.urls.ok, failUrl: order.urls.fail, lang: 'tr', currency: '949', taksit: '', TranType: 'Auth',
  hashAlgorithm: 'ver3',
});

describe('3d_pay: the form', () => {
  test('carries the documented fields, the card and nothing else, all of it signed', () => {
    const { rnd, hash, ...fields } = payStarted.redirect.fields;
    assert.deepEqual(fields, { ...documented('3d_pay'), pan: card.number, cv2: card.cvv, Ecom_Payment_Card_ExpDate_Month: card.month, Ecom_Payment_Card_ExpDate_Year: card.year });
    assert.ok(rnd.length >= 16);
    assert.equal(hash, ver3(Object.entries({ ...fields, rnd }), 'SIMSTORE12'));
  });
  test('the card holder\'s name and the customer\'s words stay out of it', () => {
    const { redirect } = payPos.step.start({ ...order, customer: { ...order.customer, name: 'Approved' } }, { card: { ...card, holder: 'mdStatus 1' } });
    assert.doesNotMatch(paymentPage(redirect).body, /Approved|mdStatus|ayse@|0532|85\.34|Çini/);
  });
  test('callbackUrl only when there is an address to notify', () => {
    const notify = 'https://shop.example/_functions/bankNotification';
    assert.equal(begin(payPos, { urls: { ...order.urls, notify } }).redirect.fields.callbackUrl, notify);
    assert.equal('callbackUrl' in payStarted.redirect.fields, false);
  });
  test('there is none without a card', () => {
    for (const extra of [undefined, {}, { card: undefined }, { card: null }]) refuses(() => payPos.step.start(order, extra), 'ORDER', 'card');
  });
  test('a card that cannot be one', () => {
    for (const wrong of [{ number: '4508' }, { number: '4508-0345-0803-4509' }, { month: '13' }, { month: '1' }, { year: '2030' }, { cvv: '12' }, { cvv: '12345' }, { cvv: 123 }]) {
      const [name] = Object.keys(wrong);
      refuses(() => payPos.step.start(order, { card: { ...card, ...wrong } }), 'ORDER', `card.${name}`);
    }
  });
  test('the card goes to the browser and nowhere else', () => {
    assert.deepEqual(secretsIn(JSON.stringify([payStarted.order, payStarted.redirect, payStarted])), []);
    assert.ok(paymentPage(payStarted.redirect).body.includes(card.number));
  });
});

describe('3d_host: the form', () => {
  test('carries the documented fields and nothing else, all of it signed', () => {
    const { rnd, hash, ...fields } = hostStarted.redirect.fields;
    assert.deepEqual(fields, documented('3d_host'));
    assert.equal(hash, ver3(Object.entries({ ...fields, rnd }), 'SIMSTORE12'));
  });
  test('refuses a card: the bank\'s own page asks for it', () => {
    const error = refuses(() => hostPos.step.start(order, { card }), 'ORDER', 'card');
    assert.ok(!error.message.includes('4508'));
    for (const extra of [undefined, {}, { card: undefined }, { card: null }]) assert.equal(describeResult(hostPos.step.start(order, extra)), 'redirect form');
  });
  test('our server takes the money, so it needs API credentials and a claim', async () => {
    refuses(() => createPos({ ...isbankWithoutApi, model: '3d_host' }), 'CONFIG', 'merchant.apiUser');
    refuses(() => createPos(host, { fetch }), 'CONFIG', 'claim');
    const unclaimed = createPos(host);
    await rejects(() => unclaimed.start(order), 'CONFIG', 'claim');
    await rejects(() => unclaimed.finish(hostStarted.order, authenticationReturn(hostStarted.redirect.fields)), 'CONFIG', 'claim');
  });
  test('3d_pay needs neither', async () => {
    const pos = createPos(payWithoutApi, { fetch: () => assert.fail('nothing is asked') });
    const started = await pos.start(order, { card });
    assert.equal(describeResult(await pos.finish(started.order, hostedReturn(started.redirect.fields))), 'paid by signature');
  });
});

describe('3d_pay: a genuine return', () => {
  test('approved: paid, proven by the signature', () => {
    const { payment } = payReturn();
    assert.deepEqual([payment.status, payment.proof, payment.amount, payment.currency, payment.orderId], ['paid', 'signature', '149.90', 'TRY', order.id]);
    assert.deepEqual(payment.threeDS, { mdStatus: '1', eci: '05', liability: 'issuer' });
    assert.equal(payment.installments, 1);
    assert.equal(payment.dedupeKey, `isbank:190100000:test:${order.id}:paid`);
    assert.ok(!payment.review);
  });
  test('declined by the card\'s bank', () => {
    const { payment } = payReturn(declined('51', 'Yetersiz bakiye'));
    assert.deepEqual([payment.status, payment.proof, payment.decline.reason, payment.decline.wixReasonCode], ['declined', 'signature', 'insufficient-funds', 3012]);
  });
  test('3-D Secure failed', () => {
    for (const results of [notAuthenticated, { ...failedAuthentication, Response: undefined, ProcReturnCode: undefined }]) {
      const { payment } = payReturn(results);
      assert.deepEqual([payment.status, payment.proof, payment.decline.reason], ['declined', 'signature', '3ds-failed']);
    }
  });
  test('an error after a good authentication is a question to the bank', async () => {
    const results = { Response: 'Error', ProcReturnCode: '99', ErrMsg: 'Sistem hatasi' };
    assert.equal(await outcomeOf(() => payReturn(results)), 'send reads');
  });
  test('neither approved nor refused: a question, or waiting where nobody can be asked', async () => {
    const pos = createPos(payWithoutApi);
    const waiting = begin(pos);
    for (const results of [{ Response: undefined, ProcReturnCode: undefined }, { Response: 'Approved', ProcReturnCode: '05' }, { Response: 'Declined', ProcReturnCode: '00' }, { Response: 'APPROVED' }, { ProcReturnCode: '' }]) {
      assert.equal(await outcomeOf(() => payReturn(results)), 'send reads', JSON.stringify(results));
      assert.equal(await outcomeOf(() => payReturn(results, pos, waiting)), 'pending by none', JSON.stringify(results));
    }
  });
  test('validatePayment proves it as well', () => {
    const merchant = isbank.merchant;
    const stored = payStarted.order;
    assert.equal(describeResult(validatePayment(hostedReturn(payStarted.redirect.fields), stored, merchant)), 'paid by signature');
    assert.equal(describeResult(validatePayment(hostedReturn(payStarted.redirect.fields, declined('05', 'x')), stored, merchant)), 'declined by signature');
  });
  test('… and has no word for 3d_host', () => {
    refuses(() => validatePayment(authenticationReturn(hostStarted.redirect.fields), hostStarted.order, isbank.merchant), 'UNSUPPORTED', 'model');
  });
});

describe('mdStatus under both policies', () => {
  const policies = ['full', 'attempted'];
  const accepted = (mdStatus, policy) => mdStatus === '1' || (policy === 'attempted' && '234'.includes(mdStatus));
  for (const policy of policies) {
    const paying = createPos({ ...pay, threeDS: policy });
    const hosting = createPos({ ...host, threeDS: policy }, { claim });
    for (const mdStatus of '0123456789') {
      test(`3d_pay, ${policy}, ${mdStatus}: an approval is money or a question, never a decline`, () => {
        const step = payReturn({ mdStatus }, paying);
        if (!accepted(mdStatus, policy)) return assert.equal(describeResult(step), 'send reads');
        assert.equal(describeResult(step), 'paid by signature');
        assert.equal(step.payment.threeDS.liability, mdStatus === '1' ? 'issuer' : 'merchant');
      });
      test(`3d_host, ${policy}, ${mdStatus}: a provision or a decline`, () => {
        const step = hostReturn({ mdStatus }, hosting);
        if (accepted(mdStatus, policy)) return assert.equal(describeResult(step), 'send moves');
        assert.deepEqual([describeResult(step), step.payment.decline.reason, step.payment.threeDS.liability], ['declined by signature', '3ds-failed', 'merchant']);
      });
    }
  }
  test('3d_pay: the money that was taken without a good authentication is found, at the shop\'s risk', () => {
    const asked = payReturn({ mdStatus: '3' });
    const { payment } = payPos.step.reply(asked.order, asked.then, ok(compoundStatus(order.id)));
    assert.deepEqual([describeResult(payment), payment.threeDS.liability, payment.review], ['paid by reply', 'merchant', true]);
    assert.equal(payment.dedupeKey, payReturn().payment.dedupeKey);
  });
  test('3d_pay: … and waits where nobody can be asked', () => {
    const pos = createPos(payWithoutApi);
    const { payment } = payReturn({ mdStatus: '3' }, pos, begin(pos));
    assert.deepEqual([describeResult(payment), payment.review], ['pending by none', true]);
  });
  test('3d_host: an accepted attempt is the shop\'s risk', () => {
    const pos = createPos({ ...host, threeDS: 'attempted' }, { claim });
    const step = hostReturn({ mdStatus: '4', eci: '06' }, pos);
    const { payment } = pos.step.reply(step.order, step.then, ok(approval(order.id)));
    assert.deepEqual(payment.threeDS, { mdStatus: '4', eci: '06', liability: 'merchant' });
  });
  test('an mdStatus that is none decides nothing', () => {
    for (const mdStatus of ['', 'A', '11', '01', '1 ', undefined]) {
      refuses(() => payReturn({ mdStatus }), 'MALFORMED', 'mdStatus');
      refuses(() => hostReturn({ mdStatus }), 'MALFORMED', 'mdStatus');
    }
  });
});

describe('3d_host: from the return to the money', () => {
  const asked = hostReturn();
  const reply = (answer) => hostPos.step.reply(asked.order, asked.then, answer);
  test('a return without any financial field is one request that moves money', () => {
    assert.deepEqual([asked.type, asked.moves, asked.request.method], ['send', true, 'POST']);
    const xml = xmlOf(asked.request);
    const shown = (name) => tag(xml, name);
    assert.deepEqual(['Type', 'OrderId', 'Total', 'Currency', 'Taksit', 'IPAddress', 'ClientId', 'PayerSecurityLevel'].map(shown),
      ['Auth', order.id, '149.90', '949', '', '85.34.78.112', '190100000', '05']);
    assert.match(shown('Number'), /^450803:5110/);
    assert.ok(!xml.includes('Cvv2Val') && !xml.includes('Expires'));
    assert.deepEqual(secretsIn(asked.then + JSON.stringify(asked.order) + JSON.stringify(asked)), []);
  });
  test('approved: paid, proven by the reply', () => {
    const { payment } = reply(ok(approval(order.id)));
    assert.deepEqual([payment.status, payment.proof, payment.amount, payment.threeDS.liability], ['paid', 'reply', '149.90', 'issuer']);
    assert.equal(payment.dedupeKey, `isbank:190100000:test:${order.id}:paid`);
  });
  test('declined', () => {
    const { payment } = reply(ok(refusal(order.id, '51', 'Limit yetersiz')));
    assert.deepEqual([payment.status, payment.proof, payment.decline.reason], ['declined', 'reply', 'insufficient-funds']);
  });
  test('lost, or unreadable: unknown, and an inquiry may follow', async () => {
    for (const answer of [{ lost: 'timeout' }, { lost: 'network' }, { status: 500, body: approval(order.id) }, ok(''), ok('<html></html>'), ok(approval(order.id).slice(0, 90))]) {
      const { payment, order: after } = reply(answer);
      assert.equal(describeResult(payment), 'unknown by none');
      assert.equal(await outcomeOf(() => hostPos.step.ask({ ...after, refs: payment.refs }, 'inquire')), 'send reads');
    }
  });
  test('an answer about another order is nobody\'s news', () => {
    const { payment } = reply(ok(approval('Other4mPq8sVx2bNw6zRy')));
    assert.deepEqual([describeResult(payment), payment.review], ['unknown by none', true]);
  });
  test('an error: the order\'s state decides', () => {
    const question = reply(ok(cc5({ OrderId: order.id, Response: 'Error', ProcReturnCode: '99', ErrMsg: 'Bu siparis numarasi ile zaten basarili bir siparis var.' })));
    assert.equal(describeResult(question), 'send reads');
    const settled = (text) => describeResult(hostPos.step.reply(question.order, question.then, ok(text)));
    assert.equal(settled(compoundStatus(order.id)), 'paid by reply');
    assert.equal(settled(compoundStatus(order.id, { state: 'D', captured: '' })), 'declined by reply');
    assert.equal(settled(unknownOrder(order.id)), 'pending by none');
  });
  test('what the provision needs must be there', () => {
    for (const md of ['', undefined]) refuses(() => hostReturn({ md }), 'MALFORMED', 'md');
  });
  test('an authentication is not a payment, whatever words come with it', async () => {
    for (const results of [{}, declined('51', 'x'), { Response: 'Error', ProcReturnCode: '99' }]) {
      const outcome = await outcomeOf(() => hostPos.step.callback(hostStarted.order, hostedReturn(hostStarted.redirect.fields, results)));
      assert.ok(!isBelief(outcome), outcome);
    }
  });
  test('claimed by somebody else: nothing is sent', async () => {
    const pos = createPos(host, { fetch: () => assert.fail('sent'), claim: async () => false });
    assert.equal(await outcomeOf(() => pos.finish(hostStarted.order, authenticationReturn(hostStarted.redirect.fields))), 'pending by none');
  });
});

describe('the return of another model', () => {
  for (const model of models) {
    const pos = createPos({ ...isbank, model }, { claim });
    const started = begin(pos);
    for (const other of models.filter((each) => each !== model)) {
      test(`${other}, for an order of ${model}: asked about, never believed`, async () => {
        for (const made of [hostedReturn, authenticationReturn]) {
          for (const results of [{}, notAuthenticated, failedAuthentication]) {
            const message = made(started.redirect.fields, { ...results, storetype: other });
            assert.equal(await outcomeOf(() => pos.step.callback(started.order, message)), 'send reads', JSON.stringify(results));
          }
        }
      });
      test(`… nor is a whole payment of ${other} with the same id and amount`, async () => {
        const otherPos = createPos({ ...isbank, model: other }, { claim });
        const sent = begin(otherPos).redirect.fields;
        for (const made of [hostedReturn, authenticationReturn]) {
          assert.equal(await outcomeOf(() => pos.step.callback(started.order, made(sent))), 'send reads');
        }
      });
    }
  }
  test('where nobody can be asked it waits, for a person to look at', async () => {
    const pos = createPos(payWithoutApi);
    const started = begin(pos);
    for (const storetype of [...models.filter((model) => model !== '3d_pay'), '', undefined, '3D_PAY']) {
      const { payment } = payReturn({ storetype }, pos, started);
      assert.deepEqual([describeResult(payment), payment.review], ['pending by none', true], String(storetype));
    }
  });
  test('the stored order\'s model counts, and not the account\'s of today', async () => {
    assert.equal(await outcomeOf(() => hostPos.step.callback(payStarted.order, hostedReturn(payStarted.redirect.fields))), 'paid by signature');
    assert.equal(await outcomeOf(() => payPos.step.callback(hostStarted.order, authenticationReturn(hostStarted.redirect.fields))), 'send moves');
    const unclaimed = createPos(pay, { fetch: () => assert.fail('sent without a claim') });
    await rejects(() => unclaimed.finish(hostStarted.order, authenticationReturn(hostStarted.redirect.fields)), 'CONFIG', 'claim');
  });
});

// ver3 signs the values in the order of their names, and not the names: a customer can rename the fields of his own failed payment.
describe('relabelled failures', () => {
  const anchors = ['clientid', 'oid', 'amount', 'currency', 'okUrl', 'failUrl', 'storetype', 'hashAlgorithm', 'lang', 'taksit', 'TranType'];
  const upper = (name) => name.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const byName = ([one], [other]) => (upper(one) < upper(other) ? -1 : 1);
  const isSigned = ([name]) => !['hash', 'encoding', 'countdown', 'nationalidno'].includes(name.toLowerCase());

  /** Every renaming that moves no value and lets each wanted name stand over its wanted value; the rest gets invented names that sort in place. */
  function* renamings(genuine, wanted) {
    const sorted = genuine.filter(isSigned).sort(byName);
    const names = Object.entries(wanted).sort(byName);
    yield* from(0, 0, []);
    function* from(at, taken, renamed) {
      if (at === sorted.length) {
        if (taken === names.length) yield renamed;
        return;
      }
      const value = sorted[at][1];
      if (names[taken]?.[1] === value) yield* from(at + 1, taken + 1, [...renamed, names[taken]]);
      const last = taken === 0 ? 'A' : names[taken - 1][0];
      yield* from(at + 1, taken, [...renamed, [`${last}-z${String(at).padStart(3, '0')}`, value]]);
    }
  }

  // What a customer may type on the bank's page, and what a bank may add one day.
  const tempting = { iReqCode: '1', merchantName: '1', nameOnCard: '1', BillToName: '1', Email: '00', payment_note: '00', ShipToCity: '00', firmaadi: 'Approved', remark: 'Approved' };

  async function attack({ pos, started, genuine, decisions }) {
    const hash = ver3(genuine, 'SIMSTORE12');
    const sent = started.redirect.fields;
    let tried = 0;
    for (const missing of [undefined, ...anchors]) {
      const kept = Object.fromEntries(anchors.filter((name) => name !== missing).map((name) => [name, sent[name]]));
      for (const forged of renamings(genuine, { ...kept, ...decisions })) {
        if (tried === 0) assert.equal(ver3(forged, 'SIMSTORE12'), hash, 'the attack keeps the digest');
        const outcome = await outcomeOf(() => pos.step.callback(started.order, body([...forged, ['HASH', hash]])));
        assert.ok(!isBelief(outcome) && outcome !== 'send moves', `${outcome}: ${JSON.stringify(forged)}`);
        tried += 1;
      }
    }
    assert.ok(tried > 20, `${tried} forgeries prove nothing`);
  }

  const approved = { mdStatus: '1', ProcReturnCode: '00', Response: 'Approved' };
  const failures = { 'not authenticated': notAuthenticated, 'insufficient funds': declined('51', 'Yetersiz bakiye') };
  for (const policy of ['full', 'attempted']) {
    for (const [name, results] of Object.entries(failures)) {
      test(`3d_pay, ${policy}, ${name}: never an approval`, async () => {
        const pos = createPos({ ...pay, threeDS: policy });
        const started = begin(pos);
        await attack({ pos, started, genuine: hostedFields(started.redirect.fields, { ...results, ...tempting }), decisions: approved });
      });
    }
    test(`3d_host, ${policy}, not authenticated: never a provision`, async () => {
      const pos = createPos({ ...host, threeDS: policy }, { claim });
      const started = begin(pos);
      await attack({ pos, started, genuine: authenticationFields(started.redirect.fields, { ...failedAuthentication, ...tempting }), decisions: { mdStatus: '1' } });
    });
  }
  test('3d_host: an authentication does not become the approval of a paying model', async () => {
    const pos = createPos(pay);
    const started = begin(pos);
    const genuine = authenticationFields({ ...started.redirect.fields, storetype: '3d_host' }, { ...tempting, remark2: '3d_pay' });
    const hash = ver3(genuine, 'SIMSTORE12');
    for (const storetype of ['3d_host', '3d_pay']) {
      const wanted = { ...Object.fromEntries(anchors.map((name) => [name, started.redirect.fields[name]])), ...approved, storetype };
      for (const forged of renamings(genuine, wanted)) {
        assert.equal(await outcomeOf(() => pos.step.callback(started.order, body([...forged, ['HASH', hash]]))), 'send reads');
      }
    }
  });
  test('about another order, amount, currency or merchant: refused, however well it is signed', () => {
    for (const [field, value, code] of [['oid', 'Other4mPq8sVx2bNw6zRy', 'ORDER_MISMATCH'], ['amount', '1.00', 'AMOUNT_MISMATCH'], ['currency', '840', 'CURRENCY_MISMATCH'], ['clientid', '190100001', 'MERCHANT_MISMATCH']]) {
      refuses(() => payReturn({ [field]: value }), code, field);
      refuses(() => hostReturn({ [field]: value }), code, field);
    }
  });
  test('changed on its way, or signed by nobody', () => {
    for (const [step, started, made] of [[payReturn, payStarted, hostedReturn], [hostReturn, hostStarted, authenticationReturn]]) {
      const pos = step === payReturn ? payPos : hostPos;
      const message = made(started.redirect.fields, { mdStatus: '0' });
      refuses(() => pos.step.callback(started.order, message.replace('mdStatus=0', 'mdStatus=1')), 'SIGNATURE_INVALID', 'HASH');
      refuses(() => pos.step.callback(started.order, message.replace(/&HASH=.*$/, '')), 'SIGNATURE_MISSING', 'HASH');
      refuses(() => pos.step.callback(started.order, signedBody([...new URLSearchParams(message)].filter(([name]) => name !== 'HASH'), 'SIMSTORE13')), 'SIGNATURE_INVALID', 'HASH');
    }
  });
});

describe('what an inquiry makes of a pre-authorisation', () => {
  for (const model of models) {
    test(model, () => {
      const pos = createPos({ ...isbank, model }, { claim });
      const { order: stored } = begin(pos, { type: 'preauth' });
      const asked = pos.step.ask(stored, 'inquire');
      for (const status of [compoundStatus, flatStatus]) {
        const told = (changes) => {
          const { payment } = pos.step.reply(asked.order, asked.then, ok(status(order.id, changes)));
          return describeResult(payment) + (payment.review ? ', review' : '');
        };
        assert.equal(told({ state: 'A', captured: '' }), 'authorized by reply');
        assert.equal(told({ state: 'C' }), 'paid by reply');
        assert.equal(told({ state: 'A', captured: '14990' }), 'paid by reply');
        assert.equal(told({ state: 'C', captured: '5000' }), 'pending by none, review', 'captured in part');
        assert.equal(told({ state: 'V' }), 'voided by reply');
        assert.equal(told({ state: 'D', captured: '' }), 'declined by reply');
      }
    });
  }
});

describe('against the simulated bank', () => {
  const urls = { ok: 'http://localhost:8480/_functions/payment3DSuccess/8f2k', fail: 'http://localhost:8480/_functions/payment3DFail/8f2k' };
  let banks;
  before(async () => {
    banks = await startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK'), nestpay: { times: { slowMs: 5, hangMs: 400 } } });
  });
  after(() => banks.close());

  const claimOnce = () => {
    const taken = new Set();
    return async (key) => !taken.has(key) && Boolean(taken.add(key));
  };
  const counted = () => {
    const requests = [];
    return { requests, fetch: (url, init) => (requests.push(xmlOf(init)), fetch(url, init)) };
  };
  function open(model, { threeDS, ...options } = {}) {
    const endpoints = { gate: `${banks.url}/nestpay/fim/est3Dgate`, api: `${banks.url}/nestpay/fim/api` };
    return createPos({ ...isbank, model, endpoints, ...(threeDS && { threeDS }) }, { fetch, claim: claimOnce(), ...options });
  }
  /** Starts and visits the bank's gate: in the card models the card is in the form, in the others the customer types it there. */
  async function visit(pos, model, outcome = 'success', changes = {}) {
    const fate = ['cancel', 'close'].includes(outcome) ? outcome : cardByName(outcome);
    const started = await pos.start({ ...order, id: newOrderId(), urls, ...changes }, takesCard(model) ? { card: { ...card, number: (fate.pan ?? card.number) } } : undefined);
    const { body: message } = await banks.nestpay.visit(started.redirect.fields, { card: outcome });
    return { stored: started.order, message, fields: started.redirect.fields };
  }
  const bankSays = (stored) => banks.nestpay.find(stored.id)?.status;

  const expected = {
    '3d_pay': {
      full: {
        success: 'paid by signature', slow: 'paid by signature', 'insufficient-funds': 'declined by signature', expired: 'declined by signature', refused: 'declined by signature',
        'bank-error': 'declined by reply', '3ds-failed': 'declined by signature', '3ds-attempt': 'paid by reply', '3ds-not-enrolled': 'paid by reply', 'approved-without-3ds': 'paid by reply',
      },
      attempted: { success: 'paid by signature', '3ds-attempt': 'paid by signature', '3ds-not-enrolled': 'paid by signature', 'approved-without-3ds': 'paid by reply', '3ds-failed': 'declined by signature' },
    },
    '3d_host': {
      full: {
        success: 'paid by reply', slow: 'paid by reply', 'insufficient-funds': 'declined by reply', expired: 'declined by reply', refused: 'declined by reply', 'bank-error': 'declined by reply',
        '3ds-failed': 'declined by signature', '3ds-attempt': 'declined by signature', '3ds-not-enrolled': 'declined by signature', 'approved-without-3ds': 'declined by signature', cancel: 'declined by signature',
      },
      attempted: { success: 'paid by reply', '3ds-attempt': 'paid by reply', '3ds-not-enrolled': 'paid by reply', 'approved-without-3ds': 'declined by signature', '3ds-failed': 'declined by signature' },
    },
  };
  for (const [model, policies] of Object.entries(expected)) {
    for (const [threeDS, outcomes] of Object.entries(policies)) {
      for (const [name, outcome] of Object.entries(outcomes)) {
        test(`${model}, ${threeDS}, ${name}: ${outcome}`, async () => {
          const pos = open(model, { threeDS });
          const { stored, message } = await visit(pos, model, name);
          const payment = await pos.finish(stored, message);
          assert.equal(describeResult(payment), outcome);
          const charged = bankSays(stored);
          assert.equal(charged ?? 'declined', payment.status, 'the bank agrees');
          if (payment.status === 'paid') assert.equal(payment.threeDS.liability, ['success', 'slow'].includes(name) ? 'issuer' : 'merchant');
          assert.equal((await pos.inquire(stored)).status, charged ?? 'pending', 'and so does the inquiry');
        });
      }
    }
  }

  test('3d_pay: taken and never told, the inquiry settles it', async () => {
    const pos = open('3d_pay');
    const { stored, message } = await visit(pos, '3d_pay', 'silent');
    assert.equal(message, null);
    assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
  });
  test('3d_host: a customer who closes the window has paid nothing', async () => {
    for (const outcome of ['silent', 'close']) {
      const pos = open('3d_host');
      const { stored } = await visit(pos, '3d_host', outcome);
      assert.equal(describeResult(await pos.inquire(stored)), 'pending by none');
    }
  });
  test('3d_host: the same return five times at once takes the money once', async () => {
    const { requests, fetch: watched } = counted();
    const pos = open('3d_host', { fetch: watched });
    const { stored, message } = await visit(pos, '3d_host');
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(() => pos.finish(stored, message))));
    assert.deepEqual(outcomes.sort(), [...Array(4).fill('pending by none'), 'paid by reply'].sort());
    assert.deepEqual(requests.map((xml) => tag(xml, 'Type')), ['Auth']);
    assert.equal(banks.nestpay.find(stored.id).entries, 1);
  });
  test('3d_host: even a claim that always agrees does not charge twice; the second answer leads to the first payment', async () => {
    const pos = open('3d_host', { claim });
    const { stored, message } = await visit(pos, '3d_host');
    const payments = [await pos.finish(stored, message), await pos.finish(stored, message)];
    assert.deepEqual(payments.map(describeResult), ['paid by reply', 'paid by reply']);
    assert.equal(payments[0].dedupeKey, payments[1].dedupeKey);
    assert.equal(banks.nestpay.find(stored.id).entries, 1);
  });
  for (const [kind, truth] of [['timeout-after', 'paid by reply'], ['timeout-before', 'pending by none'], ['reset-after', 'paid by reply'], ['reset-before', 'pending by none'], ['http-500-after', 'paid by reply'], ['truncated', 'paid by reply'], ['wrong-order', 'paid by reply']]) {
    test(`3d_host: the answer is ${kind}: unknown; the inquiry then says ${truth}`, async () => {
      const { requests, fetch: watched } = counted();
      const pos = open('3d_host', { fetch: watched, timeoutMs: kind.startsWith('timeout') ? 120 : 2000 });
      const { stored, message } = await visit(pos, '3d_host');
      banks.nestpay.fault({ kind });
      assert.equal(await outcomeOf(() => pos.finish(stored, message)), 'unknown by none');
      banks.nestpay.clearFaults();
      assert.equal(await outcomeOf(() => pos.finish(stored, message)), 'pending by none', 'the return again');
      assert.equal(await outcomeOf(() => pos.inquire(stored)), truth);
      assert.equal(requests.filter((xml) => tag(xml, 'Type')).length, 1, 'sent once');
    });
  }
  test('3d_host: a claim that throws sends nothing', async () => {
    const pos = open('3d_host', { claim: async () => { throw new Error('database'); }, fetch: () => assert.fail('sent') });
    const { stored, message } = await visit(pos, '3d_host');
    await assert.rejects(() => pos.finish(stored, message), /database/);
    assert.equal(bankSays(stored), undefined);
  });
  test('the form of another merchant key is refused by the bank, and its answer by us', async () => {
    const endpoints = { gate: `${banks.url}/nestpay/fim/est3Dgate`, api: `${banks.url}/nestpay/fim/api` };
    for (const model of ['3d_pay', '3d_host']) {
      const pos = createPos({ ...isbank, model, endpoints, merchant: { ...isbank.merchant, storeKey: 'SIMSTORE13' } }, { fetch, claim });
      const { stored, message } = await visit(pos, model);
      await rejects(() => pos.finish(stored, message), 'SIGNATURE_INVALID', 'HASH');
    }
  });

  const byModel = (status, model) => `${status} by ${charges(model) ? 'signature' : 'reply'}`;
  const capture = async (stored, amount) => {
    const { apiUser, apiPassword, clientId } = isbank.merchant;
    const xml = `<CC5Request><Name>${apiUser}</Name><Password>${apiPassword}</Password><ClientId>${clientId}</ClientId><OrderId>${stored.id}</OrderId><Type>PostAuth</Type><Total>${amount}</Total></CC5Request>`;
    const response = await fetch(`${banks.url}/nestpay/fim/api`, { method: 'POST', body: new URLSearchParams({ DATA: xml }) });
    assert.equal(tag(await response.text(), 'Response'), 'Approved');
  };
  for (const model of models) {
    test(`${model}: a pre-authorisation is authorized until it is captured`, async () => {
      const pos = open(model);
      const { stored, message, fields } = await visit(pos, model, 'success', { type: 'preauth' });
      assert.equal(fields.TranType, 'PreAuth');
      const payment = await pos.finish(stored, message);
      assert.equal(describeResult(payment), byModel('authorized', model));
      assert.match(payment.dedupeKey, /:authorized$/);
      assert.equal(bankSays(stored), 'authorized');
      assert.equal(describeResult(await pos.inquire(stored)), 'authorized by reply');
      await capture(stored, '149.90');
      const captured = await pos.inquire(stored);
      assert.equal(describeResult(captured), 'paid by reply');
      assert.match(captured.dedupeKey, /:paid$/);
    });
    test(`${model}: a pre-authorisation captured in part is for a person to look at`, async () => {
      const pos = open(model);
      const { stored, message } = await visit(pos, model, 'success', { type: 'preauth' });
      await pos.finish(stored, message);
      await capture(stored, '100.00');
      const payment = await pos.inquire(stored);
      assert.deepEqual([describeResult(payment), payment.review], ['pending by none', true]);
    });
    test(`${model}: instalments go to the bank and come back`, async () => {
      for (const installments of [1, 2, 3, 6, 9, 12]) {
        const { requests, fetch: watched } = counted();
        const pos = open(model, { fetch: watched });
        const { stored, message, fields } = await visit(pos, model, 'success', { installments });
        const taksit = installments === 1 ? '' : String(installments);
        assert.equal(fields.taksit, taksit);
        const payment = await pos.finish(stored, message);
        assert.deepEqual([describeResult(payment), payment.installments], [byModel('paid', model), installments]);
        assert.deepEqual(requests.map((xml) => tag(xml, 'Taksit')), charges(model) ? [] : [taksit]);
      }
    });
    test(`${model}: currencies go to the bank and come back`, async () => {
      for (const [currency, digits, given, written, minor] of [['USD', '840', '149.90', '149.90', 14990n], ['EUR', '978', '0.01', '0.01', 1n], ['GBP', '826', { minor: '100' }, '1.00', 100n],
        ['JPY', '392', '14990', '14990', 14990n], ['JPY', '392', { minor: '12' }, '12', 12n], ['JPY', '392', 1500, '1500', 1500n], ['TRY', '949', '9999.99', '9999.99', 999999n]]) {
        const { requests, fetch: watched } = counted();
        const pos = open(model, { fetch: watched });
        const { stored, message, fields } = await visit(pos, model, 'success', { currency, amount: given, basket: undefined });
        assert.deepEqual([fields.currency, fields.amount, stored.amount], [digits, written, written]);
        const payment = await pos.finish(stored, message);
        assert.deepEqual([describeResult(payment), payment.amount, payment.currency], [byModel('paid', model), written, currency], `${currency} ${written}`);
        assert.deepEqual(requests.map((xml) => [tag(xml, 'Total'), tag(xml, 'Currency')]), charges(model) ? [] : [[written, digits]]);
        const seen = banks.nestpay.find(stored.id);
        assert.deepEqual([seen.minor, seen.currency], [minor, currency]);
        const asked = await pos.inquire(stored);
        assert.deepEqual([describeResult(asked), asked.amount, asked.charged], ['paid by reply', written, undefined]);
      }
    });
    // With seven instalments, seven yen or the order id `12`, our own texts look like a decision when they come back.
    test(`${model}: an order whose own texts would be in doubt is asked about, or does not begin`, async () => {
      const [digit, two, word] = model === '3d_pay' ? ['4', '34', 'Declined'] : ['3', '12', 'Approved']; // the bank takes each id once
      const doubtful = [['installments', { installments: 7 }], ['amount', { currency: 'JPY', amount: '7', basket: undefined }], ...[digit, two, word].map((id) => ['id', { id }])];
      for (const [field, changes] of doubtful) {
        const pos = open(model);
        if (!charges(model)) {
          refuses(() => begin(pos, changes), 'UNSUPPORTED', field);
          continue;
        }
        const { stored, message } = await visit(pos, model, 'success', changes);
        assert.equal(describeResult(await pos.finish(stored, message)), 'paid by reply', JSON.stringify(changes));
      }
    });
    test(`${model}: an amount that the currency cannot have`, () => {
      const pos = open(model);
      for (const [currency, amount] of [['JPY', '1500.00'], ['JPY', '1500.5'], ['JPY', 15.5], ['USD', '150'], ['EUR', '1.5'], ['EUR', '1.505'], ['XXX', '1.00']]) {
        refuses(() => begin(pos, { currency, amount, basket: undefined }), 'ORDER', currency === 'XXX' ? 'currency' : 'amount');
      }
    });
  }
});
