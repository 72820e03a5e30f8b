// Denizbank (InterPos), for the whole life of a payment, against the simulated bank, which was written by other hands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createPos, interpos, validatePayment } from 'velopos/all';
import { callbackHash, SIMULATOR_ACCOUNT } from '../../banks/interpos.js';
import { withOwnDigest, withOwnList, withShiftedBorder } from '../../banks/interpos-attacks.js';
import { keep, newOrder, openBank } from './all-shop.js';
import { urls } from './new-order.js';

const PAN = { success: '4000000000000002', poor: '4000000000510000', failed3ds: '4000000003000009', attempt: '4000000003040005' };
const NAMES = { success: 'success', poor: 'insufficient-funds', failed3ds: '3ds-failed', attempt: '3ds-attempt' };
const MODELS = ['3dhost', '3dpay', '3dmodel'];
const { bank, account } = await openBank('interpos', 'denizbank');

const outcome = (payment) => `${payment.status} by ${payment.proof}${payment.review ? ', review' : ''}`;

/** A shop with its claims, and what it has sent. */
function openShop({ anyCurrency = false, ...changes } = {}) {
  const claims = new Set();
  const sent = [];
  const claim = async (key) => !claims.has(key) && Boolean(claims.add(key));
  const spy = (url, init) => {
    sent.push(new URLSearchParams(init.body));
    return fetch(url, init);
  };
  const { onlyCurrency, ...merchant } = account.merchant;
  const config = { ...account, ...(anyCurrency && { merchant }), ...changes };
  const pos = createPos(config, { claim, fetch: spy, timeoutMs: 2000 });
  return { pos, claims, sent, operations: () => sent.map((form) => (form.get('MD') ? 'provision' : form.get('TxnType'))) };
}

/** The form that a browser posts, with the card where it is typed on the shop's page. */
function filled({ fields, cardInputs }, pan) {
  if (!cardInputs) return fields;
  return { ...fields, [cardInputs.number]: PAN[pan], [cardInputs.expiry]: '1230', [cardInputs.cvv]: '000', [cardInputs.holder]: 'AYSE YILMAZ' };
}

async function visited({ pan = 'success', changes, customer, edit = (form) => form, ...config } = {}) {
  const shop = openShop(config);
  const started = await shop.pos.start(newOrder(changes));
  const form = edit(filled(started.redirect, pan));
  const { body } = await bank.visit(form, { ...(form.Pan ? {} : { card: NAMES[pan] }), ...customer });
  return { ...shop, started, stored: started.order, body };
}

async function paid(given) {
  const visit = await visited(given);
  const payment = await visit.pos.finish(visit.stored, visit.body);
  return { ...visit, payment, stored: keep(visit.stored, payment) };
}

async function refused(work, codes) {
  await assert.rejects(work, (error) => error.name === 'PosError' && [codes].flat().includes(error.code), `expected ${codes}`);
}

