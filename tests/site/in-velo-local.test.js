// The real site in velo-local, with the package as it is built and the simulated banks: four containers, stale reads, messages that
// are repeated, forged, lost or cut short by a container's death.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { accounts, startExample } from '../../scripts/example.js';
import { CUSTOMER } from './world.js';

let example;
let site;
let banks;

before(async () => {
  example = await startExample({
    sitePort: 0, banksPort: 0,
    // The card passes through our server here, so our own page asks for it.
    moreAccounts: (url) => ({ card: { ...accounts(url).isbank, model: '3d' } }),
    site: { containers: 4, jobEveryMs: 0, limits: { dataMs: 1_500 } },
    banks: {
      nestpay: { times: { slowMs: 50, repeatMs: 600_000 } },   // what was lost is not sent again while a test runs
      paytr: { times: { retryMs: 250, browserWaitMs: 1_000, slowMs: 50 } },
      iyzico: { times: { webhookFirstMs: 300, webhookRetryMs: 300, slowMs: 50 } },
    },
  });
  ({ site, banks } = example);
});

after(() => example?.close());

beforeEach(() => {
  site.habits.reset();
  site.habits.set({ staleMs: 3_000 });
});

const collection = (name) => site.data.collection(name);
const intentOf = (id) => collection('VeloposIntents').get(id);
const orderOf = (id) => collection('Orders').get(intentOf(id).orderId);
const paymentsOf = (id) => collection('VeloposPayments').all().filter(({ intentId }) => intentId === id);
const startOf = (id) => collection('VeloposStarts').get(id);