describe('a payment', () => {
  for (const [model, expected, operations] of [
    ['3dhost', 'paid by reply', ['StatusHistory']], ['3dpay', 'paid by signature', []], ['3dmodel', 'paid by reply', ['provision']],
  ]) {
    test(model, async () => {
      const shop = await paid({ model });
      const { started, stored, payment, sent } = shop;
      assert.deepEqual([outcome(payment), shop.operations()], [expected, operations]);
      assert.deepEqual([payment.amount, payment.currency, payment.installments], ['149.90', 'TRY', 1]);
      assert.deepEqual(payment.threeDS, model === '3dhost' ? undefined : { mdStatus: '1', liability: 'issuer', ...(payment.threeDS.eci && { eci: '05' }) });
      assert.deepEqual([bank.find(stored.id).status, bank.find(stored.id).entries], ['paid', 1]);
      assert.equal(shop.claims.size, model === '3dmodel' ? 1 : 0);
      assert.equal(outcome(await shop.pos.inquire(stored)), 'paid by reply');
      const { userPass, merchantPass } = account.merchant;
      for (const secret of [userPass, merchantPass, PAN.success]) assert.ok(!inspect([started, stored, payment], { depth: 9 }).includes(secret), secret);
      for (const secret of [merchantPass, PAN.success]) assert.ok(!sent.join().includes(secret), secret);
    });
  }

  test('the hosted page with a sound digest', async () => {
    bank.settings.hostDigest = 'sound';
    const { payment, sent } = await paid();
    assert.deepEqual([outcome(payment), sent.length], ['paid by signature', 0]);
  });

  for (const [model, pan, config, expected, state] of [
    ['3dhost', 'poor', {}, 'declined by reply', 'declined'],
    ['3dhost', 'failed3ds', {}, 'pending by none', 'declined'],
    ['3dhost', 'attempt', {}, 'paid by reply', 'paid'],
    ['3dpay', 'poor', {}, 'declined by signature', 'declined'],
    ['3dpay', 'failed3ds', {}, 'declined by signature', 'declined'],
    ['3dpay', 'attempt', {}, 'paid by reply, review', 'paid'],
    ['3dpay', 'attempt', { threeDS: 'attempted' }, 'paid by signature', 'paid'],
    ['3dmodel', 'poor', {}, 'declined by reply', 'declined'],
    ['3dmodel', 'failed3ds', {}, 'declined by signature', 'declined'],
    ['3dmodel', 'attempt', {}, 'declined by signature', 'open'],
    ['3dmodel', 'attempt', { threeDS: 'attempted' }, 'paid by reply', 'paid'],
  ]) {
    test(`${pan} ${config.threeDS ?? ''}, ${model}: ${expected}`, async () => {
      const { payment, stored, operations } = await paid({ model, pan, ...config });
      assert.deepEqual([outcome(payment), bank.find(stored.id).status], [expected, state]);
      if (pan === 'poor') assert.deepEqual([payment.decline.reason, payment.decline.bankCode], ['insufficient-funds', '51']);
      if (pan !== 'poor' && payment.decline) assert.equal(payment.decline.reason, '3ds-failed');
      if (model === '3dmodel' && state !== 'paid' && pan !== 'poor') assert.ok(!operations().includes('provision'));
    });
  }

  test('the return is lost, and the bank needs a while', async () => {
    const visit = await visited({ model: '3dpay' });
    bank.settings.statusLagMs = 3_600_000;
    assert.equal(outcome(await visit.pos.inquire(visit.stored)), 'pending by none');
    bank.settings.statusLagMs = 0;
    assert.equal(outcome(await visit.pos.inquire(visit.stored)), 'paid by reply');
  });

  for (const currency of ['USD', 'EUR', 'GBP', 'JPY', 'RUB']) {
    test(`in ${currency}, with instalments`, async () => {
      const changes = { currency, basket: [], amount: currency === 'JPY' ? '150' : '149.90', installments: 6 };
      for (const model of ['3dpay', '3dmodel']) {
        const { payment, stored } = await paid({ model, anyCurrency: true, changes });
        assert.deepEqual([payment.status, payment.review, payment.currency, bank.find(stored.id).currency], ['paid', undefined, currency, currency]);
      }
      await refused(() => openShop().pos.start(newOrder(changes)), 'UNSUPPORTED');
    });
  }

  test('an inquiry names no currency: without the account\'s word a person looks', async () => {
    const { payment, stored } = await paid({ anyCurrency: true, edit: (form) => ({ ...form, Currency: '643' }) });
    assert.equal(bank.find(stored.id).currency, 'RUB');
    assert.equal(outcome(payment), 'paid by reply, review');
  });

  test('orders and configurations that are not taken', async () => {
    const { pos } = openShop();
    for (const changes of [{ id: 'a-b' }, { id: '0A' }, { id: 'A'.repeat(21) }, { urls: { ...urls, fail: 'http://localhost:8480/Pre' } }, { maxInstallments: 6 }]) {
      await refused(() => pos.start(newOrder(changes)), ['ORDER', 'UNSUPPORTED']);
    }
    const live = { ...account, mode: 'production', endpoints: undefined, merchant: { ...account.merchant, merchantPass: 'own77' } };
    assert.equal(createPos(live).toJSON().gateway, 'denizbank');
    for (const [key, value] of [['shopCode', '3123'], ['merchantPass', 'gDg1N'], ['merchantPass', 'sMk7q'], ['merchantPass', ''], ['shopCode', 'x'], ['onlyCurrency', 'TL']]) {
      assert.throws(() => createPos({ ...live, merchant: { ...live.merchant, [key]: value } }), { code: 'CONFIG', field: `merchant.${key}` }, key);
    }
    assert.throws(() => createPos({ ...account, model: '3dmodel' }, { fetch }), { code: 'CONFIG', field: 'claim' });
  });
});