async function shop(method, ...args) {
  const response = await fetch(`${site.url}/_api/backend/shop.web.js/${method}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ args }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(error.message);
  return result;
}

async function begin(method, product = 'kahve') {
  const { intentId } = await shop('startPayment', product, method, CUSTOMER);
  const page = await site.fetchFunction(`pay/${intentId}`);
  const text = await page.text();
  assert.ok([200, 303].includes(page.status), `${page.status} ${text}`);
  const redirect = JSON.parse(startOf(intentId).redirect);
  return { intentId, page, text, redirect };
}

const post = (name, body, headers = {}) =>
  site.fetchFunction(name, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });

/** The customer visits İş Bankası's page. What the browser brings back is given, not sent, and the bank's own notification is lost. */
async function atIsbank(card, product) {
  const begun = await begin('isbank', product);
  if (card !== 'silent') site.habits.set({ drop: { times: 1, function: 'bankNotification' } });
  const { body, url } = await banks.nestpay.visit(begun.redirect.fields, { card });
  await until('the loss of the notification', () => site.habits.get().drop.times === 0);
  return { ...begun, body, path: url && new URL(url).pathname.replace('/_functions/', '') };
}

async function until(what, test) {
  for (let i = 0; i < 60; i += 1) {
    if (await test()) return;
    await wait(100);
  }
  assert.fail(`${what} never came`);
}

async function settleAfter(minutes) {
  site.habits.set({ clockAheadMs: minutes * 60_000 });
  await site.runJob('settle');
}

function assertPaidOnce(id, proof) {
  assert.equal(orderOf(id).state, 'paid');
  assert.equal(intentOf(id).state, 'paid');
  assert.deepEqual(paymentsOf(id).map(({ state, amount }) => [state, amount]), [['booked', orderOf(id).amount]]);
  if (proof) assert.equal(paymentsOf(id)[0].proof, proof);
}

describe('a card that passes through our server', () => {
  const typed = (changes) => new URLSearchParams({ holder: 'Ayşe Yılmaz', number: '4000 0000 0000 0002', month: '12', year: '2030', cvv: '000', ...changes }).toString();
  const fieldsOf = (html) => Object.fromEntries([...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    .map(([, name, value]) => [name, value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))]));

  async function atCardForm() {
    const { intentId } = await shop('startPayment', 'kahve', 'card', CUSTOMER);
    const page = await site.fetchFunction(`pay/${intentId}`);
    return { intentId, page, text: await page.text() };
  }
  const everything = () => JSON.stringify([...['VeloposIntents', 'VeloposStarts', 'VeloposClaims', 'VeloposPayments', 'Orders'].flatMap((name) => collection(name).all()), site.logs()]);

  test('is asked for by our own page, goes to the bank once, and is neither stored nor logged', async () => {
    const { intentId, page, text } = await atCardForm();
    assert.equal(page.status, 200);
    assert.match(text, /name="number" required autocomplete="cc-number"/);
    assert.ok(text.includes(`action="${site.url}/_functions/pay/${intentId}"`));
    assert.ok(text.includes('<p>Ödeme: 149,90 TL</p>'));
    assert.doesNotMatch(text, /aria-invalid=/);
    const answer = await (await post(`pay/${intentId}`, typed())).text();
    const { body, url } = await banks.nestpay.visit(fieldsOf(answer));
    const returned = await post(new URL(url).pathname.replace('/_functions/', ''), body);
    assert.equal(returned.status, 303);
    assertPaidOnce(intentId, 'reply');
    for (const form of ['4000000000000002', '4000 0000 0000 0002', '4000+0000+0000+0002', '4000%200000']) assert.ok(!everything().includes(form), form);
    assert.equal(JSON.parse(startOf(intentId).redirect), null);
  });
  test('a mistyped card is asked for again, says what was wrong, and costs no attempt', async () => {
    const { intentId } = await atCardForm();
    for (const wrong of [{ number: '12' }, { number: 'x' }, { month: '13' }, { cvv: '' }, { year: '' }]) {
      const again = await (await post(`pay/${intentId}`, typed(wrong))).text();
      assert.match(again, new RegExp(`name="${Object.keys(wrong)[0]}" required[^>]* aria-invalid="true"`));
      assert.doesNotMatch(again, /4000/);
    }
    assert.equal(startOf(intentId), null);
    assert.match(await (await post(`pay/${intentId}`, typed())).text(), /name="hash"/);
  });
  test('twice at once starts one payment', async () => {
    const { intentId } = await atCardForm();
    const answers = await Promise.all([1, 2, 3].map(() => post(`pay/${intentId}`, typed())));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    assert.equal(texts.filter((text) => /name="hash"/.test(text)).length, 1);
  });
  test('posted where the bank\'s own page asks for it: the attempt goes on as if nothing had been posted', async () => {
    for (const account of ['isbank', 'paytr']) {
      const { intentId } = await shop('startPayment', 'kahve', account, CUSTOMER);
      const answer = await post(`pay/${intentId}`, typed());
      const shown = await answer.text();
      const redirect = JSON.parse(startOf(intentId).redirect);
      if (account === 'isbank') assert.equal(fieldsOf(shown).hash, redirect.fields.hash);
      else assert.equal(answer.headers.get('location'), redirect.url);
      assert.equal(intentOf(intentId).state, 'new');
      assert.equal((await site.fetchFunction(`pay/${intentId}`)).status, answer.status);
      for (const form of ['4000000000000002', '4000 0000']) assert.ok(!everything().includes(form), form);
    }
  });
});

describe('İş Bankası', () => {
  test('the form that goes to the bank holds the stored order and nothing of the customer', async () => {
    const { intentId, text, redirect, page } = await begin('isbank', 'fincan');
    assert.equal(redirect.fields.amount, '1249.50');
    assert.equal(redirect.fields.oid, intentOf(intentId).bankOrderId);
    assert.equal(redirect.fields.okUrl, `${site.url}/_functions/payment3DSuccess/${intentId}`);
    for (const personal of [CUSTOMER.name, CUSTOMER.email, '05551234567', 'Fincan']) assert.ok(!text.includes(personal));
    assert.ok(!text.includes('SIMSTORE12'));
    assert.match(page.headers.get('cache-control'), /no-store/);
    assert.match(page.headers.get('content-type'), /^text\/html/);
  });

  for (const errorShape of ['current', 'older']) {
    test(`paid: the return ten times at once, from four containers, with ${errorShape} data errors`, async () => {
      site.habits.set({ errorShape });
      const { intentId, path, body } = await atIsbank('success');
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(path, body)));
      for (const answer of answers) {
        assert.equal(answer.status, 303);
        assert.equal(answer.headers.get('location'), `${site.url}/result?payment=${intentId}`);
      }
      assertPaidOnce(intentId, 'signature');
      assert.equal((await shop('paymentState', intentId)).state, 'paid');
    });
  }

  test('declined: the customer reads why in both languages, and the next attempt pays the order', async () => {
    const { intentId, path, body } = await atIsbank('insufficient-funds');
    await post(path, body);
    const standing = await shop('paymentState', intentId);
    assert.equal(standing.state, 'declined');
    assert.match(standing.message.tr, /bakiye|limit/i);
    assert.match(standing.message.en, /funds|limit|balance/i);
    const { intentId: next } = await shop('retryPayment', intentId);
    await site.fetchFunction(`pay/${next}`);
    const second = await banks.nestpay.visit(JSON.parse(startOf(next).redirect).fields, { card: 'success' });
    await post(`payment3DSuccess/${next}`, second.body);
    await until('the payment', () => intentOf(next).state === 'paid');   // the bank's notification may have been first
    assertPaidOnce(next, 'signature');
    assert.equal(intentOf(next).orderId, intentOf(intentId).orderId);
  });

  test('3-D Secure failed: not paid', async () => {
    const { intentId, path, body } = await atIsbank('3ds-failed');
    await post(path, body);
    await until('an end', async () => (await shop('paymentState', intentId)).state === 'declined');
    assert.equal(orderOf(intentId).state, 'awaiting-payment');
  });

  test('approved without the authentication we ask for: paid by the bank’s reply, to be looked at before shipping', async () => {
    const { intentId, path, body } = await atIsbank('3ds-attempt');
    await post(path, body);
    assertPaidOnce(intentId, 'reply');
    assert.equal(orderOf(intentId).review, true);
  });

  test('paid, and the window closed: the job settles it', async () => {
    const { intentId } = await atIsbank('silent');
    assert.equal(orderOf(intentId).state, 'awaiting-payment');
    await settleAfter(3);
    assertPaidOnce(intentId, 'reply');
  });

  test('never paid: expired after the bank page’s lifetime, and a payment after that is late', async () => {
    const begun = await begin('isbank');
    await settleAfter(44);
    assert.equal(intentOf(begun.intentId).state, 'new');
    await settleAfter(46);
    assert.equal(intentOf(begun.intentId).state, 'expired');
    const { body } = await banks.nestpay.visit(begun.redirect.fields, { card: 'success' });
    await post(`payment3DSuccess/${begun.intentId}`, body);
    await until('the late money', () => intentOf(begun.intentId).state === 'late');   // the bank's notification may have been first
    assert.equal(orderOf(begun.intentId).state, 'awaiting-payment');
    assert.deepEqual(paymentsOf(begun.intentId).map(({ state }) => state), ['late']);
  });

  test('declined, then paid with another card on the same page, and no news of it: the job finds the money, and it is late', async () => {
    const { intentId, redirect, path, body } = await atIsbank('insufficient-funds');
    await post(path, body);
    assert.equal(intentOf(intentId).state, 'declined');
    const { order } = await banks.nestpay.visit(redirect.fields, { card: 'silent' });
    assert.equal(order.status, 'paid');
    await settleAfter(44);
    assert.equal(intentOf(intentId).state, 'declined');
    await settleAfter(46);
    assert.equal(intentOf(intentId).state, 'late');
    assert.equal(orderOf(intentId).state, 'awaiting-payment');
    assert.deepEqual(paymentsOf(intentId).map(({ state, proof }) => [state, proof]), [['late', 'reply']]);
  });

  test('a bare visit to the return address ends nothing: the next card on the same page pays', async () => {
    const { intentId, redirect } = await atIsbank('insufficient-funds');
    await site.fetchFunction(`payment3DFail/${intentId}`, { redirect: 'manual' });
    assert.equal((await shop('paymentState', intentId)).state, 'pending');
    await banks.nestpay.visit(redirect.fields, { card: 'silent' });
    await settleAfter(3);
    assertPaidOnce(intentId, 'reply');
  });

  const forgeries = {
    'a changed amount': (body) => body.replace(/(^|&)amount=[^&]*/, '$1amount=1.00'),
    'a decline relabelled as success': (body) => body
      .replace(/ProcReturnCode=[^&]*/, 'ProcReturnCode=00').replace(/(^|&)Response=[^&]*/, '$1Response=Approved'),
    'no hash': (body) => body.replace(/(^|&)HASH=[^&]*/i, ''),
    'an empty hash': (body) => body.replace(/(^|&)HASH=[^&]*/i, '$1HASH='),
    'a name twice': (body) => `${body}&mdStatus=1`,
    'nothing': () => '',
    'another encoding of the same trick': (body) => body
      .replace('ProcReturnCode', '%50rocReturnCode').replace(/%50rocReturnCode=[^&]*/, '%50rocReturnCode=00'),
  };
  for (const [name, forge] of Object.entries(forgeries)) {
    test(`${name} in a declined return: nothing changes but that the bank is asked`, async () => {
      const { intentId, body } = await atIsbank('insufficient-funds');
      const memory = () => JSON.stringify([intentOf(intentId), orderOf(intentId), paymentsOf(intentId)]);
      const before = memory();
      for (const way of ['payment3DSuccess', 'payment3DFail', 'bankNotification']) {
        const answer = await post(`${way}/${intentId}`, forge(body));
        assert.equal(answer.status, way === 'bankNotification' ? 400 : 303);
      }
      assert.ok(memory() === before, memory());
      await post(`payment3DFail/${intentId}`, body);
      assert.equal(intentOf(intentId).state, 'declined');
    });
  }

  test('another order’s genuine success does not pay this one', async () => {
    const cheap = await atIsbank('success', 'kahve');
    const dear = await begin('isbank', 'fincan');
    await post(`payment3DSuccess/${dear.intentId}`, cheap.body);
    assert.equal(intentOf(dear.intentId).state, 'new');
    assert.equal(orderOf(dear.intentId).state, 'awaiting-payment');
  });

  test('neither the log nor any answer shows a store key, and a refused message leaves only a code', async () => {
    const { intentId, body } = await atIsbank('success');
    await post(`payment3DSuccess/${intentId}`, body.replace(/(^|&)amount=[^&]*/, '$1amount=1.00'));
    const lines = site.logs(intentId).filter(({ kind }) => kind === 'console').map(({ text }) => text);
    assert.ok(lines.some((line) => new RegExp(`velopos ${intentId} [A-Z_]+ \\w+`).test(line)), lines.join('\n'));
    assert.ok(lines.every((line) => line.length < 120), 'a code and a field, not a body');
  });

  test('two fetches of the payment page at once: one departure, the same form', async () => {
    const { intentId } = await shop('startPayment', 'kahve', 'isbank', CUSTOMER);
    const fetchPage = async () => (await site.fetchFunction(`pay/${intentId}`)).text();
    const pages = await Promise.all(Array.from({ length: 8 }, fetchPage));
    const forms = new Set(pages.map((page) => /name="rnd" value="([^"]+)"/.exec(page)?.[1]));
    assert.equal(forms.size, 1);
    assert.ok([...forms][0]);
  });

  test('a container dies after each write of a return in turn: the job finishes the booking', async () => {
    let died = 0;
    for (let count = 1; count <= 10; count += 1) {
      site.habits.set({ clockAheadMs: 0 });
      const { intentId, path, body } = await atIsbank('success');
      site.habits.set({ crash: { times: 1, function: 'payment3DSuccess', after: 'write', count } });
      const answer = await post(path, body);
      if (answer.status !== 303) died += 1;
      site.habits.set({ crash: { times: 0 } });
      await settleAfter(5);
      assertPaidOnce(intentId);
    }
    assert.ok(died >= 6, `${died} deaths`);
  });

  test('a write that times out, done or not, is settled by the job', async () => {
    for (const done of [true, false]) {
      site.habits.set({ clockAheadMs: 0 });
      const { intentId, path, body } = await atIsbank('success');
      site.habits.set({ timeout: { times: 2, done } });
      assert.equal((await post(path, body)).status, 303);
      await settleAfter(5);
      assertPaidOnce(intentId);
    }
  });
});

test('İş Bankası tells the site itself, when the customer’s browser never comes back', async () => {
  const begun = await begin('isbank');
  await banks.nestpay.visit(begun.redirect.fields, { card: 'success' });
  await until('the notification', () => intentOf(begun.intentId).state === 'paid');
  assertPaidOnce(begun.intentId, 'signature');
});

describe('PayTR', () => {
  const tokenOf = ({ redirect }) => new URL(redirect.url).pathname.split('/').at(-1);

  test('paid by the notification, acknowledged with OK and nothing else', async () => {
    const begun = await begin('paytr');
    await banks.paytr.visit(tokenOf(begun), { card: 'success' });
    await until('the notification', () => intentOf(begun.intentId).state === 'paid');
    assertPaidOnce(begun.intentId, 'signature');
    const { bankOrderId } = intentOf(begun.intentId);
    const again = await banks.paytr.notifyAgain(bankOrderId);
    assert.deepEqual([again.status, again.body], [200, 'OK']);
    assertPaidOnce(begun.intentId);
  });

  test('lost notifications are repeated until the books are written', async () => {
    const begun = await begin('paytr');
    site.habits.set({ drop: { times: 2, function: 'paytrNotification' } });
    await banks.paytr.visit(tokenOf(begun), { card: 'success' });
    await until('the third notification', () => intentOf(begun.intentId).state === 'paid');
    assertPaidOnce(begun.intentId, 'signature');
  });

  test('a container dies while it books: no OK, and the repetition finishes after the takeover', async () => {
    const begun = await begin('paytr');
    site.habits.set({ crash: { times: 1, function: 'paytrNotification', after: 'write', count: 2 } });
    await banks.paytr.visit(tokenOf(begun), { card: 'success' });
    await wait(400);
    assert.equal(intentOf(begun.intentId).state, 'new');
    site.habits.set({ clockAheadMs: 3 * 60_000 });
    await until('the takeover', () => intentOf(begun.intentId).state === 'paid');
    assertPaidOnce(begun.intentId, 'signature');
  });

  test('declined', async () => {
    const begun = await begin('paytr');
    await banks.paytr.visit(tokenOf(begun), { card: 'insufficient-funds' });
    await until('the notification', () => intentOf(begun.intentId).state === 'declined');
    assert.equal(orderOf(begun.intentId).state, 'awaiting-payment');
  });

  test('a forged notification reads no OK and changes nothing', async () => {
    const begun = await begin('paytr');
    const { bankOrderId } = intentOf(begun.intentId);
    for (const hash of ['', 'AAAA', '0'.repeat(44)]) {
      const fields = { merchant_oid: bankOrderId, status: 'success', total_amount: '14990', hash };
      const answer = await post('paytrNotification', new URLSearchParams(fields));
      assert.equal(answer.status, 400);
      assert.equal(await answer.text(), '');
    }
    assert.equal(intentOf(begun.intentId).state, 'new');
  });

  test('PayTR does not answer when the payment begins: the attempt fails, and can be tried again', async () => {
    banks.paytr.fault({ on: 'get-token', kind: 'http-500-before' });
    const { intentId } = await shop('startPayment', 'kahve', 'paytr', CUSTOMER);
    const page = await site.fetchFunction(`pay/${intentId}`);
    assert.equal(page.headers.get('location'), `${site.url}/result?payment=${intentId}`);
    const standing = await shop('paymentState', intentId);
    assert.deepEqual([standing.state, standing.canTryAgain], ['failed', true]);
    banks.paytr.clearFaults();
    const { intentId: next } = await shop('retryPayment', intentId);
    assert.equal((await site.fetchFunction(`pay/${next}`)).status, 303);
    assert.match(JSON.parse(startOf(next).redirect).url, /\/odeme\/guvenli\//);
  });
});

describe('iyzico', () => {
  const tokenOf = ({ redirect }) => new URL(redirect.url).searchParams.get('token');

  test('paid by iyzico’s answer: from the form’s return, and the webhooks add nothing', async () => {
    const begun = await begin('iyzico');
    const { body } = await banks.iyzico.visit(tokenOf(begun), { card: 'success' });
    await post(`payment3DSuccess/${begun.intentId}`, body);
    assertPaidOnce(begun.intentId, 'reply');
    const { bankOrderId } = intentOf(begun.intentId);
    const acknowledged = ({ orderId, attempts }) => orderId === bankOrderId && attempts.some(({ status }) => status === 200);
    await until('the webhook’s acknowledgement', () => banks.iyzico.messages().some(acknowledged));
    assertPaidOnce(begun.intentId, 'reply');
  });

  test('paid, and the window closed: the webhook alone brings it', async () => {
    const begun = await begin('iyzico');
    await banks.iyzico.visit(tokenOf(begun), { card: 'success' });
    await until('the webhook', () => intentOf(begun.intentId).state === 'paid');
    assertPaidOnce(begun.intentId, 'reply');
  });

  test('declined: told when the customer is back', async () => {
    const begun = await begin('iyzico');
    const { body } = await banks.iyzico.visit(tokenOf(begun), { card: 'insufficient-funds' });
    await post(`payment3DSuccess/${begun.intentId}`, body);
    assert.equal((await shop('paymentState', begun.intentId)).state, 'declined');
  });

  test('another payment’s token, or an unsigned webhook, books nothing', async () => {
    const paid = await begin('iyzico');
    const { body } = await banks.iyzico.visit(tokenOf(paid), { card: 'success' });
    const open = await begin('iyzico');
    await post(`payment3DSuccess/${open.intentId}`, body);
    const payload = JSON.stringify({
      paymentConversationId: intentOf(open.intentId).bankOrderId, merchantId: 190300, token: tokenOf(open), status: 'SUCCESS',
      iyziReferenceCode: 'x', iyziEventType: 'CHECKOUT_FORM_AUTH', iyziEventTime: 1, iyziPaymentId: 1,
    });
    for (const headers of [{}, { 'x-iyz-signature-v3': '0'.repeat(64) }, { 'x-iyz-signature': 'abc' }]) {
      const answer = await post('iyzicoWebhook', payload, { 'content-type': 'application/json', ...headers });
      assert.equal(answer.status, 400);
    }
    assert.equal(intentOf(open.intentId).state, 'new');
  });
});

test('the pages and every answer are free of secrets', async () => {
  const read = async (path) => (await fetch(site.url + path)).text();
  const answers = [await shop('listProducts'), await read('/'), await read('/result?payment=x')];
  for (const secret of ['SIMSTORE12', 'simpass12', 'simPaytrKey12345', 'simPaytrSalt6789', 'sim-secret-key-12345678', '190100000']) {
    assert.ok(!JSON.stringify(answers).includes(secret));
  }
});

test('saved but unpublished code works in test mode, with its own addresses', async () => {
  const { intentId } = await shop('startPayment', 'kahve', 'isbank', CUSTOMER);
  const page = await fetch(`${site.url}/_functions-dev/pay/${intentId}`);
  assert.equal(page.status, 200);
  assert.equal(JSON.parse(startOf(intentId).redirect).fields.okUrl, `${site.url}/_functions-dev/payment3DSuccess/${intentId}`);
});