describe('whatever the bank\'s habits', () => {
  for (const [title, changes] of [
    ['Success', { approvedText: 'Success' }], ['no word', { approvedText: '' }], ['escaped addresses', { urlsEscaped: true }], ['149,9', { amountText: 'natural' }],
    ['149.90', { amountText: 'echo' }], ['no PayerTxnId', { payerTxnId: 'empty' }], ['three semicolons', { separator: ';;;' }],
    ['the original number', { statusOrderId: 'original' }], ['ISO-8859-9', { charset: 'ISO-8859-9' }], ['a provision by MD only', { provisionChecks: 'md' }],
  ]) {
    for (const model of MODELS) {
      test(`${title}, ${model}`, async () => {
        Object.assign(bank.settings, changes);
        const { payment, pos, stored } = await paid({ model });
        assert.equal(outcome(payment), model === '3dpay' ? 'paid by signature' : 'paid by reply');
        assert.equal(outcome(await pos.inquire(stored)), 'paid by reply');
      });
    }
  }

  test('a failed 3-D Secure with a code', async () => {
    bank.settings.failedCode = '05';
    assert.equal(outcome((await paid({ model: '3dpay', pan: 'failed3ds' })).payment), 'declined by signature');
    // Without the number of a visit it looks like the refusal of a form, which anybody can have sent.
    bank.settings.failedMd = 'empty';
    assert.equal(outcome((await paid({ model: '3dpay', pan: 'failed3ds' })).payment), 'pending by none');
  });

  test('the refusal of a form that somebody else has made closes nothing', async () => {
    for (const model of ['3dpay', '3dmodel']) {
      const shop = openShop({ model });
      const { order: stored, redirect } = await shop.pos.start(newOrder());
      bank.settings.hostDigest = 'sound';
      const { body } = await bank.visit({ ...filled(redirect, 'success'), Hash: 'x', Rnd: 'y' });
      assert.ok(new URLSearchParams(body).get('HASH'));
      assert.equal(outcome(await shop.pos.finish(stored, body)), 'pending by none');
      const own = await bank.visit(filled(redirect, 'success'));
      assert.equal((await shop.pos.finish(stored, own.body)).status, 'paid');
    }
  });

  test('a server that the bank does not know: a signed return is enough, an unsigned one proves nothing', async () => {
    bank.settings.inactiveTerminalFor = ['StatusHistory'];
    assert.equal(outcome((await paid({ model: '3dpay' })).payment), 'paid by signature');
    const visit = await visited();
    await assert.rejects(() => visit.pos.finish(visit.stored, visit.body), { code: 'REFUSED', bankCode: '81' });
    bank.settings.inactiveTerminalFor = [];
    assert.equal(outcome(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply');
  });

  for (const model of MODELS) {
    test(`a form that was posted twice: ${model}`, async () => {
      const { pos, started, stored } = await paid({ model });
      const again = await bank.visit(filled(started.redirect, 'success'), model === '3dhost' ? { card: 'success' } : {});
      assert.match(again.body, /ProcReturnCode=E31/);
      assert.equal(outcome(await pos.finish(stored, again.body)), 'paid by reply');
    });
  }

  for (const [kind, expected] of [['timeout-after', 'paid'], ['reset-before', 'pending'], ['http-500-after', 'paid'], ['truncated', 'paid'], ['duplicate-tag', 'paid']]) {
    test(`a provision whose answer is lost (${kind}) is asked about and never sent again`, async () => {
      const visit = await visited({ model: '3dmodel', anyCurrency: true });
      bank.fault({ on: 'provision', kind });
      const payment = await visit.pos.finish(visit.stored, visit.body);
      assert.equal(outcome(payment), 'unknown by none');
      const stored = keep(visit.stored, payment);
      for (const again of [await visit.pos.finish(stored, visit.body), await visit.pos.inquire(stored)]) {
        assert.equal(outcome(again), expected === 'paid' ? 'paid by reply' : 'pending by none');
      }
      assert.equal(visit.operations().filter((name) => name === 'provision').length, 1);
    });
  }

  for (const kind of ['wrong-order', 'wrong-amount']) {
    test(`answers about something else: ${kind}`, async () => {
      const provision = await visited({ model: '3dmodel' });
      bank.fault({ on: 'provision', kind });
      assert.equal(outcome(await provision.pos.finish(provision.stored, provision.body)), 'unknown by none, review');
      const visit = await visited();
      bank.fault({ on: 'StatusHistory', kind });
      await refused(() => visit.pos.finish(visit.stored, visit.body), ['ORDER_MISMATCH', 'AMOUNT_MISMATCH']);
    });
  }
});

describe('what a customer may try', () => {
  test('a payment of an order whose number holds another one\'s, for that one', async () => {
    const { pos, body } = await visited({ model: '3dpay', changes: { id: '538' } });
    const { order: stored } = await pos.start(newOrder({ id: '38' }));
    const moved = new URLSearchParams(body);
    moved.set('MD', `${moved.get('MD')}5`);
    moved.set('OrderId', '38');
    assert.equal(outcome(await pos.finish(stored, `${moved}`)), 'pending by none');
  });

  test('another name on the card: an answer with a name twice is none', async () => {
    const visit = await visited({ model: '3dmodel', pan: 'poor', edit: (form) => ({ ...form, CardHolderName: 'X;;ProcReturnCode=00;;TxnResult=Success' }) });
    assert.equal(outcome(await visit.pos.finish(visit.stored, visit.body)), 'unknown by none');
  });

  test('a list of one\'s own, a digest of one\'s own, a border that was moved', async () => {
    for (const model of ['3dpay', '3dmodel']) {
      const visit = await visited({ model, pan: 'failed3ds' });
      for (const forge of [withOwnList, withOwnDigest]) assert.equal(outcome(await visit.pos.finish(visit.stored, forge(visit.body))), 'pending by none', forge.name);
      await refused(() => visit.pos.finish(visit.stored, withShiftedBorder(visit.body)), 'ORDER_MISMATCH');
      assert.ok(!visit.operations().includes('provision'));
    }
    const hosted = await visited({ pan: 'failed3ds' });
    assert.equal(outcome(await hosted.pos.finish(hosted.stored, withOwnDigest(hosted.body))), 'pending by none');
  });

  test('values that were edited, or cut elsewhere', async () => {
    const visit = await visited({ model: '3dpay', pan: 'poor' });
    const edited = (changes) => {
      const fields = new URLSearchParams(visit.body);
      for (const [name, value] of Object.entries(changes)) fields.set(name, value);
      return String(fields);
    };
    for (const changes of [{ ProcReturnCode: '00' }, { mdStatus: '2' }, { HASH: '' }, { HASH: 'x' }, { MD: '' }, { Version: '1' }]) {
      assert.equal(outcome(await visit.pos.finish(visit.stored, edited(changes))), 'declined by reply', inspect(changes));
    }
    // Signed, and written as the bank never writes it: the books decide.
    const { merchantPass } = SIMULATOR_ACCOUNT;
    const signed = (changes) => {
      const fields = Object.fromEntries(new URLSearchParams(edited(changes)));
      return String(new URLSearchParams({ ...fields, ...callbackHash(fields, merchantPass) }));
    };
    assert.equal(outcome(await visit.pos.finish(visit.stored, signed({ ProcReturnCode: '00' }))), 'paid by signature', 'only the bank can sign');
    for (const changes of [{ ProcReturnCode: '00', MD: visit.stored.id }, { ProcReturnCode: '00', mdStatus: '' }, { ProcReturnCode: '00', Version: '1' },
      { ProcReturnCode: '00', Response: 'Appro-ved' }, { ProcReturnCode: '00', OkUrl: 'http://localhost:8480/other' }, { ProcReturnCode: '00', mdStatus: '0' }]) {
      assert.equal(outcome(await visit.pos.finish(visit.stored, signed(changes))).split(',')[0], 'declined by reply', inspect(changes));
    }
    await refused(() => visit.pos.finish(visit.stored, signed({ ProcReturnCode: '00', PurchAmount: '1,00' })), 'AMOUNT_MISMATCH');
    await refused(() => visit.pos.finish(visit.stored, signed({ ProcReturnCode: '00', Currency: '643' })), 'CURRENCY_MISMATCH');
  });

  test('another currency or another model in the form', async () => {
    for (const model of ['3dpay', '3dmodel']) {
      const visit = await visited({ model, edit: (form) => ({ ...form, Currency: '643' }) });
      await refused(() => visit.pos.finish(visit.stored, visit.body), 'CURRENCY_MISMATCH');
      assert.ok(!visit.operations().includes('provision'));
    }
    const switched = await visited({ model: '3dpay', edit: (form) => ({ ...form, SecureType: '3DModel' }) });
    assert.equal(outcome(await switched.pos.finish(switched.stored, switched.body)), 'pending by none');
    const charged = await visited({ model: '3dmodel', edit: (form) => ({ ...form, SecureType: '3DPay' }) });
    assert.equal(outcome(await charged.pos.finish(charged.stored, charged.body)), 'paid by signature');
    assert.deepEqual(charged.operations(), [], 'the bank has charged already');
  });

  test('money that was to be reserved', async () => {
    const changes = { type: 'preauth', urls: { ...urls, fail: `${urls.fail}/x` } };
    const visit = await visited({ model: '3dpay', changes, edit: (form) => ({ ...form, FailUrl: `${form.FailUrl}Pre`, TxnType: 'Auth' }) });
    assert.equal(outcome(await visit.pos.finish(visit.stored, visit.body)), 'pending by none, review');
  });

  test('the return of another order; an old refusal after our own request', async () => {
    const [cheap, dear] = [await visited({ model: '3dpay', changes: { amount: '1.00' } }), await visited({ model: '3dpay' })];
    await refused(() => dear.pos.finish(dear.stored, cheap.body), 'ORDER_MISMATCH');
    const failed = await visited({ model: '3dmodel', pan: 'failed3ds' });
    const again = await bank.visit(filled(failed.started.redirect, 'success'));
    bank.fault({ on: 'provision', kind: 'timeout-after' });
    const lost = await failed.pos.finish(failed.stored, again.body);
    assert.equal(outcome(lost), 'unknown by none');
    assert.equal(outcome(await failed.pos.finish(keep(failed.stored, lost), failed.body)), 'paid by reply');
  });

  test('messages that are none', async () => {
    const { pos, stored, body, sent } = await visited({ model: '3dpay' });
    for (const message of ['', 'x=1', body.replace('OrderId=', 'Order='), `${body}&hash=x`]) {
      await refused(() => pos.finish(stored, message), ['ORDER_MISMATCH', 'DUPLICATE_FIELD']);
    }
    assert.equal(sent.length, 0);
    assert.deepEqual(pos.peek(body), { orderId: stored.id });
    assert.equal(pos.peek('x=1'), null);
  });
});

describe('captures, refunds and voids', () => {
  for (const model of MODELS) {
    test(`a void within the day, ${model}`, async () => {
      const { pos, stored } = await paid({ model });
      const payment = await pos.void(stored, { id: 'V1' });
      assert.deepEqual([outcome(payment), bank.find(stored.id).status], ['voided by reply', 'voided']);
      assert.equal(outcome(await pos.inquire(keep(stored, payment))), 'voided by reply');
    });
  }

  test('a refund within the day is refused; after it, in parts, and never more than was taken', async () => {
    const { pos, stored, sent } = await paid();
    const early = await pos.refund(stored, { id: 'R0', amount: '49.90' });
    assert.deepEqual([outcome(early), early.decline.bankCode], ['declined by reply', 'E39']);
    bank.settle();
    const first = await pos.refund(keep(stored, early), { id: 'R1', amount: '49.90' });
    assert.deepEqual([outcome(first), first.refundedAmount], ['refunded by reply', '49.90']);
    let now = keep(stored, first);
    const asked = await pos.inquire(now);
    assert.deepEqual([outcome(asked), asked.refundedAmount], ['paid by reply', '49.90']);
    now = keep(now, asked);
    await refused(() => pos.refund(now, { id: 'R2', amount: '100.01' }), 'ORDER');
    now = keep(now, await pos.refund(now, { id: 'R3', amount: '100.00' }));
    assert.equal(outcome(await pos.inquire(now)), 'refunded by reply');
    const ids = sent.filter((form) => form.get('TxnType') === 'Refund').map((form) => form.get('OrderId'));
    assert.deepEqual([ids.length, new Set(ids).size, ids.every((id) => /^C[0-9a-f]{19}$/.test(id))], [3, 3, true]);
  });

  for (const kind of ['timeout-after', 'reset-before', 'truncated', 'duplicate-tag']) {
    test(`a refund whose answer is lost: ${kind}`, async () => {
      const { pos, stored, operations } = await paid();
      bank.settle();
      bank.fault({ on: 'Refund', kind });
      const lost = await pos.refund(stored, { id: 'R1', amount: '49.90' });
      assert.equal(outcome(lost), 'unknown by none');
      const asked = await pos.refund(keep(stored, lost), { id: 'R1', amount: '49.90' });
      assert.equal(outcome(asked), kind === 'reset-before' ? 'paid by reply, review' : 'paid by reply');
      assert.equal(operations().filter((name) => name === 'Refund').length, 1, 'it is never sent again');
    });
  }

  for (const kind of ['wrong-order', 'wrong-amount']) {
    test(`a refund that was answered about something else: ${kind}`, async () => {
      const { pos, stored } = await paid();
      bank.settle();
      bank.fault({ on: 'Refund', kind });
      assert.equal(outcome(await pos.refund(stored, { id: 'R1', amount: '49.90' })), 'unknown by none, review');
    });
  }

  for (const model of MODELS) {
    test(`reserved, captured in part, refunded: ${model}`, async () => {
      const { pos, stored, payment } = await paid({ model, changes: { type: 'preauth' } });
      assert.equal(payment.status, 'authorized');
      assert.equal(outcome(await pos.inquire(stored)), 'authorized by reply');
      const capture = await pos.capture(stored, { id: 'C1', amount: '100.00' });
      assert.deepEqual([outcome(capture), capture.charged], ['paid by reply', '100.00']);
      let now = keep(stored, capture);
      const asked = await pos.inquire(now);
      assert.deepEqual([outcome(asked), asked.charged], ['paid by reply', '100.00']);
      now = keep(now, asked);
      bank.settle();
      now = keep(now, await pos.refund(now, { id: 'R1', amount: '100.00' }));
      assert.equal(outcome(await pos.inquire(now)), 'refunded by reply');
      assert.deepEqual([bank.find(stored.id).captured, bank.find(stored.id).refunded], [10000n, 10000n]);
    });
  }

  test('what is not offered', async () => {
    const { pos, stored } = await paid();
    await refused(() => pos.history(stored), 'UNSUPPORTED');
    await refused(() => pos.report({ from: '2026-11-01', to: '2026-11-02' }), 'UNSUPPORTED');
  });
});

describe('values that others published', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/interpos.json', import.meta.url), 'utf8'));

  test('the digests of forms', () => {
    for (const { name, fields, merchantPass, hash } of vectors.requestHash) assert.equal(interpos.requestHash(fields, merchantPass), hash, name);
  });

  const list = vectors.callback[0].hashParams;
  for (const { name, merchantPass, fields, hash, fits } of vectors.callback.filter((each) => each.hashParams === list)) {
    test(`return: ${name}`, () => {
      const plain = { ...fields, OkUrl: fields.OkUrl.replaceAll('\\/', '/'), FailUrl: fields.FailUrl.replaceAll('\\/', '/') };
      const ours = [fields, plain].map((each) => interpos.callbackHash(each, merchantPass));
      assert.equal(ours.includes(hash), fits);
    });
  }

  test('validatePayment: the model whose return is the proof, and those whose is not', async () => {
    const { stored, body } = await visited({ model: '3dpay' });
    assert.equal(validatePayment(body, stored, account.merchant).status, 'paid');
    // What it does not prove stays pending: nobody asks here.
    for (const change of [(fields) => fields.delete('HASH'), (fields) => fields.set('mdStatus', '0')]) {
      const fields = new URLSearchParams(body);
      change(fields);
      assert.equal(validatePayment(`${fields}`, stored, account.merchant).status, 'pending');
    }
    const hosted = await visited();
    assert.throws(() => validatePayment(hosted.body, hosted.stored, account.merchant), { code: 'UNSUPPORTED' });
  });
});
